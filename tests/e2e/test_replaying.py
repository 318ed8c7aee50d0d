"""A recorded log replays to the very vectors it holds."""

import asyncio

import pytest

from e2e.conftest import Home, Serve
from e2e.desktop import Desktop
from model_server import ModelServer
from tactful_models import replay
from tactful_models.events import Decided, OutcomeSeen, SessionStarted

pytestmark = pytest.mark.e2e

LINES = ("def add(a, b):\n    return", "x =", "total = sum(", "for item in", "if ready and")


async def work(editor: Desktop, name: str) -> None:
    """Some suggestions, taken, dismissed, typed along and typed over."""
    for number, line in enumerate(LINES):
        editor.open(f"file:///{name}/{number}.py", line)
        ghost = await editor.ask()
        if ghost is None:
            continue
        editor.tell_shown(ghost)
        if number % 4 == 0:
            await editor.accept(ghost)
        elif number % 4 == 1:
            editor.tell_end(ghost, "rejected", "escape")
        elif number % 4 == 2:
            await editor.type(ghost.text[:2])
        else:
            editor.insert("#")
        await editor.ask()
    await editor.settled()


async def test_two_sessions_the_second_warmed_by_the_first_replay_bit_for_bit(serve: Serve, home: Home) -> None:
    for name in ("one", "two"):
        async with serve({"tells": ["shown"]}) as editor:
            await work(editor, name)

    first, second = home.events(SessionStarted)
    assert first.history_through == 0
    assert second.history_through > 0
    replayed = replay.check(home.stored())
    assert replayed.mismatches == ()
    assert replayed.n_checked == len([one for one in home.events(Decided) if one.features]) > 10


async def test_the_second_session_sees_what_happened_in_the_first(serve: Serve, home: Home) -> None:
    for _ in range(2):
        async with serve({"tells": ["shown"]}) as editor:
            editor.open("file:///project/a.py", LINES[0])
            ghost = await editor.must()
            editor.tell_shown(ghost)
            await editor.accept(ghost)

    first, second = (one.features for one in home.events(Decided) if one.stage == 1)
    assert first != second


async def test_two_servers_at_once_on_one_log_replay_bit_for_bit(serve: Serve, home: Home) -> None:
    async with serve({"tells": ["shown"]}) as one, serve({"tells": ["shown"]}) as other:
        await asyncio.gather(work(one, "one"), work(other, "other"))
        await asyncio.gather(work(one, "three"), work(other, "four"))

    sessions = {event.session_id for event in home.events(OutcomeSeen)}
    replayed = replay.check(home.stored())
    assert len(sessions) == 2
    assert replayed.n_checked > 20
    assert replayed.mismatches == ()


async def test_a_request_before_the_history_is_there_is_served_without_a_vector_that_could_not_be_replayed(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    async with serve(ready=False) as editor:
        editor.open("file:///project/a.py", LINES[0])
        await editor.ask()

    assert replay.check(home.stored()).mismatches == ()
