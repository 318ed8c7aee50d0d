"""The promise where a gate is trained anew on what the gates before it let through, but for what they explored.

One user. The first thresholds are tuned on a record in which everything was shown. Then they serve, exploring 2 %, and
the next are tuned on all that was logged until then, and so once more. Thresholds that withhold nothing leave those
before them in force. Scores are those of the world, or differ from gate to gate as those of gates with other trees do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tactful_models import simulation
from tactful_models.dataset import LARGEST_WEIGHT
from tactful_models.dependence import clusters
from tactful_models.paths import Paths
from tactful_models.promise import Constraint
from tactful_models.simulation import Drawn, Logging, Size, Truth, World
from tactful_models.thresholds import Scored, tune

RECORDS = ((10, 40, 80), (80, 80, 80))
"""Sessions before each training."""
NOISES = (0.0, 0.8)
"""Standard deviation, in log-odds, of what a gate's scores are off by."""
ONE = World(tastes=(0.0,))
_A_SESSION = 30
_EXPLORATION = 0.02
_AFTER = 1_000_003

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gates:
    """Gates that differ in their scores."""

    noise: float

    def score(self, drawn: Drawn, number: int, seed: int) -> Drawn:
        """The opportunities with the scores of the gate of that number, the same for the same seed."""
        rng = np.random.default_rng([seed, number, 5])
        first, second = (
            _shifted(each, self.noise * rng.normal(size=len(drawn)))
            for each in (drawn.probability1, drawn.probability2)
        )
        return replace(drawn, probability1=first, probability2=second)


@dataclass(frozen=True, slots=True)
class Era:
    """What was logged while one gate served."""

    drawn: Drawn
    logged: Paths
    seed: int

    def seen(self, gates: Gates, number: int) -> Scored:
        """What the gate of that number learns its thresholds from."""
        scored, shown = gates.score(self.drawn, number, self.seed), self.logged.shown
        weight = np.minimum(1.0 / (self.logged.propensity1 * self.logged.propensity2), LARGEST_WEIGHT)
        return Scored(scored.probability1[shown], scored.probability2[shown], scored.good[shown], weight[shown])


def trained_anew(sessions: tuple[int, ...], noise: float, seed: int) -> Iterator[Truth]:
    """What the thresholds of each training in turn do afterwards."""
    gates, eras = Gates(noise), list[Era]()
    after = simulation.draw(ONE, Size(1, 40_000, 1), _AFTER)
    serving, in_force = Logging(exploration=_EXPLORATION), 0
    for number, n_sessions in enumerate(sessions, 1):
        drawn_from = 10 * seed + number
        drawn = simulation.draw(ONE, Size(1, n_sessions, _A_SESSION), drawn_from)
        logged = simulation.log(gates.score(drawn, in_force, drawn_from), serving, drawn_from)
        eras.append(Era(drawn, logged, drawn_from))
        pair = _tuned(eras, gates, number)
        if any(pair):
            serving, in_force = replace(serving, stage1=pair[0], stage2=pair[1]), number
        yield simulation.truth(gates.score(after, number, _AFTER), pair)


def _tuned(eras: list[Era], gates: Gates, number: int) -> tuple[float, float]:
    seen = [era.seen(gates, number) for era in eras]
    sessions = np.concatenate([era.logged.session_id[era.logged.shown] for era in eras])
    scored = Scored(
        stage1=np.concatenate([each.stage1 for each in seen]),
        stage2=np.concatenate([each.stage2 for each in seen]),
        accepted=np.concatenate([each.accepted for each in seen]),
        weight=np.concatenate([each.weight for each in seen]),
        clusters=clusters(np.full(len(sessions), "one", np.object_), sessions),
    )
    found = tune(scored, Constraint())
    return found.stage1, found.stage2


def _shifted(probability: Floats, by: Floats) -> Floats:
    log_odds = np.log(probability / (1.0 - probability)) + by
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), np.float64)
