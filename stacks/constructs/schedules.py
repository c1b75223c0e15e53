"""The schedules of an environment: recurring ones, and one-time ones that resume a run."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from spotify_pipeline.environment import LONGEST_DELAY_SECONDS
from spotify_pipeline.keys import RESUME_PREFIX
from stacks.constructs.acceptance import accept, wildcard
from stacks.constructs.encryption import USE_KEY
from stacks.constructs.function import PipelineFunction
from stacks.schedules import Schedule

_SCHEDULER = "scheduler.amazonaws.com"


class Schedules(Construct):
    """A schedule group: its names never conflict with those of another environment.

    Scheduler assumes `role` to start the extract function. Events that it cannot deliver go to
    the queue of failed runs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        failed_runs: sqs.IQueue,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.group = scheduler.ScheduleGroup(
            self,
            "Group",
            schedule_group_name=f"spotify-{environment}",
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self._failed_runs = failed_runs
        self.role = self._create_role()
        self._allow("sqs:SendMessage", on=failed_runs.queue_arn)
        if key:
            self._allow(*USE_KEY, on=key.key_arn)

    def start(self, function: lambda_.IFunction, schedules: Mapping[str, Schedule]) -> None:
        """Start the extract function at the times of each schedule that is enabled."""
        self._allow("lambda:InvokeFunction", on=function.function_arn)
        for name, schedule in schedules.items():
            self._add(name, schedule, function)

    def allow_resumes(self, extract: PipelineFunction) -> None:
        """Allow the extract function to create one-time schedules that resume a run."""
        group = self.group.schedule_group_name
        entries = cdk.Stack.of(self).format_arn(
            service="scheduler", resource="schedule", resource_name=f"{group}/{RESUME_PREFIX}*"
        )
        extract.allow("scheduler:CreateSchedule", "scheduler:GetSchedule", on=entries)
        accept(
            extract.role,
            {
                wildcard(
                    f"scheduler:schedule/{group}/{RESUME_PREFIX}*"
                ): "Their names contain a run's id"
            },
        )
        extract.role.add_to_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self.role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": _SCHEDULER}},
            )
        )

    def _create_role(self) -> iam.Role:
        """A role that Scheduler assumes for schedules of this group only.

        The source is the group, never a schedule: EventBridge Scheduler User Guide, "Confused
        deputy prevention".
        """
        source = {
            "aws:SourceAccount": cdk.Stack.of(self).account,
            "aws:SourceArn": self.group.schedule_group_arn,
        }
        principal = iam.ServicePrincipal(_SCHEDULER)
        return iam.Role(
            self, "Role", assumed_by=principal.with_conditions({"StringEquals": source})
        )

    def _allow(self, *actions: str, on: str) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[on]))

    def _add(self, name: str, schedule: Schedule, function: lambda_.IFunction) -> None:
        event = {
            "time": scheduler.ContextAttribute.scheduled_time,
            "schedule": name,
            "sources": schedule.sources,
        }
        scheduler.Schedule(
            self,
            f"Schedule{name.capitalize()}",
            schedule_name=name,
            schedule_group=self.group,
            description=f"Starts the extract function: schedule {name}",
            enabled=schedule.enabled,
            schedule=scheduler.ScheduleExpression.expression(
                f"cron({schedule.cron})", cdk.TimeZone.of(schedule.timezone)
            ),
            target=targets.LambdaInvoke(
                function,
                input=scheduler.ScheduleTargetInput.from_object(event),
                dead_letter_queue=self._failed_runs,
                max_event_age=cdk.Duration.seconds(LONGEST_DELAY_SECONDS),
                # CDK would allow all versions of the function as well.
                role=self.role.without_policy_updates(),
            ),
        )
