"""Transform: one raw part becomes one Parquet file a table."""
