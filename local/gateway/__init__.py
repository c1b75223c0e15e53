"""The way into the local servers: programs on this machine only, never a web page."""
