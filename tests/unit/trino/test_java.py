"""Finding a Java for Trino."""

from pathlib import Path

import pytest

from tests.trino.java import MissingPrerequisiteError, find_maven, first_usable, java_version


def installed(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch()
    (folder / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n')
    return folder


def test_the_first_java_that_is_new_enough_is_used(tmp_path: Path) -> None:
    old, new, newer = (
        installed(tmp_path / version, version) for version in ("17.0.15", "25", "26.0.1")
    )
    assert first_usable([tmp_path / "none", old, new, newer]) == new


def test_a_missing_java_is_named_with_those_that_are_too_old(tmp_path: Path) -> None:
    old = installed(tmp_path / "old", "17.0.15")
    with pytest.raises(MissingPrerequisiteError, match=f"Java 25 .* 17 in {old}: install"):
        first_usable([old])
    with pytest.raises(MissingPrerequisiteError, match="there is none: install"):
        first_usable([])


def test_a_folder_without_a_release_file_is_no_java(tmp_path: Path) -> None:
    assert java_version(tmp_path) == 0


def test_a_missing_maven_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPrerequisiteError, match="no mvn on the PATH: install Maven"):
        find_maven()
