"""Checks that the locks can be installed from wheels on every supported machine."""
