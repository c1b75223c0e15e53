"""The CDK command line for the stacks of one environment."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from stacks.configuration import FOLDER, Configuration

_PROJECT = FOLDER.parent
"""The folder of cdk.json."""
_SHOWN_CHARACTERS = 4000

BUCKET_LOGICAL_ID = "Bucket83908E77"
"""The bucket in the template of the storage stack; a test pins it."""


class CdkError(Exception):
    """A CDK command failed; contains the end of its output unless that was shown."""


@dataclass(frozen=True, kw_only=True)
class Cdk:
    """The CDK command line; `configuration` has account and region.

    `app` selects the app, `variables` are the process environment (None: the caller's), `options`
    are added to a command. `is_quiet` shows the output only if the command fails.
    """

    configuration: Configuration
    app: tuple[str, ...]
    variables: Mapping[str, str] | None = None
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_quiet: bool = False

    def bootstrap(self) -> None:
        """Prepare account and region for deployments. Raises CdkError, as all commands do.

        In a folder with an app, the command line would synthesize it first.
        """
        with TemporaryDirectory() as folder:
            where = f"aws://{self.configuration.account}/{self.configuration.region}"
            self._run("bootstrap", where, folder=folder)

    def diff(self) -> None:
        """Show what a deployment would change."""
        self._run("diff", *self.app)

    def deploy(self) -> None:
        """Deploy all stacks; the command line asks before it broadens permissions."""
        self._run("deploy", "--all", *self.app)

    def import_bucket(self, stack: str, bucket: str) -> None:
        """Create a storage stack that consists of an existing bucket; a deployment adds the rest.

        The command line skips the resources that CloudFormation cannot import.
        """
        mapping = json.dumps({BUCKET_LOGICAL_ID: {"BucketName": bucket}})
        self._run("import", stack, *self.app, "--resource-mapping-inline", mapping)

    def _run(self, command: str, *arguments: str, folder: str | Path = _PROJECT) -> None:
        done = subprocess.run(
            ["cdk", "--no-notices", command, *arguments, *self.options.get(command, ())],
            cwd=folder,
            env=self.variables,
            stdin=subprocess.DEVNULL if self.is_quiet else None,
            stdout=subprocess.PIPE if self.is_quiet else None,
            stderr=subprocess.STDOUT if self.is_quiet else None,
            text=True,
            check=False,
        )
        if done.returncode:
            end = f"failed:\n{done.stdout[-_SHOWN_CHARACTERS:]}" if self.is_quiet else "failed"
            raise CdkError(f"cdk {command} {end}")


def cdk_on_aws(configuration: Configuration) -> Cdk:
    """The command line with the caller's own AWS credentials."""
    return Cdk(configuration=configuration, app=("-c", f"env={configuration.environment}"))
