"""Draws the widgets of a CloudWatch dashboard."""

from datetime import UTC, datetime, timedelta
from typing import Any

import altair as alt
import polars as pl

from docs.dashboard.fortnight import Watched
from local.cloudwatch.samples import Key

Layers = alt.LayerChart | alt.FacetChart

COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c")
FONT = "Helvetica, Arial, sans-serif"
RED, GREEN, INK, GREY = "#d13212", "#1d8102", "#16191f", "#687078"
_COLUMNS = 6
_HEADROOM = 1.12
_POINT = pl.Schema(
    {
        "time": pl.Datetime(time_zone="UTC"),
        "value": pl.Float64(),
        "label": pl.String(),
        "segment": pl.Int64(),
    }
)
_DAY = 24 * 60


def graph(properties: dict[str, Any], watched: Watched) -> Layers:
    """The lines or bars of a metric widget, and its horizontal annotations."""
    points = _points(properties["metrics"], watched)
    annotations = properties.get("annotations", {}).get("horizontal", [])
    labels = points["label"].unique(maintain_order=True).to_list()
    # A day's value stands at its beginning.
    days = [_time(watched, day * _DAY - _DAY // 2) for day in (0, watched.days)]
    highest = max([1.0, *points["value"], *(one["value"] for one in annotations)])
    chart = alt.Chart(points).encode(
        x=alt.X(
            "time:T",
            title=None,
            scale=alt.Scale(domain=[f"{day:%Y-%m-%dT%H:%M:%SZ}" for day in days], type="utc"),
            axis=alt.Axis(format="%-d %b", tickCount={"interval": "day", "step": 1}, grid=False),
        ),
        y=alt.Y(
            "value:Q", title=None, scale=alt.Scale(domain=[0, highest * _HEADROOM], nice=False)
        ),
        color=alt.Color(
            "label:N",
            title=None,
            scale=alt.Scale(domain=labels, range=COLOURS[: len(labels)]),
            legend=alt.Legend(orient="bottom", symbolType="square", symbolSize=90),
        ),
    )
    marks = _bars(chart) if properties.get("view") == "bar" else _lines(chart)
    return alt.layer(*marks, *_annotations(annotations, watched))


def _lines(chart: alt.Chart) -> list[alt.Chart]:
    """Consecutive periods are joined; dots show the others."""
    line = chart.mark_line(strokeWidth=1.8).encode(detail="segment:N")
    return [line, chart.mark_circle(size=26, opacity=1)]


def _bars(chart: alt.Chart) -> list[alt.Chart]:
    return [chart.mark_bar(width=22)]


def _annotations(annotations: list[dict[str, Any]], watched: Watched) -> list[alt.Chart]:
    """Dashed lines; their labels alternate above and below, each further to the right."""
    found = []
    for number, one in enumerate(sorted(annotations, key=lambda one: one["value"])):
        place = _time(watched, number * 4 * _DAY - _DAY // 2)
        line = {"value": [one["value"]], "label": [one["label"]], "time": [place]}
        chart = alt.Chart(pl.DataFrame(line)).encode(y="value:Q")
        is_below = number % 2
        text = chart.mark_text(
            align="left",
            baseline="top" if is_below else "bottom",
            dx=4,
            dy=3 if is_below else -3,
            fontSize=11,
            color=RED,
        )
        found.append(chart.mark_rule(strokeDash=[5, 4], color=RED, strokeWidth=1))
        found.append(text.encode(x="time:T", text="label:N"))
    return found


def alarm_grid(properties: dict[str, Any], watched: Watched) -> Layers:
    """A box for each alarm, in the colour of its state."""
    names = [arn.rpartition(":")[2] for arn in properties["alarms"]]
    shown = [name.removeprefix("spotify-local-") for name in names]
    boxes = pl.DataFrame(
        {
            "name": shown,
            "state": [watched.states[name] for name in shown],
            "column": [number % _COLUMNS for number in range(len(shown))],
            "row": [number // _COLUMNS for number in range(len(shown))],
        }
    )
    chart = alt.Chart(boxes).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(padding=0.04)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(padding=0.08)),
    )
    colour = alt.Color(
        "state:N",
        legend=None,
        scale=alt.Scale(domain=["OK", "ALARM", "INSUFFICIENT_DATA"], range=[GREEN, RED, GREY]),
    )
    text = chart.mark_text(color="white", fontSize=11.5, fontWeight="bold", dy=-5)
    state = chart.mark_text(color="white", fontSize=9, dy=8)
    return alt.layer(
        chart.mark_rect(cornerRadius=3).encode(color=colour),
        text.encode(text="name:N"),
        state.encode(text="state:N"),
    )


def _points(metrics: list[list[Any]], watched: Watched) -> pl.DataFrame:
    """The statistic of each period of each metric.

    A metric is `[namespace, name, dimension, value, …, options]`; its default period is 5 minutes.
    """
    rows = []
    for namespace, name, *dimensions, options in metrics:
        pairs = sorted(zip(dimensions[::2], dimensions[1::2], strict=True))
        key: Key = (namespace, name, tuple(pairs))
        length = options.get("period", 300) // 60
        before, segment = None, 0
        for minute, value in watched.samples.by_period(key, length, options["stat"]).items():
            segment += before is not None and minute - before > length
            before = minute
            time, label = _time(watched, minute), options["label"]
            rows.append({"time": time, "value": value, "label": label, "segment": segment})
    return pl.DataFrame(rows, schema=_POINT)


def _time(watched: Watched, minute: int) -> datetime:
    midnight = datetime.combine(watched.first, datetime.min.time(), UTC)
    return midnight + timedelta(minutes=minute)
