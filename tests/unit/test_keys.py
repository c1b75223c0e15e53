import pytest

from spotify_pipeline.keys import ForeignKeyError, Part, table_file

PART = Part("2026-03-01", "20260301T060000Z-daily-0a1b2c3d", "0007")


@pytest.mark.parametrize("part", [PART, PART._replace(name="run-12")])
def test_a_raw_key_names_its_part(part: Part) -> None:
    assert Part.from_raw_key(part.raw_key) == part


def test_a_parquet_file_has_the_name_of_its_part() -> None:
    assert PART.table_key("tracks") == (
        "transformed-data/tracks/ingest_date=2026-03-01/20260301T060000Z-daily-0a1b2c3d-0007.parquet"
    )


@pytest.mark.parametrize(
    "key",
    [
        "raw-data/",
        "raw-data/notes.txt",
        "raw-data/ingest_date=2026-03-01/",
        "raw-data/ingest_date=2026-3-1/run/0000.jsonl.gz",
        "raw-data/ingest_date=2026-03-01/run/0.jsonl.gz",
        "raw-data/ingest_date=2026-03-01/run/٠٠٠٠.jsonl.gz",
        "raw-data/ingest_date=٢٠٢٦-03-01/run/0000.jsonl.gz",
        PART.raw_key + "/x",
        PART.raw_key + "\n",
    ],
)
def test_a_key_of_another_layout_is_foreign(key: str) -> None:
    with pytest.raises(ForeignKeyError, match="is not the key of a raw part"):
        Part.from_raw_key(key)


def test_foreign_keys_are_left_out_of_a_listing() -> None:
    keys = ["raw-data/", PART.raw_key, "raw-data/notes.txt"]
    assert list(Part.from_raw_keys(keys)) == [PART]


@pytest.mark.parametrize("name", ["0000", "run-1", "run-1000"])
def test_the_key_of_a_table_file_names_table_and_part(name: str) -> None:
    part = Part("2026-03-01", "20260301T060000Z-daily-0a1b2c3d", name)
    assert table_file(part.table_key("playlist_items")) == ("playlist_items", part)


def test_another_key_is_no_table_file() -> None:
    assert table_file("transformed-data/playlists/notes.txt") is None
