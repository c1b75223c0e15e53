from spotify_pipeline.s3 import (
    create_object,
    list_keys,
    read_metadata,
    read_object,
    read_version,
    replace_object,
)
from tests.conftest import Aws


def test_an_absent_object_is_read_as_none(aws: Aws) -> None:
    assert read_object(aws.s3, aws.bucket, "k") is None
    assert read_version(aws.s3, aws.bucket, "k") is None
    assert read_metadata(aws.s3, aws.bucket, "k") is None


def test_an_object_is_created_once(aws: Aws) -> None:
    assert create_object(aws.s3, aws.bucket, "k", b"first", metadata={"n": "1"})
    assert not create_object(aws.s3, aws.bucket, "k", b"second")
    assert read_object(aws.s3, aws.bucket, "k") == b"first"
    assert read_metadata(aws.s3, aws.bucket, "k") == {"n": "1"}


def test_only_the_version_that_was_read_is_replaced(aws: Aws) -> None:
    create_object(aws.s3, aws.bucket, "k", b"first")
    version = read_version(aws.s3, aws.bucket, "k")
    assert version is not None
    assert replace_object(aws.s3, aws.bucket, "k", b"second", etag=version.etag)
    assert not replace_object(aws.s3, aws.bucket, "k", b"third", etag=version.etag)
    assert read_object(aws.s3, aws.bucket, "k") == b"second"


def test_a_deleted_object_is_not_replaced(aws: Aws) -> None:
    assert not replace_object(aws.s3, aws.bucket, "k", b"body", etag='"0"')


def test_keys_are_listed_by_prefix_over_several_pages(aws: Aws) -> None:
    for n in range(1001):
        aws.s3.put_object(Bucket=aws.bucket, Key=f"a/{n:04}", Body=b"")
    aws.s3.put_object(Bucket=aws.bucket, Key="b", Body=b"")
    keys = list(list_keys(aws.s3, aws.bucket, "a/"))
    assert keys == [f"a/{n:04}" for n in range(1001)]
