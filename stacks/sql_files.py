"""The files in `sql/`: their heads, and the columns that a view has by its own statement."""

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from sqlglot import exp, parse_one
from sqlglot.dialects.athena import Athena
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from spotify_pipeline.tables import PARTITION_KEY, TABLES

FOLDER = Path(__file__).parent.parent / "sql"
DIALECT = "athena"

Schema = dict[str, object]
"""For each table or view a dict of its columns' types, as Athena spells them."""


@dataclass(frozen=True)
class SqlFile:
    """One statement; `name` is the file's, `title` and `question` stand in its head."""

    name: str
    title: str
    question: str
    text: str

    @property
    def sources(self) -> set[str]:
        """Tables and views that the statement reads."""
        tree = parse_one(self.text, read=DIALECT)
        ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
        return {table.name for table in tree.find_all(exp.Table)} - ctes


def saved_queries() -> list[SqlFile]:
    return [_read(path) for path in sorted((FOLDER / "queries").glob("*.sql"))]


def views() -> list[SqlFile]:
    """Every view after those that it reads."""
    by_name = {path.stem: _read(path) for path in sorted((FOLDER / "views").glob("*.sql"))}
    reads = {name: sorted(view.sources & by_name.keys()) for name, view in by_name.items()}
    return [by_name[name] for name in TopologicalSorter(reads).static_order()]


def contract_schema() -> Schema:
    return {
        table.name: {
            column.name: _ATHENA_TYPES.get(column.type.value, column.type.value)
            for column in (*table.columns, PARTITION_KEY)
        }
        for table in TABLES
    }


def full_schema() -> Schema:
    """The contract's tables and every view."""
    schema = contract_schema()
    for view in views():
        schema[view.name] = output_columns(view, schema)
    return schema


def output_columns(file: SqlFile, schema: Schema) -> dict[str, str]:
    """Names and Athena types of the columns that a statement yields.

    Raises sqlglot's OptimizeError for a column that no source has, ValueError for one whose
    type cannot be derived: cast it in the statement.
    """
    tree = qualify(parse_one(file.text, read=DIALECT), schema=schema, dialect=DIALECT)
    tree = annotate_types(
        tree, schema=schema, dialect=DIALECT, expression_metadata=_EXPRESSION_TYPES
    )
    columns = {}
    assert isinstance(tree, exp.Query)
    for column in tree.selects:
        kind = column.type.sql(dialect=DIALECT).lower() if column.type else "unknown"
        if kind in ("unknown", "null"):
            raise ValueError(f"sql: {file.name}.{column.alias_or_name} has no type; add a cast")
        columns[column.alias_or_name] = kind
    return columns


# sqlglot leaves max_by open; like max, it has the type of what it picks.
_EXPRESSION_TYPES = {
    **Athena.EXPRESSION_METADATA,
    exp.ArgMax: Athena.EXPRESSION_METADATA[exp.Max],
}

# What Athena calls the Glue types that it spells otherwise.
_ATHENA_TYPES = {"string": "varchar", "int": "integer", "array<string>": "array(varchar)"}


def _read(path: Path) -> SqlFile:
    text = path.read_text()
    head = dict(re.findall(r"^-- (title|question): (.+)$", text, flags=re.MULTILINE))
    if missing := {"title", "question"} - head.keys():
        raise ValueError(f"sql/{path.parent.name}/{path.name} has no line `-- {min(missing)}: …`")
    return SqlFile(path.stem, head["title"], head["question"], text)
