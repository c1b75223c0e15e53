"""The records of a playlist, told from those of others."""

from typing import Any

import pytest

from operations.purge.records import Cleaner, Content
from tests.unit.transform.raw_lines import RUN, TRACK, line, page

ID = "37i9dQZF1DXcBWIGoYBM5M"
OTHER = "37i9dQZF1DX0SM0LYsmbMT"


def clean(*lines: bytes) -> tuple[list[bytes], Content]:
    cleaner = Cleaner(ID)
    return list(cleaner.clean(lines)), cleaner.content


@pytest.mark.parametrize(
    ("context", "content"),
    [
        ({"status": "walked", "embedded": 7}, Content(records=1, walked=1, entries=7)),
        ({"status": "walked"}, Content(records=1, walked=1)),
        ({"status": "unchanged"}, Content(records=1)),
        ({"status": "forbidden"}, Content(records=1, refused=1, forbidden=1)),
        ({"status": "missing"}, Content(records=1, refused=1)),
    ],
    ids=["embedded", "pages only", "unchanged", "forbidden", "missing"],
)
def test_a_playlist_is_removed_with_its_counts(context: dict[str, Any], content: Content) -> None:
    assert clean(line("playlist", {"id": ID}, playlist_id=ID, **context)) == ([], content)


def test_a_page_is_removed_with_its_entries() -> None:
    body = {"items": [{"item": TRACK}] * 3, "total": 3}
    record = line("playlist_items", body, playlist_id=ID, snapshot_id="s", offset=0)
    assert clean(record) == ([], Content(records=1, entries=3))


@pytest.mark.parametrize(
    "record",
    [
        page({"item": TRACK}),
        line("playlist", {"id": OTHER, "description": ID}, playlist_id=OTHER, status="walked"),
        line("artists", {"artists": []}, enriches=True, ids=[ID]),
        line("run", RUN),
    ],
    ids=["page", "description with a link to it", "enrichment", "run"],
)
def test_records_of_others_stay_as_they_are(record: bytes) -> None:
    assert clean(record) == ([record], Content())


def test_unreadable_metadata_that_names_it_is_removed() -> None:
    record = line("playlist", {"id": ID, "name": 7}, playlist_id="", status="failed")
    assert clean(record) == ([], Content(records=1, refused=1))


def test_metadata_counts_what_remains() -> None:
    metadata = {"entries": "10", "walked": "2", "refused": "0", "forbidden": "0", "parts": "1"}
    gone = Content(records=2, entries=7, walked=1)
    assert gone.removed_from(metadata) == metadata | {"entries": "3", "walked": "1"}
