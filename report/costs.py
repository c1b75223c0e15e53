"""What Athena charges for a query.

Source: https://aws.amazon.com/athena/pricing/ (SQL queries, per query), us-east-1. Bytes are
rounded up to a megabyte, with a minimum of 10 MB for each query.
"""

USD_PER_TERABYTE = 5.0

_MEGABYTE = 1_000_000
_LEAST_MEGABYTES = 10
_MEGABYTES_PER_TERABYTE = 1_000_000


def usd(bytes_scanned: int) -> float:
    megabytes = max(-(-bytes_scanned // _MEGABYTE), _LEAST_MEGABYTES)
    return megabytes / _MEGABYTES_PER_TERABYTE * USD_PER_TERABYTE
