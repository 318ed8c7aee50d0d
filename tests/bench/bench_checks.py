"""Two hundred suggestions, right and wrong ones, sent up the real ladder: where each is placed, and how fast.

    python tests/bench/bench_checks.py [--every 1]

After each it is looked whether a process lives on (whatever a process leaves behind becomes a child of this one),
whether a file of the project is another, and whether there is a new file, mount or control group. Exits 1 where
anything was left behind, or one was placed elsewhere than a person would.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.measuring import heading, line
from checks import leftovers
from checks.leftovers import Machine
from checks.mutations import PLACES, Mutation, mutations
from checks.sample_project import lay_out
from checks.shop import climbs, placed
from processes import commandline
from tactful_models.checked import credit
from tactful_server.checks.sandbox import Sandbox, find

Row = tuple[str, str, float, float]
"""Kind, where it was placed, its credit, and how long it took in seconds."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every n-th")
    every = parser.parse_args().every
    sandbox = find()
    if not isinstance(sandbox, Sandbox):
        sys.exit(sandbox.why)
    leftovers.adopt()
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as scratch:
        folder = lay_out(Path(name))
        tempfile.tempdir = os.environ["TMPDIR"] = scratch
        chosen = list(mutations(folder))[::every]
        random.Random(1).shuffle(chosen)
        found: list[Row] = []
        left: list[str] = []
        for number, one in enumerate(chosen, 1):
            before = Machine.now()
            found.append(_one(one, folder, sandbox))
            left += _left(one, before)
            if number % 10 == 0 or number == len(chosen):
                _table(found)
        left += _git(folder)
    print(f"\nleft behind by {len(chosen)}: {len(left)} processes, files, mounts, control groups and changes together")
    sys.exit(bool(left) or any(where != PLACES[kind] for kind, where, _, _ in found))


def _left(one: Mutation, before: Machine) -> list[str]:
    """What the check of a mutation left behind; printed."""
    found = [*map(commandline, leftovers.processes()), *Machine.now().since(before)]
    if found:
        print(f"  {one.kind} in {one.name} left behind: {', '.join(found)}", flush=True)
    return found


def _git(folder: Path) -> list[str]:
    """What Git sees as changed."""
    command = ["git", "status", "--porcelain"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.splitlines()


def _one(one: Mutation, folder: Path, sandbox: Sandbox) -> Row:
    climb = climbs(one.job(folder), sandbox)
    places = placed(climb)
    where = PLACES[one.kind] if PLACES[one.kind] in places else places[0]
    if where != PLACES[one.kind]:
        text = one.text[one.start : one.end].replace("\n", "⏎")
        print(f"  {one.kind} in {one.name} is placed at {where} ({climb.stopped}): {text[:90]}", flush=True)
    return one.kind, where, credit(climb.standings, climb.parts) or 0.0, climb.duration_s


def _table(found: list[Row]) -> None:
    print(f"\n{'kind':<20}{'n':>4}  {'a person says':<12}{'agrees':>7}  {'mean credit':>11}  elsewhere")
    for kind, place in PLACES.items():
        rows = [row for row in found if row[0] == kind]
        if rows:
            other = Counter(where for _, where, _, _ in rows if where != place)
            worth = sum(row[2] for row in rows) / len(rows)
            n_there = len(rows) - other.total()
            elsewhere = ", ".join(f"{n} {where}" for where, n in other.items())
            print(f"{kind:<20}{len(rows):>4}  {place:<12}{n_there:>7}  {worth:>11.2f}  {elsewhere}")
    print(heading("How long one takes"))
    print(line("all kinds", [row[3] for row in found], "s"), flush=True)


if __name__ == "__main__":
    main()
