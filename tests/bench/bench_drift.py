"""What becomes of a gate's probabilities when the user changes: corrected by the newest outcomes, and uncorrected.

    python tests/bench/bench_drift.py [--runs 20] [--seed 0]

Simulated users with a known truth; a day is 200 suggestions that were judged. The user changes at once after five
days and stays so for five more. ECE is that of the probabilities served at stage 2 against the true chances of all that
came so far, whether shown or not. Exits 1 when the corrected ECE is not back below .06 on the second day after a
change, when correcting costs anything where nothing changed (ECE more than .01 higher), or when more than 5 % of the
runs without a change raise an alarm.
"""

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np

from tactful_models import metrics, simulation
from tactful_models.dataset import Bools, Floats
from tactful_models.simulated_serving import Served, serve
from tactful_models.simulation import Drawn, Logging, Size, World

DAY = 200
"""Outcomes."""
CHANGES = {
    "no change": World(tastes=(0.0,)),
    "takes less": World(tastes=(0.0,), step=-1.5),
    "takes more": World(tastes=(0.0,), step=1.5),
    "goes by other things": World(tastes=(0.0,), grip=0.3),
    "turns slowly, -2": World(tastes=(0.0,), drift=-2.0),
}
POLICIES = {"all shown": Logging(), "gate on": Logging(0.12, 0.15, 0.02)}


@dataclass(frozen=True, slots=True)
class Run:
    """One simulated log, looked at by days."""

    ece: tuple[float, ...]
    """The last day before the change, then the first, second and third day after it."""
    lost: tuple[float, float]
    """Share of the accepts withheld, before and after."""
    withheld: tuple[float, float]
    """The same of the rejections."""
    alarm: str
    alarm_after: float
    """Days from the change to the first alarm; NaN for none."""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    began = time.perf_counter()
    print(f"Drift, {asked.runs} seeded runs each, a day is {DAY} outcomes; medians over runs")
    heads = [f"{head:>8}" for head in ("day 1", "day 2", "day 3")]
    print(f"  {'':<34}{'ECE before':>11}{''.join(heads)}{'lost':>15}{'withheld':>15}{'alarms':>8}{'after':>8}")
    good = [_line(change, policy, asked) for change in CHANGES for policy in POLICIES]
    print(f"  {time.perf_counter() - began:.0f} s")
    sys.exit(0 if all(good) else 1)


def _line(change: str, policy: str, asked: argparse.Namespace) -> bool:
    seeds = range(asked.seed, asked.seed + asked.runs)
    found = {corrects: [_run(change, policy, (seed, corrects)) for seed in seeds] for corrects in (False, True)}
    for corrects, runs in found.items():
        ece = np.median([run.ece for run in runs], axis=0)
        both = [np.mean([getattr(run, name) for run in runs], axis=0) for name in ("lost", "withheld")]
        pairs = "".join(f"{f'{before:.1%} → {after:.1%}':>15}" for before, after in both)
        alarms = [run.alarm_after for run in runs if run.alarm]
        after = f"{np.median(alarms):.1f} d" if alarms else "–"
        name = f"{change}, {policy}{', corrected' if corrects else ''}"
        days = "".join(f"{each:>8.3f}" for each in ece[1:])
        print(f"  {name:<34}{ece[0]:>11.3f}{days}{pairs}{len(alarms) / len(runs):>8.0%}{after:>8}", flush=True)
    return _is_good(change, found)


def _is_good(change: str, found: dict[bool, list[Run]]) -> bool:
    plain, corrected = (np.median([run.ece for run in found[each]], axis=0) for each in (False, True))
    if change == "no change":
        false = np.mean([bool(run.alarm) for run in found[True]])
        return bool((corrected - plain).max() <= 0.01 and false <= 0.05)
    return bool(corrected[2] <= 0.06)


def _run(change: str, policy: str, how: tuple[int, bool]) -> Run:
    seed, corrects = how
    drawn = simulation.draw(CHANGES[change], Size(1, 40, 50 if policy == "all shown" else 100), seed)
    served = serve(drawn, POLICIES[policy], seed, corrects)
    return _looked_at(drawn, served)


def _looked_at(drawn: Drawn, served: Served) -> Run:
    change = int(np.searchsorted(drawn.time, 0.5))
    outcomes = np.cumsum(served.shown)
    days = (outcomes - outcomes[change - 1]) / DAY
    windows = [(days > low) & (days <= low + 1) for low in (-1, 0, 1, 2)]
    alarmed = np.flatnonzero(served.alarm != "")
    first = int(alarmed[0]) if len(alarmed) else -1
    parts = (drawn.time < 0.5, drawn.time >= 0.5)
    return Run(
        ece=tuple(_ece(drawn, served, window) for window in windows),
        lost=_share(drawn.chance, served, parts),
        withheld=_share(1.0 - drawn.chance, served, parts),
        alarm=str(served.alarm[first]) if first >= 0 else "",
        alarm_after=float(days[first]) if first >= 0 else float("nan"),
    )


def _ece(drawn: Drawn, served: Served, window: Bools) -> float:
    came = window & ~np.isnan(served.probability)
    found = metrics.ece(served.probability[came], drawn.chance[came])  # type: ignore[arg-type]
    return float("nan") if found is None else found


def _share(mass: Floats, served: Served, parts: tuple[Bools, Bools]) -> tuple[float, float]:
    before, after = (float((mass * ~served.shown)[part].sum() / mass[part].sum()) for part in parts)
    return before, after


if __name__ == "__main__":
    main()
