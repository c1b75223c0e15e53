"""Comments of the views' columns, from the table declarations and the views' headers."""

import pytest

from spotify_pipeline.tables import PARTITION_KEY, TABLES
from stacks.sql_file import SqlFile
from stacks.sql_files import full_schema, output_columns, views
from stacks.view_comments import view_comments

SCHEMA = full_schema()
VIEWS = {view.name: view for view in views()}
COMMENTS = view_comments(VIEWS.values(), SCHEMA)
GLUE_LIMIT = 255
OF_TABLES = {
    table.name: {column.name: column.description for column in (*table.columns, PARTITION_KEY)}
    for table in TABLES
}


@pytest.mark.parametrize("view", COMMENTS)
def test_every_column_has_a_sentence_that_glue_accepts(view: str) -> None:
    assert list(COMMENTS[view]) == list(output_columns(VIEWS[view], SCHEMA))
    assert not [text for text in COMMENTS[view].values() if not text.endswith(".")]
    assert max(map(len, COMMENTS[view].values())) <= GLUE_LIMIT


@pytest.mark.parametrize(
    ("view", "column", "table"),
    [
        ("tracks_recent", "isrc", "tracks"),
        ("albums_latest", "label", "albums"),
        ("albums_latest_recent", "label", "albums"),
        ("track_artists_latest", "position", "track_artists"),
        ("playlist_items_current", "position", "playlist_items"),
        ("playlists_current", "reason", "playlists"),
        ("runs_latest", "reason", "runs"),
        ("entry_descriptions", "isrc", "tracks"),
    ],
)
def test_a_column_has_the_comment_of_its_origin(view: str, column: str, table: str) -> None:
    """Also where several tables have a column of that name."""
    assert COMMENTS[view][column] == OF_TABLES[table][column]


def test_a_header_describes_a_computed_column_for_its_twin_too() -> None:
    expected = "How many copies of the entry were added or removed."
    assert COMMENTS["playlist_changes"]["copies"] == expected
    assert COMMENTS["playlist_changes_recent"]["copies"] == expected


def test_a_computed_column_without_description_is_refused() -> None:
    view = SqlFile("counts", "", "", "select count(*) as tracks from tracks")
    with pytest.raises(ValueError, match=r"counts\.tracks has no description; add a line"):
        view_comments([view], SCHEMA)
