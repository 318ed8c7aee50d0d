"""Two hundred suggestions, right and wrong ones, sent up the real ladder: where each is placed, and how fast.

python tests/bench/bench_checks.py [--every 1]
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.measuring import heading, line
from checks.mutations import PLACES, Mutation, mutations
from checks.sample_project import lay_out
from checks.shop import climbs, placed
from tactful_models.checked import credit
from tactful_server.checks.sandbox import Sandbox, find

Row = tuple[str, str, float, float]
"""Kind, where it was placed, its credit, and how long it took in seconds."""


def main() -> None:
    """Measure and print; the exit code is 1 where something was left behind or half of a kind is elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every n-th")
    every = parser.parse_args().every
    sandbox = find()
    if not isinstance(sandbox, Sandbox):
        sys.exit(sandbox.why)
    with tempfile.TemporaryDirectory() as name:
        folder = lay_out(Path(name))
        chosen = list(mutations(folder))[::every]
        random.Random(1).shuffle(chosen)
        found: list[Row] = []
        for number, one in enumerate(chosen, 1):
            found.append(_one(one, folder, sandbox))
            if number % 10 == 0 or number == len(chosen):
                _table(found)
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if _is_left(path, name)]
    print(f"\nprocesses left behind: {len(left)}; files changed: 0 (looked at after each)")
    sys.exit(bool(left))


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


def _is_left(path: Path, word: str) -> bool:
    try:
        return word.encode() in path.read_bytes()
    except OSError:
        return False


if __name__ == "__main__":
    main()
