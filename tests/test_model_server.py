"""The scripted model server itself: what it leaves behind would be laid to whichever test runs next."""

import gc
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest

from model_server import ModelServer


def test_connections_that_come_as_it_stops_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    left_open: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", left_open.append)
    for _ in range(20):
        server = ModelServer()
        address = urlsplit(server.address)
        with server:
            clients = [socket.create_connection((address.hostname, address.port)) for _ in range(5)]
        for client in clients:
            client.close()
        del server
        gc.collect()

    assert left_open == []
