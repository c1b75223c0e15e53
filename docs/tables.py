"""Generates docs/tables.md: the declared tables in words, and a diagram of their keys."""

from pathlib import Path

from spotify_pipeline.schema import Column, Table
from spotify_pipeline.tables import PARTITION_KEY, TABLES

FILE = Path(__file__).parent / "tables.md"

_HEAD = """\
# Tables

Made by `make docs` from `lambda_src/spotify_pipeline/tables.py`; a test holds it current. A key
identifies a row within one raw part; the views make it hold for good. What breaks a rule becomes
a row of `rejected` that names the rule as `table.column.rule`: that last word is in brackets here.
Each table has the partition key `{name}` besides: {meaning}

```mermaid
{diagram}
```
"""


def text() -> str:
    """The complete text of the file."""
    head = _HEAD.format(
        name=PARTITION_KEY.name, meaning=PARTITION_KEY.description, diagram=_diagram()
    )
    return "\n".join([head, *map(_section, TABLES)])


def _diagram() -> str:
    """Keys and references as a Mermaid entity-relationship diagram."""
    lines = ["erDiagram"]
    for table in TABLES:
        shown = {*table.key, *(reference.column for reference in table.references)}
        lines.append(f"    {table.name} {{")
        for column in table.columns:
            if column.name in shown:
                lines.append(f"        {column.type.value} {column.name}{_marks(table, column)}")
        lines.append("    }")
    for table in TABLES:
        for reference in table.references:
            lines.append(f'    {reference.table} |o--o{{ {table.name} : "{reference.column}"')
    return "\n".join(lines)


def _marks(table: Table, column: Column) -> str:
    marks = []
    if column.name in table.key:
        marks.append("PK")
    if column.name in {reference.column for reference in table.references}:
        marks.append("FK")
    return f" {', '.join(marks)}" if marks else ""


def _section(table: Table) -> str:
    lines = [
        f"## {table.name}",
        "",
        table.description,
        "",
        f"Key: {_list(table.key)}.",
    ]
    for reference in table.references:
        when = f" where `{reference.when}`" if reference.when else ""
        lines.append(f"`{reference.column}` refers to `{reference.table}`{when}.")
    lines += ["", "| column | type | meaning |", "|---|---|---|"]
    lines += [
        f"| `{column.name}` | `{column.type.value}` | {_meaning(column)} |"
        for column in table.columns
    ]
    return "\n".join([*lines, ""])


def _meaning(column: Column) -> str:
    rules = [f"{rule} [{rule.name}]" for rule in column.rules]
    return " ".join([column.description, *rules]).replace("|", "\\|")


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
