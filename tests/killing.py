"""Kills the server at random moments while events flow, and looks whether what it had called safe is there.

`python tests/killing.py --rounds 200` prints a line for each round that failed and one at the end; exit code 1 when any
did. A round killed before the server told anything only shows that the file is sound; such rounds are counted apart,
and when there were no others, that is a failure too.
All rounds of a run share one log, as the sessions of one user would.
"""

import argparse
import asyncio
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path

from e2e.desktop import Desktop, Launch, start
from model_server import ModelServer, Script, saying


@dataclass(slots=True)
class Seen:
    """What was known of a session when it was killed."""

    session_id: str = ""
    durable: int = 0
    """The highest number that the status called safe."""
    recorded: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_blind(self) -> bool:
        """Whether the kill came before the first status: nothing had been called safe, so nothing was tested."""
        return not self.session_id


async def suggest_and_take(editor: Desktop) -> None:
    """Suggestions asked for, shown and taken, as fast as they come."""
    number = 0
    while True:
        number += 1
        editor.open(f"file:///project/{number % 7}.py", f"def f{number}(a, b):\n    return")
        if (ghost := await editor.ask()) is not None:
            editor.tell_shown(ghost)
            await editor.accept(ghost)
        await editor.ask()


@dataclass(frozen=True, slots=True)
class Life:
    """What a server lives through until it is killed."""

    longest_s: float = 1.5
    """From the introduction on; the moment of the kill is drawn from it."""
    work: Callable[[Desktop], Coroutine[object, object, None]] = suggest_and_take
    """What the editor does meanwhile."""


async def one_round(home: Path, model: ModelServer, seed: int, life: Life = Life()) -> Seen:
    """One life of a server, ended by SIGKILL, and what is wrong with the log after it."""
    settings = {"model": {"provider": "openai", "address": model.address, "name": "scripted"}}
    editor = await start(Launch(home, {"settings": settings, "client": {"tells": ["shown"]}}))
    seen, draw = Seen(), random.Random(seed)
    work = [asyncio.create_task(life.work(editor)), asyncio.create_task(_watch(editor, seen))]
    await asyncio.sleep(life.longest_s * draw.random())
    seen.faults = [f"a worker ended before the kill: {_why(task)}" for task in work if task.done()]
    os.kill(editor.client.pid, signal.SIGKILL)
    await editor.client.gone()
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    await editor.client.hung_up()
    await editor.client.stop()  # type: ignore[no-untyped-call]
    seen.faults += check(home / "feedback.db", seen)
    return seen


def _why(task: "asyncio.Task[None]") -> str:
    return "cancelled" if task.cancelled() else repr(task.exception())


async def _watch(editor: Desktop, seen: Seen) -> None:
    while True:
        status = await editor.status()
        seen.session_id = status.sessionId
        seen.durable = max(seen.durable, status.log.durable)
        seen.recorded = max(seen.recorded, status.log.recorded)
        await asyncio.sleep(0.003)


def check(db: Path, seen: Seen) -> list[str]:
    """What is wrong, a sentence each: a damaged file, a gap, an event lost that had been called safe."""
    if not db.exists():
        return [f"{seen.durable} events were called safe and there is no log"] if seen.durable else []
    connection = sqlite3.connect(db)
    try:
        if not _is_made(connection):
            return [f"{seen.durable} events were called safe and the log has no tables"] if seen.durable else []
        [(verdict,)] = connection.execute("PRAGMA integrity_check").fetchall()
        query = "SELECT session_seq FROM events WHERE session_id = ? ORDER BY session_seq"
        found = [number for (number,) in connection.execute(query, (seen.session_id,))]
        orphans = _orphans(connection)
    finally:
        connection.close()
    return [
        fault
        for fault, is_so in (
            (f"integrity: {verdict}", verdict != "ok"),
            (f"a gap: {found[:5]}…{found[-5:]}", found != list(range(1, len(found) + 1))),
            (f"{seen.durable} were called safe, {len(found)} are there", len(found) < seen.durable),
            (f"{orphans} events without their row", orphans > 0),
        )
        if is_so
    ]


def _is_made(connection: sqlite3.Connection) -> bool:
    """Whether the tables are there: a server killed while it begins may leave an empty file."""
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchall())


def _orphans(connection: sqlite3.Connection) -> int:
    """Entries of the journal that have no row in the table of their kind."""
    names = "sessions requests suggestions decisions outcomes persistence placements gates reviews checks"
    union = " UNION ALL ".join(f"SELECT seq FROM {table}" for table in names.split())
    [(count,)] = connection.execute(f"SELECT count(*) FROM events WHERE seq NOT IN ({union})").fetchall()
    return int(count)


async def rounds(n: int, seed: int, home: Path) -> list[Seen]:
    """So many rounds on one log."""
    with ModelServer(Script(answer=saying(" a + b\n    print(a)\n"))) as model:
        return [await one_round(home, model, seed + number) for number in range(n)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tactful-killing-") as home:
        seen = asyncio.run(rounds(chosen.rounds, chosen.seed, Path(home)))
    for number, one in enumerate(seen):
        for fault in one.faults:
            print(f"round {number} (seed {chosen.seed + number}): {fault}")
    safe, recorded = sum(one.durable for one in seen), sum(one.recorded for one in seen)
    failed = sum(bool(one.faults) for one in seen)
    blind = sum(one.is_blind for one in seen)
    print(
        f"{len(seen)} kills from seed {chosen.seed}, {blind} of them before the first status: {recorded} recorded,"
        f" {safe} called safe, {failed} rounds failed"
    )
    return 1 if failed or blind == len(seen) else 0


if __name__ == "__main__":
    sys.exit(main())
