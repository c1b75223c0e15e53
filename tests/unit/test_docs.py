"""Documentation matches the code: tables as `make docs` writes them, tests that exist."""

import re
from pathlib import Path

from docs import queries, tables
from spotify_pipeline.tables import TABLES
from stacks.sql_files import saved_queries


def test_the_tables_are_documented_as_they_are() -> None:
    assert tables.FILE.read_text() == tables.text(), "run `make docs`"


def test_the_saved_queries_are_documented_as_they_are() -> None:
    assert queries.FILE.read_text() == queries.text(), "run `make docs`"


def test_every_saved_query_is_described_with_its_parameters() -> None:
    described = queries.text()
    for query in saved_queries():
        section = described.split(f"\n## {query.name}\n")[1].split("\n## ")[0]
        for text in (query.title, query.question, query.reading, query.reads.days):
            assert text in section
        for parameter in query.parameters:
            assert f"| `{parameter.name}` | `{parameter.type}` | `{parameter.example}` |" in section


def test_every_column_is_described() -> None:
    described = tables.text()
    for table in TABLES:
        section = described.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` | `{column.type.value}` | {column.description}" in section


def test_every_test_that_the_faults_name_exists() -> None:
    root = Path(__file__).parents[2]
    named = set(re.findall(r"`(test_\w+)`", (root / "docs" / "faults.md").read_text()))
    files = (root / "tests").rglob("test_*.py")
    defined = {
        name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)
    }
    assert named
    assert not named - defined
