"""An invalid configuration is refused with the file, the key and the remedy."""

import os
import subprocess
from pathlib import Path

import pytest

import app
from stacks.configuration import FOLDER, ConfigurationError, load
from stacks.recent_views import Bounds
from stacks.text_files import TextFileError
from tests.infrastructure.conftest import ROOT

DEV = (FOLDER / "dev.toml").read_text()


def refusal(folder: Path, old: str, new: str) -> str:
    """The error message for dev.toml with one line changed."""
    assert old in DEV
    (folder / "dev.toml").write_text(DEV.replace(old, new))
    with pytest.raises(ConfigurationError) as error:
        load("dev", {}, folder)
    message = str(error.value)
    assert message.startswith("config/dev.toml")
    return message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("memory_mb = 512", "memory = 512", "functions.extract.memory: unknown key; the keys here"),
        ("removal_policy", "removal", "removal: unknown key; the keys here are account, region"),
        ("memory_mb = 512", 'memory_mb = "512"', "functions.extract.memory_mb: Expected `int`"),
        ("memory_mb = 512", "memory_mb = 64", "functions.extract.memory_mb: Expected `int` >= 128"),
        (
            "timeout_seconds = 900",
            "timeout_seconds = 901",
            "timeout_seconds: Expected `int` <= 900",
        ),
        (
            "timeout_seconds = 900",
            "timeout_seconds = 179",
            "timeout_seconds: Expected `int` >= 180",
        ),
        ("longest_wait_seconds = 60", "longest_wait_seconds = 451", "more than half of timeout"),
        ("resumes = 10", "resumes = -1", "functions.extract.resumes: Expected `int` >= 0"),
        ("requests_per_second = 5", "requests_per_second = 0", "spotify.requests_per_second: Exp"),
        ("concurrency = 4", "concurrency = 33", "spotify.concurrency: Expected `int` <= 32"),
        ("enrichment_days = 90", "enrichment_days = 370", "with full_refresh_days it makes 400"),
        ('"destroy" ', '"keep" ', "removal_policy: Invalid enum value 'keep'"),
        ('python = "3.14"', 'python = "2.7"', "functions.python: Invalid enum value '2.7'"),
        ("history_from = 2026-01-01", "history_from = 2026", "history_from: Expected `date`"),
        ("logs = 30", "logs = 31", "retention_days: logs: CloudWatch cannot keep 31 days, only 1"),
        ("raw_data = 90", "raw_data = 0", "retention_days.raw_data: Expected `int` >= 1"),
        ('api_url = "https', 'api_url = "http', "must begin with https://"),
        ("/v1/", "/v1", "api_url 'https://api.spotify.com/v1' must end with a slash"),
        ("[schedules.daily]", "[schedules.Daily]", "schedules.Daily: the name must be lower-case"),
        ("my_playlists = true", "my_playlists = false", "schedules.daily: it has no sources"),
        ("artists = []", 'artists = ["x"]', "schedules.daily: 'x' is not a Spotify artist"),
        ("albums = []", 'albums = ["x"]', "schedules.daily: 'x' is not a Spotify album"),
        ("albums = []", "albums = [1]", "schedules.daily.albums[0]: Expected `str`, got `int`"),
        ("my_playlists = true", 'my_playlists = "yes"', "schedules.daily.my_playlists: Expected"),
        ('# account = "123456789012"', 'account = "1234"', "account: Expected `str` matching"),
        ('# region = "eu-west-1"', 'region = "Ireland"', "region: Expected `str` matching"),
        ('"destroy" ', "true ", "removal_policy: Expected `str`, got `bool`"),
        ("deletion_protection = false", "", "missing required field `deletion_protection`"),
        ("versioning = false", "versioning = 0", "versioning: Expected `bool`, got `int`"),
        ("versioning = false", "versioning = true", "retention_days.old_versions: with versioning"),
        ("logs = 30", "logs = 30\nold_versions = 9", "old_versions: set versioning = true"),
        ("logs = 30", "logs = 30\nold_versions = 0", "old_versions: Expected `int` >= 1"),
        (
            "transformed_data = 400",
            "transformed_data = -1",
            "transformed_data: Expected `int` >= 1",
        ),
        (
            "athena_results = 14",
            "",
            "retention_days: Object missing required field `athena_results`",
        ),
        ("plans = 30", "plans = 1.5", "retention_days.plans: Expected `int`, got `float`"),
        (
            "full_refresh_days = 30",
            "full_refresh_days = 0",
            "full_refresh_days: Expected `int` >= 1",
        ),
        (
            "full_refresh_days = 30",
            "full_refresh_days = 90",
            "must be less than retention_days.raw",
        ),
        ("transformed_data = 400", "transformed_data = 30", "less than retention_days.transformed"),
        ("batch_size = 5 ", "batch_size = 11 ", "batch_size: Expected `int` <= 10"),
        ("max_concurrency = 5", "max_concurrency = 1", "max_concurrency: Expected `int` >= 2"),
        (
            "memory_mb = 1024",
            "memory_mb = 10241",
            "functions.transform.memory_mb: Expected `int` <=",
        ),
        (
            "memory_mb = 1024",
            "memory_mb = 255",
            "functions.transform: memory_mb: 255 is too little for a raw part of 20,000 entries",
        ),
        (
            "memory_mb = 1024\ntimeout_seconds = 120",
            "memory_mb = 256\ntimeout_seconds = 120",
            "timeout_seconds: 120 is too little for batch_size = 5 raw parts with memory_mb = 256, "
            "which may take 149 s; raise it or memory_mb, or lower batch_size",
        ),
        (
            "timeout_seconds = 120",
            "timeout_seconds = 44",
            "functions.transform: timeout_seconds: 44 is too little for batch_size = 5",
        ),
        (
            'architecture = "arm64"',
            'architecture = "arm"',
            "architecture: Invalid enum value 'arm'",
        ),
        (
            "scan_limit_mb = 10_000",
            "scan_limit_mb = 9",
            "athena.scan_limit_mb: Expected `int` >= 10",
        ),
        (
            "managed_results = false",
            'managed_results = "no"',
            "athena.managed_results: Expected `bool`, got `str`",
        ),
        (
            "last_state_days = 30 ",
            "last_state_days = 0 ",
            "athena.last_state_days: Expected `int` >= 1",
        ),
        ('token_url = "https://', 'token_url = "https://[', "must begin with https://"),
        ('token_url = "https', 'token_url = "ftp', "token_url 'ftp://accounts.spotify.com"),
        ("[functions.extract]", "[functions.extractor]", "functions.extractor: unknown key"),
        ("playlists = []", 'playlists = ["x"]', "schedules.daily: 'x' is not a Spotify playlist"),
        ("[athena]", "[athena", "is not TOML"),
        ("[athena]", "[[athena]]", "athena: expected a table"),
        ('# cron = "0 4 ? * SUN *"', 'cron = "0 4 ? * SAN *"', "crawler: cron '0 4 ? * SAN *'"),
        ("plans = 30", "", "retention_days: Object missing required field `plans`"),
        ("damaged_state = 30", "", "retention_days: Object missing required field `damaged_state`"),
        (
            "roles = []",
            'roles = ["arn:aws:iam::1:role/A"]',
            "analysts: roles: 'arn:aws:iam::1:role/A' is not a name in IAM: give the last part",
        ),
        ("emails = []", 'emails = ["team"]', "alarms: emails: 'team' is not an e-mail address"),
        ("groups = []", 'groups = [""]', "analysts: groups: '' is not a name in IAM"),
        ("access_logs = false", "access_log = true", "security.access_log: unknown key"),
        (
            "access_logs = false",
            'permissions_boundary = "a boundary"',
            "security.permissions_boundary: Expected `str` matching",
        ),
        ("[tags]", '[tags]\n"aws:x" = "1"', "tags: AWS refuses 'aws:x' = '1': use up to 128"),
        ("[tags]", '[tags]\nx = "1?"', "tags: AWS refuses 'x' = '1?': use up to 128"),
        ("[tags]", "[tags]\nx = 1", "tags[...]: Expected `str`, got `int`"),
        ("[tags]", '[tags]\nenvironment = "x"', "tags.environment: the stacks set this tag"),
        (
            "deletion_protection = false",
            "deletion_protection = true",
            "account: with deletion_protection = true, set the account to deploy to",
        ),
        (
            "deletion_protection = false",
            'deletion_protection = true\naccount = "123456789012"',
            "region: with deletion_protection = true, set the region to deploy to",
        ),
    ],
)
def test_an_error_names_the_file_and_the_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert message in refusal(tmp_path, old, new)


@pytest.mark.parametrize(
    ("cron", "message"),
    [
        ("0 6 * * *", "has 5 fields; it needs six"),
        ("60 6 * * ? *", "minutes '60' is not 0-59"),
        ("0 24 * * ? *", "hours '24' is not 0-23"),
        ("0 6 32 * ? *", "day-of-month '32' is not 1-31"),
        ("0 6 * 13 ? *", "month '13' is not 1-12"),
        ("0 6 ? * 8 *", "day-of-week '8' is not 1-7"),
        ("0 6 * * * *", "exactly one of day-of-month and day-of-week must be '?'"),
        ("0 6 ? * ? *", "exactly one of day-of-month and day-of-week must be '?'"),
        ("0 6 31 2 ? *", "no month 2 has a day 31"),
        ("0 6 31 APR,JUN ? *", "no month APR,JUN has a day 31"),
        ("0/0 6 * * ? *", "minutes '0/0'"),
        ("1-2-3 6 * * ? *", "minutes '1-2-3'"),
        ("- 6 * * ? *", "minutes '-'"),
    ],
)
def test_an_invalid_cron_is_refused(tmp_path: Path, cron: str, message: str) -> None:
    assert message in refusal(tmp_path, 'cron = "0 6 * * ? *"', f'cron = "{cron}"')


@pytest.mark.parametrize(
    "cron",
    [
        "0/15 * * * ? *",
        "0 6 ? * MON-FRI *",
        "0 6 L * ? *",
        "0 6 15W * ? *",
        "0 6 ? * 6#3 *",
        "5,35 8-17 ? * 2-6 2026-2030",
        "0 6 29 FEB ? *",
        "0 6 30,31 2,3 ? *",
    ],
)
def test_a_valid_cron_is_accepted(tmp_path: Path, cron: str) -> None:
    (tmp_path / "dev.toml").write_text(DEV.replace("0 6 * * ? *", cron))
    assert load("dev", {}, tmp_path).schedules["daily"].cron == cron


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_file_is_read_as_any_editor_saves_it(tmp_path: Path, mark: str, line_end: str) -> None:
    text = DEV.replace("artists = []", 'artists = [\n    "4Z8W4fKeB5YxbusRsdQVPb",\n]')
    (tmp_path / "dev.toml").write_bytes(f"{mark}{text}".replace("\n", line_end).encode())
    assert load("dev", {}, tmp_path).schedules["daily"].artists == ("4Z8W4fKeB5YxbusRsdQVPb",)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "dev.toml").write_bytes(f"# é\n{DEV}".replace("…", "").encode(encoding))
    with pytest.raises(ConfigurationError, match=r"^config/dev\.toml is not UTF-8 \(byte \d"):
        load("dev", {}, tmp_path)


def test_an_environment_is_a_file_in_config_and_no_path() -> None:
    with pytest.raises(ConfigurationError, match=r"There is no \.\./config/dev\.toml in config"):
        load("../config/dev", {})


def test_an_environment_is_required_and_must_exist() -> None:
    with pytest.raises(ConfigurationError, match=r"Add -c env=<name>, one of: dev, local, prod"):
        load(None, {})
    with pytest.raises(ConfigurationError, match=r"no nope\.toml in config\. Environments: dev"):
        load("nope", {})


def test_context_overrides_the_addresses_of_spotify() -> None:
    spotify = load("local", {"api_url": "http://127.0.0.1:1234/v1/"}).spotify
    assert spotify.api_url == "http://127.0.0.1:1234/v1/"
    assert spotify.token_url == load("local", {}).spotify.token_url


def test_synth_prints_only_the_error() -> None:
    environment = {**os.environ, "PYTHONPATH": "lambda_src"}
    done = subprocess.run(
        ["python", "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "No environment given. Add -c env=<name>, one of: dev, local, prod\n"


def test_a_file_that_cannot_be_read_ends_synth_with_the_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TextFileError("sql/views/one.sql is not UTF-8")

    monkeypatch.setattr(app, "load", lambda *_: None)
    monkeypatch.setattr(app, "build", refuse)
    with pytest.raises(SystemExit, match=r"^sql/views/one\.sql is not UTF-8$"):
        app.main()


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 6 * * ? *", 1),
        ("0 6,18 ? * * *", 1),
        ("0 6 ? * MON,THU *", 4),
        ("0 6 ? * 2#5 *", 119),
        ("0 6 ? * 6L *", 35),
        ("0 6 31 * ? *", 61),
        ("0 6 1 1-6 ? *", 214),
    ],
)
def test_the_bounds_of_views_cover_the_time_between_runs(
    tmp_path: Path, cron: str, days: int
) -> None:
    """With last_state_days = 30, full_refresh_days = 30 and enrichment_days = 90."""
    (tmp_path / "dev.toml").write_text(DEV.replace("0 6 * * ? *", cron))
    assert load("dev", {}, tmp_path).bounds == Bounds(days + 30, days + 60, days + 150)


def test_the_slowest_schedule_decides_the_bounds(tmp_path: Path) -> None:
    weekly = '[schedules.weekly]\ncron = "0 6 ? * SUN *"\nmy_playlists = true\n'
    (tmp_path / "dev.toml").write_text(f"{DEV}\n{weekly}")
    assert load("dev", {}, tmp_path).bounds.run_days == 37
