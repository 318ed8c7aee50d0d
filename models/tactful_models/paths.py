"""From the log to decision paths, those that ended withheld among them: what off-policy estimates are made from.

A path is one suggestion that could have been shown, with what each stage did and how probable that was. Stage 1 speaks
for the request that opened, or would have opened, the call to the model; stage 2 for the suggestion. What was asked for
by hand is a population apart and left out. The reward is 1 for what was shown and is good by the label, 0 for any
other, withheld ones included; a second reward counts characters kept.

What a withheld path would have come to is not known, so it stands for as many as the shown ones show it to:

- While one stays at a line, the same lot is drawn at each key. Requests that follow one another at one line of a file
  with the same word from stage 1 are one **stay**. A stay that stage 1 withheld stands for as many suggestions as the
  others brought forth on average, which may be under one: calls are cancelled or come to nothing.
- Of what was shown, some has no label: its end is open, its check not yet due or censored, or it was replaced. It is
  left out and counted. A withheld path counts for the share of the shown that has a label, since so many of its like
  would have one. That takes the unlabelled to be like the labelled.
"""

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tactful_models import labels
from tactful_models.cases import Case, Decision, Judgement, Reader
from tactful_models.dataset import Bools, Floats, Strings, strings, table
from tactful_models.errors import TrainingError
from tactful_models.events import Event, RequestEnded, Trigger
from tactful_models.labels import Label


@dataclass(frozen=True, slots=True)
class Paths:
    """Decision paths in order of time; every array has one entry (or row) a path."""

    called: Bools
    """Whether stage 1 let the model be asked; True where it was not asked itself."""
    shown: Bools
    """Whether both stages let the suggestion pass."""
    propensity1: Floats
    """Of what stage 1 did."""
    propensity2: Floats
    """Of what stage 2 did; 1 where there was nothing for it to judge."""
    probability1: Floats
    """Calibrated P(good) by the gate then in force; NaN where there was none."""
    probability2: Floats
    """The same of stage 2; NaN too where nothing came."""
    reward: Floats
    """1 for shown and good, else 0."""
    kept_chars: Floats
    """Characters taken and kept; 0 of what was not shown."""
    chars: Floats
    """Length of the suggestion; NaN where none was made."""
    stands_for: Floats
    """How many paths with a label it stands for: 1, or less for what was withheld."""
    stage1: NDArray[np.float32]
    """(n, len(names(1))) vectors, NaN where there is none of this version."""
    stage2: NDArray[np.float32]
    """(n, len(names(2))) the same, log-probabilities raw."""
    model_key: Strings
    """Which model spoke; empty where none did."""
    group: Strings
    """Who: the session's `user_key`."""
    session_id: Strings
    """Of which session."""
    at: Floats
    """When, seconds since the epoch."""

    def __len__(self) -> int:
        return len(self.reward)

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """The paths of a mask or of indices, in that order."""
        return type(self)(**{spec.name: getattr(self, spec.name)[which] for spec in fields(self)})


@dataclass(frozen=True, slots=True)
class Gathered:
    """The paths of a log, and what is not among them."""

    paths: Paths
    """Those whose reward is known."""
    unlabelled: int = 0
    """Shown suggestions left out because nothing can be said of them (yet)."""
    labelled_share: float = 1.0
    """Share of the shown that has a label."""
    per_call: float = 1.0
    """Suggestions that a stay came to where stage 1 let it pass."""


def read(events: Iterable[Event], label: str = labels.DEFAULT, since: float = -math.inf) -> Gathered:
    """The paths of events in the log's order, from `since` (epoch seconds) on.

    Raises TrainingError for an unknown label, or where a path has a propensity that is no probability.
    """
    definition, reader, stays = labels.find(label), Reader(), _Stays()
    for event in events:
        reader.see(event)
        if isinstance(event, RequestEnded):
            stays.see(event, reader)
    judged = [each for each in reader.judgements() if each.case.at >= since]
    withheld, let_pass = stays.of(reader, since)
    from_stays = sum(each.stage1 is not None and each.stage1.shown for each in judged)
    return _gathered(_Found(judged, withheld, reader.users, definition), from_stays / let_pass if let_pass else 1.0)


class _Stays:
    """Watches for requests that follow one another at one line."""

    def __init__(self) -> None:
        self._requests: list[tuple[str, tuple[str, str, int | None]]] = []

    def see(self, event: RequestEnded, reader: Reader) -> None:
        """Takes in the end of a request; those by hand are never asked about."""
        if event.facts.trigger is not Trigger.MANUAL:
            place = (reader.once(event.session_id), reader.once(event.file_key), event.facts.line_index)
            self._requests.append((event.request_id, place))

    def of(self, reader: Reader, since: float) -> tuple[list[Decision], int]:
        """The first decision of each stay that stage 1 withheld, and how many stays it let pass."""
        withheld, let_pass = [], 0
        last: dict[str, tuple[tuple[str, str, int | None], bool]] = {}
        for request_id, place in self._requests:
            decision = reader.decision(request_id, 1)
            if decision is None or decision.at < since:
                continue
            goes_on = place[2] is not None and last.get(place[0]) == (place, decision.shown)
            last[place[0]] = (place, decision.shown)
            if not goes_on and decision.shown:
                let_pass += 1
            elif not goes_on:
                withheld.append(decision)
        return withheld, let_pass


@dataclass(frozen=True, slots=True)
class _Found:
    judged: list[Judgement]
    withheld: list[Decision]
    users: dict[str, str]
    label: Label


@dataclass(frozen=True, slots=True)
class _Path:
    """One path with its reward."""

    stage1: Decision | None
    stage2: Decision | None
    case: Case | None
    reward: float = 0.0
    kept_chars: float = 0.0
    stands_for: float = 1.0

    @property
    def first(self) -> Decision:
        """The decision that there always is."""
        found = self.stage1 or self.stage2
        assert found is not None
        return found

    @property
    def at(self) -> float:
        """When."""
        return self.first.at if self.case is None else self.case.at


def _gathered(found: _Found, per_call: float) -> Gathered:
    shown = [(each, _reward(each.case, found.label)) for each in found.judged if each.shown]
    known = [_Path(each.stage1, each.stage2, each.case, *reward) for each, reward in shown if reward is not None]
    share = len(known) / len(shown) if shown else 1.0
    hidden = [
        _Path(each.stage1, each.stage2, each.case, stands_for=share)
        for each in found.judged
        if not each.shown and (each.stage1 is None or each.stage1.shown)
    ]
    never = [_Path(decision, None, None, stands_for=share * per_call) for decision in found.withheld]
    every = sorted([*known, *hidden, *never], key=lambda path: path.at)
    return Gathered(_paths(every, found.users), len(shown) - len(known), share, per_call)


def _reward(case: Case, label: Label) -> tuple[float, float] | None:
    """The label as a number and the characters kept; None where there is no label."""
    fate = case.fate()
    told = None if fate is None else label.of(fate)
    if fate is None or told is None:
        return None
    return float(told), label.kept_chars(fate, case.chars)


def _paths(found: list[_Path], users: dict[str, str]) -> Paths:
    ones, nan = [1.0] * 2, math.nan
    of = [[path.stage1, path.stage2] for path in found]
    propensity = _numbers(
        [[*(each.propensity if each else one for each, one in zip(two, ones, strict=True))] for two in of]
    )
    if len(found) and not ((propensity > 0.0) & (propensity <= 1.0)).all():
        raise TrainingError("a decision has a propensity that is no probability above 0; the log contradicts itself")
    probability = _numbers([[each.probability if each else nan for each in two] for two in of])
    called = np.array([path.stage2 is not None for path in found], np.bool_)
    return Paths(
        called=called,
        shown=called & np.array([path.stage2 is not None and path.stage2.shown for path in found], np.bool_),
        propensity1=propensity[:, 0],
        propensity2=propensity[:, 1],
        probability1=probability[:, 0],
        probability2=probability[:, 1],
        reward=np.array([path.reward for path in found], np.float64),
        kept_chars=np.array([path.kept_chars for path in found], np.float64),
        chars=np.array([path.case.chars if path.case else nan for path in found], np.float64),
        stands_for=np.array([path.stands_for for path in found], np.float64),
        stage1=table([_stage1_vector(path) for path in found], 1),
        stage2=table([path.stage2.features if path.stage2 else None for path in found], 2),
        model_key=strings([path.case.model_key if path.case else "" for path in found]),
        group=strings([users.get(path.first.session_id, "") for path in found]),
        session_id=strings([path.first.session_id for path in found]),
        at=np.array([path.at for path in found], np.float64),
    )


def _stage1_vector(path: _Path) -> "array[float] | None":
    if path.case is not None and path.stage2 is not None:
        return Judgement(path.case, path.stage1, path.stage2).stage1_vector()
    return path.first.features


def _numbers(pairs: list[list[float]]) -> Floats:
    return np.array(pairs, np.float64).reshape(len(pairs), 2)
