"""The files in `sql/`, the views derived from them, and their output columns."""

from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path

from sqlglot import exp, parse_one
from sqlglot.dialects.athena import Athena
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from spotify_pipeline.tables import PARTITION_KEY, TABLES
from stacks.recent_views import WHOLE_HISTORY, Bounds, recent_views
from stacks.sql_file import DIALECT, SqlFile
from stacks.sql_head import read_query, read_view
from stacks.text_files import read_text

FOLDER = Path(__file__).parent.parent / "sql"

Schema = dict[str, object]
"""Athena types by column name, by table or view name."""


def saved_queries() -> list[SqlFile]:
    return [_read(path, read_query) for path in sorted((FOLDER / "queries").glob("*.sql"))]


def views(bounds: Bounds = WHOLE_HISTORY) -> list[SqlFile]:
    """All views, each after the views that it reads; those of the present read within `bounds`."""
    files = [_read(path, read_view) for path in sorted((FOLDER / "views").glob("*.sql"))]
    by_name = {view.name: view for view in (*files, *recent_views(files, bounds))}
    reads = {name: sorted(view.dependencies & by_name.keys()) for name, view in by_name.items()}
    return [by_name[name] for name in TopologicalSorter(reads).static_order()]


def tables_schema() -> Schema:
    """Columns and types of the declared tables."""
    return {
        table.name: {
            column.name: _ATHENA_TYPES.get(column.type.value, column.type.value)
            for column in (*table.columns, PARTITION_KEY)
        }
        for table in TABLES
    }


def full_schema() -> Schema:
    """Columns and types of the declared tables and all views."""
    schema = tables_schema()
    for view in views():
        schema[view.name] = output_columns(view, schema)
    return schema


def output_columns(file: SqlFile, schema: Schema) -> dict[str, str]:
    """Athena types of the statement's output columns, by name.

    Raises sqlglot's OptimizeError for an unknown column, and ValueError for a column without a
    derivable type: cast it in the statement.
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


# sqlglot has no type for max_by and min_by; like max, they return the type of their first argument.
_EXPRESSION_TYPES = {
    **Athena.EXPRESSION_METADATA,
    exp.ArgMax: Athena.EXPRESSION_METADATA[exp.Max],
    exp.ArgMin: Athena.EXPRESSION_METADATA[exp.Min],
}

# Athena names of the Glue types, where they differ.
_ATHENA_TYPES = {"string": "varchar", "int": "integer", "array<string>": "array(varchar)"}


def _read(path: Path, read: Callable[[str, str, str], SqlFile]) -> SqlFile:
    name = f"sql/{path.parent.name}/{path.name}"
    return read(path.stem, read_text(path, name), name)
