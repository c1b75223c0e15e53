"""Levels of loggers that are not ours."""

import logging

# What these log at DEBUG holds secrets, tokens and authorization headers.
_TELL_TOO_MUCH = ("boto3", "botocore", "spotipy", "urllib3")


def silence_secret_loggers() -> None:
    """Whatever level was set for these loggers, or any below them."""
    known = [name for name in logging.root.manager.loggerDict if name.startswith(_TELL_TOO_MUCH)]
    for name in {*_TELL_TOO_MUCH, *known}:
        logging.getLogger(name).setLevel(logging.WARNING)
