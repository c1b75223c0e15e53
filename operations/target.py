"""The target of a command: an account, a region, and the endpoints in use."""

import os
import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any, Self, cast
from urllib.parse import urlsplit

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stacks.configuration import Configuration

EMULATOR_ACCOUNT = "000000000000"
"""The account of emulators. No AWS account has this number."""

_AWS_ENDPOINTS = cast(Any, Config)(ignore_configured_endpoint_urls=True)

Access = dict[str, str]
"""Arguments of `boto3.client` that select a region, an endpoint and credentials."""


class WrongTargetError(Exception):
    """Credentials, region or an endpoint do not match the configuration."""


@dataclass(frozen=True)
class Target:
    account: str
    region: str

    @classmethod
    def from_stack_id(cls, arn: str) -> Self:
        """Read `arn:<partition>:cloudformation:<region>:<account>:stack/…`."""
        _, _, _, region, account, _ = arn.split(":", 5)
        return cls(account, region)

    def __str__(self) -> str:
        return f"account {self.account}, region {self.region}"


def with_region(configuration: Configuration) -> Configuration:
    """Add the region of AWS_REGION, AWS_DEFAULT_REGION or the profile, unless there is one.

    The CDK command line uses the same order; boto3 does not read AWS_REGION. Raises
    WrongTargetError if there is none.
    """
    region = (
        configuration.region
        or os.environ.get("AWS_REGION")
        or cast(Any, boto3).Session().region_name
    )
    if not region:
        raise WrongTargetError(
            f"There is no region for ENV={configuration.environment}: set region in "
            f"config/{configuration.environment}.toml, or AWS_REGION"
        )
    return msgspec.structs.replace(configuration, region=region)


def is_emulated(configuration: Configuration) -> bool:
    """True for an environment on the local emulator: its file names an emulator's account."""
    return configuration.account == EMULATOR_ACCOUNT


def with_caller(configuration: Configuration, sts: Any) -> Configuration:
    """Add the account of the caller's credentials. Raises WrongTargetError.

    There may be no usable credentials, or they may belong to another account than the configured.
    """
    environment = configuration.environment
    try:
        account = sts.get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise WrongTargetError(
            f"The AWS credentials for ENV={environment} cannot be used: {str(error).rstrip('.')}. "
            "Log in, with aws sso login for instance, or set AWS_PROFILE"
        ) from error
    if account == EMULATOR_ACCOUNT or account != (configuration.account or account):
        expected = configuration.account or "an account on AWS"
        raise WrongTargetError(
            f"The AWS credentials are those of account {account}, and config/{environment}.toml "
            f"is for {expected}: use its credentials and endpoints"
        )
    return msgspec.structs.replace(configuration, account=account)


def confirm(stack: str, target: Target, configuration: Configuration) -> Configuration:
    """Compare a stack's target with the configuration; adds the account if that has none.

    Raises WrongTargetError.
    """
    file = f"config/{configuration.environment}.toml"
    if target.account == EMULATOR_ACCOUNT:
        raise WrongTargetError(
            f"The stack {stack} is in {target}: that is an emulator, and {file} is an environment "
            "on AWS. Use AWS credentials and endpoints, or ENV=local"
        )
    expected = Target(configuration.account or target.account, str(configuration.region))
    if target != expected:
        raise WrongTargetError(
            f"The stack {stack} is in {target}, but {expected} is expected by {file}, the AWS "
            "region in use or the other stacks. Use the credentials and region of that account, "
            f"or correct account and region in {file}"
        )
    return msgspec.structs.replace(configuration, account=target.account)


def endpoint_override(service: str, access: Access) -> str | None:
    """The endpoint that the environment or an AWS profile sets instead of AWS's own."""
    used = cast(Any, boto3).client(service, **access).meta.endpoint_url
    default = cast(Any, boto3).client(service, config=_AWS_ENDPOINTS, **access).meta.endpoint_url
    return None if used == default else str(used)


def refuse_loopback(service: str, endpoint: str | None, environment: str) -> None:
    """Raise WrongTargetError if an endpoint override resolves to this machine."""
    if endpoint and _is_loopback(urlsplit(endpoint).hostname or ""):
        raise WrongTargetError(
            f"The endpoint of {service} is {endpoint}, on this machine, and ENV={environment} is "
            "on AWS. Unset AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> and endpoint_url in the "
            "AWS profile, or use ENV=local"
        )


def _is_loopback(host: str) -> bool:
    if f".{host.rstrip('.')}".lower().endswith(".localhost"):
        return True
    try:
        found = {ip_address(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        # It cannot be reached either.
        return False
    mapped = {a.ipv4_mapped for a in found if isinstance(a, IPv6Address) and a.ipv4_mapped}
    return any(address.is_loopback or address.is_unspecified for address in found | mapped)
