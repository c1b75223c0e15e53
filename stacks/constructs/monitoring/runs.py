"""Alarms about runs: late, failed, blocked, abandoned, or with less than before."""

from collections.abc import Iterable, Mapping

from aws_cdk import aws_sqs as sqs

from stacks.configuration import Configuration
from stacks.constructs.monitoring.alarms import Alarms, Text
from stacks.constructs.monitoring.metrics import DAY, MINUTES, Metrics

LOOK_BACK_HOURS = 4
"""CloudWatch looks at a few periods more than it evaluates before it counts data as missing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

AUTHORISATION_DAYS = {
    150: "a month is left, since Spotify ends it after about 180 days",
    173: "a week is left, then every run is grant_refused",
}
QUOTA_SHARE = 0.9
GAPS_A_DAY = 2
"""Runs of 24 hours that found a gap: a single one may follow an outage."""


def add_run_alarms(
    alarms: Alarms, metrics: Metrics, configuration: Configuration, failed_runs: sqs.IQueue
) -> None:
    env = configuration.environment
    alarms.at_least(
        "runs-blocked",
        metrics.of("extract", "RunsBlocked"),
        1,
        Text(
            "A run ended as unconfigured, grant_refused, premium_lapsed or user_not_listed: none "
            "will succeed until a person removes the cause",
            f"make check ENV={env}, which names it",
        ),
    )
    alarms.at_least(
        "runs-abandoned",
        metrics.of("extract", "RunsAbandoned"),
        1,
        Text(
            "A run ended as partial and nothing resumes it: what it lacks has to wait for the next "
            "scheduled run",
            "read its reason with the saved query run_history",
        ),
    )
    alarms.at_least(
        "failed-runs",
        failed_runs.metric_approximate_number_of_messages_visible(
            statistic="Maximum", period=MINUTES
        ),
        1,
        Text(
            "A run failed at each of three tries, or could not be started: its event is in the "
            "queue of failed runs for 14 days",
            f"once the cause is fixed, make redrive ENV={env}",
        ),
        missing="not_breaching",
    )
    for days, what in AUTHORISATION_DAYS.items():
        alarms.at_least(
            f"authorisation-{days}-days",
            metrics.of("extract", "GrantAgeDays"),
            days,
            Text(
                f"The user's authorisation is {days} days old: {what}",
                f"make auth ENV={env}",
                within="15 minutes of the next run",
            ),
        )
    _add_quota_alarm(alarms, metrics, configuration)


def _add_quota_alarm(alarms: Alarms, metrics: Metrics, configuration: Configuration) -> None:
    daily_calls = configuration.spotify.daily_calls
    alarms.at_least(
        "daily-calls",
        metrics.of("extract", "CallsLast24Hours", period=DAY),
        round(QUOTA_SHARE * daily_calls),
        Text(
            f"On two consecutive days, {QUOTA_SHARE:.0%} of the {daily_calls} daily calls were "
            "used: runs take several days, and playlists are read late",
            f"make check ENV={configuration.environment}, which shows the calls of a typical day",
            within="2 days",
        ),
        periods=2,
        missing="not_breaching",
    )


def add_schedule_alarms(
    alarms: Alarms, metrics: Metrics, watched: Mapping[str, int | None], environment: str
) -> None:
    """`watched` has the hours within which each enabled schedule must have a complete run."""
    for name, hours in watched.items():
        if hours:
            alarms.less_than(
                f"stale-{name}",
                metrics.of("extract", "RunsCompleted", schedule=name, statistic="Sum"),
                1,
                Text(
                    f"No run of the schedule {name} was complete for {hours} hours, or none ever "
                    "was: the tables do not show the present",
                    f"make logs ENV={environment} FUNCTION=extract SINCE=2d FILTER='run ended'",
                    within=f"{hours + LOOK_BACK_HOURS} hours",
                ),
                periods=hours,
                missing="breaching",
            )


def add_playlist_alarms(
    alarms: Alarms, metrics: Metrics, schedules: Iterable[str], environment: str
) -> None:
    """For schedules that read playlists."""
    for name in schedules:
        alarms.less_than(
            f"entries-{name}",
            metrics.of("extract", "EntriesOfUsual", schedule=name, statistic="Minimum"),
            50,
            Text(
                f"The playlists that the schedule {name} can read have less than half of the "
                "entries of its last seven runs",
                "compare the days with the saved query playlist_overview",
            ),
        )
        alarms.at_least(
            f"lost-{name}",
            metrics.of("extract", "PlaylistsLost", schedule=name),
            1,
            Text(
                f"Playlists of the schedule {name} that earlier runs have read are unreadable now",
                f"make logs ENV={environment} FUNCTION=extract SINCE=2d FILTER='became unreadable'",
            ),
        )


def add_play_alarms(
    alarms: Alarms, metrics: Metrics, schedules: Iterable[str], environment: str
) -> None:
    """For schedules that read recently played tracks."""
    for name in schedules:
        alarms.at_least(
            f"play-gaps-{name}",
            metrics.of("extract", "PlayGaps", schedule=name),
            GAPS_A_DAY,
            Text(
                f"Within 24 hours {GAPS_A_DAY} runs of the schedule {name} received a full page "
                "that did not reach back to the plays before: the plays between are lost",
                f"choose a shorter interval for its cron in config/{environment}.toml",
            ),
        )
