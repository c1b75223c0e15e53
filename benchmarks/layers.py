"""Sizes of the layers of the environment dev, unzipped and zipped as the CDK uploads them."""

import json
from pathlib import Path

from stacks.constructs.layers import MEGABYTE, zipped_size

ASSEMBLY = Path(__file__).parent.parent / "cdk.out"


def main() -> None:
    template = json.loads((ASSEMBLY / "spotify-dev-ingestion.template.json").read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::LayerVersion":
            name = resource["Properties"]["Description"]
            digest = resource["Properties"]["Content"]["S3Key"].removesuffix(".zip")
            files = [p for p in (ASSEMBLY / f"asset.{digest}").rglob("*") if p.is_file()]
            unzipped = sum(file.stat().st_size for file in files)
            zipped = zipped_size(files)
            print(
                f"{name}: {zipped / MEGABYTE:.1f} MB zipped, {unzipped / MEGABYTE:.1f} MB unzipped"
            )


if __name__ == "__main__":
    main()
