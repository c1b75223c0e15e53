"""Extract: each run requests data from Spotify and stores the responses as raw parts."""
