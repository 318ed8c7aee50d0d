"""Trouble with the log: suggestions keep coming, the user is told once, and what can be kept is kept."""

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest

from e2e.conftest import Home, Serve
from e2e.desktop import Desktop, eventually
from tactful_models.events import RequestEnded, SessionStarted

pytestmark = pytest.mark.e2e

START = "def add(a, b):\n    return"


async def suggestions_keep_coming(editor: Desktop, n: int = 3) -> None:
    for number in range(n):
        editor.open(f"file:///project/{number}.py", START)
        await editor.must()


async def test_a_locked_log_loses_nothing_and_is_told_of_once(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        await suggestions_keep_coming(editor, 1)
        await editor.settled()
        before = len(home.events(RequestEnded))
        with sqlite3.connect(home.db, isolation_level=None) as holder:
            holder.execute("BEGIN IMMEDIATE")
            await suggestions_keep_coming(editor)
            await eventually(lambda: editor.messages)
            await suggestions_keep_coming(editor)
            status = await editor.status()
            await asyncio.sleep(1.5)  # another attempt of the writer's, of which nothing may be said
            holder.execute("ROLLBACK")
        holder.close()
        await editor.settled()
        after = await editor.status()

    assert (status.log.state, after.log.state) == ("troubled", "writing")
    assert len(editor.messages) == 1
    assert str(home.db) in editor.messages[0]
    assert before == 1
    assert len(home.events(RequestEnded)) == 7
    assert after.log.dropped == 0


async def test_a_log_locked_from_the_start_is_written_when_the_lock_goes(serve: Serve, home: Home) -> None:
    async with serve():
        pass
    holder = sqlite3.connect(home.db, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    async with serve(ready=False) as editor:
        await eventually(lambda: editor.messages)  # the ignore files have long been read by then
        await suggestions_keep_coming(editor)
        holder.execute("ROLLBACK")
        holder.close()
        await editor.until(lambda status: status.state != "starting")
        await editor.settled()

    assert len(editor.messages) == 1
    assert len(home.events(SessionStarted)) == 2
    assert len(home.events(RequestEnded)) == 3


async def test_a_corrupt_log_is_set_aside_and_a_fresh_one_begun(serve: Serve, home: Home) -> None:
    home.path.mkdir(parents=True)
    home.db.write_bytes(b"SQLite format 3\0, but no more" * 400)
    async with serve() as editor:
        await suggestions_keep_coming(editor)
        await eventually(lambda: editor.messages)
        await editor.settled()

    [message] = editor.messages
    assert "damaged" in message
    aside = list(home.path.glob("feedback.db.corrupt-*"))
    assert [file.read_bytes()[:18] for file in aside] == [b"SQLite format 3\0, "]
    assert len(home.events(RequestEnded)) == 3


async def test_a_log_deleted_in_mid_session_is_begun_afresh(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        await suggestions_keep_coming(editor)
        await editor.settled()
        for file in home.path.glob("feedback.db*"):
            file.unlink()
        await suggestions_keep_coming(editor)
        await editor.settled()

    assert len(home.events(SessionStarted)) == 1
    assert len(home.events(RequestEnded)) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to the superuser")
async def test_a_directory_that_cannot_be_written_is_told_of_and_suggestions_keep_coming(
    serve: Serve, home: Home
) -> None:
    home.path.mkdir(parents=True)
    async with serve():
        pass
    home.path.chmod(0o500)
    try:
        async with serve() as editor:
            await suggestions_keep_coming(editor)
    finally:
        home.path.chmod(0o700)


async def test_a_log_that_cannot_be_made_is_told_of_and_suggestions_keep_coming(
    serve: Serve, home: Home, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file, no directory"
    blocked.write_text("")
    async with serve(launch={"arguments": ("--db", str(blocked / "feedback.db"))}) as editor:
        await suggestions_keep_coming(editor)
        await eventually(lambda: editor.messages)
        status = await editor.status()

    assert len(editor.messages) == 1
    assert status.log.state == "troubled"
    assert status.log.recorded > 0
