"""The fake Spotify as a background process, and a client of its control endpoints."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from fake_spotify.regime import Regime
from fake_spotify.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from local.processes import finish, start

APP_CREDENTIALS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
CREDENTIALS = APP_CREDENTIALS | {"refresh_token": REFRESH_TOKEN}


def start_fake_spotify(
    folder: Path, data: Path | None, regime: Regime
) -> tuple[subprocess.Popen[str], "FakeSpotifyClient"]:
    """Start the server with a recording or the synthetic world; wait until it responds.

    Raises RuntimeError with its log if it does not start.
    """
    log = folder / "fake-spotify.log"
    command = [sys.executable, "-m", "fake_spotify", "--regime", regime]
    command += ["--data", str(data)] if data else []
    process = start(command, log, dict(os.environ), pipe=True)
    assert process.stdout
    url = process.stdout.readline().strip()
    if not url:
        finish(process)
        raise RuntimeError(f"The fake Spotify did not start:\n{log.read_text()[-2000:]}")
    return process, FakeSpotifyClient(url)


class FakeSpotifyClient:
    """Client of the fake Spotify's control endpoints."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def spotify(self) -> dict[str, str]:
        """Overrides of the configuration section `spotify`: days are extracted within seconds."""
        return {
            "api_url": f"{self.url}v1/",
            "token_url": f"{self.url}api/token",
            "requests_per_second": "1000",
            "daily_calls": "1000000",
        }

    def days(self) -> list[str]:
        """Days on which the fake's playlists change."""
        return list(map(str, self._day()["days"]))

    def day(self) -> str:
        return str(self._day()["day"])

    def show(self, day: str) -> None:
        self._day(json.dumps({"day": day}).encode())

    def export(self, package: str, days: int) -> bytes:
        """The user's data export, a zip archive with the plays of the last days."""
        url = f"{self.url}fake/export?package={package}&days={days}"
        with urllib.request.urlopen(url, timeout=60) as response:  # noqa: S310 - our own server
            return bytes(response.read())

    def _day(self, change: bytes | None = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}fake/day",
            data=change,
            method="PUT" if change else "GET",
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - likewise
            return dict(json.load(response))
