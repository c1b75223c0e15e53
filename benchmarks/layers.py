"""Sizes of the layers of the environment dev, unzipped and zipped as the CDK uploads them."""

import io
import json
import zipfile
from pathlib import Path

ASSEMBLY = Path(__file__).parent.parent / "cdk.out"
MEGABYTE = 1_000_000


def main() -> None:
    template = json.loads((ASSEMBLY / "spotify-dev-ingestion.template.json").read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::LayerVersion":
            name = resource["Properties"]["Description"]
            digest = resource["Properties"]["Content"]["S3Key"].removesuffix(".zip")
            files = [p for p in (ASSEMBLY / f"asset.{digest}").rglob("*") if p.is_file()]
            unzipped = sum(file.stat().st_size for file in files)
            zipped = _zipped(files)
            print(
                f"{name}: {zipped / MEGABYTE:.1f} MB zipped, {unzipped / MEGABYTE:.1f} MB unzipped"
            )


def _zipped(files: list[Path]) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            archive.write(file)
    return buffer.tell()


if __name__ == "__main__":
    main()
