"""A deployment in memory, some of whose operations are refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.deployment import EmulatedDeployment
from spotify_pipeline.extract.handler import handler as extract
from spotify_pipeline.transform.part import transform_part
from tests.conftest import CONTEXT
from tests.unit.extract.runs import EVENT

if TYPE_CHECKING:
    from tests.conftest import Aws
    from tests.unit.operations.conftest import WorkingDeployment


@dataclass(frozen=True)
class Refusal:
    """Denies every call of an operation."""

    operation: str

    def __call__(self, **_: object) -> None:
        error: Any = {"Error": {"Code": "AccessDenied", "Message": "not authorized"}}
        raise ClientError(error, self.operation)


class Stacks:
    """CloudFormation with the ingestion stack."""

    def __init__(self, stack: dict[str, Any], refusal: Refusal | None) -> None:
        self._stack = stack
        self._refusal = refusal

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        assert StackName == "spotify-local-ingestion"
        if self._refusal and self._refusal.operation == "DescribeStacks":
            self._refusal()
        return {"Stacks": [self._stack]}


@dataclass(frozen=True)
class StatusDeployment(EmulatedDeployment):
    """Its stack was created just now, or at another time and updated just now."""

    refusal: Refusal | None = None
    created_at: datetime | None = None

    def client(self, service: str) -> Any:
        if service == "cloudformation":
            now = datetime.now(UTC)
            stack = {"CreationTime": self.created_at or now, "LastUpdatedTime": now}
            return Stacks(stack, self.refusal)
        client = super().client(service)
        if self.refusal:
            client.meta.events.register(f"before-call.*.{self.refusal.operation}", self.refusal)
        return client


@pytest.fixture
def status_deployment(deployment: WorkingDeployment, aws: Aws) -> StatusDeployment:
    outputs = {**deployment.outputs, "SpotifySecretArn": aws.secret_arn}
    return StatusDeployment(outputs, deployment.configuration)


@pytest.fixture
def extracted(status_deployment: StatusDeployment, deployed: Aws) -> StatusDeployment:
    """The deployment after a run whose parts are transformed."""
    extract(EVENT, CONTEXT)
    for key in deployed.raw_keys():
        transform_part(deployed.s3, deployed.bucket, key)
    return status_deployment
