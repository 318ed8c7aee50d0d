"""How many events a second become durable, and what `record` costs its caller.

    python tests/bench/bench_writer.py [--events 60000] [--rounds 3] [--directory DIR]

Beside the writer: one durable transaction an event on the caller's own thread, which is what it spares the server.
Numbers are medians over the rounds; the tails are over all calls of all rounds.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from logged import session
from tactful_models.events import Event
from tactful_models.feedback import FeedbackLog
from tactful_server.writer import Writer, WriterLimits

RATE = 10_000
"""Events a second of the paced runs."""


@dataclass(frozen=True, slots=True)
class Run:
    """One round of one way of writing."""

    calls_s: list[float]
    """What each call took its caller."""
    written_per_s: float
    """Events over the time from the first call to the last event's durability."""
    backlog: int = 0
    """Events not yet durable when the last had been recorded."""


def main() -> None:
    """Run all ways and print the table."""
    parser = argparse.ArgumentParser(description="Benchmark of the feedback log's writer.")
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--directory", type=Path, help="where the logs go; the disk matters")
    given = parser.parse_args()
    events = list(islice(session(given.events), given.events))
    print(f"{given.events:,} events, {given.rounds} rounds")
    print(f"{'':38}{'events/s':>10}{'p50 µs':>10}{'p99 µs':>10}{'p99.9 µs':>10}{'max µs':>10}{'backlog':>10}")
    with tempfile.TemporaryDirectory(dir=given.directory) as name:
        paths = (Path(name) / f"{number}.db" for number in range(1000))
        _print("writer, as fast as it goes", [_flood(next(paths), events) for _ in range(given.rounds)])
        _print(f"writer, at {RATE:,}/s", [_paced(next(paths), events) for _ in range(given.rounds)])
        few = events[: given.events // 30]
        _print("one transaction an event (alternative)", [_direct(next(paths), few) for _ in range(given.rounds)])
        _print("one transaction for all (bound)", [_bulk(next(paths), events) for _ in range(given.rounds)])


def _flood(path: Path, events: list[Event]) -> Run:
    with _writing(path, len(events)) as writer:
        begun = time.perf_counter()
        calls = [_timed(writer, event) for event in events]
        backlog = len(events) - writer.status().durable
        return Run(calls, _rate(writer, events, begun), backlog)


def _paced(path: Path, events: list[Event]) -> Run:
    """A hundred bursts a second, as a busy handler would; between them the interpreter is free."""
    calls: list[float] = []
    with _writing(path, len(events)) as writer:
        begun = time.perf_counter()
        waiting = iter(events)
        while burst := list(islice(waiting, RATE // 100)):
            calls += [_timed(writer, event) for event in burst]
            time.sleep(max(0.0, begun + len(calls) / RATE - time.perf_counter()))
        backlog = len(events) - writer.status().durable
        return Run(calls, _rate(writer, events, begun), backlog)


def _direct(path: Path, events: list[Event]) -> Run:
    with FeedbackLog.open(path) as log:
        calls = []
        begun = time.perf_counter()
        for event in events:
            start = time.perf_counter()
            log.append([event])
            calls.append(time.perf_counter() - start)
        return Run(calls, len(events) / (time.perf_counter() - begun))


def _bulk(path: Path, events: list[Event]) -> Run:
    with FeedbackLog.open(path) as log:
        begun = time.perf_counter()
        log.append(events)
        return Run([], len(events) / (time.perf_counter() - begun))


@contextmanager
def _writing(path: Path, n_events: int) -> Iterator[Writer]:
    """A writer with an open log, closed afterwards; memory for all events, so that none is dropped."""
    writer = Writer(path, "features", print, WriterLimits(waiting=n_events))
    ready = threading.Event()
    writer.load_history(lambda _history: ready.set())
    writer.start()
    ready.wait(30)
    yield writer
    writer.close(60)


def _timed(writer: Writer, event: Event) -> float:
    start = time.perf_counter()
    writer.record(event)
    return time.perf_counter() - start


def _rate(writer: Writer, events: list[Event], begun: float) -> float:
    if not writer.flush(300) or writer.status().dropped:
        raise SystemExit(f"not everything was written: {writer.status()}")
    return len(events) / (time.perf_counter() - begun)


def _print(name: str, runs: list[Run]) -> None:
    calls = sorted(call * 1e6 for run in runs for call in run.calls_s)
    rate = statistics.median(run.written_per_s for run in runs)
    cells = "".join(f"{cell:>10}" for cell in _tails(calls))
    backlog = statistics.median(run.backlog for run in runs)
    print(f"{name:38}{rate:>10,.0f}{cells}{backlog:>10,.0f}")


def _tails(calls: list[float]) -> Iterator[str]:
    for share in (0.5, 0.99, 0.999, 1.0):
        yield f"{calls[min(int(len(calls) * share), len(calls) - 1)]:,.1f}" if calls else "-"


if __name__ == "__main__":
    main()
