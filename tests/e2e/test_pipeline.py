"""The real templates, deployed by the CDK command line to the emulator, and the real handlers."""

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import requests

from commands.failed_runs import redrive_failed_runs
from commands.progress import redrive_all, replay_days
from commands.report.writing import write_report
from fake_spotify.access import Access
from fake_spotify.regime import Regime
from fake_spotify.worlds.world import ME, World
from local.comparison import compare
from local.deployment import ROOT, look_up
from local.expectation import Expectation
from local.listening import listen
from local.machine import Machine, Spotify, machine
from local.pipeline import Pipeline, PipelineError
from local.processes import free_port
from local.spotify import APP_CREDENTIALS
from operations.athena.parameters import literals
from operations.athena.query import run_query
from operations.athena.saved import saved_queries
from operations.queues import Queue
from operations.terminal import SafeConsole
from spotify_pipeline.extract.event import RunRequest
from spotify_pipeline.keys import TRANSFORMED_PREFIX, Part
from spotify_pipeline.s3 import list_keys
from stacks import sql_files
from stacks.configuration import load
from tests.e2e.aws_calls import (
    EMULATION,
    OPERATOR,
    RECORDING_GATEWAY,
    as_operator,
    calls,
    documented,
    missing,
    permissions,
    reasons,
    unused,
)
from tests.e2e.checkout import Checkout
from tests.e2e.process_tree import command_line, is_loopback, listening, with_descendants
from tests.recorder import Recorder, recording
from tests.unit.operations.failed_runs.messages import failed
from tests.unit.operations.test_auth import Browser

DAYS = 3
# Queries about what the fake's playlists need not have within so few days.
EMPTY = {
    "contributions",
    "listening_gaps",
    "recordings_under_several_ids",
    "rejected_by_reason",
}
# Where the regime makes no difference; on the deployment that is there for it anyhow.
UNDER_ONE_REGIME = pytest.mark.parametrize("regime", [Regime.NEW_DEV], indirect=True)


@pytest.fixture(scope="module", params=[*Regime])
def regime(request: pytest.FixtureRequest) -> Regime:
    return Regime(request.param)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    """The proxy and the AWS endpoint that whoever runs this has configured."""
    path = tmp_path_factory.mktemp("aws") / "config"
    with recording() as recorder, pytest.MonkeyPatch.context() as environment:
        path.write_text(
            "[profile mine]\naws_access_key_id = AKIAMINE\naws_secret_access_key = mine\n"
            f"region = us-east-1\nendpoint_url = {recorder.url}\n"
        )
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            environment.setenv(name, str(path))
        environment.setenv("AWS_PROFILE", "mine")
        for name in ("http_proxy", "HTTP_PROXY"):
            environment.setenv(name, recorder.url)
        for name in ("no_proxy", "NO_PROXY"):
            environment.delenv(name, raising=False)
        yield recorder


@pytest.fixture(scope="module")
def extracted(
    regime: Regime,
    tmp_path_factory: pytest.TempPathFactory,
    world: World,
    outside: Recorder,
) -> Iterator[Machine]:
    """A deployment after three consecutive days, the newest plays and an import."""
    folder = tmp_path_factory.mktemp("machine")
    spotify = Spotify(regime=regime)
    with (
        _recording_calls(),
        machine(folder, free_port(), spotify, nullcontext) as (here, _),
    ):
        assert here.fake
        pipeline = Pipeline(here.deployment)
        for day in world.days[:DAYS]:
            here.fake.show(str(day))
            [summary] = pipeline.extract(str(day))
            assert (summary["status"], summary["regime"]) == ("complete", regime)
        pipeline.wait()
        assert listen(here.deployment, here.fake, folder).adds_up
        yield here


@contextmanager
def _recording_calls() -> Iterator[None]:
    """Start the emulator behind the gateway that records AWS calls."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("local.emulator", "local.machine"):
            patch.setattr(f"{module}.MODULE", RECORDING_GATEWAY)
        yield


@pytest.fixture(scope="module")
def expected(extracted: Machine, regime: Regime, world: World) -> Expectation:
    """The expected result of the schedule of the environment `local`."""
    configuration = extracted.deployment.configuration
    [schedule] = configuration.schedules.values()
    access = Access(regime, ME)
    return Expectation(
        world,
        world.days[:DAYS],
        access,
        frozenset(schedule.playlists),
        configuration.full_refresh_days,
        schedule.liked_songs,
    )


@pytest.fixture
def quick_to_retry(extracted: Machine) -> Iterator[Queue]:
    """The queue, with two seconds between one try and the next, in place of twelve minutes."""
    sqs, url = extracted.deployment.client("sqs"), extracted.deployment.output("QueueUrl")
    name = "VisibilityTimeout"
    usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={name: "2"})
    yield Queue(sqs, url)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={name: usual})


def test_the_tables_hold_the_responses_of_each_day(
    extracted: Machine, expected: Expectation
) -> None:
    comparison = compare(expected, extracted.deployment)
    assert comparison.differences == []
    assert comparison.entries > 1000
    assert comparison.changes > 0
    assert comparison.statuses["unchanged"] > 0


def test_every_entry_received_is_stored_or_rejected(extracted: Machine) -> None:
    entries = Pipeline(extracted.deployment).entries()
    assert entries.received == entries.stored + entries.rejected > 500


def test_athena_serves_every_saved_query_of_the_project(extracted: Machine) -> None:
    served = saved_queries(extracted.deployment)
    assert {name: query.sql for name, query in served.items()} == {
        query.name: query.text for query in sql_files.saved_queries()
    }
    for name, query in served.items():
        if not query.parameters:
            rows = run_query(extracted.deployment, query.sql).rows
            assert rows or name in EMPTY, name


@UNDER_ONE_REGIME
def test_the_report_has_the_result_of_every_saved_query(extracted: Machine, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert write_report(extracted.deployment, path) == []
    page = path.read_text(encoding="utf-8")
    assert page.count("<svg") > 10
    assert page.count("https://open.spotify.com/") > 100
    # Where a query has no values for its parameters, the page says how to run it.
    assert "make query" not in page


def test_athena_has_a_prepared_statement_of_each_query_with_parameters(extracted: Machine) -> None:
    client = extracted.deployment.client("athena")
    workgroup = extracted.deployment.output("WorkGroupName")
    listed = client.list_prepared_statements(WorkGroup=workgroup)["PreparedStatements"]
    names = [statement["StatementName"] for statement in listed]
    found = {
        name: client.get_prepared_statement(StatementName=name, WorkGroup=workgroup)
        for name in names
    }
    assert {
        name: statement["PreparedStatement"]["QueryStatement"] for name, statement in found.items()
    } == {query.name: query.text for query in sql_files.saved_queries() if query.parameters}


@UNDER_ONE_REGIME
def test_any_client_of_athena_reads_views_and_finds_the_result_file(extracted: Machine) -> None:
    athena, s3 = (extracted.deployment.client(name) for name in ("athena", "s3"))
    key = athena.start_query_execution(
        QueryString="select name, total_entries from spotify_local.playlists_current"
        " where status = ? order by name",
        ExecutionParameters=["'walked'"],
        WorkGroup="spotify-local",
    )["QueryExecutionId"]
    state = "QUEUED"
    while state in ("QUEUED", "RUNNING"):
        execution = athena.get_query_execution(QueryExecutionId=key)["QueryExecution"]
        state = execution["Status"]["State"]
    assert state == "SUCCEEDED", execution["Status"]
    bucket, _, name = (
        execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    )
    assert name == f"athena-results/{key}.csv"
    file = s3.get_object(Bucket=bucket, Key=name)["Body"].read().decode()
    rows = athena.get_query_results(QueryExecutionId=key)["ResultSet"]["Rows"]
    values = [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows]
    assert file.splitlines()[0] == '"name","total_entries"'
    assert list(csv.reader(io.StringIO(file))) == values
    assert len(values) > 5
    files = s3.list_objects_v2(Bucket=bucket, Prefix=f"{TRANSFORMED_PREFIX}playlists/")["Contents"]
    assert execution["Statistics"]["DataScannedInBytes"] >= sum(one["Size"] for one in files)


@UNDER_ONE_REGIME
def test_a_saved_query_takes_its_parameters(extracted: Machine) -> None:
    query = saved_queries(extracted.deployment)["playlist_as_of"]
    [first, *_] = run_query(
        extracted.deployment,
        "select playlist_id, name, total_entries from playlists_current where total_entries > 5",
    ).records()
    values = {"playlist_id": str(first["playlist_id"]), "day": "2999-12-31"}
    result = run_query(extracted.deployment, query.sql, literals(query.parameters, values))
    assert {row["playlist"] for row in result.records()} == {first["name"]}
    assert len(result.rows) == int(str(first["total_entries"]))


def test_every_playlist_has_the_status_that_its_regime_allows(
    extracted: Machine, expected: Expectation
) -> None:
    query = saved_queries(extracted.deployment)["playlist_overview"]
    overview = run_query(extracted.deployment, query.sql).records()
    last = str(expected.days[-1])
    assert {row["playlist_id"]: row["status"] for row in overview} == {
        playlist: status for (day, playlist), status in expected.statuses().items() if day == last
    }


def test_the_stacks_have_the_documented_outputs(extracted: Machine) -> None:
    assert set(extracted.deployment.outputs) >= {
        "BucketName",
        "ExtractFunctionName",
        "TransformFunctionName",
        "SpotifySecretArn",
        "DeadLetterQueueUrl",
        "FailedRunsQueueUrl",
        "QueueUrl",
        "DatabaseName",
        "CrawlerName",
        "WorkGroupName",
    }


def test_the_same_event_again_changes_nothing(extracted: Machine, expected: Expectation) -> None:
    pipeline = Pipeline(extracted.deployment)
    parts = [key for key in pipeline.raw_keys() if "/run-" not in key]
    [again] = pipeline.extract(str(expected.days[0]))
    pipeline.wait()
    assert (again["attempt"], again["api_calls"]) == (2, 0)
    assert [key for key in pipeline.raw_keys() if "/run-" not in key] == parts
    assert compare(expected, extracted.deployment).differences == []


@UNDER_ONE_REGIME
def test_a_replay_of_all_raw_parts_brings_back_every_row(extracted: Machine) -> None:
    before = _tables(extracted)
    _delete(extracted, *before)
    with as_operator():
        assert replay_days(extracted.deployment, *_all_days(extracted), _paper())
    assert _tables(extracted) == before


@UNDER_ONE_REGIME
def test_an_unreadable_part_is_a_dead_letter_until_redriven(
    extracted: Machine, quick_to_retry: Queue
) -> None:
    deployment, paper = extracted.deployment, _paper()
    bucket, s3 = deployment.output("BucketName"), deployment.client("s3")
    bad = next(key for key in Pipeline(deployment).raw_keys() if "/run-" not in key)
    its_files = f"/{Part.from_raw_key(bad).file_name}"
    before = _tables(extracted)
    without = {key: rows for key, rows in before.items() if not key.endswith(its_files)}

    whole = s3.get_object(Bucket=bucket, Key=bad)["Body"].read()
    s3.put_object(Bucket=bucket, Key=bad, Body=whole[:-9])
    _delete(extracted, *before)
    assert not replay_days(deployment, *_all_days(extracted), paper)
    assert _tables(extracted) == without
    assert "1 in the dead-letter queue" in paper.export_text(clear=False)
    assert bad in paper.export_text()

    s3.put_object(Bucket=bucket, Key=bad, Body=whole)
    # It brings an event of its own, whose work is undone here: the redrive is to do it.
    for _ in quick_to_retry.until_empty(deployment.settling_seconds):
        pass
    _delete(extracted, *(before.keys() - without.keys()))
    with as_operator():
        assert redrive_all(deployment, paper)
    assert _tables(extracted) == before


@UNDER_ONE_REGIME
def test_a_failed_run_is_completed_by_a_redrive(extracted: Machine, expected: Expectation) -> None:
    deployment, paper = extracted.deployment, _paper()
    [(name, schedule)] = deployment.configuration.schedules.items()
    event = {"time": f"{expected.days[0]}T06:00:00Z", "schedule": name, "sources": schedule.sources}
    run_id = RunRequest.from_event(event, now=datetime.max).run_id
    record = Part(str(expected.days[0]), run_id, "run-9").raw_key
    message = failed({**event, "attempt": 9})
    deployment.client("sqs").send_message(
        QueueUrl=deployment.output("FailedRunsQueueUrl"), **message
    )
    assert redrive_failed_runs(deployment, paper)
    assert f"{run_id} (RuntimeError: Disk full" in paper.export_text()
    pipeline, deadline = Pipeline(deployment), time.monotonic() + 60
    while record not in pipeline.raw_keys():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    pipeline.wait()


@UNDER_ONE_REGIME
@pytest.mark.parametrize("name", ["extract", "transform"])
def test_a_function_is_allowed_its_calls_and_no_others(
    extracted: Machine, expected: Expectation, name: str
) -> None:
    deployment = extracted.deployment
    _pause_a_run(extracted, expected)
    made = calls(extracted.folder, name)
    allowed = permissions(deployment, deployment.output(f"{name.capitalize()}FunctionName"))
    assert missing(made, allowed) == []
    assert unused(made, allowed) == reasons(name, allowed)


@UNDER_ONE_REGIME
def test_operators_call_only_what_the_documentation_names(
    extracted: Machine, expected: Expectation
) -> None:
    with as_operator():
        assert replay_days(extracted.deployment, expected.days[0], expected.days[0], _paper())
        assert redrive_all(extracted.deployment, _paper())
    made = {call.action for call in calls(extracted.folder, OPERATOR)}
    assert made >= {"s3:ListBucket", "sqs:SendMessage"}
    assert made - EMULATION <= documented()


@UNDER_ONE_REGIME
def test_nothing_leaves_the_machine(extracted: Machine, outside: Recorder) -> None:
    assert outside.requests == []


@UNDER_ONE_REGIME
def test_every_socket_listens_on_a_loopback_address(extracted: Machine) -> None:
    sockets = listening(with_descendants(extracted.leaders.values()))
    assert extracted.port in {port for _, port in sockets}
    assert [address for address in sockets if not is_loopback(address[0])] == []


@UNDER_ONE_REGIME
def test_no_command_line_shows_the_token(extracted: Machine) -> None:
    commands = [command_line(pid) for pid in with_descendants(extracted.leaders.values())]
    # Emulator, fake Spotify, and a worker for each of both functions.
    assert len(commands) >= 4
    assert not any(extracted.emulator.token in command for command in commands)


@UNDER_ONE_REGIME
def test_only_the_user_can_read_local_files(extracted: Machine) -> None:
    extracted.save_record()
    found = [extracted.folder, *extracted.folder.rglob("*")]
    assert {"running.json", "aws.env", "outputs.json", "emulator.log", "s3"} <= {
        path.name for path in found
    }
    others = stat.S_IRWXG | stat.S_IRWXO
    assert [path for path in found if not path.is_symlink() and path.stat().st_mode & others] == []


@UNDER_ONE_REGIME
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
        {},
    ],
    ids=["a web page", "a name that resolves to this machine", "a program without the token"],
)
def test_untrusted_clients_cannot_run_code_or_read_the_secret(
    extracted: Machine, headers: dict[str, str]
) -> None:
    function = {
        "FunctionName": "stranger",
        "Runtime": "python3.11",
        "Handler": "code.handler",
        "Role": "arn:aws:iam::000000000000:role/any",
        "Code": {"ZipFile": ""},
    }
    refused = requests.post(
        f"{extracted.emulator.url}/2015-03-31/functions",
        data=json.dumps(function),
        headers={"Content-Type": "text/plain", **headers},
        timeout=5,
    )
    assert refused.status_code == 403
    refused = requests.post(
        extracted.emulator.url,
        data=json.dumps({"SecretId": extracted.deployment.output("SpotifySecretArn")}),
        headers={"X-Amz-Target": "secretsmanager.GetSecretValue", **headers},
        timeout=5,
    )
    assert refused.status_code == 403
    assert "client_secret" not in refused.text
    assert "Access-Control-Allow-Origin" not in refused.headers


@UNDER_ONE_REGIME
def test_a_shell_that_sources_the_variables_reaches_the_emulator(extracted: Machine) -> None:
    extracted.save_record()
    code = "import boto3; print(boto3.client('s3').list_buckets()['Buckets'])"
    done = subprocess.run(
        [
            *("bash", "-c", 'source "$0"; "$1" -c "$2"'),
            *(str(extracted.aws_variables), sys.executable, code),
        ],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert extracted.deployment.output("BucketName") in done.stdout


@UNDER_ONE_REGIME
def test_another_environment_lives_and_ends_beside_the_first(
    extracted: Machine, tmp_path: Path
) -> None:
    """With the commands that serve on AWS, from an empty secret to the deletion."""
    first, before = Pipeline(extracted.deployment), _names(extracted)
    parts = first.raw_keys()
    checkout = Checkout(tmp_path / "checkout", extracted)
    shutil.copy(checkout.folder / "config/local.toml", checkout.folder / "config/other.toml")
    app = tmp_path / "app.json"
    app.write_text(json.dumps(APP_CREDENTIALS))

    assert "bootstrapped" in checkout.make("bootstrap", "ENV=other")
    checkout.make("deploy", "ENV=other")
    assert "make auth ENV=other" in checkout.make("secret", "ENV=other", f"FILE={app}")
    with checkout.making("auth", "ENV=other", "NO_BROWSER=1", f"AUTH_PORT={free_port()}") as auth:
        assert auth.stdout
        assert Browser()(next(line for line in auth.stdout if "/authorize?" in line).strip())
        assert "Stored in the secret: refresh_token" in auth.stdout.read()
    assert "✓ complete" in checkout.make("extract", "ENV=other")
    configuration = load("other", extracted.spotify, checkout.folder / "config")
    Pipeline(look_up(configuration, extracted.emulator)).wait()
    history = checkout.make("query", "ENV=other", "QUERY=run_history")
    assert history.count("complete") == 1
    assert first.raw_keys() == parts

    assert "object versions deleted" in checkout.make("destroy", "ENV=other", "CONFIRM=other")
    assert _names(extracted) == before
    assert first.raw_keys() == parts


def test_an_invalid_event_fails_the_invocation(extracted: Machine) -> None:
    with pytest.raises(PipelineError, match="The extract event is not valid"):
        Pipeline(extracted.deployment).invoke({"sources": {"songs": []}})


def _pause_a_run(machine: Machine, expected: Expectation) -> None:
    """A run that finds a damaged state and a rate limit of two hours, after which it resumes."""
    deployment, fake = machine.deployment, machine.fake
    assert fake
    deployment.client("s3").put_object(
        Bucket=deployment.output("BucketName"), Key="state/paused.json", Body=b"damaged"
    )
    limit = {"kind": "rate_limit", "retry_after": "7200", "path": "/v1/.*", "count": None}
    requests.put(f"{fake.url}fake/faults", json=[limit], timeout=5).raise_for_status()
    event = {"time": f"{expected.days[0]}T06:00:00Z", "schedule": "paused"}
    summary = Pipeline(deployment).invoke({**event, "sources": {"my_playlists": True}})
    requests.put(f"{fake.url}fake/faults", json=[], timeout=5).raise_for_status()
    assert summary["resume_at"]


def _paper() -> SafeConsole:
    return SafeConsole(file=io.StringIO(), record=True, width=200)


def _names(machine: Machine) -> dict[str, list[str]]:
    """The names of everything that an environment has under its own name."""
    listings = [
        ("cloudformation", "describe_stacks", "Stacks", "StackName"),
        ("s3", "list_buckets", "Buckets", "Name"),
        ("secretsmanager", "list_secrets", "SecretList", "Name"),
        ("lambda", "list_functions", "Functions", "FunctionName"),
        ("lambda", "list_layers", "Layers", "LayerName"),
        ("logs", "describe_log_groups", "logGroups", "logGroupName"),
        ("glue", "get_databases", "DatabaseList", "Name"),
        ("athena", "list_work_groups", "WorkGroups", "Name"),
        ("scheduler", "list_schedules", "Schedules", "Name"),
        ("iam", "list_roles", "Roles", "RoleName"),
    ]
    found = {
        kind: [one[name] for one in getattr(machine.deployment.client(service), call)()[kind]]
        for service, call, kind, name in listings
    }
    found["Queues"] = machine.deployment.client("sqs").list_queues()["QueueUrls"]
    found["Queries"] = machine.deployment.client("athena").list_named_queries()["NamedQueryIds"]
    return {kind: sorted(names) for kind, names in found.items()}


def _tables(machine: Machine) -> dict[str, list[dict[str, Any]]]:
    """The rows of every Parquet file, by key."""
    deployment = machine.deployment
    bucket, s3 = deployment.output("BucketName"), deployment.client("s3")
    keys = list_keys(s3, bucket, TRANSFORMED_PREFIX)
    bodies = {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
    return {key: pl.read_parquet(body).to_dicts() for key, body in bodies.items()}


def _all_days(machine: Machine) -> tuple[date, date]:
    """The first and the last day with raw data: the import is of today."""
    parts = Part.from_raw_keys(Pipeline(machine.deployment).raw_keys())
    days = [date.fromisoformat(part.ingest_date) for part in parts]
    return min(days), max(days)


def _delete(machine: Machine, *keys: str) -> None:
    s3, bucket = machine.deployment.client("s3"), machine.deployment.output("BucketName")
    for key in keys:
        s3.delete_object(Bucket=bucket, Key=key)


def _command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "commands.local", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "lambda_src", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_port_in_use_is_named_with_a_remedy(extracted: Machine) -> None:
    done = _command("demo", PORT=str(extracted.port))
    assert done.returncode == 1
    assert f"Port {extracted.port} on 127.0.0.1 is in use" in done.stdout
    assert f"PORT={extracted.port + 1}" in done.stdout


def test_another_spotify_needs_a_secret(tmp_path: Path) -> None:
    done = _command("up", SPOTIFY_API_URL="https://api.spotify.com/v1/")
    assert done.returncode == 2
    assert "SPOTIFY_TOKEN_URL= and SECRET=, a file of JSON" in done.stdout


def test_started_processes_are_stopped_on_an_error(tmp_path: Path) -> None:
    leaders: list[int] = []

    def fail_in_the_middle() -> None:
        with machine(tmp_path, free_port(), Spotify(), nullcontext) as (here, _):
            leaders.extend(here.leaders.values())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    assert len(leaders) == 2
    for leader in leaders:
        with pytest.raises(ProcessLookupError):
            os.killpg(leader, 0)
