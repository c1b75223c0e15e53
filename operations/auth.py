"""make auth: a user consents in the browser, and the secret stores the refresh token."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from operations.callback import listening, redirect_uri
from operations.consent import Consent, ConsentError
from operations.deployment import Deployment
from spotify_pipeline.extract.settings import add_to_secret, read_credentials
from spotify_pipeline.log_levels import silence_secret_loggers
from spotify_pipeline.scopes import missing_scopes

_DASHBOARD = "https://developer.spotify.com/dashboard"


def authorise(
    deployment: Deployment,
    say: Callable[[str], None],
    open_page: Callable[[str], bool],
    port: int,
    seconds: float,
) -> None:
    """Request the user's consent, and add the refresh token to the secret.

    `say` prints a line; `open_page` returns True if it opened the page. The server listens on
    `port` for `seconds`. Raises RunRefusedError if the secret has no client_id and client_secret,
    and ConsentError.
    """
    silence_secret_loggers()
    vault, secret_arn = deployment.client("secretsmanager"), deployment.output("SpotifySecretArn")
    with _reaching(secret_arn):
        credentials = read_credentials(vault, secret_arn)
    consent = Consent(
        credentials,
        deployment.configuration.spotify.token_url,
        redirect_uri(port),
        deployment.configuration.scopes,
    )

    def complete(query: dict[str, list[str]]) -> str:
        granted = consent.exchange(consent.code_in(query))
        stored = {
            "refresh_token": granted.refresh_token,
            "scope": granted.scope,
            "authorized_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }
        with _reaching(secret_arn):
            add_to_secret(vault, secret_arn, stored)
        missing = missing_scopes(consent.scopes, granted.scope.split())
        return _summary(stored, missing)

    with listening(port, consent.owns, complete) as visit:
        say(f"Redirect URI  {consent.redirect_uri}")
        say(f"              which must be among those of the app at {_DASHBOARD}")
        say(f"Scopes        {' '.join(consent.scopes) or 'none: no source needs one'}")
        opened = open_page(consent.page())
        say("Agree on Spotify's page in your browser." if opened else "No page was opened.")
        say("Its address, for a browser on this machine:")
        say(consent.page())
        say(visit.wait(seconds))
    say(f"Secret        {secret_arn}")


@contextmanager
def _reaching(secret_arn: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise ConsentError(f"The secret {secret_arn} cannot be read and written: {error}") from None


def _summary(stored: dict[str, str], lacking: list[str]) -> str:
    text = (
        f"Stored in the secret: {', '.join(stored)}. Spotify lets the authorisation expire after "
        "six months: run make auth again before then."
    )
    if lacking:
        text += f" Spotify did not grant {' and '.join(lacking)}: what needs it will be missing."
    return text
