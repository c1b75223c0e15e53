"""Runs every statement on both engines and compares the answers."""

from collections.abc import Iterable

from operations.athena.query import QueryFailedError
from operations.deployment import Deployment
from tests.trino.differences import difference
from tests.trino.engines import StatementError, Trino, emulated
from tests.trino.statements import Statement


def compare(deployment: Deployment, trino: Trino, statements: Iterable[Statement]) -> list[str]:
    """What is wrong, a line for each statement that fails or whose answers differ."""
    found = ((statement, _fault(deployment, trino, statement)) for statement in statements)
    return [f"{statement}: {fault}" for statement, fault in found if fault]


def _fault(deployment: Deployment, trino: Trino, statement: Statement) -> str | None:
    try:
        answer = trino.run(statement)
        other = emulated(deployment, statement, answer.types)
    except (QueryFailedError, StatementError) as error:
        return str(error)
    return difference(statement.sql, answer, other)
