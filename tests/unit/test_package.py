"""The Lambda package stands alone: each half runs without the other's dependencies."""

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "lambda_src"


def _imported_by(module: str) -> set[str]:
    code = (
        f"import sys; sys.path.insert(0, {str(SOURCE)!r}); before = set(sys.modules);"
        f"import {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("spotify_pipeline.extract.handler", {"aws_cdk", "stacks", "polars"}),
        ("spotify_pipeline.transform.handler", {"aws_cdk", "stacks", "spotipy", "requests"}),
        ("spotify_pipeline.tables", {"aws_cdk", "stacks", "polars", "msgspec", "boto3"}),
    ],
)
def test_a_module_imports_only_what_its_layer_has(module: str, absent: set[str]) -> None:
    assert not _imported_by(module) & absent
