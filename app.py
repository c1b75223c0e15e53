"""The pipeline as four stacks, for the environment given by `-c env=<name>`."""

import sys

import aws_cdk as cdk

from stacks.analytics import AnalyticsStack
from stacks.catalog import CatalogStack
from stacks.configuration import Configuration, ConfigurationError, load
from stacks.ingestion import IngestionStack
from stacks.storage import StorageStack
from stacks.text_files import TextFileError


def build(app: cdk.App, configuration: Configuration) -> None:
    """Add the four stacks of an environment to the app."""
    storage = StorageStack(app, configuration=configuration)
    IngestionStack(app, configuration=configuration, bucket=storage.bucket)
    catalog = CatalogStack(app, configuration=configuration, bucket=storage.bucket)
    AnalyticsStack(
        app, configuration=configuration, bucket=storage.bucket, database=catalog.database
    )


def main() -> None:
    app = cdk.App()
    keys = ("api_url", "token_url", "requests_per_second", "daily_calls")
    context = {key: app.node.try_get_context(f"spotify_{key}") for key in keys}
    spotify = {key: value for key, value in context.items() if value}
    try:
        build(app, load(app.node.try_get_context("env"), spotify))
    except (ConfigurationError, TextFileError) as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
