"""Starts and stops background processes, each with its own log."""

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

_GRACE_SECONDS = 10.0
_STEP_SECONDS = 0.05


class PortInUseError(Exception):
    """Another program uses the port."""


def free_port() -> int:
    """A port on 127.0.0.1 that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def check_port(port: int, remedy: str) -> None:
    """Raise PortInUseError, with the remedy, if 127.0.0.1:`port` is not free to listen on."""
    with socket.socket() as probe, socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A program may listen on all addresses; a connection may use the port without a listener.
        if probe.connect_ex(("127.0.0.1", port)) == 0 or not _binds(listener, port):
            raise PortInUseError(f"Port {port} on 127.0.0.1 is in use. {remedy}")


def _binds(listener: socket.socket, port: int) -> bool:
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def start(
    command: list[str],
    log: Path,
    environment: dict[str, str],
    *,
    pipe: bool = False,
    folder: Path | None = None,
) -> subprocess.Popen[str]:
    """Start a command as the leader of a new process group; `pipe` captures standard output.

    It works in `folder`, or else where this process does.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    # An existing log may be world-readable.
    log.unlink(missing_ok=True)
    with log.open("w") as file:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipe else file,
            stderr=file,
            env=environment,
            text=True,
            start_new_session=True,
        )


def stop(leader: int) -> None:
    """Stop a process group: SIGTERM, a grace period, then SIGKILL."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(leader, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + _GRACE_SECONDS
        while time.monotonic() < deadline:
            if _ended(leader):
                break
            time.sleep(_STEP_SECONDS)


def finish(process: subprocess.Popen[str]) -> None:
    """Stop a process's group, close its output and reap it."""
    stop(process.pid)
    if process.stdout:
        process.stdout.close()
    process.wait()


def runs(leader: int, command: str) -> bool:
    """Check that a process with this id runs `command`."""
    found = subprocess.run(
        ["ps", "-o", "command=", "-p", str(leader)], capture_output=True, text=True, check=False
    )
    return command in found.stdout


def _ended(leader: int) -> bool:
    """Check that a process group has ended; reaps its leader if it is a child."""
    with suppress(ChildProcessError):
        os.waitpid(leader, os.WNOHANG)
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return True
    return False
