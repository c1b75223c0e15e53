"""Athena's statements, views, parameters and result files on an emulator that has only DuckDB."""
