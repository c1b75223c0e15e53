"""The page as a whole: its parts, and that nothing in the data can change it."""

import base64
import hashlib
import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from report.answers import Answer
from report.page import Page, render
from report.tables import ROWS
from stacks.sql_file import Chart, Parameter
from tests.unit.report.answers import answer, number, query, text

BARS = Chart(kind="bar", x="playlists", y="track")
HOSTILE = '</title><script>alert(1)</script><img src=x onerror="y">\u202eevil\u2066'


class Document(HTMLParser):
    """Start tags with their attributes, ids, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [str(found[attribute]) for _, found in self.tags if attribute in found]


def page_of(*answers: Answer, is_emulated: bool = False) -> str:
    page = Page(
        environment="dev",
        made_at=datetime(2026, 3, 1, 6, tzinfo=UTC),
        is_emulated=is_emulated,
        answers={one.query.name: one for one in answers},
    )
    return render(page)


def songs(*names: str, name: str = "songs", finding: str = "") -> Answer:
    return answer(
        query(name, chart=BARS, finding=finding),
        track=text(*names),
        playlists=number(*(str(1000 * (n + 1)) for n in range(len(names)))),
        track_id=text(*(f"t{n}" for n in range(len(names)))),
    )


def test_a_section_has_question_finding_chart_table_and_reading() -> None:
    page = page_of(songs("One", "Other", finding="None is in more than {track}: {playlists}."))
    plain = Document(page).text
    assert "Which ones?" in plain
    assert "None is in more than \u2068One\u2069: 1,000." in plain
    assert "How to read it." in plain
    assert page.count("<svg") == 1
    assert '<a href="https://open.spotify.com/track/t0"><bdi>One</bdi></a>' in page
    assert "Track id" not in plain


def test_a_long_table_says_how_many_rows_are_left_out() -> None:
    plain = Document(page_of(songs(*(f"Song {n}" for n in range(ROWS + 3))))).text
    assert f"the first {ROWS} of {ROWS + 3} rows" in plain
    assert "3 more rows" in plain


def test_a_failed_query_says_why_and_the_others_are_shown() -> None:
    failed = Answer(query=query("broken"), failure="Athena refused it")
    document = Document(page_of(failed, songs("One", "Other")))
    assert "The query failed: Athena refused it" in document.text
    assert document.values("href").count("#broken") == 2
    assert "One" in document.text


def test_a_query_without_values_says_how_to_run_it() -> None:
    parameters = (
        Parameter(name="playlist_id", type="varchar", example="37i", description="Its id."),
        Parameter(name="count", type="integer", example="5", description="How many."),
    )
    plain = Document(page_of(Answer(query=query("as_of", parameters=parameters)))).text
    assert 'make query ENV=dev QUERY=as_of PARAMETERS="playlist_id=37i,count=5"' in plain
    assert "Its id." in plain


def test_a_result_without_rows_is_a_sentence() -> None:
    page = page_of(songs())
    assert "No rows" in page
    assert "<table" not in page
    assert "<svg" not in page


def test_coverage_and_freshness_come_first_and_queries_with_parameters_last() -> None:
    day = Parameter(name="day", type="date", example="2026-03-02", description="The day.")
    as_of = Answer(query=query("as_of", parameters=(day,)))
    coverage = answer(query("coverage"), days=number("3"), first_day=text("2026-03-01"))
    others = [answer(query(name), name=text("X")) for name in ("albums", "playlist_freshness")]
    page = page_of(as_of, songs("A", "B"), *others, coverage)
    headings = re.findall(r"<h2 id=\"(\w+)-heading\">", page)
    assert headings == ["coverage", "playlist_freshness", "albums", "songs", "as_of"]
    assert "1 Mar 2026" in Document(page).text


def test_ids_are_unique() -> None:
    page = page_of(songs("A", "B"), songs("C", "D", name="albums"))
    assert max(Counter(Document(page).values("id")).values()) == 1


def test_names_are_text() -> None:
    """In cells, charts, findings, failures and values."""
    given = songs(HOSTILE, "B", finding="It is {track}.")
    failed = Answer(query=query("broken"), failure=HOSTILE)
    valued = answer(query("valued"), playlist=text(HOSTILE), playlist_id=text('"><b>'))
    document = Document(page_of(given, failed, valued))
    allowed = {"a", "bdi", "body", "caption", "circle", "code", "defs", "desc", "div", "footer"}
    allowed |= {"g", "h1", "h2", "head", "header", "html", "li", "line", "main", "meta", "nav"}
    allowed |= {"p", "path", "q", "rect", "section", "style", "svg", "table", "tbody", "td"}
    allowed |= {"text", "th", "thead", "time", "title", "tr", "ul"}
    assert {tag for tag, _ in document.tags} <= allowed
    assert not [name for _, found in document.tags for name in found if name.startswith("on")]
    assert "\u202e" not in document.text
    assert "\u2066" not in document.text


def test_the_page_requests_nothing_and_runs_nothing() -> None:
    page = page_of(songs("A", "B"))
    document = Document(page)
    assert not document.values("src")
    assert {href[:1] for href in document.values("href")} <= {"#", "h"}
    assert "url(" not in page
    [style] = re.findall(r"<style>(.*?)</style>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    [policy] = [content for content in document.values("content") if "default-src" in content]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"
    assert not document.values("style")


def test_each_query_has_its_bytes_and_an_estimated_price() -> None:
    plain = Document(page_of(answer(query(), 2_500_000_000, track=text("A")))).text
    assert "2.5 GB read, about 0.012500 USD" in plain
    assert "estimates" in plain
    assert "emulator" not in plain


@pytest.mark.parametrize(
    ("bytes_scanned", "price"),
    [(0, "0.000050"), (20_000_000, "0.000100"), (1_000_000_000_000, "5.000000")],
)
def test_a_query_costs_at_least_ten_megabytes(bytes_scanned: int, price: str) -> None:
    page = page_of(answer(query(), bytes_scanned, track=text("A")))
    assert f"about {price} USD" in page


def test_the_emulators_bytes_are_called_so() -> None:
    assert "emulator" in page_of(songs("A"), is_emulated=True)


def test_the_page_attributes_the_content_to_spotify() -> None:
    assert "Spotify is a trademark of Spotify AB" in " ".join(page_of(songs("A")).split())


def test_a_reading_names_columns_by_their_headings() -> None:
    read = answer(query(reading="`top_share` is of 1, `other` is a value."), top_share=number("1"))
    assert "<q>Top share</q> is of 1, <q>other</q> is a value." in page_of(read)
