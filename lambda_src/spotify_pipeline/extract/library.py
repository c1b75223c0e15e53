"""The playlists that the token's user owns or follows, with their snapshots: fifty an answer."""

from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial

import msgspec

from spotify_pipeline.extract.answer import Answer
from spotify_pipeline.extract.pages import Pages
from spotify_pipeline.extract.refusals import RefusedError, RunRefusedError
from spotify_pipeline.extract.regime import Listing
from spotify_pipeline.extract.spotify import Spotify
from spotify_pipeline.extract.together import together


class _Body(msgspec.Struct):
    items: list[msgspec.Raw]


def read_library(spotify: Spotify, pool: Executor, size: int = 0) -> dict[str, Answer]:
    """Metadata of each playlist by id, in the library's order; `size` is a guess at their number.

    Raises RunRefusedError without a user, UnavailableError.
    """
    pages = Pages(total=size)

    def read(offset: int) -> None:
        pages.add(spotify.my_playlists(offset))

    try:
        while missing := pages.missing():
            together(pool, [partial(read, offset) for offset in missing])
    except RefusedError as refusal:
        raise RunRefusedError("grant_refused", refusal.reason) from refusal
    answers = [answer for page in pages.in_order() for answer in _playlists(page)]
    return {answer.read(Listing).id: answer for answer in answers}


def _playlists(page: Answer) -> Iterator[Answer]:
    for body in page.read(_Body).items:
        if bytes(body) != b"null":
            yield msgspec.structs.replace(page, body=body)
