"""The playlist that a person names, and the schedules that name it too."""

from spotify_pipeline.sources import LIKED, Sources, names_liked_songs, parse_id
from stacks.configuration import Configuration


def parse_playlist(text: str) -> str:
    """The id of a playlist, from an id, URI or link. Raises ValueError with the remedy.

    That of the liked songs, from `liked` or the link of their page.
    """
    if names_liked_songs(text):
        return LIKED
    return parse_id(text, "playlist")


def schedules_with(configuration: Configuration, playlist_id: str) -> list[str]:
    """The schedules whose sources name the playlist."""
    return [
        name
        for name, schedule in configuration.schedules.items()
        if playlist_id in Sources(playlists=schedule.playlists).playlist_ids
        or (playlist_id == LIKED and schedule.liked_songs)
    ]
