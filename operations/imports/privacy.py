"""What of a record leaves the user's machine: the fields of a play, and nothing else.

An export also has the IP address, the user name and the user agent of each play. A field that is
not listed here stays out, so that a private field that Spotify adds later stays out as well.
"""

from typing import Any

from operations.imports.records import Members, Unreadable

KEPT = frozenset(
    {
        # account data
        "endTime",
        "msPlayed",
        "artistName",
        "trackName",
        "podcastName",
        "episodeName",
        "authorName",
        "audiobookName",
        "chapterName",
        # extended streaming history
        "ts",
        "ms_played",
        "platform",
        "conn_country",
        "master_metadata_track_name",
        "master_metadata_album_artist_name",
        "master_metadata_album_album_name",
        "spotify_track_uri",
        "episode_name",
        "episode_show_name",
        "spotify_episode_uri",
        "audiobook_title",
        "audiobook_uri",
        "audiobook_chapter_uri",
        "audiobook_chapter_title",
        "reason_start",
        "reason_end",
        "shuffle",
        "skipped",
        "offline",
        "offline_timestamp",
        "incognito_mode",
    }
)

PRIVATE = frozenset(
    {
        "ip_addr",
        "ip_addr_decrypted",
        "username",
        "user_agent",
        "user_agent_decrypted",
    }
)
"""Fields that are known to be left out; others that are left out are named to the user."""


def kept_fields(record: Members | Unreadable) -> dict[str, Any]:
    """What is stored of a record: of an unreadable one the reason, as its text may be private."""
    if isinstance(record, Unreadable):
        return {"unreadable": record.reason}
    return {name: value for name, value in record.items() if name in KEPT}


def unknown_fields(record: Members | Unreadable) -> set[str]:
    """Names of fields that are left out, and are not known to be private."""
    return set() if isinstance(record, Unreadable) else record.keys() - KEPT - PRIVATE
