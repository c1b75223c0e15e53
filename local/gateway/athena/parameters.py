"""Values in place of a statement's marks `?`, and prepared statements that are executed."""

from collections.abc import Callable, Sequence

from sqlglot import exp, parse_one, tokenize
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

DIALECT = "athena"
_SHORTEST = len(("name", "USING", "value"))


class RefusedError(Exception):
    """A statement that the emulator does not run; holds the reason as Athena's API returns it."""


def bound(sql: str, values: Sequence[str], prepared: Callable[[str], str | None]) -> str:
    """The statement with `values`, each a literal in SQL, in place of its marks.

    `prepared` finds the text of a prepared statement by name. `EXECUTE name USING …` becomes that
    text with the values after USING, or else with `values`. Raises RefusedError.
    """
    tokens = tokens_of(sql)
    if not tokens or tokens[0].token_type is not TokenType.EXECUTE:
        return _filled(sql, tokens, values)
    # The tokenizer returns what follows EXECUTE in one piece.
    name, given = _execution(tokens[1].text if len(tokens) > 1 else "")
    text = prepared(name)
    if text is None:
        raise RefusedError(f"There is no prepared statement {name} in the workgroup")
    return _filled(text, tokens_of(text), given or values)


def tokens_of(sql: str) -> list[Token]:
    try:
        return tokenize(sql, read=DIALECT)
    except SqlglotError as error:
        raise RefusedError(_reason(error)) from error


def parsed(sql: str) -> exp.Expr:
    """The only statement of the text. Raises RefusedError."""
    try:
        return parse_one(sql, read=DIALECT)
    except SqlglotError as error:
        raise RefusedError(_reason(error)) from error


def _execution(command: str) -> tuple[str, list[str]]:
    """Name and values of `name [USING value, …]`."""
    tokens = tokens_of(command)
    if len(tokens) == 1:
        return tokens[0].text, []
    if len(tokens) < _SHORTEST or tokens[1].text.upper() != "USING":
        raise RefusedError("EXECUTE is not complete: write EXECUTE name USING value, value")
    values = parsed(f"select {command[tokens[2].start :]}")
    return tokens[0].text, [value.sql(dialect=DIALECT) for value in values.expressions]


def _filled(sql: str, tokens: list[Token], values: Sequence[str]) -> str:
    marks = [token for token in tokens if token.token_type is TokenType.PLACEHOLDER]
    if len(marks) != len(values):
        raise RefusedError(
            f"Incorrect number of parameters: expected {len(marks)} but found {len(values)}"
        )
    for mark, value in reversed(list(zip(marks, values, strict=True))):
        sql = sql[: mark.start] + _literal(value) + sql[mark.end + 1 :]
    return sql


def _literal(value: str) -> str:
    """The value, if it is one expression without columns; text without quotes is a column."""
    found = parsed(f"select {value}").expressions
    if len(found) != 1 or found[0].find(exp.Column, exp.Query):
        raise RefusedError(f"The parameter {value} is no literal: put text and days in quotes")
    return value


def _reason(error: SqlglotError) -> str:
    """The mistake in one line, with its place if the parser found it."""
    if not isinstance(error, ParseError) or not error.errors:
        return str(error).splitlines()[0]
    first = error.errors[0]
    mistake = first["description"].partition(" but got <Token")[0]
    return f"line {first['line']}:{first['col']}: {mistake}"
