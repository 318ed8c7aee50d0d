"""What a day must leave behind, and what it must not: a line each."""

import os
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bench.day.samples import Sample, grown

CPUS = os.cpu_count() or 1
GROWTH = 0.10
KEPT_CONNECTIONS = 4
"""To the model's server, open for the next request."""
POOLED = min(32, CPUS + 4) + CPUS
"""Threads that stay for the next use: asyncio's own, and LightGBM's."""
FINAL = "('accepted', 'rejected', 'ignored', 'superseded')"


def held(samples: Sequence[Sample], rest: Sample) -> dict[str, str]:
    """What is wrong with the server while it ran, by what was looked at; empty where nothing is."""
    warm = [one for one in samples if one.at >= 0.2] or list(samples)
    first, last = warm[0], rest
    more = last.memory_mb / first.memory_mb - 1
    start = samples[0]
    left = {
        "tasks": last.n_tasks - start.n_tasks,
        "threads": max(0, last.threads - start.threads - POOLED),
        "sockets": max(0, last.sockets - start.sockets - KEPT_CONNECTIONS),
        "handles": max(0, last.handles - first.handles - KEPT_CONNECTIONS),
        "children": last.children - first.children,
    }
    over = {name: number for name, number in left.items() if number > 0}
    return {
        f"memory flat within {GROWTH:.0%} after the first fifth ({first.memory_mb:.0f} → {last.memory_mb:.0f} MB)": (
            f"{more:+.1%}; objects: {grown(first, last)}" if abs(more) > GROWTH else ""
        ),
        "nothing left over once nobody types": f"{over}; tasks: {last.tasks}" if over else "",
        "the queue is empty and nothing was dropped": (
            f"{last.waiting} wait, {last.dropped} dropped" if last.waiting or last.dropped else ""
        ),
    }


_TROUBLE = re.compile(r"\b(WARNING|ERROR|CRITICAL|Traceback|Warning)\b")
_TRUE = " has drifted: "
"""The gate here is made up and expects what never comes true, which the server rightly finds out and tells once."""


def logged(home: Path, stderr: str, n_asked: int) -> dict[str, str]:
    """What is wrong with what it wrote."""
    written = (home / "server.log").read_text("utf-8", "replace") + stderr
    bad = [line for line in written.splitlines() if _TROUBLE.search(line) and _TRUE not in line]
    connection = sqlite3.connect(home / "feedback.db")
    try:
        requests, produced = _count(connection, "requests"), _count(connection, "requests WHERE result = 'produced'")
        n_shown = _count(connection, "outcomes WHERE end = 'shown'")
        shown = "SELECT suggestion_id FROM outcomes WHERE end = 'shown'"
        ended = f"SELECT suggestion_id FROM outcomes WHERE end IN {FINAL}"
        endless = _count(connection, f"(SELECT DISTINCT suggestion_id FROM ({shown}) EXCEPT {ended})")
        twice = _count(connection, f"({ended} GROUP BY suggestion_id HAVING count(*) > 1)")
        [(integrity,)] = connection.execute("PRAGMA integrity_check").fetchall()
    finally:
        connection.close()
    return {
        "no error and no warning in any log": f"{len(bad)} lines, the first: {bad[0][:300]}" if bad else "",
        f"every request has its one row ({requests:,}, {produced:,} of them produced)": (
            f"{n_asked:,} were asked" if requests != n_asked else ""
        ),
        f"every suggestion that was shown has its one end ({n_shown:,})": (
            f"{endless} have none, {twice} have more" if endless or twice else ""
        ),
        "the log is whole": "" if integrity == "ok" else str(integrity),
    }


def _count(connection: sqlite3.Connection, what: str) -> int:
    [(count,)] = connection.execute(f"SELECT count(*) FROM {what}").fetchall()
    return int(count)
