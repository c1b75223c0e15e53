"""Options of the local commands: each is a make variable too."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.credentials import CONTENT
from commands.variables import address, choice, day, file, known_environment, whole_number
from fake_spotify.regime import Regime

RECORDING = "a recording of playlists (gzip JSON, as in fake_spotify/worlds/recorded.py)"


class TokenKind(StrEnum):
    """Owner of the pipeline's access token: a user, or the app itself."""

    USER = "user"
    APP = "app"


Env = Annotated[
    str,
    typer.Option(
        "--environment",
        envvar="ENV",
        parser=known_environment,
        help="An environment on the emulator.",
    ),
]
Port = Annotated[
    int,
    typer.Option(
        envvar="PORT", parser=whole_number("PORT", 1, 65_535), help="The emulator's port."
    ),
]
Days = Annotated[
    int, typer.Option(envvar="DAYS", parser=whole_number("DAYS", 1), help="Consecutive days.")
]
Data = Annotated[
    Path | None,
    typer.Option(envvar="DATA", parser=file("DATA", RECORDING), help="A recording of playlists."),
]
Rules = Annotated[
    Regime,
    typer.Option(
        envvar="REGIME", parser=choice("REGIME", Regime), help="The fake Spotify's rules."
    ),
]
Grant = Annotated[
    TokenKind,
    typer.Option(
        "--grant", envvar="GRANT", parser=choice("GRANT", TokenKind), help="Whose token to use."
    ),
]
ApiUrl = Annotated[
    str | None,
    typer.Option(envvar="SPOTIFY_API_URL", parser=address("SPOTIFY_API_URL", end="/")),
]
TokenUrl = Annotated[
    str | None, typer.Option(envvar="SPOTIFY_TOKEN_URL", parser=address("SPOTIFY_TOKEN_URL"))
]
Secret = Annotated[Path | None, typer.Option(envvar="SECRET", parser=file("SECRET", CONTENT))]
Day = Annotated[date | None, typer.Option(envvar="DAY", parser=day("DAY"), help="YYYY-MM-DD.")]
