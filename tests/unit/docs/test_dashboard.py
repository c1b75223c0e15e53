"""The picture of a dashboard."""

from typing import Any

from docs.dashboard.fortnight import Watched
from docs.dashboard.picture import draw
from local.cloudwatch.samples import Samples

KEY = ("N", "M", (("service", "extract"),))
OPTIONS = {"label": "extract", "period": 86_400, "stat": "Maximum"}
GRAPH: dict[str, Any] = {
    "title": "Calls & more",
    "metrics": [["N", "M", "service", "extract", OPTIONS]],
    "annotations": {"horizontal": [{"value": 40, "label": "limit"}]},
}
ALARMS = {
    "title": "Alarms",
    "alarms": ["arn:aws:cloudwatch:us-east-1:0:alarm:spotify-local-dead-letters"],
}


def drawn(samples: Samples) -> str:
    widgets = [
        {"type": "alarm", "x": 0, "y": 0, "width": 24, "height": 3, "properties": ALARMS},
        {"type": "metric", "x": 12, "y": 3, "width": 12, "height": 6, "properties": GRAPH},
    ]
    return draw(Watched({"widgets": widgets}, samples, {"dead-letters": "ALARM"}))


def points(picture: str) -> int:
    return picture.count('fill="#1f77b4" stroke-width="2"')


def test_a_picture_has_each_widget_with_its_content() -> None:
    samples = Samples({KEY: {0: 3.0, 1440: 5.0}})
    picture = drawn(samples)
    for text in ("Calls &amp; more", ">limit<", ">dead-letters<", ">ALARM<", ">14 Mar<"):
        assert text in picture
    assert points(picture) == points(drawn(Samples())) + 2


def test_a_metric_without_samples_is_an_empty_graph() -> None:
    assert "Calls &amp; more" in drawn(Samples())
