"""Draws the dashboard from metrics of the emulator: `make docs-dashboard`."""

from docs.dashboard.fortnight import watch
from docs.dashboard.picture import FILE, draw

if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(draw(watch()))
