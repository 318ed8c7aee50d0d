"""Commands in a process of their own: one at a time, at a low priority, never longer than wanted."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

import processes
from making_logs import Shape, events
from speaking import turns
from tactful_models.events import GateChanged
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import Registry
from tactful_server.errands import Errands, Said
from tactful_server.settings import ModelSettings

in_proc = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


class Office:
    """Errands on a log and gates of their own, and what was heard of them."""

    def __init__(self, home: Path) -> None:
        self.db, self.registry = home / "feedback.db", home / "gates"
        self.learning: list[bool] = []
        self.errands = Errands(self.db, self.registry, lambda: self.learning.append(self.errands.learning))

    async def begun(self) -> int:
        """Waits for the process; its id."""
        return (await processes.seen(lambda: processes.naming(str(self.db))))[0]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


async def test_a_gate_is_trained_and_promoted(office: Office) -> None:
    with FeedbackLog.open(office.db) as log:
        log.append(list(events(Shape(users=1, sessions=4, decisions=200))))
    told = await office.errands.train()

    assert told["promoted"] is True
    assert told["version"] == Registry(office.registry).current_version()
    assert told["reason"].endswith(".")
    assert office.learning == [True, False]
    with FeedbackLog.open(office.db, read_only=True) as log:
        assert [one.event.change for one in log.events(kinds=[GateChanged]) if isinstance(one.event, GateChanged)] == [
            "trained",
            "promoted",
        ]


async def test_what_cannot_be_done_is_said_in_one_sentence(office: Office) -> None:
    told = [await office.errands.train(), await office.errands.report()]

    assert [list(one) for one in told] == [["failed"], ["text", "failed"]]
    assert told[1]["text"] == told[1]["failed"]
    assert all(str(office.db) in one["failed"] and "\n" not in one["failed"] for one in told)


async def test_the_report_and_the_health_check_are_text(office: Office) -> None:
    with FeedbackLog.open(office.db) as log:
        log.append(list(events(Shape(users=1))))
    report = await office.errands.report()
    health = await office.errands.doctor(ModelSettings(provider="openai", address="http://127.0.0.1:1", name="m"))

    assert "accepted" in report["text"]
    assert health["ok"] is False
    assert "feedback log" in health["text"]
    assert "http://127.0.0.1:1" in health["text"]
    assert "\x1b" not in health["text"]


@in_proc
async def test_a_second_one_meanwhile_is_refused_with_a_sentence(office: Office) -> None:
    first = asyncio.create_task(office.errands.report())
    await office.begun()
    told = await office.errands.train()
    await first

    assert "making the report" in told["failed"]
    assert office.learning == [False, False]
    assert "no feedback log" in (await office.errands.report())["failed"], "and then it is free again"


@in_proc
@pytest.mark.parametrize(("gives_way", "nice"), [(True, 19), (False, 10)])
async def test_it_steps_back_and_a_cancelled_one_leaves_nothing(office: Office, gives_way: bool, nice: int) -> None:
    with FeedbackLog.open(office.db) as log:
        log.append(list(events(Shape(users=2))))
    training = asyncio.create_task(office.errands.train(gives_way=gives_way))
    pid = await office.begun()
    await processes.seen(lambda: processes.nice_of(pid) == nice)
    await processes.seen(lambda: processes.session_nice_of(pid) == nice)
    assert os.sched_getscheduler(pid) == (os.SCHED_IDLE if gives_way else os.SCHED_OTHER)
    training.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await training

    assert training.cancelled()
    assert not processes.is_alive(pid)
    assert office.learning == [True, False]


@in_proc
async def test_one_that_is_killed_says_so_and_frees_the_place(office: Office) -> None:
    training = asyncio.create_task(office.errands.train())
    pid = await office.begun()
    await office.errands.close()

    assert list(await training) == ["failed"]
    assert not processes.is_alive(pid)
    assert not office.errands.running


@in_proc
@pytest.mark.parametrize("n_turns", [1, 2, 3, 5, 8])
async def test_closing_while_one_begins_leaves_nothing(office: Office, n_turns: int) -> None:
    training = asyncio.create_task(office.errands.train())
    await turns(n_turns)
    await office.errands.close()

    assert list(await training) == ["failed"]
    assert processes.naming(str(office.db)) == []


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("tactful: There is no feedback log at x; name another with --db.\n", "There is no feedback log at x;"),
        ("Traceback\n  File\nValueError: odd\n", "ValueError: odd"),
        ("", "It ended with code 1"),
    ],
)
def test_the_sentence_is_the_last_line_of_what_went_wrong(trouble: str, sentence: str) -> None:
    assert Said(1, "", trouble).sentence.startswith(sentence)
