"""Runs the fake Spotify as a process: prints the root URL when ready, serves until a signal."""

import argparse
import signal
from pathlib import Path

from fake_spotify.faults import Fault, Kind
from fake_spotify.regime import Regime
from fake_spotify.server import FakeSpotify, serving
from fake_spotify.worlds.bulk import bulk_groups, bulk_likes, library_world, with_likes
from fake_spotify.worlds.choice import world_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="fake_spotify")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", type=Path, help="a recording of playlists")
    source.add_argument(
        "--bulk",
        type=bulk_groups,
        metavar="20x50,5x20:neighbour",
        help="playlists x entries each, and whose they are, by default the user's",
    )
    parser.add_argument(
        "--liked",
        type=bulk_likes,
        metavar="10000x20",
        help="with --bulk: liked songs x most of them added and removed a day",
    )
    parser.add_argument("--regime", type=Regime, default=Regime.NEW_DEV)
    parser.add_argument("--latency-ms", type=float, default=0, help="latency of each Web API call")
    arguments = parser.parse_args()
    if arguments.liked and not arguments.bulk:
        parser.error("--liked needs --bulk, such as --bulk 1x1")
    try:
        world = library_world(*arguments.bulk) if arguments.bulk else world_of(arguments.data)
    except ValueError as error:
        parser.error(str(error))
    world = with_likes(world, arguments.liked) if arguments.liked else world
    fake = FakeSpotify(world, arguments.regime)
    if arguments.latency_ms:
        seconds = arguments.latency_ms / 1000
        fake.faults.add(Fault(Kind.SLOW, "/v1/.*", count=None, seconds=seconds))
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with serving(fake) as url:
        print(url, flush=True)  # noqa: T201 - for the parent process
        signal.sigwait(signals)


if __name__ == "__main__":
    main()
