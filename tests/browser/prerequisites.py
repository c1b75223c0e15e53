"""The programs that the browser tests need: `python -m tests.browser.prerequisites` checks them."""

import os
import shutil
import sys
from pathlib import Path

AXE = Path(__file__).parents[2] / ".local" / "browser" / "node_modules" / "axe-core" / "axe.min.js"

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """The path of Chromium or Chrome."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def driver() -> str | None:
    """The path of ChromeDriver; CHROMEWEBDRIVER names its folder where it is not on the path."""
    return shutil.which("chromedriver") or shutil.which(
        "chromedriver", path=os.environ.get("CHROMEWEBDRIVER", "")
    )


def missing() -> list[str]:
    """The Debian packages of the programs that are missing."""
    found = {"chromium": browser(), "chromium-driver": driver()}
    return [package for package, path in found.items() if path is None]


if __name__ == "__main__":
    if packages := missing():
        sys.exit(
            f"make test-browser needs {' and '.join(packages)}: "
            f"install with apt-get install {' '.join(packages)}, or Chrome with its ChromeDriver"
        )
