"""Generates docs/queries.md: the saved queries as their heads describe them."""

from pathlib import Path

from stacks.sql_file import SqlFile
from stacks.sql_files import saved_queries

FILE = Path(__file__).parent / "queries.md"

_HEAD = """\
# Saved queries

Made by `make docs` from the heads of the files in `sql/queries/`; a test holds it current. Current
playlists are those that the last complete run of each schedule saw. Days other than "all days" are
the [recent ones](data.md#recent-partitions). Null is what is not known, which may be due to the
app's [regime](data.md#regimes).

A query with parameters has a `?` for each, in their order, and is a prepared statement of the same
name as well. The Athena console asks for the values, text and days in single quotes; or write
`execute playlist_as_of using '<playlist>', '2026-03-02'`.
"""


def text() -> str:
    """The complete text of the file."""
    queries = saved_queries()
    rows = [f"| [`{query.name}`](#{query.name}) | {query.question} |" for query in queries]
    table = "\n".join(["| query | question |", "|---|---|", *rows, ""])
    return "\n".join([_HEAD, table, *map(_section, queries)])


def _section(query: SqlFile) -> str:
    reads = ", ".join(f"`{name}`" for name in query.reads.names)
    lines = [
        f"## {query.name}",
        "",
        f"{query.title}: {query.question}",
        "",
        query.reading,
        "",
        f"Reads {reads}: {query.reads.days}.",
        "",
    ]
    if query.parameters:
        lines += ["| parameter | type | example | |", "|---|---|---|---|"]
        lines += [
            f"| `{one.name}` | `{one.type}` | `{one.example}` | {one.description} |"
            for one in query.parameters
        ]
        lines.append("")
    return "\n".join(lines)
