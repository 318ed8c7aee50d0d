"""Checks wait their turn: one at a time, the newest of a file, given up when the file has moved on, within a budget."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from checks.sample_project import FILES
from processes import children_of
from tactful_models.checked import Checked, Stands
from tactful_server.checks.budget import Budget, Suites
from tactful_server.checks.job import Climb, Job
from tactful_server.checks.making import made
from tactful_server.checks.queue import CheckQueue, Means, Wanted
from tactful_server.checks.sandbox import Sandbox

HELD = {"parses": Stands.HELD, "compiles": Stands.HELD}


@dataclass
class Bench:
    """A maker of checks that a test holds in its hands."""

    asked: list[Job] = field(default_factory=list)
    recorded: list[Checked] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    now: float = 0.0
    per_hour_s: float = 3600.0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    found: Callable[[Job], Climb] = lambda job: Climb(dict(HELD), duration_s=1.0)
    most_at_once: int = 0
    _at_once: int = 0

    async def make(self, job: Job) -> Climb | None:
        self.asked.append(job)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(job.text)
            raise
        finally:
            self._at_once -= 1
        return self.found(job)


def _at_fault(job: Job) -> Climb:
    if job.text == "bad":
        raise ZeroDivisionError
    return Climb(dict(HELD))


@asynccontextmanager
async def queue(bench: Bench) -> AsyncIterator[CheckQueue]:
    means = Means(
        record=bench.recorded.append,
        now=lambda: 100.0,
        monotonic=lambda: bench.now,
        changed=lambda: None,
        per_hour_s=lambda: bench.per_hour_s,
        make=bench.make,
        settle_s=0.0,
    )
    made = CheckQueue(means)
    worker = asyncio.create_task(made.work())
    yield made
    worker.cancel()
    await asyncio.wait([worker])


def wanted(uri: str, text: str = "x = 1\n", trigger: str = "accept") -> Wanted:
    return Wanted(f"g-{text}", "s1", uri, trigger, Job("/project", "a.py", "python", text, 0, 5))


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_a_check_is_made_and_recorded_with_what_it_found() -> None:
    bench = Bench()
    bench.gate.set()
    async with queue(bench) as made:
        made.want(wanted("file:///a"))
        await until(lambda: bench.recorded)
        assert made.status() == {"waiting": 0, "running": False, "done": 1, "broke": 0, "stopped": "", "why": ""}
    [checked] = bench.recorded
    assert (checked.suggestion_id, checked.session_id, checked.at, checked.trigger) == (
        "g-x = 1\n",
        "s1",
        100.0,
        "accept",
    )
    assert (checked.parses, checked.lints, checked.climbed, checked.credit) == (Stands.HELD, Stands.UNKNOWN, 2, 1.0)


async def test_one_check_runs_at_a_time() -> None:
    bench = Bench()
    async with queue(bench) as made:
        for n in range(4):
            made.want(wanted(f"file:///{n}"))
        await until(lambda: bench.asked)
        assert made.status()["waiting"] == 3
        bench.gate.set()
        await until(lambda: len(bench.recorded) == 4)
    assert bench.most_at_once == 1


async def test_of_one_file_the_newest_is_checked_and_what_runs_is_given_up() -> None:
    bench = Bench()
    async with queue(bench) as made:
        made.want(wanted("file:///a", "first"))
        await until(lambda: bench.asked)
        made.want(wanted("file:///a", "second"))
        made.want(wanted("file:///a", "third"))
        bench.gate.set()
        await until(lambda: bench.recorded)
        await asyncio.sleep(0.05)
    assert [job.text for job in bench.asked] == ["first", "third"]
    assert bench.cancelled == ["first"]
    assert [one.suggestion_id for one in bench.recorded] == ["g-third"]


async def test_a_file_that_moved_on_is_checked_no_more() -> None:
    bench = Bench()
    async with queue(bench) as made:
        made.want(wanted("file:///a"))
        await until(lambda: bench.asked)
        made.want(wanted("file:///b"))
        made.moved_on("file:///b")
        made.moved_on("file:///a")
        await until(lambda: bench.cancelled)
        await until(lambda: not made.status()["running"])
    assert (len(bench.asked), bench.recorded) == (1, [])


async def test_a_check_that_fails_by_a_fault_of_ours_does_not_stop_the_next() -> None:
    bench = Bench()
    bench.gate.set()
    bench.found = _at_fault
    async with queue(bench) as made:
        made.want(wanted("file:///a", "bad"))
        made.want(wanted("file:///b", "good"))
        await until(lambda: bench.recorded)
    assert [one.suggestion_id for one in bench.recorded] == ["g-good"]


async def test_when_the_budget_is_spent_no_code_is_run_until_time_has_passed() -> None:
    bench = Bench(per_hour_s=80.0)  # 20 s at once
    bench.gate.set()
    bench.found = lambda job: Climb(dict(HELD), duration_s=16.0 if job.runs_code else 0.1)
    async with queue(bench) as made:
        for n in range(2):
            made.want(wanted(f"file:///{n}"))
            await until(lambda: len(bench.recorded) == len(bench.asked) > 0 and not made.status()["waiting"])
        bench.now = 1000.0
        made.want(wanted("file:///c"))
        await until(lambda: len(bench.recorded) == 3)
    assert [job.runs_code for job in bench.asked] == [True, False, True]
    assert [one.stopped for one in bench.recorded] == ["", "budget", ""]


async def test_a_suite_that_was_slow_is_run_for_some_suggestions_only() -> None:
    bench = Bench()
    bench.gate.set()
    bench.found = lambda job: Climb(dict(HELD), tests_s=200.0 if job.runs_tests else 0.0)
    async with queue(bench) as made:
        for n in range(60):
            made.want(wanted(f"file:///{n}"))
        await until(lambda: len(bench.recorded) == 60)
    assert 2 <= sum(job.runs_tests for job in bench.asked) <= 15


def test_a_budget_refills_with_time_up_to_a_quarter_of_an_hours() -> None:
    now = [0.0]
    budget = Budget(lambda: now[0])
    assert budget.left_s(400.0) == 100.0
    budget.spend(90.0)
    now[0] = 360.0
    assert budget.left_s(400.0) == 50.0
    now[0] = 36000.0
    assert budget.left_s(400.0) == 100.0


def test_how_long_a_suite_takes_is_learned_and_forgotten_when_it_is_fast_again() -> None:
    suites = Suites(seed=1)
    suites.learn("/a", Climb(tests_s=100.0))
    assert (suites.one_in("/a"), suites.one_in("/b")) == (5, 1)
    suites.learn("/a", Climb(stopped="slow", duration_s=400.0))
    assert suites.one_in("/a") == 20
    for _ in range(8):
        suites.learn("/a", Climb(tests_s=1.0))
    assert suites.one_in("/a") == 1


async def test_the_process_of_a_check_finds_out_and_is_gone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(FILES["src/shop/__init__.py"].replace("    ", ""))
    found = await made(Job(str(tmp_path), "a.py", "python", "x = (1\n", 0, 6, runs_code=False))
    assert found is not None
    assert found.standings == {"parses": Stands.BROKE}


def endless(folder: Path, gives_way: bool) -> Job:
    text = "import time\ntime.sleep(600)\n"
    (folder / "tactful_class.py").write_text(text)
    return Job(str(folder), "tactful_class.py", "python", text, 0, len(text), gives_way=gives_way)


@asynccontextmanager
async def under_way(job: Job) -> AsyncIterator[None]:
    task = asyncio.create_task(made(job))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def classes(pids: Iterable[int]) -> set[int]:
    """The scheduling classes of processes."""
    return {os.sched_getscheduler(pid) for pid in pids}


@pytest.mark.skipif(sys.platform != "linux", reason="the idle class is Linux's")
async def test_a_check_runs_when_nobody_else_wants_the_processor(tmp_path: Path) -> None:
    async with under_way(endless(tmp_path, gives_way=True)):
        await until(lambda: classes(children_of(os.getpid())) == {os.SCHED_IDLE})


async def test_a_check_that_need_not_give_way_runs_like_any_other_program(tmp_path: Path, sandbox: Sandbox) -> None:
    async with under_way(endless(tmp_path, gives_way=False)):
        await until(lambda: _processes("tactful_class.py"))
        assert classes(int(path.parent.name) for path in _processes("tactful_class.py")) == {os.SCHED_OTHER}


async def test_a_check_that_is_given_up_leaves_no_process_behind(tmp_path: Path) -> None:
    task = asyncio.create_task(made(endless(tmp_path, gives_way=False)))
    await until(lambda: _processes(str(tmp_path)) or task.done())
    task.cancel()
    await asyncio.wait([task])
    await until(lambda: not _processes(str(tmp_path)))
    assert task.cancelled() or task.done()


def _processes(word: str) -> list[Path]:
    """Those of this machine whose command line has the word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(path)
        except OSError:
            continue
    return found
