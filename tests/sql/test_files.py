"""Each SQL file is Athena SQL over the contract, and runs on empty tables."""

import pytest
from sqlglot import exp, parse, parse_one
from sqlglot.errors import OptimizeError

from stacks.sql_files import (
    DIALECT,
    SqlFile,
    full_schema,
    output_columns,
    saved_queries,
    tables_schema,
    views,
)
from tests.sql.conftest import Database

FILES = views() + saved_queries()
QUERIES = saved_queries()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_file_is_one_statement_whose_columns_the_contract_has(file: SqlFile) -> None:
    assert len(parse(file.text, read=DIALECT)) == 1
    assert output_columns(file, full_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_file_names_tables_without_database_and_stays_within_athena(file: SqlFile) -> None:
    tree = parse_one(file.text, read=DIALECT)
    assert not [table.sql() for table in tree.find_all(exp.Table) if table.db]
    # sqlglot accepts these, Athena engine version 3 does not.
    assert not list(tree.find_all(exp.Qualify))
    assert file.dependencies <= full_schema().keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_file_answers_on_empty_tables(file: SqlFile, database: Database) -> None:
    assert database.response(file.name) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda file: str(file.name))
def test_a_saved_query_gives_rows_in_a_stated_order_and_asks_a_question(query: SqlFile) -> None:
    assert parse_one(query.text, read=DIALECT).args.get("order")
    assert query.question.endswith("?")


def test_a_column_that_no_table_has_is_found() -> None:
    wrong = SqlFile("wrong", "", "", "select colour from tracks")
    with pytest.raises(OptimizeError, match="colour"):
        output_columns(wrong, tables_schema())
