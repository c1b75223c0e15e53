"""Write the documentation that follows from the code: `make docs`."""

from docs import tables

if __name__ == "__main__":
    tables.FILE.write_text(tables.text())
