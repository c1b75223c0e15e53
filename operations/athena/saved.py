"""The saved queries of a deployment's workgroup."""

from dataclasses import dataclass
from typing import Any

from operations.deployment import Deployment
from stacks import sql_files
from stacks.sql_file import Parameter

# BatchGetNamedQuery takes no more.
_BATCH = 50


@dataclass(frozen=True)
class SavedQuery:
    """A saved query as deployed; its parameters are those of the file of the same name."""

    name: str
    question: str
    sql: str
    parameters: tuple[Parameter, ...] = ()


def saved_queries(deployment: Deployment) -> dict[str, SavedQuery]:
    """The saved queries by name, in order, those that somebody else saved there included."""
    athena, workgroup = deployment.client("athena"), deployment.output("WorkGroupName")
    parameters = {query.name: query.parameters for query in sql_files.saved_queries()}
    found = {
        query["Name"]: SavedQuery(
            query["Name"],
            query.get("Description", ""),
            query["QueryString"],
            parameters.get(query["Name"], ()),
        )
        for query in _named_queries(athena, workgroup)
    }
    return dict(sorted(found.items()))


def _named_queries(athena: Any, workgroup: str) -> list[dict[str, Any]]:
    pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=workgroup)
    keys = [key for page in pages for key in page["NamedQueryIds"]]
    return [
        query
        for start in range(0, len(keys), _BATCH)
        for query in athena.batch_get_named_query(NamedQueryIds=keys[start : start + _BATCH])[
            "NamedQueries"
        ]
    ]
