"""MiniStack behind the gateway; runs in the emulator's own Python environment."""

import os
from typing import Any

from ministack import app as ministack
from ministack.services import eventbridge, sts

from local.gateway.asgi import Gateway
from local.gateway.athena.execution import install
from local.gateway.scheduled_time import with_scheduled_time


def main() -> None:
    token = os.environ["AWS_SESSION_TOKEN"]
    # The CDK assumes roles: their sessions pass the gateway with the same token.
    sts._gen_session_token = lambda: token
    invoke_target = eventbridge._invoke_target

    def invoke(target: dict[str, Any], event: dict[str, Any], *rest: object) -> None:
        invoke_target(with_scheduled_time(target, event), event, *rest)

    eventbridge._invoke_target = invoke
    install()
    ministack.app = Gateway(ministack.app, int(os.environ["GATEWAY_PORT"]), token)
    ministack.main()


if __name__ == "__main__":
    main()
