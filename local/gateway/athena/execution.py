"""Runs queries in the emulator's Athena; replaces functions of MiniStack's module.

Runs in the emulator's own Python environment.
"""

import asyncio
import base64
import json
import os
import re
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import duckdb
from ministack.core.responses import error_response_json
from ministack.services import athena, glue, s3

from local.gateway.athena.parameters import RefusedError, bound
from local.gateway.athena.results import athena_type, csv_file, text
from local.gateway.athena.translation import for_duckdb

Json = dict[str, Any]

_VIEW = re.compile(r"/\* Presto View: (.*) \*/")

# Of the query that the current task runs: the files of its tables, by MiniStack's folder.
_scanned: ContextVar[list[int]] = ContextVar("_scanned")

_start = athena._start_query_execution
_files_of = athena._materialize_table_files
_rewrite = athena._rewrite_data_paths
_type_of = athena._duckdb_type


def install() -> None:
    """Let MiniStack run Athena's queries with the functions of this module."""
    athena._start_query_execution = start_query_execution
    athena._materialize_table_files = _counted_files
    athena._run_duckdb = _run
    athena._save_query_results = _save
    athena._duckdb_type = _duckdb_type


def start_query_execution(request: Json) -> Any:
    """Start a query; a statement that the emulator does not run is an invalid request."""
    name = request.get("WorkGroup", "primary")
    group = athena._workgroups.get(name, {}).get("Configuration", {})
    database = request.get("QueryExecutionContext", {}).get("Database", "default")
    values = request.get("ExecutionParameters", [])
    try:
        statement = bound(request["QueryString"], values, lambda key: _prepared(name, key))
        sql = for_duckdb(statement, database=database.lower(), view_text=_view_text)
    except RefusedError as error:
        return error_response_json(
            "InvalidRequestException", str(error), 400, extra={"AthenaErrorCode": "MALFORMED_QUERY"}
        )
    managed = _is_managed(group)
    location = "s3://managed" if managed else _location(request, group)
    settings = {"ResultConfiguration": {"OutputLocation": f"{location.rstrip('/')}/"}}
    response = _start({**request, "QueryString": sql, **(settings if location else {})})
    body = json.loads(response[2])
    if execution := athena._executions.get(body.get("QueryExecutionId")):
        execution["Query"] = request["QueryString"]
        if values:
            execution["ExecutionParameters"] = values
        if managed:
            execution["ResultConfiguration"] = {}
            execution["ManagedQueryResultsConfiguration"] = {"Enabled": True}
    return response


def _location(request: Json, group: Json) -> str:
    """Where results go: the workgroup's location if it enforces that, else the client's first."""
    own = str(group.get("ResultConfiguration", {}).get("OutputLocation", ""))
    given = str(request.get("ResultConfiguration", {}).get("OutputLocation", ""))
    return own if own and group.get("EnforceWorkGroupConfiguration", True) else given or own


def _is_managed(group: Json) -> bool:
    enabled = group.get("ManagedQueryResultsConfiguration", {}).get("Enabled", False)
    return str(enabled).lower() == "true"


def _prepared(workgroup: str, name: str) -> str | None:
    found = athena._prepared_statements.get(f"{workgroup}/{name}")
    return found and str(found["QueryStatement"])


def _view_text(database: str, name: str) -> str | None:
    table = glue._tables.get(f"{database}/{name}") or {}
    stored = _VIEW.fullmatch(table.get("ViewOriginalText") or "")
    return str(json.loads(base64.b64decode(stored[1]))["originalSql"]) if stored else None


def _counted_files(location: str, folders: list[str]) -> list[str]:
    files: list[str] = _files_of(location, folders)
    _scanned.get().extend(os.path.getsize(file) for file in files)  # noqa: PTH202 - text paths
    return files


def _duckdb_type(column: Json) -> str:
    """The type of a column of a table without files; MiniStack reads arrays there as text."""
    array = re.fullmatch(r"array<(\w+)>", str(column.get("Type", "")).lower())
    element = _type_of({"Type": array[1]}) if array else _type_of(column)
    return f"{element}[]" if array else str(element)


async def _run(query: str, database: str, catalog: str | None = None) -> Json:
    """Columns, their types and rows of a query in DuckDB's dialect, as Athena writes them."""
    _scanned.set([])
    sql, _, folders = await _rewrite(query, database, catalog)
    try:
        return await asyncio.to_thread(_fetch, sql)
    finally:
        for folder in folders:
            athena.shutil.rmtree(folder, ignore_errors=True)


def _fetch(sql: str) -> Json:
    with duckdb.connect(":memory:") as connection:
        connection.execute("set timezone = 'UTC'")
        try:
            result = connection.execute(sql)
        except duckdb.Error as error:
            # What follows quotes the translated statement.
            raise RuntimeError(str(error).partition("\n\nLINE")[0]) from error
        columns = result.description or []
        return {
            "columns": [name for name, *_ in columns],
            "column_types": [athena_type(str(kind)) for _, kind, *_ in columns],
            "rows": [[text(value) for value in row] for row in result.fetchall()],
        }


async def _save(key: str) -> None:
    """Write the result file, and count the bytes of the files that the query read."""
    execution = athena._executions[key]
    execution["Statistics"]["DataScannedInBytes"] = sum(_scanned.get())
    location = urlsplit(execution["ResultConfiguration"].get("OutputLocation", ""))
    if not location.netloc:
        return
    results = execution["_results"]
    body = csv_file(results["columns"], results["rows"])
    headers = {"content-type": "application/octet-stream", "content-length": str(len(body))}
    response = s3._put_object(location.netloc, location.path.lstrip("/"), body, headers)
    if response[0] >= 300:  # noqa: PLR2004
        raise RuntimeError(f"The result file cannot be written: {response[2]!r}")
