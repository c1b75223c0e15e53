"""Shows the steps of a purge: a status line, and a bar while parts are transformed."""

from rich.status import Status

from commands.progress import show_transforming
from operations.deployment import Deployment
from operations.purge.running import running_until
from operations.terminal import SafeConsole, one_line


def announce_wait(deployment: Deployment, console: SafeConsole) -> None:
    """Say until when a run may be active, which the purge waits for."""
    if end := running_until(deployment.client("s3"), deployment.output("BucketName")):
        console.print(f"A run may be active until {end:%H:%M:%S} UTC: the purge waits for it")


class Steps:
    """The callbacks of a purge, within `with`."""

    def __init__(self, deployment: Deployment, console: SafeConsole) -> None:
        self._deployment = deployment
        self._console = console
        self._status: Status = console.status("Starting …")

    def __enter__(self) -> "Steps":
        self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def say(self, text: str) -> None:
        self._status.update(one_line(text))

    def follow(self, total: int) -> None:
        """Show a bar until the queue is empty, in place of the status line."""
        self._status.stop()
        show_transforming(self._deployment, total, self._console)
        self._status.start()
