"""Gates trained on the same simulated logs with more or less of what comes back, and how much wrong code each shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from tactful_models import dataset, feedback_kinds, labels, simulated_feedback, training
from tactful_models.cases import Reader
from tactful_models.dataset import Floats, Rows
from tactful_models.feedback_kinds import CHECKS, EVERYTHING, NOTHING, REVIEWS, Feedback, Heeded
from tactful_models.gate import LearnedGate
from tactful_models.labels import EVERYONE
from tactful_models.simulated_feedback import PANEL, Code
from tactful_models.simulated_reviews import Suite
from tactful_models.training import Plan

ALONE = "acceptance alone"
BOTH = "checks and weighed reviews"
TRUTH = "the truth itself"
WAYS: Mapping[str, tuple[Heeded, bool]] = {
    ALONE: (NOTHING, True),
    "checks alone": (CHECKS, True),
    "reviews alone, weighed": (REVIEWS, True),
    "reviews alone, all believed": (REVIEWS, False),
    "checks and reviews, all believed": (EVERYTHING, False),
    BOTH: (EVERYTHING, True),
}
"""What is heeded, and whether reviewers are weighed by how reliable they are."""
_LABEL = labels.find("kept_30")


def learned(code: Code, plan: Plan, seed: int, ways: Iterable[str] = tuple(WAYS)) -> dict[str, LearnedGate]:
    """A gate for each way, and one that was told the truth, all from the log of that code."""
    reader = read(code, seed)
    said = list(simulated_feedback.feedback(code, PANEL, Suite(), seed))
    found = {name: gate(reader, said, WAYS[name], plan) for name in ways}
    return found | {TRUTH: LearnedGate(training.train(_told(reader, code, seed), plan))}


def gate(reader: Reader, said: Sequence[Feedback], how: tuple[Heeded, bool], plan: Plan) -> LearnedGate:
    """One of them: what of the feedback is heeded, and whether reviewers are weighed."""
    heeded, weighs = how
    hearing = feedback_kinds.heed(reader, said, heeded)
    return LearnedGate(training.train(dataset.rows(reader, _LABEL, hearing if weighs else EVERYONE), plan))


def scores(gates: Mapping[str, LearnedGate], code: Code, seed: int) -> dict[str, Floats]:
    """(n,) what each says before showing, of every suggestion in another log, in the order of its code."""
    rows = _in_order(code, seed)
    return {name: each.probabilities(2, rows.stage2, list(rows.model_key)) for name, each in gates.items()}


def served(gate: LearnedGate, code: Code, seed: int) -> float:
    """The share of the right code in another log that the gate shows by its own two thresholds."""
    rows, thresholds = _in_order(code, seed), gate.thresholds
    asked = gate.probabilities(1, rows.stage1, list(rows.model_key)) >= thresholds.stage1
    shown = gate.probabilities(2, rows.stage2, list(rows.model_key)) >= thresholds.stage2
    return float((asked & shown)[code.right].mean())


def read(code: Code, seed: int) -> Reader:
    """The log of that code, without feedback."""
    reader = Reader()
    for event in simulated_feedback.events(code, seed):
        reader.see(event)
    return reader


def _in_order(code: Code, seed: int) -> Rows:
    """The rows of that code's log, in the order of the code."""
    rows = dataset.rows(read(code, seed), _LABEL)
    place = {name: at for at, name in enumerate(rows.suggestion_id)}
    return rows.take(np.array([place[name] for name in code.names(seed)]))


def _told(reader: Reader, code: Code, seed: int) -> Rows:
    feedback_kinds.heed(reader, (), NOTHING)
    rows = dataset.rows(reader, _LABEL)
    right = dict(zip(code.names(seed), code.right.tolist(), strict=True))
    return replace(rows, label=np.array([right[name] for name in rows.suggestion_id], np.bool_))
