"""A headless Chromium that shows the report."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.browser.pages import every_section
from tests.browser.prerequisites import browser, driver

WIDTHS = (1280, 360)
SCHEMES = ("light", "dark")


@pytest.fixture(scope="session")
def chrome() -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = str(browser())
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        # Chromium's sandbox refuses root, which containers often are.
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = Chrome(options=options, service=Service(executable_path=driver()))
    yield found
    found.quit()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(every_section(), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(params=[(width, scheme) for width in WIDTHS for scheme in SCHEMES], ids=str)
def page(request: pytest.FixtureRequest, chrome: Chrome, address: str) -> Chrome:
    """The report, in a window of that width and in that color scheme."""
    width, scheme = request.param
    _open(chrome, address, width, scheme)
    return chrome


@pytest.fixture
def wide_page(chrome: Chrome, address: str) -> Chrome:
    _open(chrome, address, WIDTHS[0], SCHEMES[0])
    return chrome


@pytest.fixture
def narrow_page(chrome: Chrome, address: str) -> Chrome:
    _open(chrome, address, WIDTHS[1], SCHEMES[0])
    return chrome


def _open(chrome: Chrome, address: str, width: int, scheme: str) -> None:
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    show(chrome, scheme=scheme)
    for kind in ("browser", "performance"):
        logged(chrome, kind)
    chrome.get(address)


def show(chrome: Chrome, *, scheme: str = "light", media: str = "screen") -> None:
    """Switch to a color scheme and a medium."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def logged(chrome: Chrome, kind: str) -> list[dict[str, Any]]:
    """The new entries of a log of the browser."""
    return list(cast(Any, chrome).get_log(kind))


def requests(chrome: Chrome) -> list[str]:
    """The addresses that the page has requested since it was opened."""
    messages: list[dict[str, Any]] = [
        json.loads(entry["message"])["message"] for entry in logged(chrome, "performance")
    ]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
