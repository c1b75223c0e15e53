"""A report with every kind of section: all charts, a wide table, failures, hostile names."""

from datetime import UTC, datetime

from report.answers import Answer
from report.page import Page, render
from stacks.sql_file import Chart, Parameter
from tests.unit.report.answers import Column, answer, number, query, text

HOSTILE = '</title><script>document.title = "owned"</script><b>\u202ebold\u2066'
LONG = "A name that is far longer than a phone is wide, as names of albums sometimes are"

_PLAYLISTS = [HOSTILE, LONG, "אוסף של שירים", "Mornings", "Evenings"]
_DAYS: list[str | None] = [f"2026-03-{n:02}" for n in range(1, 16)]


def every_section() -> str:
    answers = [_coverage(), _bars(), _colors(), _heat(), _line(), _points(), _wide()]
    answers += [
        Answer(query=query("broken"), failure="Athena refused it: " + LONG),
        Answer(query=query("unanswered", parameters=(_DAY,))),
        answer(query("empty", chart=_BARS), playlist=text(), entries=number()),
    ]
    page = Page(
        environment="dev",
        made_at=datetime(2026, 3, 15, 6, tzinfo=UTC),
        is_emulated=True,
        answers={one.query.name: one for one in answers},
    )
    return render(page)


_DAY = Parameter(name="day", type="date", example="2026-03-02", description="The day.")
_BARS = Chart(kind="bar", x="entries", y="playlist")


def _coverage() -> Answer:
    return answer(
        query("coverage", finding="There are runs on {days} days."),
        days=number("15"),
        first_day=text("2026-03-01"),
        last_complete_at=Column(type="timestamp(3)", values=["2026-03-15 06:01:02.000"]),
    )


def _bars() -> Answer:
    return answer(
        query("bars", chart=_BARS, finding="None has more entries than {playlist}."),
        playlist=text(*_PLAYLISTS),
        entries=number("1200", "900", "40", "20", "3"),
        playlist_id=text("p1", "p2", "p3", "p4", "p5"),
    )


def _colors() -> Answer:
    return answer(
        query("colors", chart=Chart(kind="bar", x="day", y="entries", color="status")),
        day=text(*_DAYS),
        entries=number(*(str(5 * n) for n in range(15))),
        status=text(*(["complete", "partial", "failed"] * 5)),
    )


def _heat() -> Answer:
    hours = [(day, hour) for day in range(7) for hour in range(24)]
    return answer(
        query("heat", chart=Chart(kind="heat", x="hour", y="weekday", color="plays")),
        weekday=number(*(str(day + 1) for day, _ in hours)),
        hour=number(*(str(hour) for _, hour in hours)),
        plays=number(*(str(day * hour) for day, hour in hours)),
    )


def _line() -> Answer:
    return answer(
        query("line", chart=Chart(kind="line", x="day", y="plays")),
        day=text(*_DAYS),
        plays=number(*(str(n * n) for n in range(15))),
    )


def _points() -> Answer:
    return answer(
        query("points", chart=Chart(kind="point", x="age", y="followers", color="kind")),
        age=number(*map(str, range(8))),
        followers=number(*map(str, range(0, 800, 100))),
        kind=text(*(["own", "followed"] * 4)),
    )


def _wide() -> Answer:
    columns = {f"long_heading_{n}": text("some words", LONG) for n in range(12)}
    return answer(query("wide"), **columns)
