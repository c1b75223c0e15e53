"""Ports that are taken."""

import socket

import pytest

from local.processes import PortInUseError, check_port


def test_a_port_that_something_listens_on_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"Port {port} on 127.0.0.1 is in use. Remedy"):
            check_port(port, "Remedy")
    check_port(port, "Remedy")


def test_a_port_that_a_connection_uses_is_in_use() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
        pytest.raises(PortInUseError),
    ):
        check_port(client.getsockname()[1], "")
