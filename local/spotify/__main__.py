"""The stand-in as a process of its own: prints its root URL once it serves, until it is stopped."""

import argparse
import signal
from pathlib import Path

from local.spotify.bulk import bulk_size, bulk_world
from local.spotify.faults import Fault, Kind
from local.spotify.regime import Regime
from local.spotify.server import StandIn, serving
from local.spotify.worlds import world_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="local.spotify")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", type=Path, help="a recording of playlists")
    source.add_argument("--bulk", type=bulk_size, metavar="20x50", help="playlists x entries each")
    parser.add_argument("--regime", type=Regime, default=Regime.NEW_DEV)
    parser.add_argument("--latency-ms", type=float, default=0, help="of each call to the Web API")
    arguments = parser.parse_args()
    world = bulk_world(*arguments.bulk) if arguments.bulk else world_of(arguments.data)
    stand_in = StandIn(world, arguments.regime)
    if arguments.latency_ms:
        seconds = arguments.latency_ms / 1000
        stand_in.faults.add(Fault(Kind.SLOW, "/v1/.*", count=None, seconds=seconds))
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with serving(stand_in) as url:
        print(url, flush=True)
        signal.sigwait(signals)


if __name__ == "__main__":
    main()
