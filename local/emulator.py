"""MiniStack, an emulator of AWS: started in its own environment, on 127.0.0.1 alone."""

import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

from local.processes import check_port, start

PYTHON = Path(__file__).parent.parent / ".local" / "emulator" / "bin" / "python"

_START_SECONDS = 60.0
_STEP_SECONDS = 0.05


def start_emulator(folder: Path, port: int) -> subprocess.Popen[str]:
    """Start the emulator with nothing in it; its objects lie as files in `folder`/s3.

    It does not answer yet: `await_emulator` waits for that. Raises PortInUseError.
    """
    check_port(port, f"Give another one, such as PORT={port + 1}, or run: make local-down")
    objects, scratch = folder / "s3", folder / "tmp"
    for path in (objects, scratch):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(folder)),
        "TZ": "UTC",
        "TMPDIR": str(scratch),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "S3_DATA_DIR": str(objects),
        "S3_PERSIST": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return start([str(PYTHON), "-m", "ministack"], folder / "emulator.log", environment)


def await_emulator(process: subprocess.Popen[str], folder: Path, port: int) -> None:
    """Wait until it answers. Raises RuntimeError with the end of its log if it does not."""
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=1)
        except OSError:
            time.sleep(_STEP_SECONDS)
        else:
            return
    log = (folder / "emulator.log").read_text()
    raise RuntimeError(f"The emulator did not start:\n{log[-2000:]}")


def client_environment(port: int, region: str) -> dict[str, str]:
    """What makes AWS clients, the CDK command line among them, talk to the emulator."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
