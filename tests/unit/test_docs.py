"""Generated documentation matches the output of `make docs`."""

from docs import tables
from spotify_pipeline.tables import TABLES


def test_the_tables_are_documented_as_they_are() -> None:
    assert tables.FILE.read_text() == tables.text(), "run `make docs`"


def test_every_column_is_described() -> None:
    described = tables.text()
    for table in TABLES:
        section = described.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` | `{column.type.value}` | {column.description}" in section
