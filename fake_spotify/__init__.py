"""A fake Spotify Web API: a real HTTP server on 127.0.0.1."""
