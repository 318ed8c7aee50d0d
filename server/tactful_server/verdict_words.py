"""The gate's word on a request, as a sentence, and what it promises, for the person whose suggestions they are."""

from collections.abc import Sequence
from typing import Final

from tactful_models.events import Action, Decided
from tactful_models.phrasing import chances, percent, with_article
from tactful_models.promise import Promise, Thresholds
from tactful_models.recalibration import Correction
from tactful_models.registry import PRIOR

_TAKEN: Final = "chance of being taken"


def shown_words(decisions: Sequence[Decided], own: Thresholds | None) -> str:
    """Why a suggestion was shown. `own`: the gate's thresholds as they were tuned, where they are known."""
    if not decisions:
        return "Shown: you asked for it, and then the gate has no say."
    decided = telling(decisions)
    if decided.reason == "off":
        return "Shown: the gate is switched off, so everything is shown."
    if decided.gate_version == PRIOR:
        return "Shown: no gate has been trained yet, so everything is shown."
    if decided.probability is None or decided.probability != decided.probability:
        return "Shown: the gate could not be asked yet, since what you did before was still being read."
    return _by_probability(decided, decided.probability, own)


def withheld_words(decided: Decided, own: Thresholds | None) -> str:
    """Why the gate held something back."""
    it, then = ("it", "it would have been shown")
    if decided.stage == 1:
        it, then = "a suggestion here", "the model would have been asked"
    chance, least = chances(decided.probability or 0.0, decided.threshold)
    head = "Not asked" if decided.stage == 1 else "Not shown"
    told = f"{head}: the gate gives {it} {with_article(chance)} {_TAKEN}; from {least} {then}."
    if own is not None and _balanced(decided, own) <= (decided.probability or 0.0):
        return f"{told} You chose quiet; at balanced {then}."
    return told


def promise_words(promise: Promise, eagerness: str, at_work: bool) -> str:
    """What a gate promises at an eagerness; `at_work`: whether it may hold anything back at present."""
    if promise.kind == "none":
        return "Nothing is promised, since no gate has been trained yet, and nothing is held back."
    if not promise.met:
        return _nothing(promise)
    if eagerness == "always":
        return "You chose to see everything, so nothing is held back."
    told = _kept(promise) if eagerness != "quiet" else _broken(promise)
    return told if at_work else f"{told} At present the gate holds nothing back."


def telling(decisions: Sequence[Decided]) -> Decided:
    """The decision that says most: the one that went against the gate's own word, else the last stage's."""
    against = [one for one in decisions if one.would is Action.WITHHOLD]
    return (against or sorted(decisions, key=lambda one: one.stage))[-1]


def _by_probability(decided: Decided, probability: float, own: Thresholds | None) -> str:
    chance, least = chances(probability, decided.threshold)
    if decided.would is Action.WITHHOLD:
        though = f"though the gate gives it only {with_article(chance)} {_TAKEN} and asks for {least}"
        if decided.exploring:
            return f"Shown as a trial, {though}: that is how it learns."
        return f"Shown, {though}: for now it only watches."
    told = f"Shown: the gate gives it {with_article(chance)} {_TAKEN}"
    if decided.mode == "shadow":
        return f"{told}, and would show it from {least} on; for now it only watches."
    tuned = _balanced(decided, own) if own is not None else decided.threshold
    if decided.threshold == 0.0:
        return f"{told}, and you chose to see everything." if tuned > 0.0 else f"{told}, and holds nothing back."
    told = f"{told}; below {least} it would have been held back."
    return f"{told} You chose eager; at balanced it would have been." if probability < tuned else told


def _balanced(decided: Decided, own: Thresholds) -> float:
    """The threshold that it would have had at balanced, moved along with the correction."""
    return Correction(decided.intercept, decided.slope).lowered(own.of(decided.stage))


def _nothing(promise: Promise) -> str:
    if not promise.more_accepts:
        return "Nothing was found that could be held back and the promise kept, so nothing is held back."
    return (
        f"{promise.accepts:,} accepted suggestions are too few to promise anything: it takes at least"
        f" {promise.more_accepts:,} more. Until then nothing is held back."
    )


def _kept(promise: Promise) -> str:
    share, confidence = percent(promise.accepts_lost), percent(promise.confidence)
    if promise.kind == "plain":
        return (
            f"Of {promise.accepts:,} suggestions that were taken, {promise.lost:,} would have been held back;"
            " of new ones nothing is promised."
        )
    return f"Of the suggestions that you would take, at most {share} are held back, with {confidence} confidence."


def _broken(promise: Promise) -> str:
    share = percent(promise.accepts_lost)
    return f"You chose quiet: of the suggestions that you would take, more than the promised {share} may be held back."
