"""Purges one playlist. Every step can be repeated, so an interrupted purge is run again."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from operations.deployment import Deployment
from operations.purge import parquet_files, state_objects
from operations.purge.raw_content import rewrite
from operations.purge.rebuild import Follow, rebuild
from operations.purge.running import await_attempts
from operations.purge.survey import Say, Survey, keys_of, old_versions, survey
from operations.purge.tombstone import TombstoneStore
from operations.purge.versions import PurgeError, StoredVersion, delete, list_versions, read
from spotify_pipeline.extract import clock
from spotify_pipeline.extract.state.schedule_state_store import ScheduleStateStore
from spotify_pipeline.keys import RAW_PREFIX, RESULTS_PREFIX, Part, table_file
from spotify_pipeline.s3 import replace_object

ROUNDS = 3
"""Searches that find the playlist again, such as in a part that the transform was busy with."""

_CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


@dataclass(frozen=True)
class PlaylistPurge:
    """The purge of a playlist from a deployment. `say` and `follow` show the progress."""

    deployment: Deployment
    playlist_id: str
    say: Say
    follow: Follow

    @cached_property
    def s3(self) -> Any:
        return self.deployment.client("s3")

    @property
    def bucket(self) -> str:
        return self.deployment.output("BucketName")

    @cached_property
    def tombstone(self) -> TombstoneStore:
        return TombstoneStore(self.s3, self.bucket, self.playlist_id)

    def survey(self) -> Survey:
        return survey(self.s3, self.bucket, self.playlist_id, self.say)

    def old_versions(self, found: Survey) -> list[StoredVersion]:
        """Old versions and delete markers of the objects that hold the playlist."""
        keys = keys_of(found.parts) | {version.key for version in found.state}
        return old_versions(self.s3, self.bucket, keys)

    def run(self) -> Survey:
        """Remove the playlist, and return the survey that verifies it.

        Raises PurgeError if it was found again in every round.
        """
        found = self.tombstone.load()
        self.tombstone.save(found.pending if found else [])
        await_attempts(self.s3, self.bucket, self.say)
        for _ in range(ROUNDS):
            remaining = self.survey()
            pending = self._pending()
            if remaining.is_empty and not pending:
                remaining.results = self._delete_results()
                return remaining
            self._remove(remaining, remaining.parts | pending)
        raise PurgeError(
            f"{self.playlist_id} was found again {ROUNDS} times. Stop what writes to the bucket, "
            "such as a replay, and run the purge again"
        )

    def undo(self) -> bool:
        """Let runs read the playlist again. False if it was not purged; raises PurgeError."""
        found = self.tombstone.load()
        if found is None:
            return False
        if found.pending:
            raise PurgeError(
                f"The purge of {self.playlist_id} was interrupted: run it again before UNDO=1"
            )
        key = self.tombstone.key
        delete(self.s3, self.bucket, list_versions(self.s3, self.bucket, key))
        return True

    def _pending(self) -> set[Part]:
        found = self.tombstone.load()
        return {Part.from_raw_key(key) for key in found.pending} if found else set()

    def _remove(self, found: Survey, parts: set[Part]) -> None:
        """Remove what the survey found; `parts` include those of an interrupted purge."""
        self.tombstone.save([part.raw_key for part in parts])
        self._rewrite_raw(found)
        self._clean_state(found.state)
        raw = self._current_raw(found, parts)
        self._clean_files(found, {one.key for one in raw})
        rebuild(self.deployment, [one.as_raw_object() for one in raw], self.follow)
        self.say("Deleting old versions …")
        keys = keys_of(parts) | {version.key for version in found.state}
        delete(self.s3, self.bucket, old_versions(self.s3, self.bucket, keys))
        self.tombstone.save([])

    def _delete_results(self) -> list[StoredVersion]:
        """Delete all query results; return those that queries have written since."""
        delete(self.s3, self.bucket, list_versions(self.s3, self.bucket, RESULTS_PREFIX))
        return list(list_versions(self.s3, self.bucket, RESULTS_PREFIX))

    def _rewrite_raw(self, found: Survey) -> None:
        current = [version for version in found.raw if version.is_current]
        for number, version in enumerate(current, start=1):
            self.say(f"Rewriting raw parts … {number:,} of {len(current):,}")
            try:
                rewrite(self.s3, self.bucket, version, self.playlist_id)
            except ClientError as error:
                # Changed or expired meanwhile: the next round finds what is left.
                if error.response["Error"]["Code"] not in _CHANGED:
                    raise

    def _clean_state(self, found: list[StoredVersion]) -> None:
        for version in found:
            if not version.is_current:
                continue
            self.say(f"Removing it from {version.key} …")
            if schedule := state_objects.schedule_of(version.key):
                self._forget(schedule)
            else:
                self._clean_object(version)

    def _forget(self, schedule: str) -> None:
        """Remove it from a schedule's state, as runs change it at the same time."""
        days = self.deployment.configuration.full_refresh_days
        store = ScheduleStateStore(self.s3, self.bucket, schedule, clock.utc_now(), days)
        store.forget(self.playlist_id)

    def _clean_object(self, version: StoredVersion) -> None:
        body = read(self.s3, self.bucket, version)["Body"].read()
        self._replace(version, state_objects.without(version.key, body, self.playlist_id))

    def _current_raw(self, found: Survey, parts: set[Part]) -> list[StoredVersion]:
        """The raw parts to transform; others are damaged, or expired before their Parquet files."""
        keys = {part.raw_key for part in parts} - {version.key for version in found.damaged}
        versions = list_versions(self.s3, self.bucket, RAW_PREFIX)
        return [one for one in versions if one.is_current and one.key in keys]

    def _clean_files(self, found: Survey, raw_keys: set[str]) -> None:
        """Remove the rows from files that no raw part can rebuild."""
        for version in found.files:
            file = table_file(version.key)
            if not version.is_current or file is None or file.part.raw_key in raw_keys:
                continue
            self.say(f"Removing rows from {version.key} …")
            body = read(self.s3, self.bucket, version)["Body"].read()
            self._replace(version, parquet_files.without(file.table, body, self.playlist_id))

    def _replace(self, version: StoredVersion, cleaned: bytes | None) -> None:
        """Replace or delete an object. If it changed meanwhile, the next round finds the rest."""
        if cleaned is None:
            # Without its current version, the version before would be current again.
            found = list_versions(self.s3, self.bucket, version.key)
            delete(self.s3, self.bucket, (one for one in found if one.key == version.key))
        else:
            etag = f'"{version.etag}"'
            replace_object(self.s3, self.bucket, version.key, cleaned, etag=etag)
