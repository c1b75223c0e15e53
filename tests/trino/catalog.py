"""Sets in the catalog what another configuration would deploy: days of tables, and bounds."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from operations.deployment import Deployment
from spotify_pipeline.tables import PARTITION_KEY, TABLES
from stacks.recent_views import BOUNDS, Bounds
from stacks.sql_files import views
from tests.trino.history import Days

_RANGE = f"projection.{PARTITION_KEY.name}.range"
_STORED = re.compile(r"/\* Presto View: (.*) \*/")
# What a table of this deployment consists of. Glue returns more, which it does not accept.
_INPUT = (
    "Name",
    "Description",
    "TableType",
    "PartitionKeys",
    "StorageDescriptor",
    "Parameters",
    "ViewOriginalText",
    "ViewExpandedText",
)

Table = dict[str, Any]


def set_days(deployment: Deployment, days: Days) -> None:
    """Limit all tables to these days, as `history_from` does: each other day is a listing."""

    def limited(table: Table) -> Table:
        return {**table, "Parameters": {**table["Parameters"], _RANGE: f"{days.first},{days.last}"}}

    for declared in TABLES:
        _update(deployment, declared.name, limited)


def set_bounds(deployment: Deployment, bounds: Bounds) -> None:
    """Let the views of the present read within these bounds."""
    [view] = [view for view in views(bounds) if view.name == BOUNDS]

    def bounded(table: Table) -> Table:
        match = _STORED.fullmatch(table["ViewOriginalText"])
        assert match
        stored = json.loads(base64.b64decode(match[1])) | {"originalSql": view.text}
        text = base64.b64encode(json.dumps(stored).encode()).decode()
        return {**table, "ViewOriginalText": f"/* Presto View: {text} */"}

    _update(deployment, BOUNDS, bounded)


def _update(deployment: Deployment, name: str, change: Callable[[Table], Table]) -> None:
    glue, database = deployment.client("glue"), deployment.output("DatabaseName")
    table = change(glue.get_table(DatabaseName=database, Name=name)["Table"])
    glue.update_table(
        DatabaseName=database,
        TableInput={key: table[key] for key in _INPUT if key in table},
    )
