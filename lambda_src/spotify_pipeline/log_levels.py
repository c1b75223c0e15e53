"""Log levels of libraries."""

import logging

# At DEBUG these log secrets, tokens and authorization headers.
_LOGGERS_OF_SECRETS = ("boto3", "botocore", "spotipy", "urllib3")


def silence_secret_loggers() -> None:
    """Set these loggers and all below them to WARNING."""
    known = [
        name for name in logging.root.manager.loggerDict if name.startswith(_LOGGERS_OF_SECRETS)
    ]
    for name in {*_LOGGERS_OF_SECRETS, *known}:
        logging.getLogger(name).setLevel(logging.WARNING)
