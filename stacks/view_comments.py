"""Comments of the views' columns, derived from the table declarations.

A column has the comment of the column of the same name that it is computed from. Another one has a
line `-- column <name>: <description>` in the view's header, which takes precedence.
"""

import re
from collections.abc import Iterable

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from spotify_pipeline.tables import PARTITION_KEY, TABLES
from stacks.sql_file import DIALECT, SqlFile
from stacks.sql_files import Schema

Comments = dict[str, dict[str, str]]
"""Comments by column, by table or view."""


def view_comments(views: Iterable[SqlFile], schema: Schema) -> Comments:
    """Comments of the views' columns; each view comes after those that it reads.

    `schema` has the columns of all tables and views. Raises ValueError for a column without one.
    """
    known: Comments = {
        table.name: {column.name: column.description for column in (*table.columns, PARTITION_KEY)}
        for table in TABLES
    }
    tables = set(known)
    for view in views:
        known[view.name] = _of_view(view, schema, known)
    return {name: comments for name, comments in known.items() if name not in tables}


def _of_view(view: SqlFile, schema: Schema, known: Comments) -> dict[str, str]:
    tree = qualify(parse_one(view.text, read=DIALECT), schema=schema, dialect=DIALECT)
    scope = build_scope(tree)
    assert scope
    declared = dict(re.findall(r"^-- column (\w+): (.+)$", view.text, flags=re.MULTILINE))
    comments = {}
    for name in _selects(scope):
        comment = declared.get(name) or _inherited(name, scope, known)
        if comment is None:
            raise ValueError(
                f"sql: {view.name}.{name} has no description; "
                f"add a line `-- column {name}: …` to the header"
            )
        comments[name] = comment
    return comments


def _inherited(name: str, scope: Scope, known: Comments) -> str | None:
    """The comment of the column of this name from which the scope's column is computed."""
    for column in _selects(scope)[name].find_all(exp.Column):
        if column.name == name:
            source = scope.sources.get(column.table)
            if isinstance(source, Scope):
                return _inherited(name, source, known)
            if isinstance(source, exp.Table):
                return known[source.name].get(name)
    return None


def _selects(scope: Scope) -> dict[str, exp.Expr]:
    """The selected expressions of the scope's query, by output column."""
    assert isinstance(scope.expression, exp.Query)
    return {select.alias_or_name: select for select in scope.expression.selects}
