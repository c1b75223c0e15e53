"""Each SQL file is Athena SQL over the declared tables, and runs on empty tables."""

import pytest
from sqlglot import exp, parse, parse_one
from sqlglot.errors import OptimizeError

from spotify_pipeline.tables import TABLES
from stacks.recent_views import BOUNDS
from stacks.sql_file import DIALECT, SqlFile
from stacks.sql_files import (
    full_schema,
    output_columns,
    saved_queries,
    tables_schema,
    views,
)
from tests.sql.conftest import Database

FILES = views() + saved_queries()
SCHEMA = full_schema()
OF_TABLES = [file for file in FILES if file.name != BOUNDS]
QUERIES = saved_queries()
LATEST = [view for view in views() if view.name.endswith("_latest")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_file_is_one_statement_with_known_columns(file: SqlFile) -> None:
    assert len(parse(file.text, read=DIALECT)) == 1
    assert output_columns(file, SCHEMA)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_file_uses_bare_table_names_and_only_athena_syntax(file: SqlFile) -> None:
    tree = parse_one(file.text, read=DIALECT)
    assert not [table.sql() for table in tree.find_all(exp.Table) if table.db]
    # sqlglot accepts these, Athena engine version 3 does not.
    assert not list(tree.find_all(exp.Qualify))
    assert file.dependencies <= SCHEMA.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_file_hides_no_table_or_view_behind_a_name_of_its_own(file: SqlFile) -> None:
    """The emulator takes such a name for the file's own in the views that it reads, too."""
    own = {cte.alias for cte in parse_one(file.text, read=DIALECT).find_all(exp.CTE)}
    assert own & SCHEMA.keys() == set()


@pytest.mark.parametrize("file", OF_TABLES, ids=lambda file: str(file.name))
def test_a_file_returns_no_rows_on_empty_tables(file: SqlFile, database: Database) -> None:
    examples = [parameter.example for parameter in file.parameters]
    assert database.rows(file.name, *examples) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda file: str(file.name))
def test_a_saved_query_is_ordered_and_asks_a_question(query: SqlFile) -> None:
    assert parse_one(query.text, read=DIALECT).args.get("order")
    assert query.question.endswith("?")


@pytest.mark.parametrize("view", LATEST, ids=lambda view: str(view.name))
def test_a_latest_view_has_every_column_of_its_table(view: SqlFile) -> None:
    """Except its origin: a row can combine values of several runs."""
    [table] = [table for table in TABLES if f"{table.name}_latest" == view.name]
    columns = {column.name for column in table.own_columns}
    assert columns <= output_columns(view, SCHEMA).keys()


def test_an_unknown_column_is_refused() -> None:
    wrong = SqlFile("wrong", "", "", "select colour from tracks")
    with pytest.raises(OptimizeError, match="colour"):
        output_columns(wrong, tables_schema())
