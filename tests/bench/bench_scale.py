"""What training, evaluating and replaying cost as the log grows: time and memory beside LightGBM alone.

    python tests/bench/bench_scale.py [--sizes 10000,30000,100000] [--users 20] [--only train] [--into FILE]

For each number of suggestions a log is written by simulated users, then the commands run on it as one would call them,
each in a process of its own; beyond 100,000 a log is made of copies under other names, and that writing does not count.
LightGBM alone is one booster of as many trees, grown by the recipe from the same matrix, which is there already;
`evaluate` has a gate made of 40,000 suggestions to others. `--only` names commands wanted, and what they need is run.
With `--into` the costs are kept as JSON lines beside those of earlier runs. Below the table each cost is read as a
straight line in the number of suggestions from `training.MANY_ROWS` on, where training begins to be sparing, by least
relative squares, and told for ten million. A million takes 2.5 GB of disk.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tactful_models import simulated_log, simulation
from tactful_models.feedback import FeedbackLog
from tactful_models.simulation import Logging, Size, World
from tactful_models.training import MANY_ROWS

PER_SESSION = 50
MOST_WRITTEN = 100_000
"""More are copies of these under other names."""
TABLES = ("events", "sessions", "requests", "suggestions", "decisions", "outcomes", "persistence")
LOGGING = Logging(0.1, 0.2, exploration=0.1)
ALONE = """
import sys, time, numpy as np
from tactful_models import boosting
from tactful_models.features import specs
rows, labels = np.load(sys.argv[1]), np.load(sys.argv[2])
began = time.perf_counter()
signs = [spec.sign for spec in specs(2)]
recipe = boosting.Recipe(seeds=(1,))
boosting.grow(boosting.Examples(rows, labels, np.ones(len(labels))), signs, recipe)
"""
MATRIX = """
import sys, numpy as np
from tactful_models import dataset, labels
from tactful_models.feedback import FeedbackLog
from tactful_models.gathering import gather
with FeedbackLog.open(sys.argv[1], read_only=True) as log:
    rows = dataset.rows(gather(log), labels.find(labels.DEFAULT))
np.save(sys.argv[2], rows.stage2)
np.save(sys.argv[3], rows.label)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process."""

    seconds: float
    cpu_s: float
    peak_mb: float


Costs = tuple[int, dict[str, Cost]]
"""Suggestions, and what each step took."""
STEPS = ("write", "read", "LightGBM alone", "train", "evaluate", "replay")
NEEDS = {"read": "write", "LightGBM alone": "read", "train": "write", "evaluate": "write", "replay": "write"}
FAR = 10_000_000


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,30000,100000")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--only", default=",".join(STEPS), help="Commands, with commas between.")
    parser.add_argument("--into", type=Path, help="File of JSON lines to keep the costs in.")
    parser.add_argument("--home", type=Path, help="Folder for the logs.  [default: the system's for what is temporary]")
    asked = parser.parse_args()
    wanted = _with_needs(asked.only.split(","))
    print(f"{asked.users} users; s of processor time (of the clock), peak MB")
    print(f"  {'suggestions':>12}" + "".join(f"{name:>26}" for name in wanted))
    found = [_measured(int(size), wanted, asked) for size in asked.sizes.split(",")]
    _told_as_lines(_kept(asked.into) if asked.into else found)


def _with_needs(names: Sequence[str]) -> tuple[str, ...]:
    wanted = set(names)
    for name in names:
        while name in NEEDS:
            wanted.add(name := NEEDS[name])
    return tuple(step for step in STEPS if step in wanted)


def _measured(n: int, wanted: Sequence[str], asked: argparse.Namespace) -> Costs:
    costs: dict[str, Cost] = {}
    print(f"  {n:>12,}", end="", flush=True)
    with tempfile.TemporaryDirectory(dir=asked.home) as home:
        for name, cost in _costs(Path(home), (n, asked.users), wanted):
            costs[name] = cost
            print(f"{f'{cost.cpu_s:,.1f} ({cost.seconds:,.1f}) {cost.peak_mb:,.0f}':>26}", end="", flush=True)
            if asked.into:
                with asked.into.open("a") as file:
                    file.write(json.dumps({"n": n, "step": name, **asdict(cost)}) + "\n")
    print()
    return n, costs


def _kept(path: Path) -> list[Costs]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [(line["n"], {line["step"]: Cost(line["seconds"], line["cpu_s"], line["peak_mb"])}) for line in lines]


def _costs(home: Path, size: tuple[int, int], wanted: Sequence[str]) -> Iterator[tuple[str, Cost]]:
    n, users = map(str, size)
    db, others, given = (
        str(home / "feedback.db"),
        str(home / "others.db"),
        ["--registry", str(home / "others"), "--json"],
    )
    matrix = [str(home / "rows.npy"), str(home / "labels.npy")]
    if {"evaluate", "replay"} & set(wanted):
        _cost([sys.executable, __file__, "--write", others, str(min(size[0], 2 * MANY_ROWS)), users, "1"])
        _cost([*_tactful("train"), "--db", others, *given])
    commands = {
        "write": [sys.executable, __file__, "--write", db, n, users, "0"],
        "read": [sys.executable, "-c", MATRIX, db, *matrix],
        "LightGBM alone": [sys.executable, "-c", ALONE, *matrix],
        "train": [*_tactful("train"), "--db", db, "--registry", str(home / "gates"), "--json"],
        "evaluate": [*_tactful("evaluate"), "--db", db, *given],
        "replay": [*_tactful("replay"), "--db", db, "--threshold", "0.25", *given],
    }
    for name in wanted:
        yield name, _cost(commands[name])


def _told_as_lines(found: Sequence[Costs]) -> None:
    """Each cost as a straight line: what a suggestion takes, what ten million would, and how the last two compare."""
    found = [(n, costs) for n, costs in found if n >= MANY_ROWS]
    print(f"\n  as a straight line{'a suggestion':>22}{'at 10,000,000':>24}{'exponent of the last two':>30}")
    for step in STEPS:
        most = MOST_WRITTEN if step == "write" else FAR
        costs = sorted((n, costs[step]) for n, costs in found if step in costs and n <= most)
        if len({n for n, _ in costs}) < 2:
            continue
        cpu, memory = (_line([(n, getattr(cost, name)) for n, cost in costs]) for name in ("cpu_s", "peak_mb"))
        far = f"{(cpu[0] + cpu[1] * FAR) / 60:,.0f} min {(memory[0] + memory[1] * FAR) / 1024:,.1f} GB"
        (before, less), (last, more) = costs[-2:]
        exponent = np.log(more.cpu_s / less.cpu_s) / np.log(last / before)
        print(f"  {step:<18}{f'{1e3 * cpu[1]:.3f} ms {1024 * memory[1]:.2f} KB':>22}{far:>24}{exponent:>30.2f}")


def _line(points: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """Intercept and slope by least relative squares: a large log must not outvote the small ones."""
    n, cost = (np.array(each, np.float64) for each in zip(*points, strict=True))
    terms = np.stack([np.ones(len(n)), n], axis=1) / cost[:, None]
    intercept, slope = np.linalg.lstsq(terms, np.ones(len(n)), rcond=None)[0].tolist()
    return intercept, slope


def _tactful(command: str) -> list[str]:
    return [sys.executable, "-m", "tactful_server", command]


def _cost(command: list[str]) -> Cost:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with {process.returncode}")
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def write(path: str, n: int, users: int, seed: int) -> None:
    """A log of so many opportunities, names of its own for each seed."""
    at_once = min(n, MOST_WRITTEN)
    drawn = simulation.draw(World(), Size(users, max(1, at_once // (users * PER_SESSION)), PER_SESSION), seed)
    with FeedbackLog.open(path) as log:
        log.append(simulated_log.events(drawn, LOGGING, seed))
        last = log.last_seq()
    for copy in range(1, n // at_once):
        _copy(path, copy, last)


def _copy(path: str, copy: int, last: int) -> None:
    """All up to `last` once more, of the same users, with its sessions and what happened in them named anew."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for table in TABLES:
            columns = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
            chosen = ", ".join(_copied(column, copy, last) for column in columns)
            connection.execute(f"INSERT INTO {table} SELECT {chosen} FROM {table} WHERE seq <= {last}")
        connection.execute("COMMIT")


def _copied(column: str, copy: int, last: int) -> str:
    if column in ("seq", "history_through"):
        return f"{column} + {copy * last}"
    is_name = column.endswith("_id")
    return f"CASE WHEN {column} <> '' THEN {column} || '-{copy}' ELSE '' END" if is_name else f'"{column}"'


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        main()
