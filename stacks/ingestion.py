"""Ingestion: schedules start the extract function; each new raw part starts the transform."""

import json

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from spotify_pipeline.environment import LONGEST_DELAY_SECONDS, ExtractEnvironment
from spotify_pipeline.keys import RAW_PREFIX, STATE_PREFIX, TRANSFORMED_PREFIX
from stacks.configuration import Configuration
from stacks.constructs.acceptance import accept, wildcard
from stacks.constructs.function import PipelineFunction
from stacks.constructs.monitoring.monitoring import Monitoring
from stacks.constructs.removal import removal_policy
from stacks.constructs.schedules import Schedules
from stacks.constructs.stack import PipelineStack

_MESSAGE_RETENTION = cdk.Duration.days(14)
# AWS advises at least five: throttled receives count (Lambda Developer Guide, "Using Lambda with
# Amazon SQS").
_MAX_RECEIVES = 5
# AWS recommends a visibility timeout of six times the function's timeout.
_VISIBILITY_FACTOR = 6

# Changing this template generates a new secret value and overwrites the credentials.
_EMPTY_SECRET = '{"client_id": "", "client_secret": ""}'  # noqa: S105 - no secret

_LAST_QUEUE_REASON = "The last stop of what failed: nothing consumes it but a person"
_LAST_QUEUE = {
    "AwsSolutions-SQS3": _LAST_QUEUE_REASON,
    "Serverless-SQSRedrivePolicy": _LAST_QUEUE_REASON,
}


class IngestionStack(PipelineStack):
    """The path from a schedule to the Parquet files."""

    def __init__(
        self,
        scope: Construct,
        *,
        configuration: Configuration,
        bucket: s3.IBucket,
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, "ingestion", configuration=configuration, key=key)
        self._configuration = configuration
        self._bucket = bucket
        self._key = key

        secret = self._secret()
        failed_runs = self._queue("FailedRuns")
        accept(failed_runs, _LAST_QUEUE)
        schedules = Schedules(
            self,
            "Schedules",
            environment=configuration.environment,
            failed_runs=failed_runs,
            key=key,
        )
        extract = self._extract(secret, schedules, failed_runs)
        schedules.start(extract.function, configuration.schedules)

        dead_letters = self._queue("DeadLetters")
        accept(dead_letters, {"Serverless-SQSRedrivePolicy": _LAST_QUEUE_REASON})
        queue = self._parts_queue(dead_letters)
        transform = self._transform(queue)
        self._send_raw_parts(queue, dead_letters)
        monitoring = Monitoring(
            self,
            "Monitoring",
            configuration=configuration,
            extract=extract,
            transform=transform,
            raw_parts=queue,
            dead_letters=dead_letters,
            failed_runs=failed_runs,
            longest_age=cdk.Duration.seconds(_MAX_RECEIVES * self._visibility_seconds),
        )

        cdk.CfnOutput(self, "ExtractFunctionName", value=extract.function.function_name)
        cdk.CfnOutput(self, "TransformFunctionName", value=transform.function.function_name)
        cdk.CfnOutput(self, "SpotifySecretArn", value=secret.secret_arn)
        cdk.CfnOutput(self, "QueueUrl", value=queue.queue_url)
        cdk.CfnOutput(self, "DeadLetterQueueUrl", value=dead_letters.queue_url)
        cdk.CfnOutput(self, "FailedRunsQueueUrl", value=failed_runs.queue_url)
        cdk.CfnOutput(self, "AlarmTopicArn", value=monitoring.topic.topic_arn)

    @property
    def _visibility_seconds(self) -> int:
        return _VISIBILITY_FACTOR * self._configuration.functions.transform.timeout_seconds

    def _secret(self) -> secretsmanager.ISecret:
        secret = secretsmanager.Secret(
            self,
            "SpotifySecret",
            description="Spotify app credentials; filled by a person",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=_EMPTY_SECRET, generate_string_key="unused"
            ),
            removal_policy=removal_policy(self._configuration),
        )
        accept(secret, {"AwsSolutions-SMG4": "Spotify has no API that replaces a client secret"})
        return secret

    def _extract(
        self, secret: secretsmanager.ISecret, schedules: Schedules, failed_runs: sqs.IQueue
    ) -> PipelineFunction:
        spotify = self._configuration.spotify
        sizing = self._configuration.functions.extract
        extract = PipelineFunction(
            self,
            "Extract",
            name="extract",
            description="Stores Spotify's responses as raw parts",
            sizing=sizing,
            configuration=self._configuration,
            environment=ExtractEnvironment(
                bucket=self._bucket.bucket_name,
                secret_arn=secret.secret_arn,
                api_url=spotify.api_url,
                token_url=spotify.token_url,
                full_refresh_days=self._configuration.full_refresh_days,
                longest_wait_seconds=sizing.longest_wait_seconds,
                resumes=sizing.resumes,
                requests_per_second=spotify.requests_per_second,
                concurrency=spotify.concurrency,
                daily_calls=spotify.daily_calls,
                reserved_calls=json.dumps(self._configuration.reserved_calls),
                enrichment_requests=sizing.enrichment_requests,
                enrichment_days=sizing.enrichment_days,
                resume_role_arn=schedules.role.role_arn,
                schedule_group=schedules.group.schedule_group_name,
                failed_runs_arn=failed_runs.queue_arn,
            ).to_variables(),
            key=self._key,
        )
        for prefix in (RAW_PREFIX, STATE_PREFIX):
            extract.allow("s3:GetObject", "s3:PutObject", on=self._objects(prefix))
        # Without this permission, S3 returns 403 instead of 404 for a missing object.
        extract.allow("s3:ListBucket", on=self._bucket.bucket_arn)
        accept(
            extract.role,
            {
                wildcard(f"<bucket>/{RAW_PREFIX}*"): "Keys of raw parts contain the run's id",
                wildcard(f"<bucket>/{STATE_PREFIX}*"): "Keys of states contain runs and schedules",
            },
        )
        # PutSecretValue: Spotify may rotate the refresh token.
        extract.allow(
            "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", on=secret.secret_arn
        )
        schedules.allow_resumes(extract)
        extract.function.configure_async_invoke(
            retry_attempts=2,
            max_event_age=cdk.Duration.seconds(LONGEST_DELAY_SECONDS),
            on_failure=destinations.SqsDestination(failed_runs),
        )
        return extract

    def _parts_queue(self, dead_letters: sqs.IQueue) -> sqs.Queue:
        return self._queue(
            "RawParts",
            visibility_timeout=cdk.Duration.seconds(self._visibility_seconds),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=dead_letters, max_receive_count=_MAX_RECEIVES
            ),
        )

    def _transform(self, queue: sqs.IQueue) -> PipelineFunction:
        sizing = self._configuration.functions.transform
        transform = PipelineFunction(
            self,
            "Transform",
            name="transform",
            description="Turns raw parts into Parquet",
            sizing=sizing,
            configuration=self._configuration,
            environment={"BUCKET": self._bucket.bucket_name},
            key=self._key,
        )
        transform.allow("s3:GetObject", on=self._objects(RAW_PREFIX))
        transform.allow("s3:PutObject", "s3:DeleteObject", on=self._objects(TRANSFORMED_PREFIX))
        # Without this permission, S3 returns 403 instead of 404 for a missing raw part. A condition
        # on the prefix would not hold: a GetObject request has no prefix.
        transform.allow("s3:ListBucket", on=self._bucket.bucket_arn)
        accept(
            transform.role,
            {
                wildcard(f"<bucket>/{RAW_PREFIX}*"): "Keys of raw parts contain the run's id",
                wildcard(
                    f"<bucket>/{TRANSFORMED_PREFIX}*"
                ): "Keys of Parquet files contain table, day and run",
            },
        )
        accept(
            transform.function,
            {"Serverless-LambdaEventSourceMappingDestination": "The queue has a dead-letter queue"},
        )
        transform.function.add_event_source(
            event_sources.SqsEventSource(
                queue,
                batch_size=sizing.batch_size,
                max_concurrency=sizing.max_concurrency,
                report_batch_item_failures=True,
            )
        )
        return transform

    def _send_raw_parts(self, queue: sqs.IQueue, dead_letters: sqs.IQueue) -> None:
        events.Rule(
            self,
            "RawPartCreated",
            description="Sends each new raw part to the transform function's queue",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [self._bucket.bucket_name]},
                    "object": {"key": [{"prefix": RAW_PREFIX}]},
                },
            ),
            targets=[targets.SqsQueue(queue, dead_letter_queue=dead_letters)],
        )

    def _queue(
        self,
        construct_id: str,
        visibility_timeout: cdk.Duration | None = None,
        dead_letter_queue: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            construct_id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=_MESSAGE_RETENTION,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
        )

    def _objects(self, prefix: str) -> str:
        return self._bucket.arn_for_objects(f"{prefix}*")
