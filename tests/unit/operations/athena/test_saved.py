"""Saved queries of a workgroup with more of them than one call returns."""

from typing import Any

from operations.athena.saved import saved_queries
from operations.deployment import Deployment
from stacks.configuration import load
from stacks.sql_files import saved_queries as files

MINE = [f"mine_{number:02}" for number in range(60)]
TEXTS = {query.name: query.text for query in files()} | dict.fromkeys(MINE, "select 1")


class Athena:
    """An Athena client whose queries have their names as ids."""

    def get_paginator(self, name: str) -> "Athena":
        assert name == "list_named_queries"
        return self

    def paginate(self, *, WorkGroup: str) -> list[dict[str, list[str]]]:  # noqa: N803
        assert WorkGroup == "spotify-dev"
        names = sorted(TEXTS, reverse=True)
        return [{"NamedQueryIds": names[:40]}, {"NamedQueryIds": names[40:]}]

    def batch_get_named_query(self, *, NamedQueryIds: list[str]) -> dict[str, Any]:  # noqa: N803
        assert len(NamedQueryIds) <= 50
        return {
            "NamedQueries": [
                {"Name": name, "Description": f"What is {name}?", "QueryString": TEXTS[name]}
                for name in NamedQueryIds
            ]
        }


class AthenaOnly(Deployment):
    def client(self, service: str) -> Any:
        assert service == "athena"
        return Athena()


def test_every_query_is_listed_with_the_parameters_of_its_file() -> None:
    found = saved_queries(AthenaOnly({"WorkGroupName": "spotify-dev"}, load("dev", {})))
    assert list(found) == sorted(TEXTS)
    assert {name: query.parameters for name, query in found.items() if query.parameters} == {
        query.name: query.parameters for query in files() if query.parameters
    }
    assert found["track_history"].sql == TEXTS["track_history"]
    assert found["mine_07"].question == "What is mine_07?"
