"""The heads of the SQL files: what they say is true of the statement, and faults are named."""

from pathlib import Path
from string import Formatter

import pytest

from stacks import sql_files
from stacks.sql_file import Chart, Parameter, Reads, SqlFile
from stacks.sql_files import full_schema, output_columns, saved_queries
from stacks.text_files import TextFileError

SCHEMA = full_schema()
QUERIES = saved_queries()

QUERY = """\
-- title: Tracks
-- question: Which?
-- reading: Each row is a track.
-- chart: bar x=track_id y=times color=track_id
-- finding: The first is {track_id}.
-- reads: tracks, albums; all days
-- parameter: day date 2026-03-01 The first day.
select track_id, count(*) as times
from tracks
cross join albums
where tracks.ingest_date >= cast(? as varchar)
group by track_id
order by track_id
"""


@pytest.fixture
def queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the saved queries, empty."""
    monkeypatch.setattr(sql_files, "FOLDER", tmp_path)
    folder = tmp_path / "queries"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.name))
def test_chart_and_finding_name_output_columns(query: SqlFile) -> None:
    columns = output_columns(query, SCHEMA).keys()
    assert set(query.chart.columns) <= columns
    named = {name for _, name, _, _ in Formatter().parse(query.finding) if name is not None}
    assert named
    assert named <= columns


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.name))
def test_a_head_names_the_tables_and_views_that_are_read(query: SqlFile) -> None:
    assert sorted(query.reads.names) == sorted(query.dependencies)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.name))
def test_reading_and_finding_are_a_sentence_each(query: SqlFile) -> None:
    for sentence in (query.reading, query.finding):
        assert sentence.endswith(".")
        assert ". " not in sentence


def test_titles_and_questions_differ_between_queries() -> None:
    assert len({query.title for query in QUERIES}) == len(QUERIES)
    assert len({query.question for query in QUERIES}) == len(QUERIES)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_file_is_read_as_any_editor_saves_it(queries: Path, mark: str, line_end: str) -> None:
    (queries / "one.sql").write_bytes(f"{mark}{QUERY}".replace("\n", line_end).encode())
    [query] = saved_queries()
    assert (query.name, query.title, query.question) == ("one", "Tracks", "Which?")
    assert query.text == QUERY
    assert query.reading == "Each row is a track."
    assert query.chart == Chart(kind="bar", x="track_id", y="times", color="track_id")
    assert query.reads == Reads(names=("tracks", "albums"), days="all days")
    assert query.parameters == (
        Parameter(name="day", type="date", example="2026-03-01", description="The first day."),
    )


def test_a_finding_has_the_values_of_the_first_row(queries: Path) -> None:
    (queries / "one.sql").write_text(QUERY)
    [query] = saved_queries()
    assert query.finding_in({"track_id": "{times} %", "times": "1"}) == "The first is {times} %."
    assert query.finding_in({"track_id": None, "times": "1"}) is None


def test_a_file_in_another_encoding_is_refused_and_named(queries: Path) -> None:
    (queries / "one.sql").write_bytes(QUERY.encode("utf-16"))
    with pytest.raises(TextFileError, match=r"^sql/queries/one\.sql is not UTF-8 \(byte 0\)"):
        saved_queries()


@pytest.mark.parametrize(
    ("line", "replacement", "message"),
    [
        ("-- title: Tracks\n", "", "no line `-- title: …`: add it at the top"),
        ("-- question: Which?\n", "\n-- question: Late?\n", "no line `-- question"),
        ("-- reading: Each row is a track.\n", "", "no line `-- reading"),
        ("-- title: Tracks\n", "-- title: A\n-- title: B\n", "2 lines `-- title: …`: keep one"),
        ("chart: bar", "chart: pie", "the chart `pie`: use one of bar, line, heat, point, none"),
        ("x=track_id", "z=track_id", "give x, y, color at most once each, as in `x=column`"),
        ("y=times", "x=times", "give x, y, color at most once each"),
        (" y=times", "", "give x and y a column each"),
        ("y=times", "y", "give x and y a column each"),
        ("; all days", "", "does not say of which days it reads `tracks, albums`: write"),
        ("day date", "day timestamp", "the parameter `day timestamp 2026-03-01 The first day.`"),
        ("date 2026-03-01 The first day.", "date", "write `<name> <type> <example> <description>`"),
        ("-- parameter: day", "-- parameters: day", "1 marks `[?]` and 0 lines `-- parameter: …`"),
        ("cast(? as varchar)", "'2026'", "0 marks `[?]` and 1 lines `-- parameter: …`: describe"),
    ],
)
def test_a_faulty_head_is_refused_and_named(
    queries: Path, line: str, replacement: str, message: str
) -> None:
    assert line in QUERY
    (queries / "one.sql").write_text(QUERY.replace(line, replacement, 1))
    with pytest.raises(TextFileError, match=rf"^sql/queries/one\.sql .*{message}"):
        saved_queries()
