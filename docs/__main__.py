"""Writes the generated documentation: `make docs`."""

from docs import queries, tables

if __name__ == "__main__":
    for page in (tables, queries):
        page.FILE.write_text(page.text())
