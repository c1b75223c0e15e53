"""The memory that a Lambda function has used."""

import os
import resource
import sys

_LIMIT_MB = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"
"""Lambda sets this variable (Lambda Developer Guide, "Defined runtime environment variables")."""


def used_percent() -> float | None:
    """The largest resident set of this process so far, in percent of the function's memory.

    None outside of Lambda.
    """
    limit_mb = os.environ.get(_LIMIT_MB)
    if not limit_mb:
        return None
    return round(100 * _largest_bytes() / (int(limit_mb) * 2**20), 1)


def _largest_bytes() -> int:
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024
