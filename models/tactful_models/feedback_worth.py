"""What each kind of feedback is worth to the gate: trained on labels made without it, judged by those made with all.

The reference is the label that everything in the log makes (`labels`, with reviewers weighed by their reliability).
Each gate learns from the labels that its part of the feedback makes, of other people's suggestions (or, with one or
two, of earlier ones), and all are judged on the same ones. Two ladders: the kinds added one after the other, each set
against behaviour alone; and ConvCodeWorld's nine combinations (`feedback_kinds`), each set against persistence alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from tactful_models import dataset, feedback_kinds, labels, metrics
from tactful_models.cases import Reader
from tactful_models.checked import Checked, Stands
from tactful_models.dataset import Bools, Floats, Rows
from tactful_models.differences import auc_difference
from tactful_models.errors import TrainingError
from tactful_models.feedback_kinds import CHECKS, EVERYTHING, NINE, NOTHING, Feedback, Heeded, is_expert
from tactful_models.gate import LearnedGate
from tactful_models.judging import JUDGED_SHARE, judged_by
from tactful_models.metrics import Bootstrap, Estimate, Resamples
from tactful_models.promotion import units
from tactful_models.training import Plan, by_person, folds_by_group, train

BEHAVIOUR: Final = "behaviour alone"
PERSISTENCE: Final = "and persistence"
_KEPT: Final = 0.95


@dataclass(frozen=True, slots=True)
class Worth:
    """A gate that learned from a part of the feedback."""

    name: str
    moved: int
    """Labels that are others than the ladder's first, or weigh otherwise, or are there only in one of the two."""
    turned: int
    """Those of them that went from good to bad or back."""
    auc: Estimate
    """Before showing, by the reference label."""
    difference: Estimate
    """Less the AUC of the ladder's first, paired."""
    withheld: Estimate
    """Share of the bad withheld by the threshold that keeps 95 % of the good."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        figures = {"auc": self.auc.to_json(), "difference": self.difference.to_json()}
        withheld = {"rejections_withheld@0.95": self.withheld.to_json()}
        return {"name": self.name, "moved": self.moved, "turned": self.turned} | figures | withheld


@dataclass(frozen=True, slots=True)
class Holds:
    """What a log holds beside behaviour and persistence."""

    checks: int
    tests: int
    """Checks that ran tests."""
    expert: int
    """Reviews by those who say they know the code."""
    others: int
    """Other reviews."""

    @classmethod
    def of(cls, feedback: Sequence[Feedback]) -> "Holds":
        """What is among the events."""
        checks = [each for each in feedback if isinstance(each, Checked)]
        reviews = [each for each in feedback if not isinstance(each, Checked)]
        tests = sum({each.old_tests, each.reaching_tests} != {Stands.UNKNOWN} for each in checks)
        expert = sum(map(is_expert, reviews))
        return cls(len(checks), tests, expert, len(reviews) - expert)


@dataclass(frozen=True, slots=True)
class FeedbackWorth:
    """What was measured."""

    label: str
    """The definition."""
    n: int
    """Suggestions judged."""
    holds: Holds
    kinds: tuple[Worth, ...]
    """Behaviour alone, and persistence, and checks, and reviews."""
    nine: tuple[Worth, ...]
    """Persistence alone, then ConvCodeWorld's combinations; none where the log holds neither checks nor reviews."""

    def to_json(self) -> dict[str, object]:
        """What `tactful evaluate --feedback --json` prints."""
        held = self.holds
        counts = {"checks": held.checks, "tests": held.tests, "expert": held.expert, "others": held.others}
        ladders = {"kinds": [each.to_json() for each in self.kinds], "nine": [each.to_json() for each in self.nine]}
        return {"feedback": {"label": self.label, "n": self.n, "holds": counts, **ladders}}


def definition(name: str) -> str:
    """The label to measure by: the one named, or the default where that heeds nothing but accepting."""
    return labels.DEFAULT if labels.find(name).after_s is None else name


def measure(
    reader: Reader, feedback: Sequence[Feedback], plan: Plan, progress: Callable[[str], None] = lambda _: None
) -> FeedbackWorth:
    """Both ladders, by the plan's label, of a log's reader and all its reviews and checks in order.

    `progress` is told what is being done next, `count(feedback)` times. Raises TrainingError with too few rows, or by
    a label that heeds nothing but accepting.
    """
    if labels.find(plan.label).after_s is None:
        raise TrainingError(f"the label {plan.label} is moved by accepting alone; choose another")
    trial = _Trial(_labelled(reader, feedback, (plan.label, EVERYTHING)), plan)
    kept = [_Way(name, heeded, plan.label) for name, heeded in _kinds().items()]
    kinds = [_Way(BEHAVIOUR, NOTHING, "accepted"), *kept]
    nine = [kept[0], *(_Way(_name(each), each, plan.label) for each in NINE)] if feedback else []
    found: list[tuple[Worth, ...]] = []
    for ladder in (kinds, nine):
        told = [(way.name, _labelled(reader, feedback, (way.label, way.heeded))) for way in _told(ladder, progress)]
        found.append(tuple(trial.worths(told)))
    return FeedbackWorth(plan.label, len(trial.judged), Holds.of(feedback), *found)


def count(feedback: Sequence[Feedback]) -> int:
    """How many gates it will take."""
    return 1 + len(_kinds()) + (1 + len(NINE) if feedback else 0)


def _kinds() -> dict[str, Heeded]:
    return {PERSISTENCE: NOTHING, "and checks": CHECKS, "and reviews": EVERYTHING}


def _name(heeded: Heeded) -> str:
    return f"compile, {heeded.execution}, {heeded.words}"


def _told(ladder: "Sequence[_Way]", progress: Callable[[str], None]) -> "Iterator[_Way]":
    for way in ladder:
        progress(way.name)
        yield way


@dataclass(frozen=True, slots=True)
class _Way:
    """What one gate learns from."""

    name: str
    heeded: Heeded
    label: str


def _labelled(reader: Reader, feedback: Sequence[Feedback], how: tuple[str, Heeded]) -> Rows:
    hearing = feedback_kinds.heed(reader, feedback, how[1])
    return dataset.rows(reader, labels.find(how[0]), hearing)


@dataclass(slots=True)
class _Trial:
    """Judges gates on the reference; those that learn from the same labels are trained once."""

    reference: Rows
    plan: Plan
    judged: Rows = field(init=False)
    """The suggestions that all are judged on, fold after fold."""
    _drawn: Resamples = field(init=False)
    _known: dict[bytes, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.judged = Rows.joined([self.reference.take(mask) for mask in self._folds()])
        self._drawn = metrics.resamples(units(self.judged.group, self.judged.session_id), Bootstrap())

    def worths(self, told: Sequence[tuple[str, Rows]]) -> Iterator[Worth]:
        """Each set against the first."""
        if not told:
            return
        first = told[0][1]
        before = self._scores(first)
        for name, labelled in told:
            scores = self._scores(labelled)
            difference = auc_difference(scores, before, self.judged, self._drawn)
            yield Worth(name, *_moved(first, labelled), self._auc(scores), difference, self._withheld(scores))

    def _auc(self, scores: Floats) -> Estimate:
        good, weight = self.judged.label, self.judged.weight
        return self._estimate(lambda at: metrics.auc(scores[at], good[at], weight[at]))

    def _withheld(self, scores: Floats) -> Estimate:
        good, weight = self.judged.label, self.judged.weight
        return self._estimate(lambda at: metrics.rejections_withheld(scores[at], good[at], _KEPT, weight[at]))

    def _estimate(self, statistic: Callable[[metrics.Indices], float | None]) -> Estimate:
        return metrics.estimate(statistic, len(self.judged), self._drawn)

    def _scores(self, labelled: Rows) -> Floats:
        """(n,) of the suggestions judged, by gates that learned from these labels of others."""
        key = b"".join(
            (repr(labelled.suggestion_id.tolist()).encode(), labelled.label.tobytes(), labelled.weight.tobytes())
        )
        if key not in self._known:
            self._known[key] = np.concatenate([self._asked(labelled, mask) for mask in self._folds()])
        return self._known[key]

    def _asked(self, labelled: Rows, mask: Bools) -> Floats:
        held = self.reference.take(mask)
        gate = LearnedGate(train(labelled.take(self._others(labelled, held)), self.plan))
        return judged_by(gate, held).stage2

    def _folds(self) -> list[Bools]:
        if self._by_person:
            return folds_by_group(self.reference.group, self.plan.n_folds)
        n_later = max(1, round(JUDGED_SHARE * len(self.reference)))
        return [np.asarray(self.reference.at >= np.sort(self.reference.at)[-n_later], np.bool_)]

    def _others(self, labelled: Rows, held: Rows) -> Bools:
        if self._by_person:
            return ~np.isin(labelled.group.astype(str), held.groups)
        return np.asarray(labelled.at < held.at.min(), np.bool_)

    @property
    def _by_person(self) -> bool:
        return by_person(self.reference)


def _moved(one: Rows, other: Rows) -> tuple[int, int]:
    """How many labels differ between the two, and of those how many are the opposite."""
    first, second = (
        {
            name: (bool(good), float(weight))
            for name, good, weight in zip(each.suggestion_id, each.label, each.weight, strict=True)
        }
        for each in (one, other)
    )
    both = first.keys() & second.keys()
    turned = sum(first[name][0] is not second[name][0] for name in both)
    same = sum(first[name] == second[name] for name in both)
    return len(first.keys() | second.keys()) - same, turned
