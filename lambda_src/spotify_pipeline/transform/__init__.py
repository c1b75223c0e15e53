"""Transform: one raw part becomes one Parquet file a table."""

ALLOCATOR = {"_RJEM_MALLOC_CONF": "narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0"}
"""What the environment must say for Polars to give back memory as soon as it is free.

By default it keeps that for seconds: a third of the peak. This costs a tenth of the time.
"""
