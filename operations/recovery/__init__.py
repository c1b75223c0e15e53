"""Brings an environment back: imports its retained bucket, or copies another one."""
