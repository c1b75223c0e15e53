"""cdk-nag: each finding is accepted next to its resource, with a reason that still applies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from constructs import IConstruct

from tests.infrastructure.conftest import build_app, configurations


@dataclass(frozen=True)
class Finding:
    """`rule` has the form of `stacks.constructs.acceptance.wildcard`."""

    path: str
    rule: str

    def is_accepted_by(self, accepted: "Finding") -> bool:
        """An acceptance holds for a construct and everything below it."""
        return self.rule == accepted.rule and f"{self.path}/".startswith(f"{accepted.path}/")


@dataclass(frozen=True)
class Acceptances:
    """Records what is accepted in place of the CDK, so that cdk-nag reports it all the same."""

    reasons: dict[Finding, str] = field(default_factory=dict)

    def of(self, construct: IConstruct) -> "Recorder":
        return Recorder(construct.node.path, self.reasons)


@dataclass(frozen=True)
class Recorder:
    path: str
    reasons: dict[Finding, str]

    def acknowledge(self, rule: cdk.Acknowledgment) -> None:
        self.reasons[Finding(self.path, rule.id)] = rule.reason


@dataclass(frozen=True)
class Report:
    findings: list[Finding]
    reasons: dict[Finding, str]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """A report on each of the `configurations`."""
    found = {}
    for name, configuration in configurations().items():
        acceptances = Acceptances()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cdk.Validations, "of", acceptances.of)
            app = build_app(configuration, tmp_path_factory.mktemp("nag"))
        found[name] = Report(list(_findings(app)), acceptances.reasons)
    return found


def test_every_finding_is_accepted_with_a_reason(reports: dict[str, Report]) -> None:
    unexplained = {
        (name, finding)
        for name, report in reports.items()
        for finding in report.findings
        if not any(finding.is_accepted_by(accepted) for accepted in report.reasons)
    }
    assert not unexplained
    reasons = {reason for report in reports.values() for reason in report.reasons.values()}
    assert all(len(reason.split()) > 3 for reason in reasons)


def test_every_accepted_finding_still_exists(reports: dict[str, Report]) -> None:
    stale = {
        (name, accepted)
        for name, report in reports.items()
        for accepted in report.reasons
        if not any(finding.is_accepted_by(accepted) for finding in report.findings)
    }
    assert not stale


def test_an_unprotected_bucket_is_found(tmp_path: pytest.TempPathFactory) -> None:
    app = cdk.App(outdir=str(tmp_path))
    s3.Bucket(cdk.Stack(app, "Stack"), "Bucket")
    assert Finding("Stack/Bucket/Resource", "AwsSolutions-S1") in list(_findings(app))


def _findings(app: cdk.App) -> Iterator[Finding]:
    for pack in (AwsSolutionsChecks(), ServerlessChecks()):
        for violation in pack.validate_scope(app).violations:
            for resource in violation.violating_resources:
                assert resource.construct_path
                yield Finding(resource.construct_path, _simple(violation.rule_name))


def _simple(rule: str) -> str:
    """The rule with the bucket's reference as `<bucket>`, and ARNs from the service on."""
    rule = re.sub(
        r'\{"Fn::GetStackOutput":.*?"PublishOutputFnGetAttBucket\w+"\}\}', "<bucket>", rule
    )
    part = "(?:<[^>]*>|[^:]*)"
    return re.sub(rf"::arn:{part}:(\w+):{part}:{part}:", r"::\1:", rule)
