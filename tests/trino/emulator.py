"""The emulator's Athena."""

from sqlglot import exp, parse_one

from local.athena import Athena, QueryFailedError, Result
from operations.deployment import Deployment
from stacks.sql_file import DIALECT

__all__ = ["QueryFailedError", "ask"]


def ask(deployment: Deployment, sql: str, parameters: tuple[str, ...] = ()) -> Result:
    """Run a statement with these values of its marks `?`. Raises QueryFailedError."""
    return Athena(deployment).run(with_values(sql, parameters))


def with_values(sql: str, parameters: tuple[str, ...]) -> str:
    """The statement with the values in place of its marks."""
    tree = parse_one(sql, read=DIALECT)
    marks = list(tree.find_all(exp.Placeholder, bfs=False))
    for mark, value in zip(marks, parameters, strict=True):
        mark.replace(exp.Literal.string(value))
    return tree.sql(dialect=DIALECT) if marks else sql
