"""The pipeline as four stacks, for the environment given by `-c env=<name>`."""

import sys

import aws_cdk as cdk

from stacks.analytics import AnalyticsStack
from stacks.catalog import CatalogStack
from stacks.configuration import Configuration, ConfigurationError, load
from stacks.ingestion import IngestionStack
from stacks.storage import StorageStack


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
    keys = ("api_url", "token_url", "requests_per_second")
    context = {key: app.node.try_get_context(f"spotify_{key}") for key in keys}
    spotify = {key: value for key, value in context.items() if value}
    try:
        configuration = load(app.node.try_get_context("env"), spotify)
    except ConfigurationError as error:
        sys.exit(str(error))
    build(app, configuration)
    app.synth()


if __name__ == "__main__":
    main()
