"""Answers of the two engines: Trino, and the emulator's Athena."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from requests import RequestException
from sqlglot import exp
from trino.dbapi import Connection, Cursor
from trino.exceptions import Error

from operations.athena.query import run_query
from operations.deployment import Deployment
from tests.trino.server import CATALOG
from tests.trino.statements import Statement
from tests.trino.values import Row, normalised, parsed


class StatementError(Exception):
    """An engine refused a statement; holds its reason."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A result: column names, Trino types, rows, and what reading them took."""

    columns: Sequence[str]
    types: Sequence[str]
    rows: Sequence[Row]
    stats: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bytes_read(self) -> int:
        """Bytes that the scans really read from the bucket."""
        return int(self.stats["physicalInputBytes"])

    @property
    def seconds(self) -> float:
        return float(self.stats["elapsedTimeMillis"]) / 1000

    @property
    def splits(self) -> int:
        return int(self.stats["totalSplits"])


class Trino:
    """Runs statements on a node at this port.

    Dynamic filters are off: what they spare depends on which of two scans is faster.
    """

    def __init__(self, port: int, database: str) -> None:
        self._connection = Connection(
            host="127.0.0.1",
            port=port,
            user="tests",
            catalog=CATALOG,
            schema=database,
            # Statements with parameters are prepared, then executed with them.
            legacy_prepared_statements=True,
            session_properties={"enable_dynamic_filtering": "false"},
            timezone="UTC",
            request_timeout=300,
        )

    def run(self, statement: Statement) -> Answer:
        """Raises StatementError."""
        cursor: Cursor = self._connection.cursor()
        try:
            cursor.execute(  # type: ignore[no-untyped-call]
                statement.sql, list(statement.parameters)
            )
            rows = [tuple(map(normalised, row)) for row in cursor.fetchall()]
        except (Error, RequestException) as error:
            raise StatementError(f"Trino does not run it: {error}") from error
        described = cursor.description or []
        return Answer(
            columns=[column[0] for column in described],
            types=[str(column[1]) for column in described],
            rows=rows,
            stats=cursor.stats or {},
        )


def emulated(deployment: Deployment, statement: Statement, types: Sequence[str]) -> Answer:
    """The answer of the emulator's Athena, as values of Trino's types.

    Raises QueryFailedError, and StatementError if a value is none of its type.
    """
    values = [exp.Literal.string(value).sql() for value in statement.parameters]
    result = run_query(deployment, statement.sql, values)
    try:
        rows = [
            tuple(parsed(text, kind) for text, kind in zip(row, types, strict=True))
            for row in result.rows
        ]
    except ValueError as error:
        raise StatementError(f"the emulator gives other types: {error}") from error
    return Answer(columns=result.columns, types=types, rows=rows)
