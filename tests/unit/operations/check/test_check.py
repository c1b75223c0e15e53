"""make check against the fake Spotify, under each regime, before and after a deployment."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
import pytest
from typer.testing import CliRunner, Result

from commands import check as command
from fake_spotify.access import Access
from fake_spotify.faults import Fault, Kind
from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.tokens import REFRESH_TOKEN
from fake_spotify.worlds.bulk import Group, library_world
from fake_spotify.worlds.synthetic import synthetic_world
from fake_spotify.worlds.world import ME, World
from local.spotify import APP_CREDENTIALS, CREDENTIALS
from operations.check.connection import UnstoredLedger, connect
from operations.check.last_run import last_regime
from operations.check.report import Report, check
from operations.deployment import Deployment, NotDeployedError
from operations.terminal import SafeConsole
from spotify_pipeline.extract.handler import handler
from spotify_pipeline.extract.settings import Credentials
from spotify_pipeline.extract.state.ledger_store import LedgerStore
from stacks.configuration import Configuration, load
from stacks.schedules import Schedule
from tests.conftest import CONTEXT, Aws, Server, set_environment
from tests.scripted_server import Scripted, scripted_server
from tests.unit.extract.runs import EVENT

MISSING = "0123456789abcdefghijkl"
EDITORIAL = "37i9dQZF1DXcBWIGoYBM5M"
SCOPES = "playlist-read-private playlist-read-collaborative"


class Run(Protocol):
    """Runs make check, with these environment variables."""

    def __call__(self, **environment: str) -> Result: ...


def configuration_of(url: str, schedule: Schedule | None = None) -> Configuration:
    urls = {"api_url": f"{url}v1/", "token_url": f"{url}api/token"}
    configuration = load("local", urls)
    if schedule is None:
        schedule = Schedule("0 6 * * ? *", my_playlists=True, playlists=(EDITORIAL,))
    return msgspec.structs.replace(configuration, schedules={"daily": schedule})


def report_of(
    url: str,
    schedule: Schedule | None = None,
    credentials: dict[str, str] = CREDENTIALS,
    enrichment: int = 100,
) -> Report:
    """The report before a deployment."""
    configuration = configuration_of(url, schedule)
    extract = msgspec.structs.replace(
        configuration.functions.extract, enrichment_requests=enrichment
    )
    functions = msgspec.structs.replace(configuration.functions, extract=extract)
    configuration = msgspec.structs.replace(configuration, functions=functions)
    login = Credentials(**credentials)
    client = connect(configuration, login, lambda _: None, UnstoredLedger())
    return check(configuration, {}, client)


def statuses(report: Report) -> dict[str, str]:
    return {one.id: one.status for one in report.sources}


@pytest.fixture
def deployment(aws: Aws, server: Server) -> Deployment:
    outputs = {"BucketName": aws.bucket, "SpotifySecretArn": aws.secret_arn}
    return Deployment(outputs, configuration_of(server.url))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, deployment: Deployment) -> Run:
    """Run the command on the deployment in memory, at 80 columns."""
    monkeypatch.setattr(command, "_find", lambda *_: (deployment, None))
    monkeypatch.setattr(command, "console", SafeConsole(width=80))

    def run_command(**environment: str) -> Result:
        return CliRunner().invoke(command.app, [], env={"ENV": "local", **environment})

    return run_command


@pytest.mark.parametrize("regime", Regime)
def test_listed_playlists_are_reported_as_runs_record_them(regime: Regime) -> None:
    world, access = synthetic_world(), Access(regime, ME)
    fake = FakeSpotify(world, regime)
    with serving(fake) as url:
        report = report_of(url)
    listed = [one for one in world.library(fake.day) if access.can_see(one)]
    expected = {one.id: access.status(one).replace("walked", "readable") for one in listed}
    found = statuses(report)
    assert found.pop(EDITORIAL) in ("unread", "readable")
    expected.pop(EDITORIAL, None)
    assert found == expected
    lengths = {one.id: one.entries for one in report.sources if one.status == "readable"}
    assert all(lengths[one.id] == len(one.entries) for one in listed if one.id in lengths)
    assert report.regime == regime


@pytest.mark.parametrize(
    ("regime", "foreign"), [("NEW-DEV", "forbidden"), ("OLD-DEV", "readable"), ("EXT", "readable")]
)
def test_own_collaborative_and_foreign_playlists(regime: str, foreign: str) -> None:
    world = library_world(Group(1, 40), Group(2, 30, "neighbour"))
    [day] = world.days
    own, joint, other = world.library(day)
    joint = replace(joint, collaborative=True)
    fake = FakeSpotify(World(world.days, {day: (own, joint, other)}), Regime(regime))
    with serving(fake) as url:
        report = report_of(url, Schedule("0 6 * * ? *", my_playlists=True))
    assert statuses(report) == {own.id: "readable", joint.id: "readable", other.id: foreign}
    assert report.is_ok == (foreign == "readable")


@pytest.mark.parametrize(("playlists", "pages"), [(10, 1), (120, 3)])
def test_the_check_makes_a_call_for_each_page_of_the_library(playlists: int, pages: int) -> None:
    fake = FakeSpotify(library_world(Group(playlists, 30)))
    with serving(fake) as url:
        report = report_of(url)
    assert (report.calls, fake.requests, fake.token_requests) == (pages, pages, 1)
    assert report.calls <= report.forecasts[0].unchanged


def test_playlists_by_id_cost_no_call_before_the_first_run(server: Server) -> None:
    report = report_of(server.url, Schedule("0 6 * * ? *", playlists=(MISSING,), albums=(MISSING,)))
    assert (report.calls, server.fake.requests) == (0, 0)
    assert [one.status for one in report.sources] == ["unread", "unread"]
    assert report.is_ok


def test_the_apps_own_token_reads_no_library(server: Server) -> None:
    report = report_of(server.url, credentials=APP_CREDENTIALS)
    assert report.authorisation.works
    assert "the source my_playlists needs a user's authorisation" in str(report.authorisation.fault)
    assert (report.is_ok, report.calls) == (False, 0)


def test_the_apps_own_token_suffices_for_ids(server: Server) -> None:
    schedule = Schedule("0 6 * * ? *", playlists=(MISSING,))
    assert report_of(server.url, schedule, APP_CREDENTIALS).is_ok


def test_a_revoked_authorisation_is_reported_without_a_call(server: Server) -> None:
    server.fake.tokens.revoke(REFRESH_TOKEN)
    report = report_of(server.url)
    assert not report.authorisation.works
    assert "run make auth" in str(report.authorisation.fault)
    assert (report.is_ok, report.calls) == (False, 0)


def test_a_missing_scope_is_named(server: Server) -> None:
    login = CREDENTIALS | {"scope": "playlist-read-private"}
    report = report_of(server.url, credentials=login)
    assert report.authorisation.scopes == ["playlist-read-private"]
    assert "playlist-read-collaborative is missing" in str(report.authorisation.fault)
    assert not report.is_ok
    login = CREDENTIALS | {"scope": SCOPES}
    assert report_of(server.url, credentials=login).authorisation.is_ok


LIKED_AT_SIX = Schedule("0 6 * * ? *", liked_songs=True)


def test_liked_songs_cost_a_call_that_shows_their_number(server: Server) -> None:
    report = report_of(server.url, LIKED_AT_SIX)
    [found] = report.sources
    songs = len(server.fake.world.liked_songs(server.fake.day))
    assert (found.id, found.name, found.entries) == ("liked", "Liked Songs", songs)
    assert (report.calls, report.is_ok) == (1, True)
    # The first page, the second one and the first again.
    assert report.forecasts[0].first_run == 3
    assert report.forecasts[0].unchanged == 1


@pytest.mark.parametrize("login", [CREDENTIALS | {"scope": SCOPES}, CREDENTIALS])
def test_liked_songs_without_their_scope_are_unauthorized(
    server: Server, login: dict[str, str]
) -> None:
    server.fake.tokens.limit(frozenset(SCOPES.split()))
    report = report_of(server.url, LIKED_AT_SIX, login)
    assert statuses(report) == {"liked": "unauthorized"}
    assert report.calls == ("scope" not in login)
    assert "user-library-read" in str(report.authorisation.fault) or "scope" not in login
    assert not report.is_ok


def test_liked_songs_need_a_user(server: Server) -> None:
    report = report_of(server.url, LIKED_AT_SIX, APP_CREDENTIALS)
    assert "the source liked_songs needs a user's authorisation" in str(report.authorisation.fault)
    assert (report.is_ok, report.calls) == (False, 0)


def test_a_library_that_the_scopes_exclude_is_reported() -> None:
    body = json.dumps({"error": {"status": 403, "message": "Insufficient client scope"}}).encode()
    with scripted_server() as script:
        script.response = Scripted(
            body=b'{"access_token": "a", "expires_in": 3600, "scope": "user-read-email"}'
        )
        configuration = configuration_of(script.url)
        login = Credentials(**CREDENTIALS)
        client = connect(configuration, login, lambda _: None, UnstoredLedger())
        client.auth.get_access_token()
        script.response = Scripted(status=403, body=body)
        report = check(configuration, {}, client)
    assert "does not cover this: run make auth" in str(report.fault)
    assert report.authorisation.scopes == ["user-read-email"]
    assert not report.is_ok


def test_the_age_of_the_authorisation_is_reported(server: Server) -> None:
    before = (datetime.now(UTC) - timedelta(days=12)).isoformat()
    report = report_of(server.url, credentials=CREDENTIALS | {"authorized_at": before})
    assert report.authorisation.age_days == pytest.approx(12, abs=0.01)


def test_a_day_that_exceeds_the_quota_does_not_fit(server: Server) -> None:
    ids = tuple(f"{n:022}" for n in range(40))
    hourly = report_of(server.url, Schedule("0 * * * ? *", playlists=ids))
    # 24 runs of 40 calls; one schedule may make 686 of 700.
    assert (hourly.typical_day, hourly.usable_calls) == (960, 686)
    assert (hourly.fits, hourly.is_ok, hourly.first_run_days) == (False, False, 1)


def test_a_long_first_run_spreads_over_days_and_fits() -> None:
    with serving(FakeSpotify(library_world(Group(800, 30)))) as url:
        report = report_of(url, Schedule("0 6 * * ? *", my_playlists=True))
    # 16 pages of the library and 800 playlists; a tenth of them on a typical day.
    assert (report.first_run, report.first_run_days, report.typical_day) == (816, 2, 96)
    assert report.is_ok


def test_the_calls_are_in_the_ledger(run: Run, aws: Aws, server: Server) -> None:
    done = run()
    ledger = LedgerStore(aws.s3, aws.bucket).load()
    assert ledger.used(datetime.now(UTC), "check") == server.fake.requests == 1
    assert not ledger.reservations
    text = " ".join(done.stdout.split())
    assert "The check made 1 call, recorded in the ledger. In the last 24 hours: 1." in text


def test_a_spent_budget_stops_the_check(
    run: Run, aws: Aws, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    LedgerStore(aws.s3, aws.bucket).update(lambda ledger: ledger.record("daily", {now: 700}))
    done = run()
    assert (server.fake.requests, done.exit_code) == (0, 1)
    assert "the budget of 700 calls in 24 hours" in " ".join(done.stdout.split())


def test_runs_show_which_playlists_by_id_are_readable(
    aws: Aws, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(aws, server.url, monkeypatch)
    own = next(iter(server.fake.world.library(server.fake.day)))
    schedule = Schedule("0 6 * * ? *", playlists=(own.id, MISSING))
    handler({**EVENT, "sources": {"playlists": [own.id, MISSING]}}, CONTEXT)
    requests = server.fake.requests
    configuration = configuration_of(server.url, schedule)
    outputs = {"BucketName": aws.bucket, "SpotifySecretArn": aws.secret_arn}
    states = command._states(configuration, Deployment(outputs, configuration))
    client = connect(configuration, Credentials(**CREDENTIALS), lambda _: None, UnstoredLedger())
    report = check(configuration, states, client)
    assert statuses(report) == {own.id: "readable", MISSING: "not found"}
    assert report.sources[0].entries == len(own.entries)
    assert server.fake.requests == requests


@pytest.mark.parametrize("regime", Regime)
def test_a_first_run_and_an_unchanged_one_make_the_forecast_calls(
    regime: Regime, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeSpotify(library_world(Group(3, 1000), Group(20, 30), Group(40, 120)), regime)
    with serving(fake) as url:
        report = report_of(url, Schedule("0 6 * * ? *", my_playlists=True), enrichment=0)
        set_environment(aws, url, monkeypatch)
        event = {**EVENT, "sources": {"my_playlists": True}}
        first = handler(event, CONTEXT)
        later = handler({**event, "time": "2026-03-01T18:00:00Z"}, CONTEXT)
    [forecast] = report.forecasts
    assert first["api_calls"] == forecast.first_run
    assert later["api_calls"] == forecast.unchanged


@pytest.mark.parametrize("regime", Regime)
def test_without_a_library_the_regime_is_that_of_the_last_run(
    regime: Regime, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeSpotify(synthetic_world(), regime)
    own = next(iter(fake.world.library(fake.day)))
    today = f"{datetime.now(UTC):%Y-%m-%d}T00:00:00Z"
    with serving(fake) as url:
        set_environment(aws, url, monkeypatch)
        assert last_regime(aws.s3, aws.bucket) is None
        handler({**EVENT, "time": today, "sources": {"playlists": [own.id]}}, CONTEXT)
    aws.s3.put_object(Bucket=aws.bucket, Key=damaged_record(aws), Body=b"no record")
    assert last_regime(aws.s3, aws.bucket) == regime


def damaged_record(aws: Aws) -> str:
    """The key of a newer run record."""
    [key] = [one for one in aws.raw_keys() if "/run-" in one]
    return key.replace("/run-", "/run-9")


def test_the_output_names_unreadable_sources_and_remedies(run: Run) -> None:
    done = run()
    assert done.exit_code == 1
    assert max(map(len, done.stdout.splitlines())) <= 80
    text = " ".join(done.stdout.split())
    assert "forbidden: become a collaborator, copy it to a playlist of your own" in text
    assert "A typical day fits" in text


def test_a_long_list_says_how_many_sources_it_leaves_out(run: Run, server: Server) -> None:
    server.fake.world = library_world(Group(30, 30))
    server.fake.day = server.fake.world.days[0]
    assert "… and 11 more (11 readable): ALL=1 lists all" in run().stdout
    assert "ALL=1" not in run(ALL="1").stdout


def test_a_replaced_refresh_token_is_stored(run: Run, aws: Aws, server: Server) -> None:
    server.fake.rotates = True
    run()
    assert aws.secret()["refresh_token"] != REFRESH_TOKEN


def test_without_a_deployment_a_file_holds_the_credentials(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def not_deployed(_: object) -> Deployment:
        raise NotDeployedError("The stack spotify-dev-storage cannot be read: no credentials")

    monkeypatch.setattr(command, "deployed_on_aws", not_deployed)
    configuration = msgspec.structs.replace(configuration_of(server.url), account=None)
    monkeypatch.setattr(command, "load", lambda *_: configuration)
    monkeypatch.setattr(command, "console", SafeConsole(width=80))
    server.fake.rotates = True
    file = tmp_path / "secret.json"
    file.write_text(json.dumps({**CREDENTIALS, "note": "ours"}))
    done = CliRunner().invoke(command.app, [], env={"ENV": "dev", "SECRET": str(file)})
    assert "The check made 1 call, not recorded" in " ".join(done.stdout.split())
    stored = json.loads(file.read_text())
    assert stored["refresh_token"] != REFRESH_TOKEN
    assert stored["note"] == "ours"
    refused = CliRunner().invoke(command.app, [], env={"ENV": "dev"})
    assert isinstance(refused.exception, NotDeployedError)
    assert "SECRET=secret.json" in str(refused.exception)


def test_without_aws_settings_a_file_holds_the_credentials(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configuration = msgspec.structs.replace(configuration_of(server.url), account=None, region=None)
    monkeypatch.setattr(command, "load", lambda *_: configuration)
    file = tmp_path / "secret.json"
    file.write_text(json.dumps(CREDENTIALS))
    done = CliRunner().invoke(command.app, [], env={"ENV": "dev", "SECRET": str(file)})
    assert "There is no region for ENV=" in " ".join(done.stdout.split())
    assert server.fake.requests == 1


def test_an_unknown_environment_is_refused_with_a_hint() -> None:
    done = CliRunner().invoke(command.app, [], env={"ENV": "nowhere"})
    assert "ENV=nowhere is unknown" in str(done.exception)
    assert "make lint checks the code" in str(done.exception)


def test_an_unavailable_library_is_reported(server: Server) -> None:
    server.fake.faults.replace([Fault(Kind.ERROR, path=".*me/playlists.*", count=None)])
    report = report_of(server.url)
    assert report.fault
    assert not report.is_ok


def test_purged_playlists_are_left_out_as_in_runs(
    run: Run, aws: Aws, deployment: Deployment
) -> None:
    [listed, *_] = synthetic_world().library(synthetic_world().days[0])
    for playlist_id in (listed.id, EDITORIAL):
        key = f"state/purged/{playlist_id}.json"
        aws.s3.put_object(Bucket=aws.bucket, Key=key, Body=b'{"pending": []}')
    output = run(ALL="1").output
    assert "Sources" in output
    assert listed.id not in output
    assert EDITORIAL not in output
