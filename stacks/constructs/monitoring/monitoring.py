"""Everything that watches an environment: metrics, alarms, their topic and the dashboard."""

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.configuration import Configuration
from stacks.constructs.function import PipelineFunction
from stacks.constructs.monitoring.alarms import Alarms
from stacks.constructs.monitoring.dashboard import PipelineDashboard
from stacks.constructs.monitoring.functions import add_function_alarms
from stacks.constructs.monitoring.metrics import Metrics
from stacks.constructs.monitoring.runs import (
    add_play_alarms,
    add_playlist_alarms,
    add_run_alarms,
    add_schedule_alarms,
)
from stacks.constructs.monitoring.tables import add_queue_alarms, add_table_alarms
from stacks.constructs.monitoring.topic import AlarmTopic
from stacks.cron.gaps import watch_hours


class Monitoring(Construct):
    """Alarms on every way in which an environment can fail, and a dashboard.

    `longest_age` is the time after which a raw part that fails is a dead letter.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        configuration: Configuration,
        extract: PipelineFunction,
        transform: PipelineFunction,
        raw_parts: sqs.IQueue,
        dead_letters: sqs.IQueue,
        failed_runs: sqs.IQueue,
        longest_age: cdk.Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        environment = configuration.environment
        prefix = f"spotify-{environment}"
        emails = configuration.alarms.emails
        self.topic = AlarmTopic(self, "Topic", prefix=prefix, emails=emails)
        metrics = Metrics(environment)
        alarms = Alarms(self, "Alarms", prefix=prefix, topic=self.topic)
        watched = _watched(configuration)
        plays = [name for name in watched if configuration.schedules[name].recently_played]
        playlists = [name for name in watched if name not in plays]
        add_schedule_alarms(alarms, metrics, watched, environment)
        add_playlist_alarms(alarms, metrics, playlists, environment)
        add_play_alarms(alarms, metrics, plays, environment)
        add_run_alarms(alarms, metrics, configuration, failed_runs)
        sizings = configuration.functions
        add_function_alarms(
            alarms, metrics, "extract", extract.function, sizings.extract, environment
        )
        add_function_alarms(
            alarms, metrics, "transform", transform.function, sizings.transform, environment
        )
        add_queue_alarms(alarms, environment, raw_parts, dead_letters, longest_age)
        hours = [one for one in watched.values() if one]
        add_table_alarms(alarms, metrics, hours, environment)
        PipelineDashboard(
            self,
            "Dashboard",
            configuration=configuration,
            metrics=metrics,
            alarms=alarms,
            functions={"extract": extract.function, "transform": transform.function},
            queues={
                "raw parts": raw_parts,
                "dead letters": dead_letters,
                "failed runs": failed_runs,
            },
        )
        self._point_out(configuration, watched)

    def _point_out(self, configuration: Configuration, watched: dict[str, int | None]) -> None:
        notes = cdk.Annotations.of(self)
        if configuration.deletion_protection and not configuration.alarms.emails:
            notes.add_info(
                "alarms.emails is empty: nobody is told of an alarm. Add an address in "
                f"config/{configuration.environment}.toml"
            )
        for name, hours in watched.items():
            if hours is None:
                notes.add_info(
                    f"schedules.{name}: CloudWatch watches at most seven days, so that no alarm "
                    "tells of a run that does not take place; the other alarms hold"
                )


def _watched(configuration: Configuration) -> dict[str, int | None]:
    """By enabled schedule, the hours within which it must have a complete run; None: unwatched."""
    return {
        name: watch_hours(schedule.cron, schedule.timezone)
        for name, schedule in configuration.schedules.items()
        if schedule.enabled
    }
