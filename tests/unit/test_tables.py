import re

import pytest

from spotify_pipeline.schema import Matches, NotNull, Table
from spotify_pipeline.tables import PLAYLISTS, REJECTED, TABLES

GLUE_COMMENT = 255
"""Characters that Glue takes as a column's comment."""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_a_table_has_unique_described_columns_and_its_key(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.key) <= set(names)
    assert {"run_id", "extracted_at"} <= set(names)
    assert all(column.description.endswith(".") for column in table.columns)
    assert all(len(column.comment) <= GLUE_COMMENT for column in table.columns)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_no_two_rules_share_a_name_and_patterns_are_whole(table: Table) -> None:
    names = [name for name, _, _ in table.rules]
    assert len(names) == len(set(names))
    for _, _, rule in table.rules:
        if isinstance(rule, Matches):
            assert re.fullmatch(r"\^.+\$", rule.pattern)


@pytest.mark.parametrize(
    "table", [t for t in TABLES if t is not REJECTED], ids=lambda table: str(table.name)
)
def test_a_key_is_never_null(table: Table) -> None:
    """But that of `rejected`, which says where something stood as far as it is known."""
    columns = {column.name: column for column in table.columns}
    assert all(NotNull() in columns[name].rules for name in table.key)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_a_reference_is_to_the_first_key_column_of_a_table(table: Table) -> None:
    by_name = {other.name: other for other in TABLES}
    columns = {column.name: column for column in table.columns}
    for reference in table.references:
        other = by_name[reference.table]
        [meant] = [column for column in other.columns if column.name == other.key[0]]
        assert meant.type == columns[reference.column].type


def test_playlists_come_after_every_table_that_they_point_to() -> None:
    order = [table.name for table in TABLES]
    others = {"tracks", "episodes", "albums", "artists", "playlist_items", "rejected"}
    assert all(order.index(name) < order.index(PLAYLISTS.name) for name in others)
