"""The four stacks together: dependencies, stable ids, protection and determinism."""

from pathlib import Path

import aws_cdk as cdk
import pytest
from cfnlint.api import lint

from stacks.configuration import load
from tests.infrastructure.conftest import Resources, Templates, synthesize
from tests.infrastructure.policies import actions_of, statements_by_role


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


def test_logical_ids_of_stateful_resources_never_change(resources: Resources) -> None:
    """With a new logical id, CloudFormation would replace the resource and lose its data."""
    assert set(resources("storage", "AWS::S3::Bucket")) == {"Bucket83908E77"}
    assert set(resources("ingestion", "AWS::SecretsManager::Secret")) == {"SpotifySecretA8C04999"}
    assert set(resources("catalog", "AWS::Glue::Database")) == {"Database"}
    assert set(resources("catalog", "AWS::Glue::Table")) == {
        "TableAlbumArtists",
        "TableAlbums",
        "TableArtists",
        "TableEpisodes",
        "TablePlaylistItems",
        "TablePlaylists",
        "TableRejected",
        "TableRuns",
        "TableTrackArtists",
        "TableTracks",
    }


@pytest.mark.parametrize("stack", ["storage", "ingestion", "catalog", "analytics"])
def test_no_role_has_a_wildcard_action_or_resource(templates: Templates, stack: str) -> None:
    for role, statements in statements_by_role(templates, stack).items():
        assert not [action for action in actions_of(statements) if "*" in action], role
        for statement in statements:
            listed = statement["Resource"]
            assert "*" not in (listed if isinstance(listed, list) else [listed]), role
    managed = [
        role.get("ManagedPolicyArns")
        for name, role in templates[stack]["Resources"].items()
        if role["Type"] == "AWS::IAM::Role"
    ]
    assert not any(managed)


def test_production_is_protected_from_deletion(tmp_path: Path) -> None:
    prod = synthesize(load("prod", {}), tmp_path)
    assert all(stack.termination_protection for stack in prod.stacks)
    assert (
        prod.get_stack_by_name("spotify-prod-storage")
        .template["Resources"]["Bucket83908E77"]["DeletionPolicy"]
        .startswith("Retain")
    )


def test_cdk_reports_no_warning(assembly: cdk.cx_api.CloudAssembly) -> None:
    messages = [f"{m.id}: {m.entry.data}" for stack in assembly.stacks for m in stack.messages]
    assert not [message for message in messages if "warn" in message.lower()]


def test_cfn_lint_accepts_the_templates(assembly: cdk.cx_api.CloudAssembly) -> None:
    """Except W3005: CDK itself writes a redundant dependency."""
    found = {
        stack.stack_name: [
            str(match)
            for match in lint(Path(stack.template_full_path).read_text())
            if match.rule.id != "W3005"
        ]
        for stack in assembly.stacks
    }
    assert not any(found.values()), found


def test_synthesis_is_deterministic(assembly: cdk.cx_api.CloudAssembly, tmp_path: Path) -> None:
    again = synthesize(load("dev", {}), tmp_path)
    assert {s.stack_name: s.template for s in again.stacks} == {
        s.stack_name: s.template for s in assembly.stacks
    }
