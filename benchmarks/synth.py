"""How long `cdk synth` takes against an empty app: a ratio measured in one run, side by side."""

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
        pairs = [(_seconds(ROOT, "-c", "env=dev"), _seconds(empty)) for _ in range(RUNS + 1)][1:]
    ratio = median(ours / theirs for ours, theirs in pairs)
    print(f"four stacks {median(ours for ours, _ in pairs):.1f} s, ", end="")
    print(
        f"empty app {median(theirs for _, theirs in pairs):.1f} s, ratio {ratio:.2f} ({RUNS} pairs)"
    )


def _seconds(folder: Path, *arguments: str) -> float:
    began = time.monotonic()
    command = ["cdk", "synth", "--quiet", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
