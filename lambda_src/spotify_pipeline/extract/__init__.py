"""Extract: one run asks Spotify and stores the answers as raw parts."""
