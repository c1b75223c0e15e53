"""Saved queries of a workgroup, in moto's Athena."""

from typing import Any, cast

import boto3

from operations.athena.saved import saved_queries
from operations.deployment import Deployment
from stacks.configuration import load
from stacks.sql_files import saved_queries as files
from tests.conftest import Aws


def test_a_query_has_the_parameters_of_its_file(aws: Aws) -> None:
    athena = cast(Any, boto3).client("athena")
    athena.create_work_group(Name="spotify-dev")
    own = {query.name: query for query in files()}
    for name in ("track_history", "mine", "playlist_as_of"):
        athena.create_named_query(
            Name=name,
            Description=f"What is {name}?",
            Database="spotify_dev",
            QueryString=own[name].text if name in own else "select 1",
            WorkGroup="spotify-dev",
        )
    deployment = Deployment({"WorkGroupName": "spotify-dev"}, load("dev", {}))
    found = saved_queries(deployment)
    assert list(found) == ["mine", "playlist_as_of", "track_history"]
    assert found["mine"].parameters == ()
    assert found["track_history"].parameters == own["track_history"].parameters != ()
    assert found["track_history"].sql == own["track_history"].text
    assert found["mine"].question == "What is mine?"
