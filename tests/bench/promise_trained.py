"""Real gates for the bench of the promise: log, features, trees, calibration and thresholds, all of it."""

from collections.abc import Callable
from functools import cache

from tactful_models import dataset, simulated_log, simulation, training
from tactful_models.dataset import Rows
from tactful_models.gate import LearnedGate
from tactful_models.promise import Thresholds
from tactful_models.simulation import Drawn, Logging, Size, Truth, World
from tactful_models.training import Plan

OTHERS = {False: Size(1, 600, 30), True: Size(60, 25, 30)}
"""Of the world that a gate is asked about, where there is one user, and where there are several: with records as long
as those it learned from, since the promise is made for such."""


def trained(drawn: Drawn) -> tuple[Thresholds, Callable[[Drawn], Truth]]:
    """A gate from everything that was drawn, all of it shown; the truth of it in others."""
    gate = LearnedGate(training.train(_rows(drawn), Plan(label="accepted")))
    several = bool(drawn.user.max())
    return gate.thresholds, lambda _: _truth(gate, several)


def _truth(gate: LearnedGate, several: bool) -> Truth:
    others, rows = _others(several)
    keys = list(rows.model_key)
    withheld = gate.probabilities(1, rows.stage1, keys) < gate.thresholds.stage1
    withheld |= gate.probabilities(2, rows.stage2, keys) < gate.thresholds.stage2
    return simulation.truth_of(others, withheld)


@cache
def _others(several: bool) -> tuple[Drawn, Rows]:
    drawn = simulation.draw(World() if several else World(tastes=(0.0,)), OTHERS[several], 1_000_003)
    return drawn, _rows(drawn)


def _rows(drawn: Drawn) -> Rows:
    return dataset.read(simulated_log.events(drawn, Logging(), 0), "accepted")
