"""The `fields` parameter: `a,b(c,d),e.f` selects those keys; absent keys are ignored."""

import re
from typing import Any

Wanted = dict[str, "Wanted"]


def select(value: Any, fields: str) -> Any:
    return _keep(value, _parse(iter(re.findall(r"[\w]+|[(),.]", fields))))


def _parse(tokens: Any) -> Wanted:
    wanted: Wanted = {}
    place = wanted
    last: Wanted = wanted
    for token in tokens:
        if token == ",":
            place = wanted
        elif token == ".":
            place = last
        elif token == "(":
            last.update(_parse(tokens))
        elif token == ")":
            break
        else:
            last = place.setdefault(token, {})
    return wanted


def _keep(value: Any, wanted: Wanted) -> Any:
    if not wanted:
        return value
    if isinstance(value, list):
        return [_keep(member, wanted) for member in value]
    if isinstance(value, dict):
        return {key: _keep(value[key], inner) for key, inner in wanted.items() if key in value}
    return value
