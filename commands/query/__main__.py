"""The command line of make query."""

import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from commands.deployments import DEPLOYMENT_ERRORS, Env, find_deployment
from commands.display import console, print_whole, result_table
from commands.entry_point import INTERRUPTED, run_app
from commands.progress import counted
from commands.query.formats import write
from commands.query.variables import Format, chosen, literal_values, parameter_values
from commands.variables import VariableError, choice
from operations.athena.cost import usd
from operations.athena.query import QueryFailedError, Result, run_query
from operations.athena.saved import SavedQuery, saved_queries
from operations.deployment import Deployment
from operations.terminal import SafeConsole, guard_stderr, one_line

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
# Beside the result, which may go to a file.
notes = SafeConsole(stderr=True)

_EXPECTED = (*DEPLOYMENT_ERRORS, QueryFailedError)


@app.command()
def query(
    environment: Env = "",
    sql: Annotated[str, typer.Option(envvar="SQL", help="A statement.")] = "",
    name: Annotated[str, typer.Option("--query", envvar="QUERY", help="A saved query.")] = "",
    values: Annotated[
        Any,
        typer.Option(
            "--parameters",
            envvar="PARAMETERS",
            parser=parameter_values,
            help="name=value,name=value of the saved query.",
        ),
    ] = "",
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            envvar="FORMAT",
            parser=choice("FORMAT", Format),
            help="table, csv or json.",
        ),
    ] = Format.TABLE,
) -> None:
    """Run a statement or a saved query; without either, list the saved queries."""
    if sql and name:
        raise VariableError("SQL and QUERY are both given: give one of them")
    if values and not name:
        raise VariableError("PARAMETERS belong to a saved query: give QUERY as well")
    deployment = find_deployment(environment)
    for line in deployment.target():
        notes.print(line, soft_wrap=True, markup=False)
    if sql:
        _show(_run(deployment, sql, []), form)
        return
    saved = saved_queries(deployment)
    if name:
        found = chosen(name, saved)
        _show(_run(deployment, found.sql, literal_values(found, values)), form)
    else:
        _list(saved.values())


def _run(deployment: Deployment, sql: str, parameters: list[str]) -> Result:
    try:
        with notes.status("Running the query …"):
            return run_query(deployment, sql, parameters)
    except KeyboardInterrupt:
        notes.print("The query is stopped")
        raise typer.Exit(INTERRUPTED) from None


def _show(result: Result, form: Format) -> None:
    if form is not Format.TABLE:
        write(result, form, sys.stdout)
        return
    print_whole(result_table(result))
    notes.print(
        f"{counted(len(result.rows), 'row')}, {result.seconds:,.1f} s, "
        f"{result.bytes_scanned:,} bytes read: "
        f"about {usd(result.bytes_scanned):.5f} USD on AWS"
    )


def _list(saved: Iterable[SavedQuery]) -> None:
    """Print the saved queries with their questions, and the parameters that they need."""
    for query in saved:
        console.print(f"{query.name}: {one_line(query.question)}", soft_wrap=True, markup=False)
        for one in query.parameters:
            line = f"  needs {one.name}, such as {one.example}: {one.description}"
            console.print(line, soft_wrap=True, markup=False)


def main() -> None:
    run_app(app, notes, _EXPECTED)


if __name__ == "__main__":
    guard_stderr()
    main()
