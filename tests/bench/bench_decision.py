"""What the gate costs: facts, features of both stages, and both stages' probabilities, in a document of 2,000 lines.

    python tests/bench/bench_decision.py [--rounds 2000]

The gate is a trained one of the usual size. Beside it: the same through `Booster.predict`, LightGBM's ordinary way.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import lightgbm

from bench.measuring import heading, line
from making_gates import artifact
from tactful_models.artifact import GateArtifact, Linear, TreeSet
from tactful_models.events import Trigger
from tactful_models.facts import CaretView, Place, RecentTexts, Timing, Token, context_facts, suggestion_facts
from tactful_models.features import Opportunity, extract_stage1, extract_stage2
from tactful_models.gate import LearnedGate
from tactful_models.history import History
from tactful_models.policy import Policy, decide
from tactful_models.typing_rhythm import TypingRhythm

SUGGESTION = "total = sum(item.price * item.count for item in basket)"


def document(n_lines: int, language: str = "python") -> CaretView:
    """A document with the caret in its middle."""
    lines = [f"    value_{n} = compute(value_{n - 1}, offset={n})  # step {n}" for n in range(n_lines)]
    middle = n_lines // 2
    before, after = "\n".join(lines[:middle]) + "\n    tot", "\n" + "\n".join(lines[middle:])
    return CaretView(before, after, language, line_index=middle, document_lines=n_lines + 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    rounds = parser.parse_args().rounds
    gate = LearnedGate(_with_sums(artifact(n_trees=150)))
    print(heading(f"Gate decision, document of 2,000 lines, {rounds} rounds"))
    print(line("facts, features and both stages", _timed(_whole(gate, "starlark"), rounds)))
    print(line("  the same with parses around the caret", _timed(_whole(gate, "python"), rounds)))
    print(line("  of it: both probabilities alone", _timed(_alone(gate), rounds)))
    print(line("  alternative: both through Booster.predict", _timed(_ordinary(), rounds)))


def _timed(call: Callable[[], object], rounds: int) -> list[float]:
    for _ in range(50):
        call()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return taken


def _with_sums(made: GateArtifact) -> GateArtifact:
    """The gate with a sum beside each set of trees, as a few decisions make it."""
    stage1, stage2, plain = map(_with_sum, (made.stage1, made.stage2, made.stage2_plain))
    return replace(made, stage1=stage1, stage2=stage2, stage2_plain=plain)


def _with_sum(trees: TreeSet) -> TreeSet:
    n = len(trees.columns)
    return replace(trees, linear=Linear((0.1,) * n, (1.3,) * n, (0.05,) * n, -0.8, 0.5))


def _whole(gate: LearnedGate, language: str) -> Callable[[], object]:
    """One decision; Starlark is scanned as Python is, and has no grammar here that could parse it."""
    view = document(2000, language)
    history, rhythm, recent = History(), TypingRhythm(), RecentTexts()
    recent.shown(SUGGESTION)
    tokens = [Token(word + " ", -0.5, -2.0) for word in SUGGESTION.split(" ")]
    policy = Policy("on", gate.thresholds)

    def call() -> object:
        context = context_facts(view, Trigger.AUTOMATIC, rhythm.facts(100.0))
        at = Opportunity(context, "python", "file", "project", "model", 100.0)
        first = decide(policy, 1, gate.probability(1, extract_stage1(at, history), "model"), "place")
        facts = suggestion_facts(SUGGESTION, tokens, Timing(0.02, 0.1), Place(view, recent))
        return first, decide(policy, 2, gate.probability(2, extract_stage2(at, facts, history), "model"), "place")

    return call


def _vectors() -> tuple[tuple[float, ...], tuple[float, ...]]:
    view = document(2000)
    context = context_facts(view, Trigger.AUTOMATIC, TypingRhythm().facts(1.0))
    at, history = Opportunity(context, "python", "file", "project", "model", 1.0), History()
    facts = suggestion_facts(SUGGESTION, [], Timing(), Place(view, RecentTexts()))
    return extract_stage1(at, history), extract_stage2(at, facts, history)


def _alone(gate: LearnedGate) -> Callable[[], object]:
    first, second = _vectors()
    return lambda: (gate.probability(1, first, "model"), gate.probability(2, second, "model"))


def _ordinary() -> Callable[[], object]:
    made, (first, second) = artifact(n_trees=150), _vectors()
    one = [lightgbm.Booster(model_str=text) for text in made.stage1.boosters]
    two = [lightgbm.Booster(model_str=text) for text in made.stage2_plain.boosters]
    row1, row2 = [list(first)[: one[0].num_feature()]], [list(second)[: two[0].num_feature()]]
    return lambda: ([each.predict(row1) for each in one], [each.predict(row2) for each in two])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory():
        main()
