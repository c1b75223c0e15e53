"""Alarms about the way from raw parts to the tables: late, stuck or rejected data."""

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs

from stacks.constructs.monitoring.alarms import Alarms, Text
from stacks.constructs.monitoring.metrics import MINUTES, Metrics
from stacks.constructs.monitoring.runs import LOOK_BACK_HOURS

REJECTED_PERCENT = 5


def add_queue_alarms(
    alarms: Alarms,
    environment: str,
    raw_parts: sqs.IQueue,
    dead_letters: sqs.IQueue,
    longest_age: cdk.Duration,
) -> None:
    """`longest_age` is the time after which a raw part that fails is a dead letter."""
    alarms.at_least(
        "raw-parts-age",
        raw_parts.metric_approximate_age_of_oldest_message(statistic="Maximum", period=MINUTES),
        longest_age.to_seconds(),
        Text(
            f"Raw parts have waited for {longest_age.to_minutes():.0f} minutes: the transform "
            "function fails, or is slower than the data arrives",
            f"make logs ENV={environment} FUNCTION=transform SINCE=2h",
            within="30 minutes",
        ),
        periods=3,
        missing="not_breaching",
    )
    alarms.at_least(
        "dead-letters",
        dead_letters.metric_approximate_number_of_messages_visible(
            statistic="Maximum", period=MINUTES
        ),
        1,
        Text(
            "A raw part could not be transformed, and its rows are missing from the tables: its "
            "event is in the dead-letter queue for 14 days",
            f"once the cause in the log of the transform function is fixed, make redrive "
            f"ENV={environment}",
        ),
        missing="not_breaching",
    )


def add_table_alarms(
    alarms: Alarms, metrics: Metrics, watched: Iterable[int], environment: str
) -> None:
    """`watched` are the hours within which a run of some schedule must have been complete."""
    hours = min(watched, default=None)
    if hours:
        alarms.less_than(
            "transform-stale",
            metrics.of("transform", "RowsStored", statistic="Sum"),
            1,
            Text(
                f"No row was stored for {hours} hours, or none ever was: raw parts do not reach "
                "the transform function",
                f"make logs ENV={environment} FUNCTION=transform SINCE=2d",
                within=f"{hours + LOOK_BACK_HOURS} hours",
            ),
            periods=hours,
            missing="breaching",
        )
    alarms.at_least(
        "rejected-rows",
        metrics.of("transform", "RowsRejectedShare"),
        REJECTED_PERCENT,
        Text(
            f"At least {REJECTED_PERCENT} % of the rows of a batch were rejected: they are in the "
            "table rejected, not in their own",
            "find the rule with the saved query rejected_by_reason",
        ),
    )
    alarms.at_least(
        "fields-lost",
        metrics.of("transform", "FieldsLost"),
        1,
        Text(
            "Half of Spotify's responses or more lack a field that Spotify documents: a column is "
            "null from now on",
            f"make logs ENV={environment} FUNCTION=transform FILTER='part transformed', whose "
            "field lost names the columns",
        ),
    )
