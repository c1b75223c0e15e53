"""Lets a day pass: what the deployment has recorded by the clock becomes a day older."""

import json
from datetime import datetime, timedelta

import msgspec

from operations.deployment import Deployment
from spotify_pipeline.extract.state.ledger import WINDOW, Ledger
from spotify_pipeline.extract.state.ledger_store import LedgerStore

_DAY = WINDOW + timedelta(minutes=2)
"""A minute's calls count for 24 hours after its end."""


def pass_a_day(deployment: Deployment) -> None:
    """Age the calls in the ledger and the user's authorisation."""
    s3, bucket = deployment.client("s3"), deployment.output("BucketName")
    LedgerStore(s3, bucket).update(_age)
    secrets, arn = deployment.client("secretsmanager"), deployment.output("SpotifySecretArn")
    credentials = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    if authorised := credentials.get("authorized_at"):
        earlier = datetime.fromisoformat(authorised) - timedelta(days=1)
        changed = {**credentials, "authorized_at": earlier.isoformat()}
        secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(changed))


def _age(ledger: Ledger) -> None:
    ledger.calls = {at - _DAY: made for at, made in ledger.calls.items()}
    ledger.reservations = {
        attempt: msgspec.structs.replace(one, until=one.until - _DAY)
        for attempt, one in ledger.reservations.items()
    }
    if ledger.blocked_until:
        ledger.blocked_until -= _DAY
