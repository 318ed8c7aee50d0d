"""What the client says comes whole, in order, and without threads."""

import asyncio
import os
from pathlib import Path

from tactful_server.hearing import Pipe, hearing


async def heard_from(written: bytes) -> Pipe:
    reading, writing = os.pipe()
    os.write(writing, written)
    os.close(writing)
    pipe = await hearing(os.fdopen(reading, "rb"))
    assert pipe is not None
    return pipe


def test_lines_and_bodies_come_as_they_were_sent() -> None:
    async def heard() -> tuple[bytes, bytes, bytes, bytes]:
        pipe = await heard_from(b"Content-Length: 5\r\n\r\nhello")
        return await pipe.readline(), await pipe.readline(), await pipe.readexactly(5), await pipe.readline()

    assert asyncio.run(heard()) == (b"Content-Length: 5\r\n", b"\r\n", b"hello", b"")


def test_a_client_that_goes_in_the_middle_of_a_message_has_said_nothing() -> None:
    async def heard() -> bytes:
        return await (await heard_from(b"half")).readexactly(100)

    assert asyncio.run(heard()) == b""


def test_a_body_larger_than_any_buffer_comes_whole() -> None:
    body = os.urandom(3_000_000)

    async def heard() -> bytes:
        reading, writing = os.pipe()
        pipe = await hearing(os.fdopen(reading, "rb"))
        assert pipe is not None
        with os.fdopen(writing, "wb") as client:
            writes = asyncio.create_task(asyncio.to_thread(client.write, body))
            got = await pipe.readexactly(len(body))
            await writes
        return got

    assert asyncio.run(heard()) == body


def test_a_line_too_long_for_a_header_is_passed_over() -> None:
    async def heard() -> bytes:
        reading, writing = os.pipe()
        pipe = await hearing(os.fdopen(reading, "rb"))
        assert pipe is not None
        with os.fdopen(writing, "wb") as client:
            writes = asyncio.create_task(asyncio.to_thread(client.write, b"x" * 1_000_000 + b"\nContent-Length: 2\r\n"))
            line = await pipe.readline()
            while b"Content" not in line:
                line = await pipe.readline()
            await writes
        return line

    assert asyncio.run(heard()) == b"Content-Length: 2\r\n"


def test_what_messages_before_have_begun_goes_on_before_the_next_is_read() -> None:
    async def began() -> bool:
        pipe = await heard_from(b"ab")
        begun = asyncio.Event()
        asyncio.get_running_loop().call_soon(begun.set)
        await pipe.readexactly(1)
        return begun.is_set()

    assert asyncio.run(began())


def test_a_file_is_left_to_threads(tmp_path: Path) -> None:
    file = tmp_path / "said"
    file.write_bytes(b"Content-Length: 2\r\n\r\n{}")

    async def heard() -> Pipe | None:
        with file.open("rb") as stdin:
            return await hearing(stdin)

    assert asyncio.run(heard()) is None
