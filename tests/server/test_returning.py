"""A model server that comes back is noticed, and not believed twice."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from model_server import refused_address
from tactful_server.returning import WELL_LOOKS, Returning, listens


class Missed:
    """A server that is missed at an address, until it is back."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.n_back = 0
        self.returning = Returning(lambda: self.address, self._back)

    def _back(self) -> None:
        self.n_back += 1


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        held.settimeout(5)
        yield held


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


async def test_nobody_listens_at_an_address_that_refuses() -> None:
    assert not await listens(refused_address())
    assert not await listens("http://host.invalid")


async def test_nobody_listens_where_no_host_can_have_that_name() -> None:
    assert not await listens("http://192.168..1:8080")
    assert not await listens(f"http://{'a' * 70}.com")


async def test_a_look_says_nothing(listener: socket.socket) -> None:
    assert await listens(address_of(listener))
    connection, _ = listener.accept()
    with closing(connection):
        assert connection.recv(100) == b""


async def test_it_is_told_once_that_somebody_listens_again() -> None:
    missed = Missed(refused_address())
    await missed.returning.look()
    assert missed.n_back == 0

    with closing(socket.create_server(("127.0.0.1", int(missed.address.rpartition(":")[2])))):
        await missed.returning.look()
        await missed.returning.look()

    assert missed.n_back == 1


async def test_one_that_listens_all_along_and_still_fails_is_believed_once(listener: socket.socket) -> None:
    missed = Missed(address_of(listener))
    for _ in range(3):
        await missed.returning.look()
    assert missed.n_back == 1

    missed.address = ""
    for _ in range(WELL_LOOKS):
        await missed.returning.look()
    missed.address = address_of(listener)
    await missed.returning.look()

    assert missed.n_back == 2


async def test_nothing_is_looked_at_while_nobody_is_missed(listener: socket.socket) -> None:
    missed = Missed("")
    await missed.returning.look()

    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert missed.n_back == 0
