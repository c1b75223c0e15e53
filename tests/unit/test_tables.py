import pytest

from spotify_pipeline.tables import PLAYLISTS, TABLES, Table


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_a_table_is_whole(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.key) <= set(names)
    assert {"run_id", "extracted_at"} <= set(names)
    assert all(column.description.endswith(".") for column in table.columns)


def test_playlists_come_after_every_table_that_they_point_to() -> None:
    order = [table.name for table in TABLES]
    others = {"tracks", "episodes", "albums", "artists", "playlist_items", "rejected"}
    assert all(order.index(name) < order.index(PLAYLISTS.name) for name in others)
