"""The pipeline as four stacks, for the environment given by `-c env=<name>`."""

import sys
from datetime import UTC, date, datetime

import aws_cdk as cdk

from stacks.analytics import AnalyticsStack
from stacks.catalog import CatalogStack
from stacks.configuration import Configuration, ConfigurationError, load
from stacks.ingestion import IngestionStack
from stacks.storage import StorageStack
from stacks.text_files import TextFileError


def build(app: cdk.App, configuration: Configuration, *, today: date) -> None:
    """Add the four stacks of an environment to the app.

    `today` decides where partition projection begins; nothing else depends on the day.
    """
    storage = StorageStack(app, configuration=configuration)
    bucket, key = storage.bucket, storage.key
    IngestionStack(app, configuration=configuration, bucket=bucket, key=key)
    catalog = CatalogStack(app, configuration=configuration, bucket=bucket, key=key, today=today)
    AnalyticsStack(app, configuration=configuration, bucket=bucket, key=key, catalog=catalog)


def main() -> None:
    app = cdk.App()
    keys = ("api_url", "token_url", "requests_per_second", "daily_calls")
    context = {key: app.node.try_get_context(f"spotify_{key}") for key in keys}
    spotify = {key: value for key, value in context.items() if value}
    try:
        configuration = load(app.node.try_get_context("env"), spotify)
        build(app, configuration, today=datetime.now(UTC).date())
    except (ConfigurationError, TextFileError) as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
