"""Layout of the keys in the bucket, and names derived from it. Key layouts are stable."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal, NamedTuple, Self

RAW_PREFIX = "raw-data/"
TRANSFORMED_PREFIX = "transformed-data/"
STATE_PREFIX = "state/"
PLANS_PREFIX = f"{STATE_PREFIX}runs/"
DAMAGED_PREFIX = f"{STATE_PREFIX}damaged/"
RESULTS_PREFIX = "athena-results/"

RESUME_PREFIX = "spotify-resume-"
"""Prefix of the names of the Scheduler entries that resume a run."""

LONGEST_ENTRY_NAME = 64
"""Characters that EventBridge Scheduler allows in a name (API reference, CreateSchedule)."""

_SAMPLE_RUN_ID = "YYYYMMDDTHHMMSSZ-{schedule}-01234567"

_RAW_KEY = re.compile(
    RAW_PREFIX
    + r"ingest_date=(?P<ingest_date>[0-9]{4}-[0-9]{2}-[0-9]{2})/"
    + r"(?P<run_id>[0-9A-Za-z-]+)/(?P<part>[0-9]{4}|run-[0-9]+)\.jsonl\.gz"
)


_TABLE_KEY = re.compile(
    TRANSFORMED_PREFIX
    + r"(?P<table>[a-z_]+)/ingest_date=(?P<ingest_date>[0-9]{4}-[0-9]{2}-[0-9]{2})/"
    + r"(?P<run_id>[0-9A-Za-z-]+?)-(?P<part>[0-9]{4}|run-[0-9]+)\.parquet"
)

_RUN_ID = r"[0-9]{8}T[0-9]{6}Z-[a-z0-9]+-[0-9a-f]{8}"
_SOURCES_PLAN = re.compile(rf"{PLANS_PREFIX}(?P<run_id>{_RUN_ID})\.json")


class ForeignKeyError(ValueError):
    """An object below `raw-data/` that is not a raw part, such as a folder marker or a note."""


class TableFile(NamedTuple):
    """The Parquet file of one part in one table."""

    table: str
    part: "Part"


class Part(NamedTuple):
    """One raw part of a run: `name` is four digits, or `run-<attempt>`."""

    ingest_date: str
    run_id: str
    name: str

    @classmethod
    def from_raw_key(cls, key: str) -> Self:
        """Parse a raw key. Raises ForeignKeyError naming a key of another layout."""
        match = _RAW_KEY.fullmatch(key)
        if not match:
            raise ForeignKeyError(
                f"{key!r} is not the key of a raw part: expected "
                f"{RAW_PREFIX}ingest_date=YYYY-MM-DD/<run_id>/<part>.jsonl.gz"
            )
        return cls(*match.group("ingest_date", "run_id", "part"))

    @classmethod
    def from_raw_keys(cls, keys: Iterable[str]) -> Iterator[Self]:
        """Parse raw keys, leaving out foreign ones."""
        for key in keys:
            try:
                yield cls.from_raw_key(key)
            except ForeignKeyError:
                continue

    @property
    def raw_key(self) -> str:
        return f"{RAW_PREFIX}ingest_date={self.ingest_date}/{self.run_id}/{self.name}.jsonl.gz"

    @property
    def file_name(self) -> str:
        """The name of every Parquet file of this part."""
        return f"{self.run_id}-{self.name}.parquet"

    def table_key(self, table: str) -> str:
        """The key of this part's one Parquet file in `table`."""
        return f"{TRANSFORMED_PREFIX}{table}/ingest_date={self.ingest_date}/{self.file_name}"


def table_file(key: str) -> TableFile | None:
    """The file of a part that has this key; None for any other key."""
    match = _TABLE_KEY.fullmatch(key)
    if not match:
        return None
    return TableFile(match["table"], Part(*match.group("ingest_date", "run_id", "part")))


def is_run_id(text: str) -> bool:
    """True for the id of a run of this pipeline."""
    return bool(re.fullmatch(_RUN_ID, text))


def run_schedule(run_id: str) -> str:
    """The name of a run's schedule; empty for an id of another form."""
    return run_id.partition("-")[2].partition("-")[0]


def resume_name(run_id: str, attempt: int) -> str:
    """The name of the Scheduler entry that starts this attempt at a run."""
    return f"{RESUME_PREFIX}{run_id}-{attempt}"


def resume_name_length(schedule: str, attempt: int) -> int:
    """Characters in the name of the entry that starts this attempt at any run of a schedule."""
    return len(resume_name(_SAMPLE_RUN_ID.format(schedule=schedule), attempt))


def run_time(run_id: str) -> datetime:
    """The time of a run, with which its id begins. Raises ValueError for an id of another form."""
    return datetime.strptime(run_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


PlanOf = Literal["sources", "enrichment"]
"""The two plans of a run: its sources, then the enrichment of their artists and albums."""


def plan_key(run_id: str, of: PlanOf = "sources") -> str:
    name = run_id if of == "sources" else f"{run_id}-{of}"
    return f"{PLANS_PREFIX}{name}.json"


def planned_run(key: str) -> str | None:
    """The id of the run whose sources the plan with this key lists; None for any other key."""
    match = _SOURCES_PLAN.fullmatch(key)
    return match["run_id"] if match else None


def checkpoint_key(run_id: str, number: int) -> str:
    """The checkpoint of a part that an attempt could not complete."""
    return f"{PLANS_PREFIX}{run_id}-{number:04}.json.gz"


def planning_checkpoint_key(run_id: str) -> str:
    """The listing of the library that an attempt could not complete."""
    return f"{PLANS_PREFIX}{run_id}-planning.json.gz"


def state_key(schedule: str) -> str:
    return f"{STATE_PREFIX}{schedule}.json"


def history_key(schedule: str) -> str:
    """The coverage of a schedule's last complete runs."""
    return f"{STATE_PREFIX}history/{schedule}.json"


LEDGER_KEY = f"{STATE_PREFIX}calls/ledger.json"
"""The call ledger of the environment; a folder of its own, since schedules name their states."""


PURGED_PREFIX = f"{STATE_PREFIX}purged/"

IMPORT = "import"
"""Takes the place of the schedule in the run ids of imports: no schedule may have this name."""

IMPORTS_PREFIX = f"{STATE_PREFIX}imports/"


def import_key(digest: str) -> str:
    """The manifest of the import of plays whose files have this digest."""
    return f"{IMPORTS_PREFIX}{digest}.json"


_WANTED_TRACKS = "-tracks.json.gz"

DESCRIBED_TRACKS_KEY = f"{IMPORTS_PREFIX}described.json.gz"
"""The wanted tracks that were described since."""


def wanted_tracks_key(digest: str) -> str:
    """The list of the tracks that the import of these files names."""
    return f"{IMPORTS_PREFIX}{digest}{_WANTED_TRACKS}"


def is_wanted_tracks_key(key: str) -> bool:
    """True for the list of an import."""
    return key.startswith(IMPORTS_PREFIX) and key.endswith(_WANTED_TRACKS)


def tombstone_key(playlist_id: str) -> str:
    """The tombstone of a purged playlist."""
    return f"{PURGED_PREFIX}{playlist_id}.json"


def damaged_state_key(schedule: str, digest: str) -> str:
    return f"{DAMAGED_PREFIX}{schedule}-{digest}.json"
