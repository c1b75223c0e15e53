"""Access control of the emulator: programs on this machine only, no web pages."""
