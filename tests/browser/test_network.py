"""The suite itself reaches nobody but this machine (pytest-socket, by the options in pyproject.toml)."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

# A refusal is a warning too, which the suite takes for an error.
pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use socket")


def test_sockets_beyond_this_machine_are_refused():
    with pytest.raises(SocketConnectBlockedError), socket.socket() as outside:
        outside.connect(("203.0.113.7", 80))


def test_sockets_of_this_machine_are_not():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()
