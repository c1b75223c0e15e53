"""Optional sections about the account: analysts, protection beyond the defaults, tags.

An invalid section raises ValueError with the mistake and the remedy; `load` adds the file.
"""

import re
from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from stacks.sections import Section

_IAM_NAME = r"[A-Za-z0-9_+=,.@-]{1,128}"
_POLICY = rf"^({_IAM_NAME}|arn:aws[a-z-]*:iam::([0-9]{{12}}|aws):policy/[A-Za-z0-9_+=,.@/-]+)$"

# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
_TAG_KEY = re.compile(r"(?!aws:)[\w .:/=+@-]{1,128}", re.IGNORECASE)
_TAG_VALUE = re.compile(r"[\w .:/=+@-]{0,256}")
_OWN_TAGS = ("application", "environment")


class Analysts(Section, frozen=True):
    """Names of existing IAM roles and groups that the analysts' policy is attached to."""

    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for key, names in (("roles", self.roles), ("groups", self.groups)):
            for name in names:
                if not re.fullmatch(_IAM_NAME, name):
                    raise ValueError(
                        f"{key}: {name!r} is not a name in IAM: give the last part of its ARN"
                    )


class Alarms(Section, frozen=True):
    """E-mail addresses that alarms are sent to."""

    emails: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for email in self.emails:
            if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
                raise ValueError(
                    f"emails: {email!r} is not an e-mail address: give one such as team@example.com"
                )


class Security(Section, frozen=True):
    """Protection that costs money or needs preparation, and is therefore off by default.

    `permissions_boundary` is the name or the ARN of a managed policy.
    """

    access_logs: bool = False
    customer_managed_key: bool = False
    permissions_boundary: Annotated[str, Meta(pattern=_POLICY)] | None = None


def check_tags(tags: Mapping[str, str]) -> None:
    """Raise ValueError for a tag that AWS refuses or that the stacks set themselves."""
    for key, value in tags.items():
        if key in _OWN_TAGS:
            raise ValueError(f"tags.{key}: the stacks set this tag themselves; remove it")
        if not _TAG_KEY.fullmatch(key) or not _TAG_VALUE.fullmatch(value):
            raise ValueError(
                f"tags: AWS refuses {key!r} = {value!r}: use up to 128 (value: 256) letters, "
                "digits, spaces and _.:/=+-@, and no key that begins with aws:"
            )
