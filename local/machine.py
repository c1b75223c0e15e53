"""The whole pipeline on one machine: emulator, Spotify and deployment, started and stopped."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fake_spotify.regime import Regime
from local.deployment import (
    ENVIRONMENT,
    ROOT,
    CommandError,
    bootstrap,
    deploy,
    load_deployment,
    synthesize,
)
from local.emulator import await_emulator, start_emulator
from local.pipeline import Pipeline
from local.processes import finish, runs, stop
from local.spotify import CREDENTIALS, FakeSpotifyClient, start_fake_spotify
from operations.deployment import Deployment
from stacks.configuration import load

FOLDER = ROOT / ".local"
ASSEMBLY = FOLDER / "cdk.out"

Step = Callable[[str], AbstractContextManager[None]]
"""Shows that something is under way, and when it is done."""


@dataclass(frozen=True)
class Spotify:
    """Which Spotify to use: the stand-in (with a recording, if `data`), or another by its URLs."""

    data: Path | None = None
    regime: Regime = Regime.NEW_DEV
    urls: dict[str, str] | None = None
    credentials: dict[str, str] = field(default_factory=CREDENTIALS.copy)


@dataclass(frozen=True)
class Machine:
    """What runs: leaders of process groups by Python module. No `fake` with another Spotify.

    `spotify` is which one is used, as keys of the configuration's section of that name.
    """

    folder: Path
    port: int
    leaders: dict[str, int]
    spotify: dict[str, str]
    fake: FakeSpotifyClient | None
    deployment: Deployment

    @property
    def objects(self) -> Path:
        """Where the bucket's objects lie as files."""
        found = list((self.folder / "s3").rglob(self.deployment.output("BucketName")))
        return found[0] if found else self.folder / "s3"

    def keep_record(self) -> None:
        """Remember what runs, for later commands."""
        record = {
            "port": self.port,
            "leaders": self.leaders,
            "spotify": self.spotify,
            "fake": self.fake.url if self.fake else None,
        }
        _record(self.folder).write_text(json.dumps(record))


@contextmanager
def machine(
    folder: Path, port: int, spotify: Spotify, step: Step
) -> Iterator[tuple[Machine, ExitStack]]:
    """Start everything in `folder` and deploy; stops it all at the end.

    Whoever calls `pop_all` on the stack that is yielded keeps it running.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with step("Starting the emulator and Spotify"):
            emulator = start_emulator(folder, port)
            stack.callback(finish, emulator)
            leaders = {"ministack": emulator.pid}
            fake = None
            if spotify.urls is None:
                process, fake = start_fake_spotify(folder, spotify.data, spotify.regime)
                stack.callback(finish, process)
                leaders["fake_spotify"] = process.pid
            await_emulator(emulator, folder, port)
        urls = fake.spotify if fake else spotify.urls or {}
        configuration = load(ENVIRONMENT, urls)
        with step("Synthesizing the four stacks"):
            bootstrapping = bootstrap(configuration, port, folder)
            with bootstrapping:
                assembly = synthesize(urls, ASSEMBLY)
                said, _ = bootstrapping.communicate()
            if bootstrapping.returncode:
                raise CommandError(f"cdk bootstrap failed:\n{said[-4000:]}")
        lacking = ", ".join(f"{len(v)} {k}" for k, v in assembly.taken_out.items())
        with step(f"Deploying them (through the API instead: {lacking})"):
            deployment = deploy(assembly, configuration, port, folder / "outputs.json")
            Pipeline(deployment).store_credentials(spotify.credentials)
        yield Machine(folder, port, leaders, urls, fake, deployment), stack


def running(folder: Path = FOLDER) -> Machine:
    """What `make local-up` left running. Raises RuntimeError if nothing does."""
    path = _record(folder)
    record = json.loads(path.read_text()) if path.exists() else {"leaders": {}}
    if not record["leaders"] or not all(runs(n, name) for name, n in record["leaders"].items()):
        raise RuntimeError("It is not running. Start it with: make local-down local-up")
    fake = FakeSpotifyClient(record["fake"]) if record["fake"] else None
    port, leaders, spotify = record["port"], record["leaders"], record["spotify"]
    configuration = load(ENVIRONMENT, spotify)
    deployment = load_deployment(folder / "outputs.json", configuration, port)
    return Machine(folder, port, leaders, spotify, fake, deployment)


def shut_down(folder: Path = FOLDER) -> bool:
    """Stop what `make local-up` left running; False if nothing was."""
    path = _record(folder)
    if not path.exists():
        return False
    for name, leader in json.loads(path.read_text())["leaders"].items():
        # After a restart of the machine, another process may have the number.
        if runs(leader, name):
            stop(leader)
    path.unlink()
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    return True


def _record(folder: Path) -> Path:
    return folder / "running.json"
