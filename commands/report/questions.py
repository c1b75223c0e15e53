"""Runs the saved queries, several at a time."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from operations.athena.parameters import ParameterError
from operations.athena.query import QueryFailedError
from report.answers import Answer, Result
from report.example_values import example_values
from stacks.sql_file import SqlFile

WORKERS = 4
"""Queries that run at the same time: few, since an account's queries share one limit."""

_REASONS = (BotoCoreError, ClientError, ParameterError, QueryFailedError)

Run = Callable[[SqlFile, Mapping[str, str]], Result]
"""Runs a saved query with values for its parameters, by their names."""


def answer_all(queries: Iterable[SqlFile], run: Run) -> dict[str, Answer]:
    """Each query's answer, by its name. A query that fails is an answer too.

    Queries with parameters come last: the results of the others provide their values.
    """
    queries = list(queries)
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            plain = {
                query.name: pool.submit(_answer, query, {}, run)
                for query in queries
                if not query.parameters
            }
            answers = _results(plain)
            valued = {
                query.name: pool.submit(
                    _answer, query, example_values(query.parameters, answers), run
                )
                for query in queries
                if query.parameters
            }
            return answers | _results(valued)
        except BaseException:
            # Nobody waits for what has not begun.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _results(started: dict[str, Future[Answer]]) -> dict[str, Answer]:
    return {name: future.result() for name, future in started.items()}


def _answer(query: SqlFile, values: dict[str, str] | None, run: Run) -> Answer:
    if values is None:
        return Answer(query=query)
    try:
        result = run(query, values)
    except _REASONS as error:
        return Answer(query=query, values=values, failure=str(error))
    return Answer(query=query, values=values, result=result)
