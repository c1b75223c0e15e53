"""Athena's SQL in DuckDB's dialect, with views as common table expressions."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from local.gateway.athena.parameters import RefusedError, parsed

ViewText = Callable[[str, str], str | None]
"""Finds the SQL of a view by database and name; None for a table and what does not exist."""


def for_duckdb(sql: str, *, database: str, view_text: ViewText) -> str:
    """A query in DuckDB's dialect, with the views that it reads, and those that they read.

    `database` is that of names without one; in a view it is the view's own. Raises RefusedError
    for anything but a query.
    """
    statement = _query(sql)
    added: dict[str, exp.Query] = {}
    _replace_views(statement, database, view_text, added)
    own = list(statement.ctes)
    for name, view in added.items():
        statement = statement.with_(exp.to_identifier(name, quoted=True), as_=view, copy=False)
    if added and own:
        # Views come first: the statement's own expressions read them.
        views = statement.ctes[len(own) :]
        statement.args["with_"].set("expressions", [*views, *own])
    return statement.sql(dialect="duckdb")


@dataclass(frozen=True)
class _Reference:
    """A table or view that a statement names, with its database."""

    table: exp.Table
    database: str


def _replace_views(
    statement: exp.Query, database: str, view_text: ViewText, added: dict[str, exp.Query]
) -> None:
    """Let references to views name expressions, which are put into `added` in their order."""
    for reference in _references(statement, database):
        table, name = reference.table, reference.table.name
        text = view_text(reference.database, name)
        if text is None:
            continue
        expression = f"{reference.database}.{name}"
        if expression not in added:
            view = _query(text)
            _replace_views(view, reference.database, view_text, added)
            _name_database(view, reference.database, added)
            added[expression] = view
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name))
        table.replace(
            exp.Table(
                this=exp.to_identifier(expression, quoted=True),
                alias=alias,
                joins=table.args.get("joins"),
                laterals=table.args.get("laterals"),
                sample=table.args.get("sample"),
            )
        )
        for column in statement.find_all(exp.Column):
            if column.table == name and column.args.get("db"):
                column.set("db", None)
                column.set("catalog", None)


def _name_database(view: exp.Query, database: str, added: dict[str, exp.Query]) -> None:
    """Write the database before the names of tables: the reader of the view may use another."""
    for reference in _references(view, database):
        table = reference.table
        if not table.db and table.name not in added:
            table.set("db", exp.to_identifier(reference.database))


def _references(statement: exp.Query, database: str) -> list[_Reference]:
    """The statement's tables and views, without its own common table expressions."""
    tables = {
        id(source): source
        for scope in traverse_scope(statement)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }
    return [_Reference(table, table.db or database) for table in tables.values()]


def _query(sql: str) -> exp.Query:
    statement = parsed(sql)
    if isinstance(statement, exp.Query):
        return statement
    kind = statement.this if isinstance(statement, exp.Command) else statement.key
    raise RefusedError(
        f"The emulator runs queries only, no {str(kind).upper()}: "
        "begin the statement with SELECT or WITH"
    )
