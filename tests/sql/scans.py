"""Which tables a statement scans, and whether it is about the present."""

from collections.abc import Iterator, Mapping
from functools import cache

from sqlglot import exp, parse_one

from stacks.recent_views import SUFFIX
from stacks.sql_file import DIALECT, SqlFile
from stacks.sql_files import views

# Ends of the names of views about the present.
OF_THE_PRESENT = (SUFFIX, "_current", "last_day_snapshots")
# In the head of a query about the history, at the start of the days that it reads.
OF_THE_HISTORY = "all days"

VIEWS = {view.name: view for view in views()}


def scans(statement: str) -> list[str]:
    """The tables that a statement scans, each as often as it does, with its views inlined."""
    tree = parse_one(statement, read=DIALECT)
    return list(_scans_in(tree, {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}))


def is_of_the_present(file: SqlFile) -> bool:
    """Whether a view or a saved query reads recent rows only."""
    if file.name in VIEWS:
        return file.name.endswith(OF_THE_PRESENT)
    return not file.reads.days.startswith(OF_THE_HISTORY)


def _scans_in(node: exp.Expr, ctes: Mapping[str, exp.Expr]) -> Iterator[str]:
    for name in _named_in(node):
        if name in ctes:
            yield from _scans_in(ctes[name], ctes)
        elif name in VIEWS:
            yield from _scans_of_view(name)
        else:
            yield name


def _named_in(node: exp.Expr) -> Iterator[str]:
    """Names of the tables, views and common table expressions that the query itself reads."""
    inside = node.args.get("with_")
    defined = {id(table) for table in inside.find_all(exp.Table)} if inside else set()
    return (table.name for table in node.find_all(exp.Table) if id(table) not in defined)


@cache
def _scans_of_view(name: str) -> tuple[str, ...]:
    return tuple(scans(VIEWS[name].text))
