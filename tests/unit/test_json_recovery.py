import pytest

from spotify_pipeline.json_recovery import elements, members


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b'[1, "a,b" ,{"c":[2,3]}]', [b"1", b'"a,b"', b'{"c":[2,3]}']),
        (b'["]", "\\"]", "\\\\"]', [b'"]"', b'"\\"]"', b'"\\\\"']),
        (b"[" + b"[" * 5_000 + b"]" * 5_000 + b",0]", [b"[" * 5_000 + b"]" * 5_000, b"0"]),
    ],
)
def test_an_array_is_split_at_its_outer_commas(text: bytes, found: list[bytes]) -> None:
    assert elements(text) == found


@pytest.mark.parametrize("text", [b"", b"{}", b"[1", b"[[1]", b"[1] 2", b'["]', b"1"], ids=repr)
def test_an_incomplete_array_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"begins with|where it closes|within a string"):
        elements(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"body": {"body": 1}, "b": 2}',
        b'{"a:b": "body", "body" : {"body": 1}}',
        b'{"c": {"body": 3}, "body": {"body": 1}}',
        b'{"body": 0, "body": {"body": 1}}',
    ],
)
def test_a_member_is_found_at_the_top_level_only(text: bytes) -> None:
    assert members(text)["body"] == b'{"body": 1}'


@pytest.mark.parametrize("text", [b"{}", b" { } "])
def test_an_empty_object_has_no_members(text: bytes) -> None:
    assert members(text) == {}


@pytest.mark.parametrize("text", [b"[]", b'{"a":1', b'{"a"}', b'{"a":1,}', b"{1:2}", b'{"a:1}'])
def test_what_is_no_whole_object_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"begins with|where it closes|within a string|no name"):
        members(text)
