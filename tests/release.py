"""The templates of the previous release: those of the environment `local`, by stack name.

After a release, `python -m tests.release` replaces them by today's.
"""

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stacks.configuration import load
from tests.infrastructure.conftest import synthesize

_FILE = Path(__file__).parent / "release.json.gz"

Templates = dict[str, dict[str, Any]]

STATEFUL = {
    "AWS::Athena::WorkGroup",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
}
"""Types of resources whose replacement or deletion loses data."""


def previous_release() -> Templates:
    templates: Templates = json.loads(gzip.decompress(_FILE.read_bytes()))
    return templates


def stateful(templates: Templates) -> dict[tuple[str, str], str]:
    """Type by short stack name and logical id."""
    return {
        (stack.rpartition("-")[2], name): resource["Type"]
        for stack, template in templates.items()
        for name, resource in template["Resources"].items()
        if resource["Type"] in STATEFUL
    }


def _save_today() -> None:
    with TemporaryDirectory() as folder:
        stacks = synthesize(load("local", {}), Path(folder)).stacks
        templates = {stack.stack_name: stack.template for stack in stacks}
    text = json.dumps(templates, sort_keys=True, separators=(",", ":"))
    _FILE.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    _save_today()
