"""The declared tables and the crawler."""

import json

from spotify_pipeline.tables import TABLES
from tests.infrastructure.conftest import Resources


def test_partition_projection_starts_on_the_configured_day(resources: Resources) -> None:
    tables = [t["TableInput"] for t in resources("catalog", "AWS::Glue::Table").values()]
    assert {table["Name"] for table in tables} == {table.name for table in TABLES}
    for table in tables:
        parameters = table["Parameters"]
        assert parameters["projection.enabled"] == "true"
        assert parameters["projection.ingest_date.range"] == "2026-01-01,NOW"
        template = json.dumps(parameters["storage.location.template"])
        assert f"transformed-data/{table['Name']}/ingest_date=${{ingest_date}}" in template


def test_the_crawler_never_changes_a_declared_table(resources: Resources) -> None:
    [crawler] = resources("catalog", "AWS::Glue::Crawler").values()
    assert set(crawler["SchemaChangePolicy"].values()) == {"LOG"}
    [target] = crawler["Targets"]["CatalogTargets"]
    assert set(target["Tables"]) == {table.name for table in TABLES}
