"""MiniStack behind the gateway; runs in the emulator's own Python environment."""

import os

from ministack import app as ministack
from ministack.services import sts

from local.gateway.asgi import Gateway


def main() -> None:
    token = os.environ["AWS_SESSION_TOKEN"]
    # The CDK assumes roles: their sessions pass the gateway with the same token.
    sts._gen_session_token = lambda: token
    ministack.app = Gateway(ministack.app, int(os.environ["GATEWAY_PORT"]), token)
    ministack.main()


if __name__ == "__main__":
    main()
