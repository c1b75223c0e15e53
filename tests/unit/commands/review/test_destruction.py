"""Changes that delete data, in pairs of templates."""

import pytest

from commands.review.destruction import destructive_changes
from commands.review.values import Resource, Template


def template(**resources: Resource) -> Template:
    return {"Resources": resources}


def table(name: str = "tracks", **attributes: str) -> Resource:
    return {
        "Type": "AWS::Glue::Table",
        "Properties": {"DatabaseName": {"Ref": "Database"}, "TableInput": {"Name": name}},
        **attributes,
    }


def database(name: str = "music") -> Resource:
    return {"Type": "AWS::Glue::Database", "Properties": {"DatabaseInput": {"Name": name}}}


def changes(base: Template, head: Template) -> list[tuple[str, str]]:
    return [(h.resource, h.change) for h in destructive_changes(base, head)]


def test_a_removed_table_is_destructive() -> None:
    assert changes(template(Tracks=table()), template()) == [
        ("AWS::Glue::Table Tracks", "removed and deleted")
    ]


def test_a_removed_resource_may_be_retained() -> None:
    base = template(Tracks=table(DeletionPolicy="RetainExceptOnCreate"))
    assert changes(base, template()) == [
        ("AWS::Glue::Table Tracks", "removed from the stack, and retained")
    ]


def test_a_changed_create_only_property_is_destructive() -> None:
    base, head = template(Tracks=table()), template(Tracks=table("songs"))
    assert changes(base, head) == [
        ("AWS::Glue::Table Tracks", "replaced and deleted, since TableInput.Name changes")
    ]


def test_a_replacement_replaces_what_refers_to_it() -> None:
    base = template(Database=database(), Tracks=table())
    head = template(Database=database("songs"), Tracks=table())
    cause = "DatabaseName refers to Database, which is replaced"
    assert changes(base, head) == [
        ("AWS::Glue::Database Database", "replaced and deleted, since DatabaseInput.Name changes"),
        ("AWS::Glue::Table Tracks", f"replaced and deleted, since {cause}"),
    ]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("AWS::S3::Bucket", ("BucketName", "VersioningConfiguration")),
        ("AWS::SecretsManager::Secret", ("Name", "Description")),
        ("AWS::SQS::Queue", ("QueueName", "VisibilityTimeout")),
        ("AWS::Glue::Crawler", ("Name", "Description")),
    ],
)
def test_the_schemas_know_what_replaces_a_resource(kind: str, names: tuple[str, str]) -> None:
    replacing, updating = names
    base = template(It={"Type": kind, "Properties": {replacing: "a", updating: "a"}})
    replaced = template(It={"Type": kind, "Properties": {replacing: "b", updating: "a"}})
    updated = template(It={"Type": kind, "Properties": {replacing: "a", updating: "b"}})
    assert [change for _, change in changes(base, replaced)] == [
        f"replaced and deleted, since {replacing} changes"
    ]
    assert not [change for _, change in changes(base, updated) if "replaced" in change]


def test_a_new_type_under_the_same_id_is_destructive() -> None:
    [(_, change)] = changes(template(It=table()), template(It=database()))
    assert "its type becomes AWS::Glue::Database" in change


def test_shorter_retention_is_shown_with_both_values() -> None:
    def logs(days: int) -> Template:
        return template(
            Logs={"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}}
        )

    assert changes(logs(30), logs(7)) == [
        ("AWS::Logs::LogGroup Logs", "RetentionInDays was 30, is 7"),
    ]


def test_only_the_changed_lifecycle_rule_is_shown() -> None:
    def bucket(days: int) -> Template:
        rules = [{"Id": "raw", "ExpirationInDays": days}, {"Id": "plans", "ExpirationInDays": 30}]
        configuration = {"LifecycleConfiguration": {"Rules": rules}}
        return template(Bucket={"Type": "AWS::S3::Bucket", "Properties": configuration})

    [(_, change)] = changes(bucket(90), bucket(10))
    assert change == "LifecycleConfiguration.Rules.0.ExpirationInDays was 90, is 10"


def test_a_lost_deletion_policy_is_shown() -> None:
    base = template(Tracks=table(DeletionPolicy="Retain"))
    assert changes(base, template(Tracks=table())) == [
        ("AWS::Glue::Table Tracks", "DeletionPolicy was Retain, is Delete")
    ]


def test_harmless_changes_are_not_destructive() -> None:
    def layer(key: str) -> Resource:
        return {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": key}}}

    described = table()
    described["Properties"]["TableInput"] = {"Name": "tracks", "Description": "songs"}
    base = template(Tracks=table(), Layer=layer("a"))
    head = template(Tracks=described, Layer=layer("b"), Albums=table("albums"))
    assert not changes(base, head)
