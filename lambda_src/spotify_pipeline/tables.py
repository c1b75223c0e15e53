"""The contract: every table, its key, columns, types and descriptions.

Glue tables, Polars schemas and the checks of the SQL files are derived from here.
Columns are only ever added; a changed meaning or type is a new column.
Only the standard library is needed, so that synth stays quick.
"""

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """Column types, spelled as Glue spells them."""

    STRING = "string"
    INT = "int"
    BIGINT = "bigint"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    DATE = "date"
    STRINGS = "array<string>"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; null where Spotify gave nothing, unless it is part of the key."""

    name: str
    type: Type
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `key` names the columns that identify a row within one part."""

    name: str
    description: str
    key: tuple[str, ...]
    own_columns: tuple[Column, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns stored in the Parquet files, in their order there."""
        own = {column.name for column in self.own_columns}
        return self.own_columns + tuple(c for c in _EVERYWHERE if c.name not in own)


PARTITION_KEY = Column(
    "ingest_date", Type.STRING, "Logical day of the run, UTC, as YYYY-MM-DD; the partition."
)

_EVERYWHERE = (
    Column("run_id", Type.STRING, "The run that fetched this row."),
    Column("extracted_at", Type.TIMESTAMP, "When Spotify gave the answer, UTC."),
)


def _string(name: str, description: str) -> Column:
    return Column(name, Type.STRING, description)


def _int(name: str, description: str) -> Column:
    return Column(name, Type.INT, description)


def _bigint(name: str, description: str) -> Column:
    return Column(name, Type.BIGINT, description)


def _boolean(name: str, description: str) -> Column:
    return Column(name, Type.BOOLEAN, description)


def _timestamp(name: str, description: str) -> Column:
    return Column(name, Type.TIMESTAMP, description)


def _strings(name: str, description: str) -> Column:
    return Column(name, Type.STRINGS, description)


RUNS = Table(
    "runs",
    "One row an attempt at a run; its counts are those of the whole run so far.",
    ("run_id", "attempt"),
    (
        _string("run_id", "The run: scheduled time, schedule and a hash of the sources."),
        _int("attempt", "1 for the first attempt at the run."),
        _string("schedule", "Name of the schedule, or manual."),
        _string("status", "complete, partial or failed."),
        _string("reason", "Why the attempt did not complete the run; null if it did."),
        _string("regime", "Which of Spotify's API regimes answered; null where not determined."),
        _timestamp("started_at", "When the attempt began, UTC."),
        _timestamp("finished_at", "When the attempt ended, UTC."),
        _timestamp("resume_at", "Earliest time at which Spotify will answer again, UTC."),
        _int("api_calls", "Requests that this attempt sent to the Web API, retries included."),
        _int("throttled_seconds", "Seconds this attempt waited for rate limits."),
        _int("playlists_seen", "Playlists in the run's plan, refused ones included."),
        _int("playlists_walked", "Playlists whose entries are stored by this run."),
        _int("playlists_refused", "Playlists that could not be read."),
        _bigint("entries", "Playlist entries received and stored in raw parts."),
        _int("parts", "Raw parts stored by this run."),
    ),
)

PLAYLISTS = Table(
    "playlists",
    "One observation of a playlist by a run, whatever came of it.",
    ("playlist_id",),
    (
        _string("playlist_id", "Spotify id of the playlist."),
        _string("name", "Name at the time."),
        _string("description", "Description at the time, as Spotify gives it."),
        _string("owner_id", "Spotify user id of the owner."),
        _string("owner_name", "Display name of the owner."),
        _boolean("is_public", "Whether it is on the owner's profile."),
        _boolean("is_collaborative", "Whether others may change it."),
        _string("snapshot_id", "Version of the contents; the walk's, if walked."),
        _bigint("followers", "Number of followers."),
        _int("total_entries", "Entries that Spotify says it has."),
        _int("stored_entries", "Rows of playlist_items stored by this observation."),
        _string("status", "walked, unchanged, forbidden, missing, unauthorized or failed."),
        _string("reason", "What Spotify said where the status is not walked or unchanged."),
    ),
)

PLAYLIST_ITEMS = Table(
    "playlist_items",
    "The entries of a playlist's snapshot, in order, as the run that walked it read them.",
    ("playlist_id", "snapshot_id", "position"),
    (
        _string("playlist_id", "Spotify id of the playlist."),
        _string("snapshot_id", "Version of the contents that this entry belongs to."),
        _int("position", "Place in the playlist, from 0."),
        _string("item_type", "track, episode, local, unavailable, or what Spotify says."),
        _string("item_id", "Spotify id of the track or episode; null for local files."),
        _string("uri", "Spotify URI; identifies the entry in comparisons."),
        _timestamp("added_at", "When it was added, UTC; null where Spotify does not know."),
        _string("added_by", "Spotify user id of who added it."),
    ),
)

TRACKS = Table(
    "tracks",
    "Tracks as an answer described them.",
    ("track_id",),
    (
        _string("track_id", "Spotify id of the track."),
        _string("name", "Title."),
        _string("album_id", "Spotify id of its album."),
        _int("duration_ms", "Length in milliseconds."),
        _boolean("is_explicit", "Whether it has explicit lyrics."),
        _string("isrc", "International Standard Recording Code, upper case."),
        _int("popularity", "0 to 100; null where the API regime lacks it."),
        _int("disc_number", "Disc, from 1."),
        _int("track_number", "Number on the disc, from 1."),
        _boolean("is_playable", "Whether it can be played in the user's market."),
    ),
)

EPISODES = Table(
    "episodes",
    "Podcast episodes as an answer described them.",
    ("episode_id",),
    (
        _string("episode_id", "Spotify id of the episode."),
        _string("name", "Title."),
        _string("show_id", "Spotify id of its show."),
        _string("show_name", "Name of its show."),
        _int("duration_ms", "Length in milliseconds."),
        _boolean("is_explicit", "Whether it has explicit content."),
        Column("release_date", Type.DATE, "First day of the stated day, month or year."),
        _string("release_precision", "day, month or year, as Spotify says."),
        _strings("languages", "Language codes."),
    ),
)

ALBUMS = Table(
    "albums",
    "Albums as an answer described them; a playlist's answer is thinner than the album's own.",
    ("album_id",),
    (
        _string("album_id", "Spotify id of the album."),
        _string("name", "Title; empty after a takedown."),
        _string("album_type", "album, single or compilation."),
        Column("release_date", Type.DATE, "First day of the stated day, month or year."),
        _string("release_precision", "day, month or year, as Spotify says."),
        _int("total_tracks", "Number of tracks."),
        _string("label", "Record label."),
        _int("popularity", "0 to 100; null where the API regime lacks it."),
        _string("upc", "Universal Product Code."),
    ),
)

ARTISTS = Table(
    "artists",
    "Artists as an answer described them; a playlist's answer has their names alone.",
    ("artist_id",),
    (
        _string("artist_id", "Spotify id of the artist."),
        _string("name", "Name."),
        _bigint("followers", "Number of followers."),
        _int("popularity", "0 to 100; null where the API regime lacks it."),
        _strings("genres", "Genres."),
    ),
)

TRACK_ARTISTS = Table(
    "track_artists",
    "Which artists perform a track, in order.",
    ("track_id", "position"),
    (
        _string("track_id", "Spotify id of the track."),
        _int("position", "Place among the track's artists, from 0."),
        _string("artist_id", "Spotify id of the artist."),
    ),
)

ALBUM_ARTISTS = Table(
    "album_artists",
    "Which artists an album is by, in order.",
    ("album_id", "position"),
    (
        _string("album_id", "Spotify id of the album."),
        _int("position", "Place among the album's artists, from 0."),
        _string("artist_id", "Spotify id of the artist."),
    ),
)

REJECTED = Table(
    "rejected",
    "What was received and could not become a row, with the reason and the raw text.",
    ("raw_key", "line", "position"),
    (
        _string("raw_key", "S3 key of the raw part."),
        _int("line", "Line in the part, from 1."),
        _int("position", "Place in the playlist, from 0; null if a whole line is rejected."),
        _string("table_name", "The table that the row was meant for; null if unknown."),
        _string("rule", "The rule that it broke."),
        _string("reason", "What was wrong, in words."),
        _string("raw", "The text that was received."),
    ),
)

# In the order of writing: `playlists` follows what it points to, so that a walk is seen
# whole or not at all.
TABLES = (
    TRACKS,
    EPISODES,
    ALBUMS,
    ARTISTS,
    TRACK_ARTISTS,
    ALBUM_ARTISTS,
    PLAYLIST_ITEMS,
    REJECTED,
    PLAYLISTS,
    RUNS,
)
