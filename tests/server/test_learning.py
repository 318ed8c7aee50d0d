"""Training in the background: when it begins, and how quietly it ends. The process is the real one."""

import asyncio
import contextlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import processes
from making_logs import Shape, events
from tactful_models.errors import LogError
from tactful_models.events import GateChanged
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import Registry
from tactful_server.errands import Errands
from tactful_server.learning import ENOUGH_IN_HASTE, Learner, Ways, counting
from tactful_server.settings import TrainingSettings

in_proc = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@dataclass
class Server:
    """A server's learner on a log and gates, with a clock that stands until it is moved."""

    home: Path
    settings: TrainingSettings = field(default_factory=lambda: TrainingSettings(100, 60, "normal"))
    seconds: float = 0.0
    seen: list[bool] = field(default_factory=list)
    counted: int = 0

    def __post_init__(self) -> None:
        self.db, self.registry = self.home / "feedback.db", self.home / "gates"
        self.errands = Errands(self.db, self.registry, lambda: None)
        count = counting(self.db, self.registry)

        def counts() -> int:
            self.counted += 1
            return count()

        ways = Ways(lambda: self.settings, counts, lambda: self.seen.append(True), lambda: self.seconds)
        self.learner = Learner(self.errands, ways)

    def use(self, decisions: int = 400, prefix: str = "a") -> None:
        shape = Shape(users=1, sessions=2, decisions=decisions, prefix=prefix)
        with FeedbackLog.open(self.db) as log:
            log.append(list(events(shape)))

    def changes(self) -> list[str]:
        with FeedbackLog.open(self.db, read_only=True) as log:
            found = [one.event for one in log.events(kinds=[GateChanged])]
        return [one.change for one in found if isinstance(one, GateChanged)]


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


async def test_a_gate_is_trained_once_enough_is_new_and_nobody_types(server: Server) -> None:
    server.use()
    server.seconds = 61.0
    await server.learner.look()

    assert server.changes() == ["trained", "promoted"]
    assert server.learner.last is not None
    assert server.learner.last.promoted
    assert server.learner.last.version == Registry(server.registry).current_version()
    assert server.learner.status is not None
    assert server.learner.status["reason"].endswith(".")
    assert server.seen == [True]

    server.seconds = 200.0
    await server.learner.look()
    assert server.changes() == ["trained", "promoted"], "nothing is new"


class Noting(Errands):
    """Notes what training it is asked for."""

    asked: list[tuple[int, bool]]

    async def train(self, after_labels: int = 0, gives_way: bool = False) -> dict[str, Any]:
        self.asked.append((after_labels, gives_way))
        return {"promoted": False, "reason": "Not better.", "version": "v1"}


@pytest.mark.parametrize(("priority", "gives_way"), [("idle", True), ("normal", False)])
async def test_a_gate_that_drifted_is_trained_anew_from_fewer(tmp_path: Path, priority: str, gives_way: bool) -> None:
    errands, seconds = Noting(tmp_path / "log.db", tmp_path / "gates", lambda: None), [61.0]
    errands.asked = []
    settings = TrainingSettings(after_labels=200, idle_s=60, priority=priority)
    learner = Learner(errands, Ways(lambda: settings, lambda: 60, lambda: None, lambda: seconds[0]))
    learner.stirred()
    seconds[0] += 61.0
    await learner.look()
    assert errands.asked == []

    learner.hasten()
    for _ in range(2):
        seconds[0] += 61.0
        await learner.look()
    assert errands.asked == [(ENOUGH_IN_HASTE, gives_way)], "once"


async def test_not_while_somebody_types(server: Server) -> None:
    server.use()
    for _ in range(10):
        server.seconds += 59.0
        await server.learner.look()
        server.learner.stirred()

    assert server.counted == 0
    assert server.changes() == []


async def test_not_before_enough_is_new_and_the_log_is_not_asked_all_the_time(server: Server) -> None:
    server.use(decisions=20)
    server.seconds = 61.0
    for _ in range(50):
        server.seconds += 1.0
        await server.learner.look()

    assert server.changes() == []
    assert server.counted == 1


async def test_never_where_the_setting_says_so(server: Server) -> None:
    server.use()
    server.settings = TrainingSettings(after_labels=0)
    server.seconds = 1e6
    await server.learner.look()

    assert server.counted == 0


async def test_where_there_is_no_log_nothing_happens(server: Server) -> None:
    server.seconds = 61.0
    await server.learner.look()

    assert server.counted == 1
    assert not server.registry.exists()


async def test_a_log_that_cannot_be_read_is_let_be(server: Server) -> None:
    server.db.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    server.seconds = 61.0
    await server.learner.look()

    assert server.learner.last is None
    with pytest.raises(LogError):
        counting(server.db, server.registry)()


async def test_what_cannot_be_learned_from_is_said_once_and_tried_again_when_as_much_is_new(server: Server) -> None:
    shape = Shape(users=1, sessions=1, decisions=30)
    with FeedbackLog.open(server.db) as log:
        log.append(list(events(shape)))
    server.settings = TrainingSettings(10, 60, "normal")
    for seconds in (61.0, 200.0, 400.0):
        server.seconds = seconds
        await server.learner.look()

    assert server.learner.last is not None
    assert server.learner.last.version is None
    assert "a gate needs at least" in server.learner.last.reason
    assert server.seen == [True]


@in_proc
async def test_of_two_servers_on_one_log_only_one_trains(server: Server, tmp_path: Path) -> None:
    server.use()
    other = Server(tmp_path)
    server.seconds = other.seconds = 61.0
    await asyncio.gather(server.learner.look(), other.learner.look())

    assert server.changes().count("trained") == 1
    assert [one.learner.last is not None for one in (server, other)].count(True) == 1


@in_proc
async def test_it_runs_in_a_process_of_its_own_that_steps_back_and_ends_with_the_server(server: Server) -> None:
    server.settings = TrainingSettings(100, 60)
    server.use()
    server.seconds = 61.0
    looking = asyncio.create_task(server.learner.look())
    [pid] = await processes.seen(lambda: processes.naming(str(server.db)))
    await processes.seen(lambda: processes.nice_of(pid) == 19)
    assert server.errands.learning
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking
    await server.errands.close()

    assert not processes.is_alive(pid)
    assert not server.errands.learning


@in_proc
async def test_a_trainer_that_is_killed_leaves_no_half_gate_and_the_next_one_works(server: Server) -> None:
    server.use()
    server.seconds = 61.0
    for n in range(3):
        looking = asyncio.create_task(server.learner.look())
        [pid] = await processes.seen(lambda: processes.naming(str(server.db)))
        await processes.seen(lambda: (server.registry / "attempted").exists())
        await asyncio.sleep(0.3 * n)
        await server.errands.close()
        await looking
        assert not processes.is_alive(pid)
        (server.registry / "attempted").unlink()
        server.__post_init__()
        server.seconds += 100.0
    await server.learner.look()

    assert server.learner.last is not None
    assert server.learner.last.version in Registry(server.registry).versions()
    for version in Registry(server.registry).versions():
        Registry(server.registry).load(version)
    assert not list(server.registry.glob(".writing-*"))
