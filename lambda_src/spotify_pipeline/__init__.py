"""The path from a Spotify response to typed Parquet, as two Lambda handlers."""
