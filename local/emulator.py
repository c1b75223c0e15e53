"""MiniStack, an emulator of AWS: runs in its own Python environment, on 127.0.0.1 only."""

import hmac
import os
import secrets
import shutil
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from local.environment import proxies, settings
from local.gateway.asgi import PROOF_PATH
from local.gateway.token import proof
from local.processes import check_port, start

PYTHON = Path(__file__).parent.parent / ".local" / "emulator" / "bin" / "python"
MODULE = "local.gateway"

_START_SECONDS = 60.0
_STEP_SECONDS = 0.05


def _new_token() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Emulator:
    """The emulator's port, and the session token that it requires.

    The token is the secret, not the access key: MiniStack gives functions the session token, but
    the account number as access key.
    """

    port: int
    token: str = field(default_factory=_new_token, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def credentials(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": "000000000000",
            "AWS_SECRET_ACCESS_KEY": "unchecked",
            "AWS_SESSION_TOKEN": self.token,
        }

    def variables(self, region: str) -> dict[str, str]:
        """The environment variables that point any AWS client at the emulator."""
        return settings() | {
            "AWS_ENDPOINT_URL": self.url,
            **self.credentials(),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
        }

    def client_environment(self, region: str) -> dict[str, str]:
        """The environment of a process whose AWS clients talk to the emulator."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        return kept | self.variables(region)

    def is_genuine(self) -> bool:
        """Check that the server on the port knows the token, without sending it."""
        challenge = secrets.token_hex(16)
        url = f"http://127.0.0.1:{self.port}{PROOF_PATH}{challenge}"
        try:
            with urllib.request.urlopen(url, timeout=1) as response:
                given = response.read(100)
        except (OSError, HTTPException):
            return False
        return hmac.compare_digest(given, proof(self.token, challenge).encode())


def start_emulator(folder: Path, emulator: Emulator) -> subprocess.Popen[str]:
    """Start an empty emulator, which stores objects as files in `folder`/s3.

    Returns before it responds: `await_emulator` waits for that. Raises PortInUseError.
    """
    _check(emulator)
    objects, scratch = folder / "s3", folder / "tmp"
    for path in (objects, scratch):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    environment = {
        **settings(),
        **proxies(),
        **emulator.credentials(),
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(folder)),
        "TZ": "UTC",
        "TMPDIR": str(scratch),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(emulator.port),
        # The IoT endpoint would listen on every interface.
        "IOT_MTLS_ENABLED": "0",
        "S3_DATA_DIR": str(objects),
        "S3_PERSIST": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return start([str(PYTHON), "-m", MODULE], folder / "emulator.log", environment)


def await_emulator(process: subprocess.Popen[str], folder: Path, emulator: Emulator) -> None:
    """Wait until the emulator responds.

    Raises PortInUseError if another program took the port, or RuntimeError with the end of the log.
    """
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if emulator.is_genuine():
            return
        time.sleep(_STEP_SECONDS)
    if process.poll() is not None:
        _check(emulator)
    log = (folder / "emulator.log").read_text()
    raise RuntimeError(f"The emulator did not start:\n{log[-2000:]}")


def _check(emulator: Emulator) -> None:
    remedy = f"Give another one, such as PORT={emulator.port + 1}, or run: make local-down"
    check_port(emulator.port, remedy)
