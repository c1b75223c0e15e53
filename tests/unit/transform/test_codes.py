"""Spellings of ISRC and UPC: joins on them need one."""

from typing import Any

import pytest

from spotify_pipeline import tables
from spotify_pipeline.transform.rows.codes import normalize_code
from tests.unit.transform.raw_lines import TRACK, line, one, page, read

SPELLINGS = [
    ("USABC2600001", "USABC2600001"),
    ("usabc2600001", "USABC2600001"),
    ("US-ABC-26-00001", "USABC2600001"),
    ("us abc 26 00001", "USABC2600001"),
    (" USABC2600001\n", "USABC2600001"),
    ("US\u00a0ABC\u202f26\u300000001", "USABC2600001"),
    ("US\u2010ABC\u2011\u201326\u2014\u2212\ufe63\uff0d00001", "USABC2600001"),
    ("US\u00adABC\u200b26\ufeff00001", "USABC2600001"),
    ("US/ABC.26", "US/ABC.26"),
    ("-", None),
    (" ", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("code", "stored"), SPELLINGS)
def test_a_code_has_one_spelling(code: str | None, stored: str | None) -> None:
    assert normalize_code(code) == stored


@pytest.mark.parametrize(("code", "stored"), SPELLINGS[:4])
def test_isrc_and_upc_are_stored_in_that_spelling(code: str, stored: str) -> None:
    track: dict[str, Any] = {**TRACK, "external_ids": {"isrc": code}}
    album = {**TRACK["album"], "id": "b2", "external_ids": {"upc": code}}
    assert one(read(page({"item": track})), tables.TRACKS)["isrc"] == stored
    assert one(read(line("albums", album)), tables.ALBUMS)["upc"] == stored
