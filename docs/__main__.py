"""Writes the generated documentation: `make docs`."""

from docs import tables

if __name__ == "__main__":
    tables.FILE.write_text(tables.text())
