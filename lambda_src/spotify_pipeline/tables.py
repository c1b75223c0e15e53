"""The table declarations: every table, its key, columns, types, descriptions, rules and references.

Glue tables, Polars schemas, the transform's validation, the checks of the SQL tests and
docs/tables.md are derived from them. Columns are only ever added; a new meaning or type needs a new
column.

Rules protect joins and arithmetic, and are never stricter than the data that Spotify is known to
send: names may be empty, codes have any length, and item and album types may be new.
"""

from spotify_pipeline.schema import (
    PARTITION_KEY,
    Between,
    Column,
    Matches,
    NotEmpty,
    NotNull,
    OneOf,
    Reference,
    Rule,
    Table,
    Type,
)
from spotify_pipeline.statuses import PlaylistStatus, PlayOrigin, RunStatus

__all__ = ["PARTITION_KEY", "TABLES", "Column", "Table", "Type"]

_GIVEN = NotNull()
_NAMED = (NotNull(), NotEmpty())
_COUNT = Between(0)
_PERCENT = Between(0, 100)
# Spotify calls its ids base-62 and promises no length.
_BASE_62 = Matches("^[0-9A-Za-z]+$")


def _string(name: str, description: str, *rules: Rule) -> Column:
    return Column(name, Type.STRING, description, rules)


def _id(name: str, description: str, *rules: Rule) -> Column:
    return Column(name, Type.STRING, description, (*rules, _BASE_62))


def _int(name: str, description: str, *rules: Rule) -> Column:
    return Column(name, Type.INT, description, rules)


def _bigint(name: str, description: str, *rules: Rule) -> Column:
    return Column(name, Type.BIGINT, description, rules)


def _boolean(name: str, description: str) -> Column:
    return Column(name, Type.BOOLEAN, description)


def _timestamp(name: str, description: str, *rules: Rule) -> Column:
    return Column(name, Type.TIMESTAMP, description, rules)


def _date(name: str, description: str) -> Column:
    return Column(name, Type.DATE, description)


def _strings(name: str, description: str) -> Column:
    return Column(name, Type.STRINGS, description)


RUNS = Table(
    "runs",
    "One row an attempt at a run; its counts are those of the whole run so far.",
    ("run_id", "attempt"),
    (
        _string("run_id", "The run: scheduled time, schedule and a hash of the sources.", *_NAMED),
        _int("attempt", "1 for the first attempt at the run.", _GIVEN, Between(1)),
        _string("schedule", "Name of the schedule, or manual.", *_NAMED),
        _string(
            "status",
            "How the attempt ended.",
            _GIVEN,
            OneOf(tuple(status.value for status in RunStatus)),
        ),
        _string(
            "reason", "Why the attempt did not complete the run, or a remark on a complete one."
        ),
        _string("regime", "Spotify's API regime for the app; null where not determined."),
        _timestamp("started_at", "When the attempt began, UTC.", _GIVEN),
        _timestamp("finished_at", "When the attempt ended, UTC."),
        _timestamp("resume_at", "Time at which the run resumes, UTC; null if it does not."),
        _int(
            "api_calls",
            "Requests that this attempt sent to the Web API, retries included.",
            _COUNT,
        ),
        _int(
            "calls_24h",
            "Requests of all schedules in the 24 hours before the attempt ended.",
            _COUNT,
        ),
        _int("throttled_seconds", "Seconds this attempt waited for rate limits.", _COUNT),
        _int("playlists_seen", "Playlists in the run's plan, refused ones included.", _COUNT),
        _int("playlists_walked", "Playlists whose entries are stored by this run.", _COUNT),
        _int("playlists_refused", "Playlists that could not be read.", _COUNT),
        _bigint("entries", "Playlist entries received and stored in raw parts.", _COUNT),
        _int("parts", "Raw parts stored by this run.", _COUNT),
    ),
)

PLAYLISTS = Table(
    "playlists",
    "One observation of a playlist by a run, whatever its outcome.",
    ("playlist_id",),
    (
        _id("playlist_id", "Spotify id of the playlist; liked for the liked songs.", _GIVEN),
        _string("name", "Name at the time."),
        _string("description", "Description at the time, as Spotify gives it."),
        _string("owner_id", "Spotify user id of the owner; any text, not base-62."),
        _string("owner_name", "Display name of the owner."),
        _boolean("is_public", "Whether it is on the owner's profile."),
        _boolean("is_collaborative", "Whether others may change it."),
        _string("snapshot_id", "Version of the contents, opaque; the walk's, if walked."),
        _bigint("followers", "Number of followers.", _COUNT),
        _int("total_entries", "Entries that Spotify says it has.", _COUNT),
        _int(
            "stored_entries",
            "Rows of playlist_items stored by this observation.",
            _GIVEN,
            _COUNT,
        ),
        _string(
            "status",
            "What came of the observation.",
            _GIVEN,
            OneOf(tuple(status.value for status in PlaylistStatus)),
        ),
        _string("reason", "What Spotify said where the status is not walked or unchanged."),
    ),
    (Reference("run_id", "runs"),),
)

PLAYLIST_ITEMS = Table(
    "playlist_items",
    "The entries of a playlist's snapshot, in order, as the run that walked it read them.",
    ("playlist_id", "snapshot_id", "position"),
    (
        _id("playlist_id", "Spotify id of the playlist.", _GIVEN),
        _string("snapshot_id", "Version of the contents that this entry belongs to.", *_NAMED),
        _int("position", "Place in the playlist, from 0.", _GIVEN, _COUNT),
        _string("item_type", "track, episode, local, unavailable, or what Spotify says."),
        _id("item_id", "Spotify id of the track or episode; null for local files."),
        _string("uri", "Spotify URI; identifies the entry in comparisons."),
        _timestamp("added_at", "When it was added, UTC; null where Spotify does not know."),
        _string("added_by", "Spotify user id of who added it."),
    ),
    (
        Reference("playlist_id", "playlists"),
        Reference("item_id", "tracks", "item_type = 'track'"),
        Reference("item_id", "episodes", "item_type = 'episode'"),
    ),
)

TRACKS = Table(
    "tracks",
    "Tracks as a response described them.",
    ("track_id",),
    (
        _id("track_id", "Spotify id of the track.", _GIVEN),
        _string("name", "Title; may be empty."),
        _id("album_id", "Spotify id of its album."),
        _int("duration_ms", "Length in milliseconds.", _COUNT),
        _boolean("is_explicit", "Whether it has explicit lyrics."),
        _string(
            "isrc",
            "International Standard Recording Code, upper case, without hyphens and spaces; 12"
            " characters, but for those that Spotify was given wrong.",
        ),
        _int("popularity", "0 to 100; null where the API regime lacks it.", _PERCENT),
        _int("disc_number", "Disc, from 1.", _COUNT),
        _int("track_number", "Number on the disc, from 1.", _COUNT),
        _boolean("is_playable", "Whether it can be played in the user's market."),
    ),
    (Reference("album_id", "albums"),),
)

EPISODES = Table(
    "episodes",
    "Podcast episodes as a response described them.",
    ("episode_id",),
    (
        _id("episode_id", "Spotify id of the episode.", _GIVEN),
        _string("name", "Title; may be empty."),
        _id("show_id", "Spotify id of its show."),
        _string("show_name", "Name of its show."),
        _int("duration_ms", "Length in milliseconds.", _COUNT),
        _boolean("is_explicit", "Whether it has explicit content."),
        _date("release_date", "First day of the stated day, month or year."),
        _string("release_precision", "day, month or year, as Spotify says."),
        _strings("languages", "Language codes."),
    ),
)

ALBUMS = Table(
    "albums",
    "Albums as a response described them; only an album's own response has every field.",
    ("album_id",),
    (
        _id("album_id", "Spotify id of the album.", _GIVEN),
        _string("name", "Title; empty after a takedown."),
        _string("album_type", "album, single, compilation, or what Spotify says."),
        _date("release_date", "First day of the stated day, month or year."),
        _string("release_precision", "day, month or year, as Spotify says."),
        _int("total_tracks", "Number of tracks.", _COUNT),
        _string("label", "Record label."),
        _int("popularity", "0 to 100; null where the API regime lacks it.", _PERCENT),
        _string("upc", "Universal Product Code."),
    ),
)

ARTISTS = Table(
    "artists",
    "Artists as a response described them; a playlist's response has only their names.",
    ("artist_id",),
    (
        _id("artist_id", "Spotify id of the artist.", _GIVEN),
        _string("name", "Name; may be empty."),
        _bigint("followers", "Number of followers.", _COUNT),
        _int("popularity", "0 to 100; null where the API regime lacks it.", _PERCENT),
        _strings("genres", "Genres."),
    ),
)

TRACK_ARTISTS = Table(
    "track_artists",
    "Which artists perform a track, in order.",
    ("track_id", "position"),
    (
        _id("track_id", "Spotify id of the track.", _GIVEN),
        _int("position", "Place among the track's artists, from 0.", _GIVEN, _COUNT),
        _id("artist_id", "Spotify id of the artist.", _GIVEN),
    ),
    (Reference("track_id", "tracks"), Reference("artist_id", "artists")),
)

ALBUM_ARTISTS = Table(
    "album_artists",
    "Which artists an album is by, in order.",
    ("album_id", "position"),
    (
        _id("album_id", "Spotify id of the album.", _GIVEN),
        _int("position", "Place among the album's artists, from 0.", _GIVEN, _COUNT),
        _id("artist_id", "Spotify id of the artist.", _GIVEN),
    ),
    (Reference("album_id", "albums"), Reference("artist_id", "artists")),
)

PLAYS = Table(
    "plays",
    "Plays as a source reported them, each source's own; plays_reconciled shows each play once.",
    ("origin", "source", "position"),
    (
        _string(
            "origin",
            "Where the play was reported: api, account-data or extended (the two exports).",
            _GIVEN,
            OneOf(tuple(origin.value for origin in PlayOrigin)),
        ),
        _string("source", "recently-played, or the name of the export's file.", *_NAMED),
        _int("position", "Place in the page or in the export's file, from 0.", _GIVEN, _COUNT),
        _timestamp(
            "played_at",
            "Usually when the play ended, UTC; as the source says, to the minute in account data.",
            _GIVEN,
        ),
        _timestamp("started_at", "When it began, UTC, where an extended export says so."),
        _id("track_id", "Spotify id of the track; null for anything else, and where unknown."),
        _string("item_type", "track, episode, chapter or local; null where unknown."),
        _string("uri", "Spotify URI of what was played; account data has none."),
        _string("item_name", "Title of the track, episode or chapter."),
        _string("artist_name", "First artist, or the author of an audiobook."),
        _string("collection_name", "Album, show or audiobook."),
        _string("context_type", "playlist, album, artist, or what Spotify says; only of the API."),
        _string("context_uri", "Spotify URI of what it was played from; only of the API."),
        _bigint("ms_played", "Milliseconds played; only of exports.", _COUNT),
        _string("reason_start", "Why it began, in Spotify's words; only of extended exports."),
        _string("reason_end", "Why it ended, in Spotify's words; only of extended exports."),
        _boolean("shuffle", "Whether shuffle was on; only of extended exports."),
        _boolean("skipped", "Whether it was skipped; void from 2015-04 to 2022-10."),
        _boolean("offline", "Whether it was played offline; only of extended exports."),
        _string("platform", "Kind of device; only of extended exports."),
        _string("country", "Country code of the connection; only of extended exports."),
    ),
)

PLAY_GAPS = Table(
    "play_gaps",
    "Times in which plays were lost: a full page of new plays did not reach back to stored ones.",
    ("gap_from", "gap_to"),
    (
        _timestamp("gap_from", "The newest play stored before, UTC.", _GIVEN),
        _timestamp("gap_to", "The oldest play of the full page, UTC.", _GIVEN),
        _int("estimated_plays", "Plays lost, by the rate of the page.", _GIVEN, _COUNT),
    ),
)

REJECTED = Table(
    "rejected",
    "What was received and could not become a row, with the reason and the raw text.",
    ("raw_key", "line", "position", "table_name", "row_key"),
    (
        _string("raw_key", "S3 key of the raw part.", *_NAMED),
        _int("line", "Line in the part, from 1.", _GIVEN, Between(1)),
        _int(
            "position",
            "Place in the playlist, or in the batch or album that was received, from 0; null if a"
            " whole line is rejected.",
            _COUNT,
        ),
        _string("table_name", "The table that the row was meant for; null if unknown."),
        _string(
            "rule", "The first rule that it broke: decode, error, or table.column.rule.", *_NAMED
        ),
        _string("reason", "What was wrong, in words.", _GIVEN),
        _string("raw", "The text that was received, of the entry or of the line.", _GIVEN),
        _string(
            "row_key",
            "Key of the row, its columns joined by a slash, where it broke a rule; null if it"
            " could not be read.",
        ),
        _timestamp(
            "extracted_at", "When Spotify sent the response, UTC; null if it cannot be read."
        ),
    ),
)

# In the order of writing: `playlists` follows the tables that describe a walk, so that readers see
# all of a walk or none of it.
TABLES = (
    TRACKS,
    EPISODES,
    ALBUMS,
    ARTISTS,
    TRACK_ARTISTS,
    ALBUM_ARTISTS,
    PLAYLIST_ITEMS,
    PLAYS,
    PLAY_GAPS,
    REJECTED,
    PLAYLISTS,
    RUNS,
)
