"""The path from a Spotify answer to typed Parquet, as two Lambda handlers."""
