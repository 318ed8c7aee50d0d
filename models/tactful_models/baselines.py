"""What a gate must beat: simple scores, refitted on the same rows, that need no more than the log's numbers.

The forms are published ones; every number in them is fitted here. A baseline learns from rows and then gives
probabilities for others; those made of one column get Platt's sigmoid on it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tactful_models import boosting, forms, logistic
from tactful_models.boosting import Examples, Recipe
from tactful_models.calibration_fitting import fit_sigmoid
from tactful_models.dataset import Floats, Rows
from tactful_models.features import names
from tactful_models.standing import PRIOR_RATE

Predict = Callable[[Rows], Floats]

_STANDARD = Recipe(n_trees=100, n_leaves=31, learning_rate=0.1, column_sample=1.0, l2=0.0, seeds=(1,), monotone=False)
"""LightGBM's own defaults."""

_MEASURED = ("document_chars", "offset_chars", "paused", "session_shown")
_LAST_LABELS = tuple(f"last_end_{back}" for back in range(1, 6))
_TEXT = ("n_chars", "n_lines", "n_tokens", "bracket_balance", "letters_ratio", "is_comment")
_MODEL = ("logprob_mean", "alternative_mean", "generation_s")


@dataclass(frozen=True, slots=True)
class Baseline:
    """One way to do without a gate like ours."""

    name: str
    """As printed, with its stage in brackets where there are two."""
    stage: int
    """1 when it needs no suggestion, 2 when it does."""
    meaning: str
    """What it is, in words."""
    fit: Callable[[Rows], Predict]
    """Learns from rows; the result gives (n,) probabilities of others."""
    bears: Callable[[Rows], bool] = lambda _: True
    """Whether rows hold what it looks at."""


def _column(rows: Rows, name: str) -> Floats:
    return rows.stage2[:, names(2).index(name)]


def _constant(rows: Rows) -> Predict:
    """The prior's constant, whatever the rows: a rate refitted in each fold would rank people by who was left out."""
    return lambda others: np.full(len(others), PRIOR_RATE)


def _by_score(score: Callable[[Rows], Floats]) -> Callable[[Rows], Predict]:
    """A baseline from one raw score; an unknown one counts as the mean of the known, a useless one as a constant."""

    def fit(rows: Rows) -> Predict:
        known = score(rows)
        told = known[~np.isnan(known)]
        fallback = float(told.mean()) if len(told) else 0.0
        sigmoid = fit_sigmoid(np.where(np.isnan(known), fallback, known), rows.label, rows.weight)
        if sigmoid.slope == 0.0:
            return _constant(rows)
        return lambda others: np.array(
            [sigmoid(fallback if np.isnan(each) else each) for each in score(others).tolist()]
        )

    return fit


def _delay(rows: Rows) -> Floats:
    """Time since the last key; where no client measured it, whether the user had paused."""
    since = _column(rows, "since_key_s")
    return np.where(np.isnan(since), _column(rows, "paused"), since)


def _boosted(columns: tuple[str, ...]) -> Callable[[Rows], Predict]:
    places = [names(2).index(name) for name in columns]

    def fit(rows: Rows) -> Predict:
        examples = Examples(rows.stage2[:, places], rows.label, rows.weight)
        trees = boosting.grow(examples, [0] * len(places), _STANDARD)
        return lambda others: 1.0 / (1.0 + np.exp(-boosting.scores(trees, others.stage2[:, places])))

    return fit


def _form(design: Callable[[Rows], Floats]) -> Callable[[Rows], Predict]:
    """A logistic form, its coefficients fitted to the rows."""

    def fit(rows: Rows) -> Predict:
        fitted = logistic.fit(design(rows), rows.label, rows.weight)
        return lambda others: fitted(design(others))

    return fit


def _told(*columns: str) -> Callable[[Rows], bool]:
    """Whether one of the columns is known anywhere."""
    return lambda rows: any(not bool(np.isnan(_column(rows, name)).all()) for name in columns)


BASELINES: tuple[Baseline, ...] = (
    Baseline("show everything", 1, "the same probability for all", _constant),
    Baseline(
        "static delay",
        1,
        "time since the last key, or whether the user had paused",
        _by_score(_delay),
        _told("since_key_s", "paused"),
    ),
    Baseline(
        "own rate, last k", 1, "share taken of the user's last 20", _by_score(lambda rows: _column(rows, "recent_rate"))
    ),
    Baseline(
        "Amazon's form",
        1,
        "logistic over lengths around the caret, previous answer, language, character and keyword",
        _form(forms.amazon),
        forms.bears,
    ),
    Baseline(
        "Copilot's form of 2022",
        1,
        "logistic over previous answer and its age, lengths, place, language and characters",
        _form(forms.copilot),
        forms.bears,
    ),
    Baseline(
        "CDHF's recipe (1)",
        1,
        "boosted trees on measurements, session position and the last five labels (arXiv 2306.04930)",
        _boosted(_MEASURED + _LAST_LABELS),
    ),
    Baseline(
        "mean log-probability",
        2,
        "the generator's confidence",
        _by_score(lambda rows: _column(rows, "logprob_mean")),
        _told("logprob_mean"),
    ),
    Baseline(
        "CDHF's recipe (2)",
        2,
        "the same with the suggestion's measurements and text flags",
        _boosted(_MEASURED + _LAST_LABELS + _TEXT + _MODEL),
    ),
)
"""All of them; of each, `bears` says whether a log holds what it needs."""
