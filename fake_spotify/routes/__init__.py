"""The HTTP endpoints of the fake server."""
