"""The four stacks together: dependencies, stable ids, protection and determinism."""

from pathlib import Path

import aws_cdk as cdk
import pytest
from cfnlint.api import lint

from stacks.configuration import load
from tests.infrastructure.conftest import Apps, Templates, synthesize
from tests.release import previous_release, stateful


def test_a_stack_depends_only_on_the_stacks_it_uses(assembly: cdk.cx_api.CloudAssembly) -> None:
    graph = {
        stack.stack_name.removeprefix("spotify-dev-"): sorted(
            other.id.removeprefix("spotify-dev-")
            for other in stack.dependencies
            if not other.id.endswith(".assets")
        )
        for stack in assembly.stacks
    }
    assert graph == {
        "storage": [],
        "ingestion": ["storage"],
        "catalog": ["storage"],
        "analytics": ["catalog", "storage"],
    }


def test_no_stack_exports_a_value(templates: Templates) -> None:
    """CloudFormation refuses to change an export while another stack imports it."""
    exports = [
        o for t in templates.values() for o in t.get("Outputs", {}).values() if "Export" in o
    ]
    assert not exports


@pytest.mark.parametrize(
    ("stack", "outputs"),
    [
        ("storage", {"BucketName"}),
        (
            "ingestion",
            {
                "ExtractFunctionName",
                "TransformFunctionName",
                "SpotifySecretArn",
                "DeadLetterQueueUrl",
                "FailedRunsQueueUrl",
                "AlarmTopicArn",
                "QueueUrl",
            },
        ),
        ("catalog", {"DatabaseName", "CrawlerName"}),
        ("analytics", {"WorkGroupName", "AnalystPolicyArn"}),
    ],
)
def test_a_stack_has_the_outputs_that_commands_read(
    templates: Templates, stack: str, outputs: set[str]
) -> None:
    assert outputs <= set(templates[stack]["Outputs"])


def test_stateful_resources_keep_their_logical_ids(all_templates: dict[str, Templates]) -> None:
    """With a new logical id, CloudFormation would replace the resource and lose its data."""
    before = stateful(previous_release())
    assert len(before) > 20
    for environment, templates in all_templates.items():
        assert before.items() - stateful(templates).items() == set(), environment


def test_production_is_protected_from_deletion(apps: Apps) -> None:
    assert all(stack.termination_protection for stack in apps["prod"].synth().stacks)


def test_everything_that_holds_data_follows_the_removal_policy(
    all_templates: dict[str, Templates],
) -> None:
    for environment, templates in all_templates.items():
        policies = {
            resource.get("DeletionPolicy", "Delete")
            for template in templates.values()
            for resource in template["Resources"].values()
            if resource["Type"] in _HOLD_DATA
        }
        assert policies == {"Retain" if environment == "prod" else "Delete"}, environment


_HOLD_DATA = {
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
}


def test_cdk_reports_no_warning(assembly: cdk.cx_api.CloudAssembly) -> None:
    messages = [f"{m.id}: {m.entry.data}" for stack in assembly.stacks for m in stack.messages]
    assert not [message for message in messages if "warn" in message.lower()]


def test_cfn_lint_accepts_the_templates(apps: Apps) -> None:
    """Except W3005: CDK itself writes a redundant dependency."""
    found = [
        f"{environment}: {stack.stack_name}: {match}"
        for environment, app in apps.items()
        for stack in app.synth().stacks
        for match in lint(Path(stack.template_full_path).read_text())
        if match.rule.id != "W3005"
    ]
    assert not found


def test_synthesis_is_deterministic(assembly: cdk.cx_api.CloudAssembly, tmp_path: Path) -> None:
    again = synthesize(load("dev", {}), tmp_path)
    assert {s.stack_name: s.template for s in again.stacks} == {
        s.stack_name: s.template for s in assembly.stacks
    }
