"""Real gates for the bench of the promise: log, features, trees, calibration and thresholds, all of it."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache

import numpy as np

from tactful_models import dataset, simulated_log, simulation, training
from tactful_models.dataset import Rows
from tactful_models.gate import LearnedGate
from tactful_models.promise import Thresholds
from tactful_models.simulation import Drawn, Logging, Size, Truth, World
from tactful_models.training import Plan

SEED = 1_000_003
OTHERS = Size(60, 25, 30)
"""People that a gate of several is asked about, with records as long as those it learned from."""
AFTER = Size(1, 100, 30)
"""What follows in the record of the one user that a gate learned from, and what it is asked about."""


def trained(drawn: Drawn) -> tuple[Thresholds, Callable[[Drawn], Truth]]:
    """A gate from everything that was drawn, all of it shown; the truth of it in others, or afterwards."""
    if drawn.user.max():
        others, rows = _others()
        learned = _rows(drawn)
    else:
        others = simulation.draw(World(tastes=(0.0,)), AFTER, SEED)
        whole = _rows(_followed(drawn, others))
        learned, rows = whole.take(np.arange(len(drawn))), whole.take(np.arange(len(drawn), len(whole)))
    gate = LearnedGate(training.train(learned, Plan(label="accepted")))
    return gate.thresholds, lambda _: _truth(gate, others, rows)


def _truth(gate: LearnedGate, others: Drawn, rows: Rows) -> Truth:
    keys = list(rows.model_key)
    withheld = gate.probabilities(1, rows.stage1, keys) < gate.thresholds.stage1
    withheld |= gate.probabilities(2, rows.stage2, keys) < gate.thresholds.stage2
    return simulation.truth_of(others, withheld)


@cache
def _others() -> tuple[Drawn, Rows]:
    drawn = simulation.draw(World(), OTHERS, SEED)
    return drawn, _rows(drawn)


def _followed(first: Drawn, then: Drawn) -> Drawn:
    """One record of the same user."""
    joined = {
        each.name: np.concatenate([getattr(first, each.name), getattr(then, each.name)]) for each in fields(Drawn)
    }
    joined["session"] = np.concatenate([first.session, then.session + first.session[-1] + 1])
    return Drawn(**joined)


def _rows(drawn: Drawn) -> Rows:
    return dataset.read(simulated_log.events(drawn, Logging(), 0), "accepted")
