"""The workgroup, and the permissions of analysts."""

import json
import re

from tests.infrastructure.conftest import Resources
from tests.infrastructure.policies import actions_of


def test_the_workgroup_enforces_its_settings(resources: Resources) -> None:
    [group] = resources("analytics", "AWS::Athena::WorkGroup").values()
    settings = group["WorkGroupConfiguration"]
    assert group["Name"] == "spotify-dev"
    assert settings["EnforceWorkGroupConfiguration"] is True
    assert settings["BytesScannedCutoffPerQuery"] == 10_000_000_000
    assert settings["EngineVersion"]["SelectedEngineVersion"] == "Athena engine version 3"
    assert "EncryptionConfiguration" in settings["ResultConfiguration"]


def test_an_analyst_may_only_query(resources: Resources) -> None:
    [policy] = resources("analytics", "AWS::IAM::ManagedPolicy").values()
    statements = policy["PolicyDocument"]["Statement"]
    actions = actions_of(statements)
    assert {action.split(":")[0] for action in actions} == {"athena", "glue", "s3"}
    writing = {a for a in actions if not re.match(r"\w+:(Batch)?(Get|List)", a)}
    assert writing == {
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
        "s3:AbortMultipartUpload",
        "s3:PutObject",
    }
    reach = {a: json.dumps(s["Resource"]) for s in statements for a in actions_of([s])}
    assert "athena-results/*" in reach["s3:PutObject"]
    assert "transformed-data" not in reach["s3:PutObject"]
    assert not [arn for arn in reach.values() if arn == '"*"' or "raw-data" in arn]
    assert "Users" not in policy
    assert "Groups" not in policy
