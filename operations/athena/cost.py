"""What Athena charges for a query: https://aws.amazon.com/athena/pricing/"""

USD_PER_TB = 5.00
"""In most regions, eu-west-1 and us-east-1 among them; a terabyte has 10^12 bytes here."""

MINIMUM_BYTES = 10_000_000
"""A query that reads less is charged as if it read this much."""


def usd(bytes_scanned: float) -> float:
    """The price of a query that reads this many bytes."""
    return max(MINIMUM_BYTES, bytes_scanned) / 1e12 * USD_PER_TB
