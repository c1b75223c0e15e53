"""Charts: which values they show, and the picture."""

import pytest

from report.charts.picture import picture
from report.charts.points import Points
from report.charts.reading import points_of
from report.charts.shaping import CATEGORIES, COLORS
from stacks.sql_file import Chart
from tests.unit.report.answers import Column, answer, number, query, text

BARS = query(chart=Chart(kind="bar", x="playlists", y="track"))
COLORED = query(chart=Chart(kind="bar", x="playlists", y="track", color="owner"))
DAYS = query(chart=Chart(kind="bar", x="day", y="entries"))


def drawn(points: Points | None) -> str:
    assert points
    return str(picture(points, name="songs", title="Songs", description="A chart."))


def test_bars_are_in_the_order_of_the_rows() -> None:
    points = points_of(answer(BARS, track=text("B", "A"), playlists=number("3", "2")))
    assert points
    assert points.points == [{"x": 3.0, "y": "B"}, {"x": 2.0, "y": "A"}]
    svg = drawn(points)
    assert svg.index(">B</text>") < svg.index(">A</text>")


def test_days_are_in_their_own_order() -> None:
    rows = answer(DAYS, day=text("2026-03-02", "2026-03-01"), entries=number("3", "2"))
    svg = drawn(points_of(rows))
    assert svg.index(">1 Mar 2026</text>") < svg.index(">2 Mar 2026</text>")


@pytest.mark.parametrize(
    ("column", "shown"),
    [("weekday", ["Monday", "Saturday", "Sunday"]), ("month", ["2026-09", "2026-10", "2026-11"])],
)
def test_weekdays_and_months_are_in_their_own_order(column: str, shown: list[str]) -> None:
    asked = query(chart=Chart(kind="bar", x=column, y="plays"))
    values = {column: text(*reversed(shown)), "plays": number("3", "2", "1")}
    svg = drawn(points_of(answer(asked, **values)))
    assert sorted(shown, key=lambda label: svg.index(f">{label}</text>")) == shown


def test_the_rows_of_a_heat_map_are_in_their_own_order() -> None:
    asked = query(chart=Chart(kind="heat", x="hour", y="weekday", color="plays"))
    values = {
        "weekday": text("Sunday", "Monday", "Tuesday"),
        "hour": number("7", "9", "8"),
        "plays": number("3", "2", "1"),
    }
    svg = drawn(points_of(answer(asked, **values)))
    days = ["Monday", "Tuesday", "Sunday"]
    assert sorted(days, key=lambda label: svg.index(f">{label}</text>")) == days


def test_only_the_first_bars_are_shown() -> None:
    names = [f"Song {n}" for n in range(CATEGORIES + 1)]
    points = points_of(answer(BARS, track=text(*names), playlists=number(*["1"] * len(names))))
    assert points
    assert [point["y"] for point in points.points] == names[:CATEGORIES]


def test_names_of_different_ids_have_bars_of_their_own() -> None:
    rows = answer(
        BARS,
        track=text("Intro", "Intro", "Intro"),
        playlists=number("3", "2", "1"),
        track_id=text("one", "other", "one"),
    )
    points = points_of(rows)
    assert points
    assert points.points == [{"x": 4.0, "y": "Intro"}, {"x": 2.0, "y": "Intro (2)"}]


def test_rows_of_one_part_of_a_bar_add_up() -> None:
    rows = answer(
        COLORED,
        track=text("A", "A", "A"),
        playlists=number("1", "2", "4"),
        owner=text("me", "you", "me"),
    )
    points = points_of(rows)
    assert points
    assert points.points == [
        {"x": 5.0, "y": "A", "color": "me"},
        {"x": 2.0, "y": "A", "color": "you"},
    ]


def test_bars_carry_both_names_where_colors_do_not_suffice() -> None:
    count = COLORS + 1
    owners = [f"Owner {n}" for n in range(count)]
    rows = answer(
        COLORED,
        track=text(*["Intro"] * count),
        playlists=number(*["1"] * count),
        owner=text(*owners),
    )
    points = points_of(rows)
    assert points
    assert "color" not in points.channels
    assert [point["y"] for point in points.points] == [f"Intro, {owner}" for owner in owners]


def test_a_color_that_all_share_is_left_out() -> None:
    rows = answer(COLORED, track=text("A", "B"), playlists=number("1", "2"), owner=text("me", "me"))
    points = points_of(rows)
    assert points
    assert "color" not in points.channels


@pytest.mark.parametrize(
    ("tracks", "playlists"),
    [
        ([], []),
        (["A"], ["1"]),
        (["A", "B"], ["0", "0"]),
        (["A", "B"], [None, None]),
        (["A", "B"], ["1", None]),
    ],
    ids=["no rows", "one row", "zeros", "nulls", "one number"],
)
def test_there_is_no_chart_of_nothing(tracks: list[str], playlists: list[str | None]) -> None:
    assert points_of(answer(BARS, track=text(*tracks), playlists=number(*playlists))) is None


def test_a_query_without_a_chart_has_none() -> None:
    assert points_of(answer(query(), track=text("A", "B"), playlists=number("1", "2"))) is None


@pytest.mark.parametrize("kind", ["bar", "heat", "line", "point"])
def test_every_kind_of_chart_is_drawn_in_the_colors_of_the_page(kind: str) -> None:
    chart = Chart(kind=kind, x="day", y="hour" if kind == "heat" else "plays", color="plays")
    if kind != "heat":
        chart = Chart(kind=kind, x="day", y="plays", color="origin")
    rows = answer(
        query(chart=chart),
        day=text("2026-03-01", "2026-03-02", "2026-03-03"),
        hour=number("0", "1", "2"),
        plays=Column(type="double", values=["0.5", "1.5", "9"]),
        origin=text("api", "export", "api"),
    )
    svg = drawn(points_of(rows))
    assert "#" not in svg.replace("#000", "")
    assert "var(--step-5)" in svg if kind == "heat" else "var(--series-2)" in svg


def test_the_picture_holds_no_markup_of_names_and_leaves_their_text_alone() -> None:
    name = '<script>1.2345</script> class="x" &lt;'
    rows = answer(BARS, track=text(name, "B"), playlists=number("1", "2"))
    svg = drawn(points_of(rows))
    assert "<script" not in svg
    assert "&lt;script&gt;1.2345&lt;/script&gt;" in svg.replace("…", "&lt;/script&gt;")


def test_a_screen_reader_announces_the_picture_by_title_and_description() -> None:
    points = points_of(answer(BARS, track=text("A", "B"), playlists=number("1", "2")))
    assert points
    svg = str(picture(points, name="songs", title="A < B", description="Bars & more"))
    assert 'role="img"' in svg
    assert 'aria-labelledby="songs-title songs-description"' in svg
    assert '<title id="songs-title">A &lt; B</title>' in svg
    assert '<desc id="songs-description">Bars &amp; more</desc>' in svg
