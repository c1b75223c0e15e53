"""Resources that hold data, and what becomes of them with their stack."""

import aws_cdk as cdk

from stacks.configuration import Configuration


def removal_policy(configuration: Configuration) -> cdk.RemovalPolicy:
    """The environment's policy for everything that holds data, logs and the key included."""
    return cdk.RemovalPolicy(configuration.removal_policy.upper())
