"""Duration of `cdk synth` relative to an empty app, measured in alternating pairs."""

import json
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
RUNS = 5

_EMPTY_APP = """
import aws_cdk as cdk
app = cdk.App()
stack = cdk.Stack(app, "Empty")
cdk.CfnResource(stack, "Nothing", type="AWS::CloudFormation::WaitConditionHandle")
app.synth()
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder)
        (empty / "app.py").write_text(_EMPTY_APP)
        settings = json.loads((ROOT / "cdk.json").read_text())
        (empty / "cdk.json").write_text(json.dumps({**settings, "app": "python app.py"}))
        _pair(empty)  # warm-up
        pairs = [_pair(empty) for _ in range(RUNS)]
    stacks = median(pair[0] for pair in pairs)
    baseline = median(pair[1] for pair in pairs)
    ratio = median(pair[0] / pair[1] for pair in pairs)
    print(
        f"four stacks {stacks:.1f} s, empty app {baseline:.1f} s, ratio {ratio:.2f} ({RUNS} pairs)"
    )


def _pair(empty: Path) -> tuple[float, float]:
    """Seconds for the pipeline's app and for the empty one."""
    return _seconds(ROOT, "-c", "env=dev"), _seconds(empty)


def _seconds(folder: Path, *arguments: str) -> float:
    began = time.monotonic()
    command = ["cdk", "synth", "--quiet", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
