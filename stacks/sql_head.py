"""Reads the head of a SQL file: the comment lines `-- <key>: <value>` above the statement."""

import re
from collections.abc import Iterator, Mapping

from sqlglot import exp, parse_one

from stacks.sql_file import DIALECT, Chart, Parameter, Reads, SqlFile
from stacks.text_files import TextFileError

OF_VIEWS = ("title", "question")
OF_QUERIES = ("title", "question", "reading", "chart", "finding", "reads")
CHART_KINDS = ("bar", "line", "heat", "point", "none")
CHANNELS = ("x", "y", "color")
PARAMETER_TYPES = ("varchar", "date", "integer")

Head = dict[str, list[str]]
"""Values of the head's lines, by key, in order."""


def read_view(stem: str, text: str, name: str) -> SqlFile:
    """The view with this text. Raises TextFileError, which calls the file by `name`."""
    title, question = _single(_head(text), OF_VIEWS, name)
    return SqlFile(stem, title, question, text)


def read_query(stem: str, text: str, name: str) -> SqlFile:
    """The saved query with this text. Raises TextFileError, which calls the file by `name`."""
    head = _head(text)
    title, question, reading, chart, finding, reads = _single(head, OF_QUERIES, name)
    return SqlFile(
        stem,
        title,
        question,
        text,
        reading=reading,
        chart=_chart(chart, name),
        finding=finding,
        reads=_reads(reads, name),
        parameters=_parameters(head.get("parameter", []), text, name),
    )


def _head(text: str) -> Head:
    found: Head = {}
    for line in _comment_lines(text):
        if match := re.fullmatch(r"-- ([a-z]+): (.*\S)\s*", line):
            found.setdefault(match[1], []).append(match[2])
    return found


def _comment_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("--"):
            return
        yield line


def _single(head: Mapping[str, list[str]], keys: tuple[str, ...], name: str) -> list[str]:
    """The value of each key."""
    for key in keys:
        lines = len(head.get(key, []))
        if lines == 0:
            raise TextFileError(f"{name} has no line `-- {key}: …`: add it at the top")
        if lines > 1:
            raise TextFileError(f"{name} has {lines} lines `-- {key}: …`: keep one of them")
    return [head[key][0] for key in keys]


def _chart(line: str, name: str) -> Chart:
    kind, *channels = line.split()
    if kind not in CHART_KINDS:
        raise TextFileError(
            f"{name} has the chart `{kind}`: use one of {', '.join(CHART_KINDS)} instead"
        )
    columns = dict(channel.partition("=")[::2] for channel in channels)
    if len(columns) < len(channels) or not columns.keys() <= set(CHANNELS):
        raise TextFileError(
            f"{name} has the channels `{' '.join(channels)}`: "
            f"give {', '.join(CHANNELS)} at most once each, as in `x=column`"
        )
    if not all(columns.values()) or (kind != "none" and not {"x", "y"} <= columns.keys()):
        raise TextFileError(f"{name} has the chart `{line}`: give x and y a column each")
    return Chart(kind=kind, **columns)


def _reads(line: str, name: str) -> Reads:
    names, _, days = (text.strip() for text in line.partition(";"))
    if not days:
        raise TextFileError(
            f"{name} does not say of which days it reads `{names}`: "
            "write `-- reads: <tables and views>; <days>`"
        )
    return Reads(names=tuple(re.split(r",\s*", names)), days=days)


def _parameters(lines: list[str], text: str, name: str) -> tuple[Parameter, ...]:
    marks = len(list(parse_one(text, read=DIALECT).find_all(exp.Placeholder)))
    if marks != len(lines):
        raise TextFileError(
            f"{name} has {marks} marks `?` and {len(lines)} lines `-- parameter: …`: "
            "describe each mark in a line, in order"
        )
    return tuple(_parameter(line, name) for line in lines)


def _parameter(line: str, name: str) -> Parameter:
    if match := re.fullmatch(rf"(\w+) ({'|'.join(PARAMETER_TYPES)}) (\S+) (.+)", line):
        return Parameter(name=match[1], type=match[2], example=match[3], description=match[4])
    raise TextFileError(
        f"{name} has the parameter `{line}`: write `<name> <type> <example> <description>` "
        f"with a type of {', '.join(PARAMETER_TYPES)}"
    )
