"""Users that are made up, so that the truth is known: what estimates and promises are held against.

Each opportunity has a context seen before the model is asked, a quality that its log-probability tells with noise, the
user's taste and the session's mood, which nobody sees. Together they give the chance that the suggestion is good:

    P(good) = 1 / (1 + exp(−(level + drift · time + taste + mood + context + quality)))

until, where a world has a step, everything changes at once.

A gate of two stages knows the context, then the log-probability too, and gives the probability that follows from them,
calibrated but for the approximation of a logistic–normal integral. The logging policy acts on it as `policy.py` does:
below a threshold it withholds but for a share that it explores. All draws come from one seeded generator.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tactful_models.dataset import Bools, Floats, strings
from tactful_models.paths import Paths

BEGIN: Final = 1_700_000_000.0
"""When logs begin, seconds since the epoch."""
STEP_S: Final = 30.0
"""From one opportunity to the next."""
_SPREAD_CONTEXT: Final = 1.0
_SPREAD_QUALITY: Final = 1.6
_MEAN_LOG_CHARS, _SPREAD_LOG_CHARS = 3.0, 0.8


@dataclass(frozen=True, slots=True)
class World:
    """What the users are like."""

    level: float = -0.5
    """Log-odds of a good suggestion in the middle of everything."""
    taste: float = 0.6
    """Spread (standard deviation, log-odds) between users."""
    mood: float = 0.3
    """Spread between sessions of one user."""
    noise: float = 0.6
    """Spread of the log-probability around the quality; the less, the more the gate knows."""
    drift: float = 0.0
    """Change of the log-odds from a log's first to its last opportunity."""
    step: float = 0.0
    """Change of the log-odds that comes at once, at `step_at`, and that no gate knows of."""
    grip: float = 1.0
    """What context and quality weigh from then on, against before."""
    step_at: float = 0.5
    """When, as a share of the log."""
    tastes: tuple[float, ...] = ()
    """These users instead of drawn ones, in turn."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a log is."""

    users: int = 1
    sessions: int = 20
    """Of each user."""
    opportunities: int = 50
    """In each session."""

    @property
    def total(self) -> int:
        """Opportunities in all."""
        return self.users * self.sessions * self.opportunities


@dataclass(frozen=True, slots=True)
class Logging:
    """The policy that serves while the log is made."""

    stage1: float = 0.0
    """Withhold below these probabilities."""
    stage2: float = 0.0
    exploration: float = 0.1
    """Share of what would be withheld that is shown all the same, at each stage."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Opportunities as they truly are; every array (n,), session after session, in order of time within a user."""

    user: NDArray[np.intp]
    """Number of the user."""
    session: NDArray[np.intp]
    """Number of the session, among all."""
    time: Floats
    """From 0 for the first to nearly 1 for the last."""
    context: Floats
    """Standard normal, seen by both stages."""
    logprob: Floats
    """Standard normal quality with noise, seen by stage 2."""
    probability1: Floats
    """What the gate says at stage 1."""
    probability2: Floats
    """What it says at stage 2."""
    chance: Floats
    """True P(good if shown)."""
    good: Bools
    """Whether it would be accepted and kept if shown."""
    chars: Floats
    """Length of the suggestion."""

    def __len__(self) -> int:
        return len(self.good)


def draw(world: World, size: Size, seed: int) -> Drawn:
    """Opportunities of that many users, the same for the same seed."""
    rng = np.random.default_rng(seed)
    session = np.repeat(np.arange(size.users * size.sessions), size.opportunities)
    user = session // size.sessions
    tastes = np.resize(world.tastes, size.users) if world.tastes else rng.normal(0.0, world.taste, size.users)
    moods = rng.normal(0.0, world.mood, size.users * size.sessions)
    time = (np.arange(size.total) % (size.sessions * size.opportunities)) / (size.sessions * size.opportunities)
    context, quality = rng.normal(size=size.total), rng.normal(size=size.total)
    logprob = quality + rng.normal(0.0, world.noise, size.total)
    later = time >= world.step_at
    hidden = world.level + world.drift * time + world.step * later + tastes[user] + moods[session]
    grip = np.where(later, world.grip, 1.0)
    chance = _logistic(hidden + grip * (_SPREAD_CONTEXT * context + _SPREAD_QUALITY * quality))
    return Drawn(
        user=user,
        session=session,
        time=time,
        context=context,
        logprob=logprob,
        probability1=_stage1(world, context),
        probability2=_stage2(world, context, logprob),
        chance=chance,
        good=rng.random(size.total) < chance,
        chars=np.maximum(1.0, np.round(np.exp(rng.normal(_MEAN_LOG_CHARS, _SPREAD_LOG_CHARS, size.total)))),
    )


def log(drawn: Drawn, logging: Logging, seed: int) -> Paths:
    """What a log would tell of the opportunities: rewards of what was shown only.

    `seed` draws the exploration and names the sessions.
    """
    rng = np.random.default_rng([seed, 1])
    passed1, propensity1 = _act(drawn.probability1, logging.stage1, (logging.exploration, rng))
    passed2, propensity2 = _act(drawn.probability2, logging.stage2, (logging.exploration, rng))
    shown = passed1 & passed2
    n = len(drawn)
    return Paths(
        called=passed1,
        shown=shown,
        propensity1=propensity1,
        propensity2=np.where(passed1, propensity2, 1.0),
        probability1=drawn.probability1,
        probability2=np.where(passed1, drawn.probability2, np.nan),
        reward=(shown & drawn.good).astype(np.float64),
        kept_chars=np.where(shown & drawn.good, drawn.chars, 0.0),
        chars=np.where(passed1, drawn.chars, np.nan),
        stands_for=np.ones(n),
        stage1=np.empty((n, 0), np.float32),
        stage2=np.empty((n, 0), np.float32),
        model_key=strings(["simulated"] * n),
        group=np.array([f"user-{at}" for at in range(int(drawn.user.max(initial=0)) + 1)], np.object_)[drawn.user],
        session_id=np.array([f"s{seed}-{at}" for at in range(int(drawn.session.max(initial=0)) + 1)], np.object_)[
            drawn.session
        ],
        at=np.asarray(BEGIN + STEP_S * np.arange(n), np.float64),
    )


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so of a pair of thresholds, in the world itself."""

    value: float
    """Good suggestions shown, per opportunity."""
    chars: float
    """Characters of them, per opportunity."""
    accepts_lost: float
    """Share of the good ones withheld."""
    rejections_withheld: float
    """Share of the others withheld."""


def truth(drawn: Drawn, pair: tuple[float, float]) -> Truth:
    """The truth of thresholds (stage 1, stage 2) over a large sample of a world, by its true chances, not its draws."""
    return truth_of(drawn, (drawn.probability1 < pair[0]) | (drawn.probability2 < pair[1]))


def truth_of(drawn: Drawn, withheld: Bools) -> Truth:
    """The same of any policy, by which of the sample it withholds (n,)."""
    good, bad = drawn.chance, 1.0 - drawn.chance
    return Truth(
        value=float((good * ~withheld).mean()),
        chars=float((good * drawn.chars * ~withheld).mean()),
        accepts_lost=float((good * withheld).sum() / good.sum()),
        rejections_withheld=float((bad * withheld).sum() / bad.sum()),
    )


def _act(probability: Floats, threshold: float, how: tuple[float, np.random.Generator]) -> tuple[Bools, Floats]:
    """Whether each passes, and the probability of that."""
    rate, rng = how
    above = probability >= threshold
    explored = rng.random(len(probability)) < rate
    return above | explored, np.where(above, 1.0, np.where(explored, rate, 1.0 - rate))


def _stage1(world: World, context: Floats) -> Floats:
    return _expected(world.level + _SPREAD_CONTEXT * context, _unseen(world) + _SPREAD_QUALITY**2)


def _stage2(world: World, context: Floats, logprob: Floats) -> Floats:
    """The quality given its noisy log-probability is normal: mean logprob / (1 + noise²)."""
    trust = 1.0 / (1.0 + world.noise**2)
    centre = world.level + _SPREAD_CONTEXT * context + _SPREAD_QUALITY * trust * logprob
    return _expected(centre, _unseen(world) + _SPREAD_QUALITY**2 * (1.0 - trust))


def _unseen(world: World) -> float:
    return world.taste**2 + world.mood**2


def _expected(centre: Floats, variance: float) -> Floats:
    """The mean of a logistic of a normal, nearly (MacKay, Neural Computation 4:720, 1992)."""
    return _logistic(centre / math.sqrt(1.0 + math.pi * variance / 8.0))


def _logistic(margin: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-margin)), np.float64)
