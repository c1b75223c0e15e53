"""Each process that runs tests synthesizes into a folder of its own: the CDK locks it."""

import os

from local import deployment

deployment.ASSEMBLY = deployment.ASSEMBLY.with_name(
    f"cdk.out-{os.environ.get('PYTEST_XDIST_WORKER', 'tests')}"
)
