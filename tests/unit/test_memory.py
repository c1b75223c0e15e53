"""The memory metric of both functions."""

import pytest

from spotify_pipeline.memory import used_percent


def test_memory_is_a_share_of_the_functions_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024")
    small = used_percent()
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    large = used_percent()
    assert small
    assert large
    # This process has loaded the tests' libraries, and no more than a few gigabytes.
    assert 1 < small < 1000
    assert large == pytest.approx(2 * small, rel=0.1)


def test_memory_is_unknown_outside_of_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", raising=False)
    assert used_percent() is None
