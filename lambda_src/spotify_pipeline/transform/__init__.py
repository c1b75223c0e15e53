"""Transform: one raw part becomes one Parquet file a table."""

import os

# Polars' allocator keeps freed memory for seconds, a third of the peak, unless configured otherwise
# before Polars is loaded. A function's own environment cannot: its names begin with a letter.
os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:20,muzzy_decay_ms:0")
