"""What training, evaluating and replaying cost as the log grows: time and memory beside LightGBM alone.

`python tests/bench/bench_scale.py [--sizes 10000,30000,100000] [--users 20]`: for each number of suggestions a log is
written by simulated users, then the commands run on it as one would call them, each in a process of its own. LightGBM
alone is one booster of as many trees, grown by the recipe from the same matrix, which is there already.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tactful_models import simulated_log, simulation
from tactful_models.feedback import FeedbackLog
from tactful_models.simulation import Logging, Size, World

PER_SESSION = 50
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
from tactful_models import dataset
from tactful_models.feedback import FeedbackLog
with FeedbackLog.open(sys.argv[1], read_only=True) as log:
    rows = dataset.read(stored.event for stored in log.events())
np.save(sys.argv[2], rows.stage2)
np.save(sys.argv[3], rows.label)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process."""

    seconds: float
    cpu_s: float
    peak_mb: float


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,30000,100000")
    parser.add_argument("--users", type=int, default=20)
    asked = parser.parse_args()
    print(f"{asked.users} users; s of processor time (of the clock), peak MB")
    names = ("write", "read", "LightGBM alone", "train", "evaluate", "replay")
    print(f"  {'suggestions':>12}" + "".join(f"{name:>26}" for name in names))
    for size in asked.sizes.split(","):
        with tempfile.TemporaryDirectory() as home:
            costs = _costs(Path(home), int(size), asked.users)
        cells = [f"{cost.cpu_s:,.1f} ({cost.seconds:,.1f}) {cost.peak_mb:,.0f}" for cost in costs]
        print(f"  {int(size):>12,}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


def _costs(home: Path, n: int, users: int) -> list[Cost]:
    db, registry, others = home / "feedback.db", home / "gates", home / "others.db"
    rows, labels = str(home / "rows.npy"), str(home / "labels.npy")
    write = _cost([sys.executable, __file__, "--write", str(db), str(n), str(users), "0"])
    _cost([sys.executable, __file__, "--write", str(others), str(n), str(users), "1"])
    read = _cost([sys.executable, "-c", MATRIX, str(db), rows, labels])
    alone = _cost([sys.executable, "-c", ALONE, rows, labels])
    places = ["--registry", str(registry), "--json"]
    train = _cost([*_tactful("train"), "--db", str(db), *places])
    evaluate = _cost([*_tactful("evaluate"), "--db", str(others), *places])
    replay = _cost([*_tactful("replay"), "--db", str(others), "--threshold", "0.25", *places])
    return [write, read, alone, train, evaluate, replay]


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
    sessions = max(1, n // (users * PER_SESSION))
    drawn = simulation.draw(World(), Size(users, sessions, PER_SESSION), seed)
    with FeedbackLog.open(path) as log:
        log.append(simulated_log.events(drawn, LOGGING, seed))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        main()
