"""Answers that are made to cost memory or time, which no model server that works would send."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from provided import PATIENT, provider_of, whole
from tactful_server.providers import faults
from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.http import split_lines

HEAD = b"HTTP/1.1 %b\r\nConnection: close\r\nContent-Encoding: %b\r\n\r\n"


def packed(sign: bytes, n_bytes: int) -> bytes:
    """So many of one sign, a thousandth as long."""
    press = zlib.compressobj(9, zlib.DEFLATED, 31)
    return press.compress(sign * n_bytes) + press.flush()


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[str]:
    """A server that answers whatever it is asked with these bytes; its address."""

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(answered, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def slices(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("status", [b"200 OK", b"500 Broken"])
async def test_what_was_packed_against_the_request_is_never_unpacked(status: bytes) -> None:
    answer = HEAD % (status, b"gzip") + packed(b"\n", 40_000_000)
    async with answering(answer) as address, provider_of("openai", address, PATIENT) as provider:
        began_at = time.process_time()
        with pytest.raises((faults.GarbageError, faults.ServerError)):
            await whole(provider)
    assert time.process_time() - began_at < 2.0


async def test_an_answer_that_names_no_packing_is_read_as_it_is() -> None:
    answer = HEAD % (b"200 OK", b"Identity") + b'data: {"choices": [{"text": "x"}]}\n\ndata: [DONE]\n\n'
    async with answering(answer) as address, provider_of("openai", address, PATIENT) as provider:
        assert (await whole(provider)).text == "x"


async def test_a_line_that_comes_byte_by_byte_costs_no_more_for_being_long() -> None:
    pieces = [b"x"] * 200_000 + [b"\ny", b"", b"z\r\n", b"\nrest"]
    began_at = time.process_time()
    found = [line async for line in split_lines(slices(pieces), Endpoint("http://127.0.0.1:1"))]
    assert found == [b"x" * 200_000, b"yz", b"", b"rest"]
    assert time.process_time() - began_at < 1.5
