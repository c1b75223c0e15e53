"""The process environment of everything that runs locally."""

import os

_LOOPBACK = ("127.0.0.1", "localhost")


def isolate() -> None:
    """Isolate this process and its children from the user's AWS settings and proxies.

    They do not find AWS settings or credentials, requests to loopback addresses bypass all proxies,
    the CDK sends no telemetry, and only the user can read the files that they create.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= settings()
    os.umask(0o077)


def settings() -> dict[str, str]:
    """The environment variables that isolate a process."""
    exempt = _exempt()
    return {
        # Some clients read one spelling, some the other.
        "NO_PROXY": exempt,
        "no_proxy": exempt,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }


def proxies() -> dict[str, str]:
    """The user's proxy variables, for a process that does not inherit the environment."""
    names = ("http_proxy", "https_proxy", "all_proxy")
    return {name: value for name, value in os.environ.items() if name.lower() in names}


def _exempt() -> str:
    """The hosts that bypass the user's proxies, and this machine."""
    value = os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")
    if value.strip() == "*":
        return value
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    return ",".join(dict.fromkeys([*hosts, *_LOOPBACK]))
