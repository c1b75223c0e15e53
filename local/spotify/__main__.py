"""The stand-in as a process of its own: prints its root URL once it serves, until it is stopped."""

import argparse
import signal
from pathlib import Path

from local.spotify.regime import Regime
from local.spotify.server import StandIn, serving
from local.spotify.worlds import world_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="local.spotify")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--regime", type=Regime, default=Regime.NEW_DEV)
    arguments = parser.parse_args()
    stand_in = StandIn(world_of(arguments.data), arguments.regime)
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with serving(stand_in) as url:
        print(url, flush=True)
        signal.sigwait(signals)


if __name__ == "__main__":
    main()
