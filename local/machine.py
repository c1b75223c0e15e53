"""The whole pipeline on one machine: emulator, Spotify and deployment, started and stopped."""

import json
import shlex
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fake_spotify.regime import Regime
from local.deployment import ENVIRONMENT, ROOT, EmulatedCdk, emulated_cdk, look_up
from local.emulator import MODULE, Emulator, await_emulator, start_emulator
from local.environment import isolate
from local.pipeline import Pipeline
from local.processes import PortInUseError, finish, runs, stop
from local.spotify import CREDENTIALS, FakeSpotifyClient, start_fake_spotify
from operations.deployment import Deployment
from operations.target import EMULATOR_ACCOUNT, is_emulated
from stacks.configuration import Configuration, load

FOLDER = ROOT / ".local"

Step = Callable[[str], AbstractContextManager[object]]
"""Shows the start and the end of a step."""


@dataclass(frozen=True)
class Spotify:
    """The Spotify to use: the fake (with an optional recording `data`), or another by its URLs.

    `daily_calls` replaces the budget of the fake's environment, which no run exceeds.
    """

    data: Path | None = None
    regime: Regime = Regime.NEW_DEV
    urls: dict[str, str] | None = None
    daily_calls: int | None = None
    credentials: dict[str, str] = field(default_factory=CREDENTIALS.copy)


@dataclass(frozen=True)
class Servers:
    """The running servers: process group leaders by module. `fake` is None with another Spotify.

    `spotify` holds the overrides of the configuration's section `[spotify]`.
    """

    folder: Path
    emulator: Emulator
    leaders: dict[str, int]
    spotify: dict[str, str]
    fake: FakeSpotifyClient | None

    @property
    def port(self) -> int:
        return self.emulator.port

    @property
    def aws_variables(self) -> Path:
        """A file to source in a shell, so that AWS clients there reach the emulator."""
        return _aws_variables(self.folder)

    def save_record(self) -> None:
        """Save the running processes and their settings for later commands."""
        record = {
            "port": self.port,
            "token": self.emulator.token,
            "leaders": self.leaders,
            "spotify": self.spotify,
            "fake": self.fake.url if self.fake else None,
        }
        _record(self.folder).write_text(json.dumps(record))
        variables = self.emulator.variables(str(self.configuration(ENVIRONMENT).region))
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
        self.aws_variables.write_text("".join(lines))

    def configuration(self, environment: str) -> Configuration:
        """The configuration of an environment on the emulator. Raises ValueError for others."""
        configuration = load(environment, self.spotify)
        if not is_emulated(configuration):
            raise ValueError(
                f"ENV={environment} is not on the emulator: that needs account = "
                f'"{EMULATOR_ACCOUNT}" in config/{environment}.toml, as in config/local.toml'
            )
        return configuration

    def cdk(self, environment: str) -> EmulatedCdk:
        return emulated_cdk(self.configuration(environment), self.emulator, self.spotify)


@dataclass(frozen=True)
class Machine(Servers):
    """The running servers and an environment that is deployed to them."""

    deployment: Deployment

    @property
    def objects(self) -> Path:
        """The folder that stores the bucket's objects as files."""
        found = list((self.folder / "s3").rglob(self.deployment.output("BucketName")))
        return found[0] if found else self.folder / "s3"


@contextmanager
def machine(
    folder: Path, port: int, spotify: Spotify, step: Step
) -> Iterator[tuple[Machine, ExitStack]]:
    """Start all servers with their files in `folder` and deploy; stop them at the end.

    Call `pop_all` on the yielded stack to keep them running.
    """
    isolate()
    for private in (FOLDER, folder):
        private.mkdir(parents=True, exist_ok=True)
        # An existing folder may be world-readable.
        private.chmod(0o700)
    with ExitStack() as stack:
        with step("Starting the emulator and Spotify"):
            emulator = Emulator(port)
            emulating = start_emulator(folder, emulator)
            stack.callback(finish, emulating)
            leaders = {MODULE: emulating.pid}
            fake = None
            if spotify.urls is None:
                process, fake = start_fake_spotify(folder, spotify.data, spotify.regime)
                stack.callback(finish, process)
                leaders["fake_spotify"] = process.pid
            await_emulator(emulating, folder, emulator)
        urls = fake.spotify if fake else spotify.urls or {}
        if spotify.daily_calls:
            urls = {**urls, "daily_calls": str(spotify.daily_calls)}
        configuration = load(ENVIRONMENT, urls)
        cdk = emulated_cdk(configuration, emulator, urls, folder / "outputs.json")
        with step("Synthesizing the four stacks"), ThreadPoolExecutor() as pool:
            bootstrapping = pool.submit(cdk.bootstrap)
            removed = cdk.synthesize()
            bootstrapping.result()
        lacking = ", ".join(f"{len(v)} {k}" for k, v in removed.items())
        with step(f"Deploying them (through the API instead: {lacking})"):
            deployment = cdk.deploy_assembly(removed)
            Pipeline(deployment).store_credentials(spotify.credentials)
        yield Machine(folder, emulator, leaders, urls, fake, deployment), stack


def running(environment: str = ENVIRONMENT, folder: Path = FOLDER) -> Machine:
    """Return an environment on the servers of `make local-up`.

    Raises as `running_servers` does, and NotDeployedError.
    """
    servers = running_servers(folder)
    deployment = look_up(servers.configuration(environment), servers.emulator)
    return Machine(
        folder, servers.emulator, servers.leaders, servers.spotify, servers.fake, deployment
    )


def running_servers(folder: Path = FOLDER) -> Servers:
    """Return the servers of `make local-up`. Raises RuntimeError if they are not running."""
    isolate()
    path = _record(folder)
    record = json.loads(path.read_text()) if path.exists() else {"leaders": {}}
    leaders = record["leaders"]
    if not leaders or not all(runs(number, name) for name, number in leaders.items()):
        raise RuntimeError(
            "The local deployment is not running. Start it with: make local-down local-up"
        )
    fake = FakeSpotifyClient(record["fake"]) if record["fake"] else None
    emulator = Emulator(record["port"], record["token"])
    if not emulator.is_genuine():
        raise PortInUseError(
            f"Another program listens on port {emulator.port} instead of the emulator. "
            "Stop it, then run: make local-down local-up"
        )
    return Servers(folder, emulator, leaders, record["spotify"], fake)


def shut_down(folder: Path = FOLDER) -> bool:
    """Stop the deployment of `make local-up`. False if there is none."""
    path = _record(folder)
    if not path.exists():
        return False
    for name, leader in json.loads(path.read_text())["leaders"].items():
        # After a restart of the machine, another process may have the number.
        if runs(leader, name):
            stop(leader)
    path.unlink()
    _aws_variables(folder).unlink(missing_ok=True)
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    return True


def _aws_variables(folder: Path) -> Path:
    return folder / "aws.env"


def _record(folder: Path) -> Path:
    return folder / "running.json"
