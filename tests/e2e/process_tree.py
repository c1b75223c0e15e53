"""Processes and their sockets, from Linux's /proc."""

import ipaddress
import re
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_TCP_LISTEN, _UDP_OPEN = "0A", "07"


def with_descendants(leaders: Iterable[int]) -> set[int]:
    """The processes of these groups and sessions, with all their descendants."""
    found = set(leaders)
    parents = {pid: ids for pid in _pids() if (ids := _parent_group_session(pid))}
    while more := {pid for pid, ids in parents.items() if found & set(ids)} - found:
        found |= more
    return found


def command_line(pid: int) -> str:
    return (_PROC / str(pid) / "cmdline").read_text().replace("\0", " ")


def listening(pids: Iterable[int]) -> set[tuple[str, int]]:
    """Address and port of each TCP socket that listens and each UDP socket of the processes."""
    inodes = {inode for pid in pids for inode in _socket_inodes(pid)}
    return {address for inode, address in _open_sockets() if inode in inodes}


def is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _pids() -> list[int]:
    return [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]


def _parent_group_session(pid: int) -> tuple[int, int, int] | None:
    with suppress(OSError):
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return int(fields[1]), int(fields[2]), int(fields[3])
    return None


def _socket_inodes(pid: int) -> Iterator[str]:
    for path in (_PROC / str(pid) / "fd").iterdir():
        with suppress(OSError):
            if match := re.fullmatch(r"socket:\[(\d+)\]", str(path.readlink())):
                yield match[1]


def _open_sockets() -> Iterator[tuple[str, tuple[str, int]]]:
    """Inode, and address with port, of every listening TCP and every UDP socket."""
    for table, state in (("tcp", _TCP_LISTEN), ("udp", _UDP_OPEN)):
        for name in (table, f"{table}6"):
            path = _PROC / "net" / name
            for line in path.read_text().splitlines()[1:] if path.exists() else ():
                fields = line.split()
                if fields[3] == state:
                    yield fields[9], _address(fields[1])


def _address(text: str) -> tuple[str, int]:
    """An address as /proc/net writes it: 32-bit words in the machine's byte order."""
    words, _, port = text.partition(":")
    parts = [int(words[start : start + 8], 16) for start in range(0, len(words), 8)]
    packed = struct.pack(f"={len(parts)}I", *parts)
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, packed), int(port, 16)
