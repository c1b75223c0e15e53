"""The direction of imports between the packages, and the size of their folders."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILES = 15

# Each package, and the packages or single modules that it may import besides itself.
# An entry does not cover nested packages that have an entry of their own.
RULES: dict[str, tuple[str, ...]] = {
    "benchmarks": (
        "stacks.configuration",
        "stacks.constructs.layers",
        "fake_spotify",
        "local",
        "operations",
        "spotify_pipeline",
        "spotify_pipeline.extract",
        "spotify_pipeline.transform",
        "stacks.sql_files",
    ),
    "commands": (
        "fake_spotify",
        "local",
        "operations",
        "operations.purge",
        "report",
        "spotify_pipeline.extract",
        "spotify_pipeline.keys",
        "spotify_pipeline.raw",
        "stacks.configuration",
        "stacks.constructs.layers",
        "stacks.sections",
        "stacks.sql_file",
        "stacks.sql_files",
        "stacks.text_files",
    ),
    "docs": (
        "fake_spotify",
        "local",
        "operations",
        "spotify_pipeline.schema",
        "spotify_pipeline.tables",
        "stacks.sql_file",
        "stacks.sql_files",
    ),
    "fake_spotify": (),
    "local": (
        "fake_spotify",
        "operations",
        "spotify_pipeline",
        "spotify_pipeline.extract.state.ledger",
        "spotify_pipeline.extract.state.ledger_store",
        "stacks.configuration",
    ),
    "operations": (
        "spotify_pipeline",
        "spotify_pipeline.extract",
        "stacks.configuration",
        "stacks.cron.times",
        "stacks.sql_file",
        "stacks.sql_files",
    ),
    "operations.purge": (
        "operations",
        "spotify_pipeline",
        "spotify_pipeline.extract",
        "spotify_pipeline.transform",
        "stacks.configuration",
    ),
    # Pure: what reads terminals or AWS stays outside.
    "report": ("operations.athena.cost", "operations.terminal", "stacks.sql_file"),
    "spotify_pipeline": (),
    "spotify_pipeline.extract": ("spotify_pipeline",),
    "spotify_pipeline.transform": ("spotify_pipeline",),
    "stacks": (
        "spotify_pipeline.environment",
        "spotify_pipeline.keys",
        "spotify_pipeline.schema",
        "spotify_pipeline.scopes",
        "spotify_pipeline.sources",
        "spotify_pipeline.statuses",
        "spotify_pipeline.tables",
    ),
}


@cache
def modules() -> dict[str, Path]:
    """Files of all packages, by module name."""
    found = {}
    for package in sorted({name.partition(".")[0] for name in RULES}):
        base = ROOT / "lambda_src" if package == "spotify_pipeline" else ROOT
        for path in sorted((base / package).rglob("*.py")):
            name = ".".join(path.relative_to(base).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


@cache
def imports() -> dict[str, set[str]]:
    """Modules of this repository that each module imports, also in functions and for types."""
    return {name: set(_imported_by(path)) for name, path in modules().items()}


def _imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path} has a relative import"
            for alias in node.names:
                member = f"{node.module}.{alias.name}"
                if member in modules():
                    yield member
                elif node.module in modules():
                    yield node.module


def package_of(module: str) -> str:
    """The innermost package of the module that has a rule."""
    return max((package for package in RULES if f"{module}.".startswith(f"{package}.")), key=len)


def allowed(module: str, imported: str) -> bool:
    package = package_of(module)
    return package_of(imported) in (package, *RULES[package]) or imported in RULES[package]


@pytest.mark.parametrize("package", RULES)
def test_a_package_imports_only_what_its_rule_allows(package: str) -> None:
    own = [module for module in modules() if package_of(module) == package]
    assert own
    assert not [
        f"{module} imports {imported}"
        for module in own
        for imported in sorted(imports()[module])
        if not allowed(module, imported)
    ]


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("operations.redrive", "local.machine"),
        ("operations.redrive", "commands.display"),
        ("operations.redrive", "fake_spotify.server"),
        ("local.machine", "commands.display"),
        ("local.machine", "stacks.ingestion"),
        ("fake_spotify.server", "spotify_pipeline.keys"),
        ("report.page", "operations.deployment"),
        ("spotify_pipeline.extract.run", "spotify_pipeline.transform.part"),
        ("spotify_pipeline.transform.part", "spotify_pipeline.extract.run"),
        ("spotify_pipeline.keys", "spotify_pipeline.extract.run"),
        ("spotify_pipeline.extract.run", "operations.queues"),
        ("stacks.ingestion", "spotify_pipeline.extract.settings"),
        ("stacks.ingestion", "spotify_pipeline.raw"),
        ("stacks.ingestion", "operations.deployment"),
    ],
)
def test_the_rules_refuse_an_import_in_the_wrong_direction(module: str, imported: str) -> None:
    assert not allowed(module, imported)


def test_no_modules_import_each_other_in_a_cycle() -> None:
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_no_folder_has_more_than_fifteen_python_files() -> None:
    folders = {path.parent for path in modules().values()}
    sizes = {str(folder.relative_to(ROOT)): len(_modules_in(folder)) for folder in folders}
    assert not {folder: size for folder, size in sizes.items() if size > MAX_FILES}


def _modules_in(folder: Path) -> list[Path]:
    """The files to read: a package's `__init__.py` holds its docstring."""
    return [file for file in folder.glob("*.py") if file.name != "__init__.py"]
