"""The memory that Trino needs."""

from pathlib import Path

import pytest

from tests.trino.java import MissingPrerequisiteError
from tests.trino.prerequisites import available_gb, check_memory


def test_too_little_memory_is_named() -> None:
    check_memory(5.0)
    with pytest.raises(MissingPrerequisiteError, match=r"needs 5 GB .* there are 4\.9: end other"):
        check_memory(4.9)


@pytest.mark.parametrize(
    ("limit", "available"), [("6000000000", 6), ("max", 8.192), ("9223372036854771712", 8.192)]
)
def test_a_container_may_have_less_than_its_machine(
    tmp_path: Path, limit: str, available: float
) -> None:
    meminfo, limits = tmp_path / "meminfo", tmp_path / "memory.max"
    meminfo.write_text("MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n")
    limits.write_text(f"{limit}\n")
    assert available_gb(meminfo, (limits, tmp_path / "none")) == available


def test_unknown_memory_is_enough(tmp_path: Path) -> None:
    check_memory(available_gb(tmp_path / "none", ()))
