"""The playlists, tracks and users that the fake server serves."""
