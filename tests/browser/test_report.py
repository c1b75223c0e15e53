"""The report in a browser: pictures, colors, widths, keyboard, accessibility."""

from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.conftest import logged, requests, show
from tests.browser.prerequisites import AXE

_AXE_RUN = "axe.run(document, {resultTypes: ['violations']}).then(arguments[0])"
CHARTS = 5


def evaluate(chrome: Chrome, expression: str) -> Any:
    return chrome.execute_script(f"return {expression}")


def test_it_requests_nothing_and_logs_nothing(page: Chrome, address: str) -> None:
    assert set(requests(page)) == {address}
    assert logged(page, "browser") == []


def test_axe_finds_no_violation(page: Chrome) -> None:
    page.execute_script(AXE.read_text())
    found = page.execute_async_script(_AXE_RUN)
    assert found["passes"] is not None
    assert [
        (one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]
    ] == []


def test_names_run_no_scripts(wide_page: Chrome) -> None:
    assert wide_page.title == "Spotify pipeline, dev: report"
    assert evaluate(wide_page, "document.querySelectorAll('script, b').length") == 0


def test_the_page_never_scrolls_sideways(page: Chrome) -> None:
    width = evaluate(page, "document.documentElement.clientWidth")
    assert evaluate(page, "document.documentElement.scrollWidth") == width


def test_charts_fit_the_page(page: Chrome) -> None:
    """The pictures, and the labels in them, in whatever font this machine has."""
    boxes = evaluate(
        page,
        "[...document.querySelectorAll('svg, svg text')].map(e => [e, e.getBoundingClientRect()])"
        ".map(([e, box]) => [e.tagName, box.left, box.right, box.width])",
    )
    pictures = [width for tag, _, _, width in boxes if tag == "svg"]
    assert len(pictures) == CHARTS
    assert min(pictures) > 250
    width = evaluate(page, "document.documentElement.clientWidth")
    assert min(left for _, left, _, _ in boxes) >= 0
    assert max(right for _, _, right, _ in boxes) <= width


def test_charts_have_the_colors_of_the_scheme(wide_page: Chrome) -> None:
    light = _fills(wide_page)
    show(wide_page, scheme="dark")
    dark = _fills(wide_page)
    assert "rgb(0, 0, 0)" not in light | dark
    assert not light & dark


def _fills(chrome: Chrome) -> set[str]:
    """Computed colors of what charts fill with a custom property."""
    found = evaluate(
        chrome,
        "[...document.querySelectorAll('svg [fill^=var]')].map(e => getComputedStyle(e).fill)",
    )
    assert len(found) > 100
    return set(found)


def test_the_first_stop_of_the_keyboard_skips_to_the_content(narrow_page: Chrome) -> None:
    ActionChains(narrow_page).send_keys(Keys.TAB).perform()
    assert evaluate(narrow_page, "document.activeElement.className") == "skip"
    assert evaluate(narrow_page, "document.activeElement.getBoundingClientRect().left") >= 0
    ActionChains(narrow_page).send_keys(Keys.ENTER).perform()
    assert evaluate(narrow_page, "document.activeElement.id") == "main"


def test_the_keyboard_reaches_and_marks_every_link_and_table(narrow_page: Chrome) -> None:
    stops = evaluate(narrow_page, "document.querySelectorAll('a, [tabindex=\"0\"]').length")
    reached = set()
    for stop in range(stops):
        ActionChains(narrow_page).send_keys(Keys.TAB).perform()
        outline = evaluate(narrow_page, "getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", f"stop {stop}"
        reached.add(evaluate(narrow_page, "document.activeElement.outerHTML"))
    regions = evaluate(narrow_page, "document.querySelectorAll('[tabindex=\"0\"]').length")
    assert regions == sum("<table" in element for element in reached)


def test_a_wide_table_scrolls_in_its_region(narrow_page: Chrome) -> None:
    region = "document.querySelector('#wide .scroll')"
    narrow_page.execute_script(f"{region}.focus()")
    ActionChains(narrow_page).send_keys(Keys.ARROW_RIGHT).perform()
    WebDriverWait(narrow_page, 5).until(lambda chrome: evaluate(chrome, f"{region}.scrollLeft") > 0)


@pytest.mark.parametrize("selector", ["nav", ".skip"])
def test_navigation_is_not_printed(wide_page: Chrome, selector: str) -> None:
    displayed = f"getComputedStyle(document.querySelector('{selector}')).display"
    assert evaluate(wide_page, displayed) != "none"
    show(wide_page, media="print")
    assert evaluate(wide_page, displayed) == "none"


def test_print_is_dark_on_light(wide_page: Chrome) -> None:
    show(wide_page, scheme="dark", media="print")
    assert evaluate(wide_page, "getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
