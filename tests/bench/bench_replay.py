"""The replay benchmark: does the gate know a right suggestion from a wrong one, in code that no model has seen?

    python tests/bench/bench_replay.py collect     # types pinned packages, asks the embedded model: an hour or two
    python tests/bench/bench_replay.py evaluate    # cross-validated by package, on the log that collect made

Real files are typed; at places fixed by seed the embedded model suggests one line, and it is right when it is what the
file goes on to say. The log holds no code. What the model said is kept apart, so that a collection that was broken off
goes on where it was, and one with other features takes a minute.
"""

import argparse
import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.replay import collecting, sources
from bench.replay.collecting import Plan, Size

HOME = Path(__file__).parents[2] / "build" / "replay"


def main() -> None:
    """Collect or evaluate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("collect", "evaluate"))
    parser.add_argument("--home", type=Path, default=HOME, help="Where log and packages go.")
    parser.add_argument("--places", type=int, default=Size().places, help="Of each package, at most.")
    parser.add_argument("--prefix-tokens", type=int, default=0, help="Most of the prompt; 0 for what suits the model.")
    parser.add_argument("--folds", type=int, default=5, help="Into which the packages are dealt.")
    parser.add_argument("--draws", type=int, default=400, help="Of packages, for the intervals.")
    given = parser.parse_args()
    size = Size(given.places, prefix_tokens=given.prefix_tokens)
    plan = Plan(given.home, sources.listed(), size=size)
    if given.step == "collect":
        _collect(plan)
    else:
        _evaluate(plan, given.folds, given.draws)


def _collect(plan: Plan) -> None:
    sources.fetch(plan.packages, plan.wheels)
    asyncio.run(collecting.collect(plan, lambda line: print(line, flush=True)))


def _evaluate(plan: Plan, n_folds: int, n_draws: int) -> None:
    from bench.replay.folds import cross_validated, without_logprobs
    from bench.replay.telling import Telling, drawn_from
    from tactful_models import dataset
    from tactful_models.feedback import FeedbackLog
    from tactful_models.training import Plan as Training

    with FeedbackLog.open(plan.db, read_only=True) as log:
        rows = dataset.read((stored.event for stored in log.events()), "accepted")
    training = Training(label="accepted").at(len(rows))
    for heading, given, least in (
        ("With log-probabilities", rows, 0.78),
        ("From a server that gives none", without_logprobs(rows), 0.45),
    ):
        found = cross_validated(given, training, n_folds, lambda line: print(f"… {line}", file=sys.stderr))
        print("\n" + Telling(found, drawn_from(found, n_draws), least).tables(heading) + "\n", flush=True)


if __name__ == "__main__":
    main()
