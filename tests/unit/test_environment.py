from collections.abc import Mapping

import pytest

from spotify_pipeline.environment import ExtractEnvironment

ENVIRONMENT = ExtractEnvironment(
    bucket="b",
    secret_arn="arn:secret",
    api_url="https://api.example/v1/",
    token_url="https://accounts.example/api/token",
    full_refresh_days=30,
    longest_wait_seconds=60,
    resumes=5,
    requests_per_second=2.5,
    concurrency=4,
    enrichment_requests=0,
    enrichment_days=90,
    resume_role_arn="arn:role",
)


def without(name: str) -> Mapping[str, str]:
    return {key: value for key, value in ENVIRONMENT.to_variables().items() if key != name}


def test_variables_are_read_as_written() -> None:
    variables = ENVIRONMENT.to_variables()
    assert variables["REQUESTS_PER_SECOND"] == "2.5"
    assert ExtractEnvironment.from_variables({**variables, "PATH": "/bin"}) == ENVIRONMENT


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        (without("BUCKET"), "BUCKET"),
        ({**ENVIRONMENT.to_variables(), "RESUMES": "many"}, "RESUMES"),
        ({**ENVIRONMENT.to_variables(), "CONCURRENCY": ""}, "CONCURRENCY"),
    ],
)
def test_a_missing_or_malformed_variable_is_named(variables: Mapping[str, str], name: str) -> None:
    with pytest.raises(ValueError, match=rf"environment variables are not valid: .*{name}"):
        ExtractEnvironment.from_variables(variables)


def test_reserved_calls_are_an_object_of_numbers() -> None:
    assert ENVIRONMENT.reserved == {}
    variables = {**ENVIRONMENT.to_variables(), "RESERVED_CALLS": '{"plays": 27}'}
    assert ExtractEnvironment.from_variables(variables).reserved == {"plays": 27}
    environment = ExtractEnvironment.from_variables({**variables, "RESERVED_CALLS": "27"})
    with pytest.raises(ValueError, match="RESERVED_CALLS is '27', no JSON object of numbers"):
        _ = environment.reserved


def test_the_addresses_default_to_spotifys_own() -> None:
    environment = ExtractEnvironment.from_variables(without("SPOTIFY_API_URL"))
    assert environment.api_url == "https://api.spotify.com/v1/"
