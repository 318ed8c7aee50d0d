"""Trains a gate: trees for both stages, calibration on scores they did not see, thresholds for the user's constraint.

The unseen scores are out of fold, and the trees that are kept learn from everything. Several users: folds of persons.
One or two, or one with nearly everything: blocks of their sessions in order of time, so that every decision serves
calibration and thresholds; whether the gate is any good is judged on later decisions that it never saw (`judging.py`).
Stage 2 comes twice, with log-probabilities (normalised by model) and without.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

import numpy as np
from lightgbm import Booster
from numpy.typing import NDArray

from tactful_models import boosting, dependence, labels, linear_fitting, norms
from tactful_models.artifact import GateArtifact, Linear, Norm, TrainingData, TreeSet, digests
from tactful_models.boosting import Examples, Recipe
from tactful_models.calibration import Calibration
from tactful_models.calibration_fitting import fit_isotonic, fit_sigmoid
from tactful_models.dataset import LARGEST_WEIGHT, Bools, Floats, Rows, Strings
from tactful_models.errors import TrainingError
from tactful_models.features import FEATURES_VERSION, fingerprint, names, specs
from tactful_models.promise import Constraint
from tactful_models.sharpening import sharpened
from tactful_models.thresholds import Scored, tune
from tactful_models.trees import blended

FEWEST_ROWS = 40
"""Labelled decisions below which there is nothing to learn from."""
FEWEST_OF_A_KIND = 8
"""Accepted, and rejected, at least."""
FEWEST_USERS = 3
"""Users from which on folds are made by person, where no one has nearly all decisions."""
FEWEST_PEOPLE = 2.0
"""How many equal ones they have to be worth (`dependence.people`): a fold has to leave enough to learn from."""
MANY_ROWS = 20_000
"""Labelled decisions from which on training has to be sparing."""

_ALL_IN_ONE = (
    "all accepted, or all rejected, suggestions come from one stretch of time, or from one person, so that no gate can"
    " be tried on what it did not learn from; go on using it and train later"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a gate is to be trained."""

    constraint: Constraint = field(default_factory=Constraint)
    """What the thresholds may cost."""
    label: str = labels.DEFAULT
    """Name of the definition the rows were labelled by."""
    recipe: Recipe = field(default_factory=Recipe)
    """How trees are grown."""
    isotonic: bool = False
    """Isotonic instead of sigmoid calibration; needs some thousand rows."""
    n_folds: int = 5
    """Folds of persons, or of time, for the unseen scores."""
    created_at: float = 0.0
    """What the artifact says it was made at, seconds since the epoch."""

    def at(self, n_rows: int) -> "Plan":
        """The plan for so many rows: from `MANY_ROWS` on, one booster and three folds, since more only steady few."""
        if n_rows < MANY_ROWS:
            return self
        recipe = replace(self.recipe, seeds=self.recipe.seeds[:1])
        return replace(self, recipe=recipe, n_folds=min(self.n_folds, 3))


@dataclass(frozen=True, slots=True)
class Forest:
    """The trees of both stages with what they need to be asked, before calibration."""

    stage1: tuple[Booster, ...]
    """Before the model is asked."""
    stage2: tuple[Booster, ...]
    """With log-probabilities; empty where no model gave enough of them."""
    plain: tuple[Booster, ...]
    """Stage 2 without log-probabilities."""
    norms: Mapping[str, Norm]
    """By model key; empty where `stage2` is."""
    sums: tuple[Linear | None, ...]
    """Beside each of the three; None where there are rows enough for trees alone."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw scores (log-odds) of rows by trees that did not learn from them."""

    stage1: Floats
    """(n,)"""
    stage2: Floats
    """(n,) NaN where the log-probabilities are not known."""
    plain: Floats
    """(n,)"""


def plain_columns() -> tuple[str, ...]:
    """The stage-2 features that no model shifts."""
    unsure = {names(2)[at] for at in norms.columns()}
    return tuple(name for name in names(2) if name not in unsure)


def _plain(table: Floats) -> Floats:
    return table[:, [names(2).index(name) for name in plain_columns()]]


def _signs(stage: int, columns: Sequence[str]) -> list[int]:
    known = {spec.name: spec.sign for spec in specs(stage)}
    return [known[name] for name in columns]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A gate with what its thresholds were chosen on."""

    artifact: GateArtifact
    """The gate; its metrics are left empty, for whoever judges it on others."""
    tuned_on: Scored
    """Calibrated probabilities of decisions that the trees which scored them had not seen."""


def train(rows: Rows, plan: Plan) -> GateArtifact:
    """A gate from labelled decisions; raises TrainingError when the rows are too few, or all of one kind."""
    return fit(rows, plan).artifact


def fit(rows: Rows, plan: Plan) -> Fitted:
    """The same with the scores that its thresholds were chosen on."""
    check(rows)
    folds = folds_by_group(rows.group, plan.n_folds) if by_person(rows) else folds_in_time(rows, plan.n_folds)
    forest, raw = _calibrated(grow(rows, plan.recipe), _out_of_fold(rows, folds, plan.recipe), rows.label)
    return _fitted(forest, _Unseen(rows, raw), plan)


def by_person(rows: Rows) -> bool:
    """Whether there are several people to learn from; else what one did is judged by what that one did later."""
    return len(rows.groups) >= FEWEST_USERS and dependence.people(rows.group) >= FEWEST_PEOPLE


def check(rows: Rows) -> None:
    """Raises TrainingError, saying what is there and what is wanting, when there is too little to learn from."""
    accepted = int(rows.label.sum())
    rejected = len(rows) - accepted
    if len(rows) < FEWEST_ROWS or min(accepted, rejected) < FEWEST_OF_A_KIND:
        raise TrainingError(
            f"{accepted} accepted and {rejected} rejected suggestions are there to learn from, besides any kept apart"
            f" for judging; a gate needs at least {FEWEST_ROWS} together and {FEWEST_OF_A_KIND} of each, so go on"
            " using it and train later"
        )


def split_by_time(rows: Rows, later_share: float) -> tuple[Rows, Rows]:
    """The earlier rows and the later share of them, about; where there are many sessions, each is kept whole."""
    wanted = max(1, round(later_share * len(rows)))
    order = np.argsort(rows.at, kind="stable")
    places = np.empty(len(rows), np.intp)
    places[order] = np.arange(len(rows))
    later = _by_session(places, rows.session_id) >= len(rows) - wanted
    if not wanted <= 2 * int(later.sum()) <= 4 * wanted:  # one session is most of it
        later = places >= len(rows) - wanted
    return rows.take(order[~later[order]]), rows.take(order[later[order]])


def folds_by_group(groups: Strings, n_folds: int) -> list[Bools]:
    """Masks of disjoint folds that keep each group whole, the groups dealt out largest first."""
    counts = sorted(((count, name) for name, count in Counter(groups).items()), key=lambda each: (-each[0], each[1]))
    sizes = [0] * min(n_folds, len(counts))
    fold: dict[str, int] = {}
    for count, name in counts:
        fold[name] = sizes.index(min(sizes))
        sizes[fold[name]] += count
    places = np.fromiter((fold[name] for name in groups), np.intp, len(groups))
    return [places == at for at in range(len(sizes))]


def folds_in_time(rows: Rows, n_folds: int) -> list[Bools]:
    """Masks of disjoint blocks of time, about equally large; where there are many sessions, each is kept whole."""
    places = np.empty(len(rows), np.intp)
    places[np.argsort(rows.at, kind="stable")] = np.arange(len(rows))
    blocks = _by_session(places, rows.session_id) * n_folds // len(rows)
    if (blocks == blocks[0]).all():
        blocks = places * n_folds // len(rows)
    return [blocks == at for at in sorted(set(blocks.tolist()))]


def _by_session(places: NDArray[np.intp], session_id: Strings) -> NDArray[np.intp]:
    """The place in the middle of each row's session; the row's own where sessions are few."""
    names, numbers, counts = np.unique(session_id.astype(str), return_inverse=True, return_counts=True)
    if len(names) < dependence.FEWEST_SESSIONS:
        return places
    return np.asarray((np.bincount(numbers, places) / counts)[numbers], np.intp)


def grow(rows: Rows, recipe: Recipe) -> Forest:
    """The trees of both stages from all the rows, by labels as sharp as what was said of them allows."""
    rows = sharpened(rows)
    found = norms.learn(rows)
    known = norms.knows(found, rows.stage2, rows.model_key)
    enough = int(known.sum()) >= FEWEST_ROWS and 0 < int(rows.label[known].sum()) < int(known.sum())
    table = norms.apply(found, rows.stage2, rows.model_key)[known]
    learned = (
        (Examples(rows.stage1, rows.label, rows.weight), _signs(1, names(1))),
        (Examples(table, rows.label[known], rows.weight[known]), _signs(2, names(2))) if enough else None,
        (Examples(_plain(rows.stage2), rows.label, rows.weight), _signs(2, plain_columns())),
    )
    stage1, stage2, plain = (() if each is None else boosting.grow(*each, recipe) for each in learned)
    sums = tuple(None if each is None or not recipe.sums else linear_fitting.fit(*each) for each in learned)
    return Forest(stage1, stage2, plain, found if enough else {}, sums)


def ask(forest: Forest, rows: Rows) -> Raw:
    """The raw scores of rows."""
    stage2 = np.full(len(rows), np.nan)
    known = norms.knows(forest.norms, rows.stage2, rows.model_key)
    if known.any():
        table = norms.apply(forest.norms, rows.stage2, rows.model_key)
        stage2[known] = _scores(forest.stage2, forest.sums[1], table[known])
    stage1 = _scores(forest.stage1, forest.sums[0], rows.stage1)
    return Raw(stage1, stage2, _scores(forest.plain, forest.sums[2], _plain(rows.stage2)))


def _scores(boosters: Sequence[Booster], linear: Linear | None, table: Floats) -> Floats:
    return blended(boosting.scores(boosters, table), linear, table)


def _out_of_fold(rows: Rows, folds: Sequence[Bools], recipe: Recipe) -> Raw:
    found = Raw(*(np.full(len(rows), np.nan) for _ in range(3)))
    for held in folds:
        if len(set(rows.label[~held].tolist())) < 2:
            raise TrainingError(_ALL_IN_ONE)
        raw = ask(grow(rows.take(~held), recipe), rows.take(held))
        found.stage1[held], found.stage2[held], found.plain[held] = raw.stage1, raw.stage2, raw.plain
    return found


def _calibrated(forest: Forest, raw: Raw, label: Bools) -> tuple[Forest, Raw]:
    """The forest without its trees for log-probabilities where hardly any of their scores are unseen.

    So it is where each person has a model of their own, or a model came into use lately: whoever was left out had one
    that was not known then. Those trees would be served with the calibration and thresholds of others.
    """
    known = ~np.isnan(raw.stage2)
    accepted = int(label[known].sum())
    if int(known.sum()) >= FEWEST_ROWS and min(accepted, int(known.sum()) - accepted) >= FEWEST_OF_A_KIND:
        return forest, raw
    return replace(forest, stage2=(), norms={}), replace(raw, stage2=np.full(len(label), np.nan))


@dataclass(frozen=True, slots=True)
class _Unseen:
    """What calibration and thresholds are learned from."""

    rows: Rows
    """Everything the gate learns from."""
    raw: Raw
    """Scores by trees that did not see the row."""

    def calibration(self, scores: Floats, isotonic: bool) -> Calibration:
        """The map from the scores that are known to the label."""
        known = ~np.isnan(scores)
        if not known.any():
            known, scores = np.ones(len(scores), np.bool_), self.raw.plain
        fit = fit_isotonic if isotonic else fit_sigmoid
        return fit(scores[known], self.rows.label[known], self.rows.weight[known])


def _fitted(forest: Forest, unseen: _Unseen, plan: Plan) -> Fitted:
    maps = [
        unseen.calibration(each, plan.isotonic) for each in (unseen.raw.stage1, unseen.raw.stage2, unseen.raw.plain)
    ]
    plain = TreeSet(plain_columns(), boosting.texts(forest.plain), maps[2], forest.sums[2])
    scored = _scored(unseen, maps)
    artifact = GateArtifact(
        stage1=TreeSet(names(1), boosting.texts(forest.stage1), maps[0], forest.sums[0]),
        stage2=TreeSet(names(2), boosting.texts(forest.stage2), maps[1], forest.sums[1]) if forest.stage2 else plain,
        stage2_plain=plain,
        norms=forest.norms,
        thresholds=tune(scored, plan.constraint),
        label=plan.label,
        features_version=FEATURES_VERSION,
        fingerprint=fingerprint(),
        created_at=plan.created_at,
        data=_data(unseen.rows),
        libraries={name: version(name) for name in ("lightgbm", "numpy")},
    )
    return Fitted(artifact, scored)


def _scored(unseen: _Unseen, maps: Sequence[Calibration]) -> Scored:
    """Calibrated probabilities of the unseen rows, stage 2 routed as it is served."""
    stage1 = np.array([maps[0](score) for score in unseen.raw.stage1.tolist()])
    both = zip(unseen.raw.stage2.tolist(), unseen.raw.plain.tolist(), strict=True)
    stage2 = np.array([maps[2](plain) if np.isnan(score) else maps[1](score) for score, plain in both])
    rows = unseen.rows
    least = dependence.OUT_OF_FOLD if by_person(rows) else 0.0  # nobody else is promised anything
    hang = (dependence.clusters(rows.group, rows.session_id), least)
    says = rows.weight / np.minimum(1.0 / rows.propensity, LARGEST_WEIGHT)
    return Scored(stage1, stage2, rows.label, rows.weight, *hang, says)


def _data(rows: Rows) -> TrainingData:
    return TrainingData(
        first_at=float(rows.at.min()),
        last_at=float(rows.at.max()),
        n_rows=len(rows),
        n_accepted=int(rows.label.sum()),
        n_groups=len(rows.groups),
        session_digests=digests(rows.session_id),
    )
