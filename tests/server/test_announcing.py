"""The status is told when something is to be seen, and only then."""

import asyncio
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from tactful_server.announcing import Announcer

STATUS: dict[str, Any] = {
    "state": "shadow",
    "learning": False,
    "eagerness": "balanced",
    "snoozedS": 0.0,
    "gate": {"version": "constant", "mode": "auto", "refused": ""},
    "model": {"key": "openai:m", "state": "ready", "retryInS": 0.0},
    "log": {"state": "writing", "recorded": 1, "durable": 1},
    "requests": {"produced": 1},
    "problems": [],
}


class Watched:
    """An announcer over a status that is changed by hand."""

    def __init__(self) -> None:
        self.status = deepcopy(STATUS)
        self.told: list[Mapping[str, Any]] = []
        self.announcer = Announcer(lambda: deepcopy(self.status), self.told.append)
        self.announcer.look()


def test_the_first_look_tells() -> None:
    assert Watched().told == [STATUS]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "on"},
        {"learning": True},
        {"eagerness": "quiet"},
        {"snoozedS": 300.0},
        {"gate": {"version": "g2", "mode": "auto", "refused": ""}},
        {"model": {"key": "openai:m", "state": "unreachable"}},
        {"log": {"state": "troubled"}},
        {"problems": ["something is wrong"]},
    ],
)
def test_what_a_person_sees_change_is_told_once_with_the_whole_status(change: dict[str, Any]) -> None:
    watched = Watched()
    watched.status |= change
    watched.announcer.look()
    watched.announcer.look()

    assert watched.told == [STATUS, STATUS | change]


def test_counters_and_clocks_are_no_news() -> None:
    watched = Watched()
    watched.status |= {"snoozedS": 300.0}
    watched.announcer.look()
    watched.status |= {"snoozedS": 12.0, "requests": {"produced": 9}}
    watched.status["log"] |= {"state": "opening", "recorded": 99, "durable": 98}
    watched.status["model"] |= {"retryInS": 3.5}
    watched.announcer.look()

    assert len(watched.told) == 2


def test_the_last_moment_of_a_snooze_is_no_news() -> None:
    watched = Watched()
    watched.status |= {"state": "snoozed", "snoozedS": 0.1}
    watched.announcer.look()
    watched.status |= {"snoozedS": 0.0}
    watched.announcer.look()

    assert len(watched.told) == 2


async def test_it_looks_by_itself() -> None:
    watched, heard = Watched(), asyncio.Event()
    announcer = Announcer(lambda: watched.status, lambda status: heard.set() if status["state"] == "on" else None)
    looking = asyncio.create_task(announcer.watch())
    await asyncio.sleep(0)
    watched.status["state"] = "on"
    async with asyncio.timeout(10):
        await heard.wait()
    looking.cancel()
