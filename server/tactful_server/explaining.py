"""Answers `tactful/explain`: why a request ended as it did, in a sentence, with what spoke for it and against it.

What spoke for and against is found on a thread of its own: it takes the gate milliseconds, and one that has been
replaced since has to be loaded first.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from tactful_models import features
from tactful_models.bounded import Bounded
from tactful_models.errors import GateError
from tactful_models.events import Action, Decided, Result, Trigger
from tactful_models.gate import Gate, LearnedGate
from tactful_models.promise import COST_RATIOS, Thresholds
from tactful_models.reasons import for_and_against, reasons
from tactful_models.registry import PRIOR
from tactful_models.utility import Terms, Worth, words, worth
from tactful_server.card import Card, Told
from tactful_server.gatekeeper import Gatekeeper
from tactful_server.reason_words import reason_words
from tactful_server.verdict_words import promise_words, shown_words, telling, withheld_words

_GONE: Final = "The gate that decided this can no longer be asked what spoke for and against: "
_FORGOTTEN: Final = "That is not remembered any more."
_NOTHING_YET: Final = "Nothing has been asked in this session yet: type a little, then look again."
_FORMER: Final = 2
"""Former gates kept at hand."""


class Explaining:
    """Explains the requests of a card by the gates that judged them."""

    def __init__(self, card: Card, keeper: Gatekeeper) -> None:
        self._card = card
        self._keeper = keeper
        self._former: Bounded[str, LearnedGate] = Bounded(_FORMER)

    async def explain(self, named: str = "") -> dict[str, Any]:
        """Why a request, named by its id or its suggestion's, ended as it did; the last one when none is named."""
        told = self._card.find(named)
        if told is None:
            return {"found": False, "sentence": _FORGOTTEN if named else _NOTHING_YET}
        in_force = self._keeper.in_force.gate
        explained = await asyncio.to_thread(self._explained, told, in_force)
        promise = in_force.thresholds.promise
        return {**explained, "promise": promise_words(promise, self._keeper.eagerness, self._keeper.mode == "on")}

    def _worth(self, told: Told) -> tuple[Worth, Terms] | None:
        """What the suggestion was worth in the user's seconds; None where their record does not bear it."""
        history, judged = self._keeper.history(), [one for one in told.decisions if one.stage == 2]
        if history is None or not judged or not (terms := history.pace.terms()).is_own:
            return None
        chars, chance = _chars(judged[-1]), judged[-1].probability
        if chars is None or chance is None or not judged[-1].label:
            return None
        return worth(chance, chars, terms, COST_RATIOS[self._keeper.eagerness]), terms

    def _explained(self, told: Told, in_force: Gate) -> dict[str, Any]:
        found = [(decided, *self._gate(decided.gate_version, in_force)) for decided in told.decisions]
        tuned = {decided.gate_version: gate.thresholds for decided, gate, _ in found if gate is not None}
        of = self._worth(told)
        return {
            **told.plain(),
            "sentence": _sentence(told, tuned) + (f" {_capital(words(*of))}." if of else ""),
            "worth": _plain(of[0]) if of else None,
            "decisions": [_decision(decided, gate, told.model_key, note) for decided, gate, note in found],
        }

    def _gate(self, version: str, in_force: Gate) -> tuple[Gate | None, str]:
        """The gate of a version, or a sentence that says why it is not to be had."""
        if version == in_force.version:
            return in_force, ""
        if version in ("", PRIOR):
            return None, ""
        if (former := self._former.get(version)) is not None:
            return former, ""
        try:
            gate = self._keeper.registry.load(version)
        except (GateError, OSError) as error:
            return None, f"{_GONE}{error}."
        self._former.put(version, gate)
        return gate, ""


def _sentence(told: Told, tuned: dict[str, Thresholds]) -> str:
    """`tuned`: by version, the thresholds of those gates that are to be had."""
    withheld = [decided for decided in told.decisions if decided.action is Action.WITHHOLD]
    if told.result is Result.WITHHELD and told.reason in ("stage1", "stage2") and withheld:
        return withheld_words(withheld[-1], tuned.get(withheld[-1].gate_version))
    if told.result is not Result.PRODUCED:
        return reason_words(told.result, told.reason)
    decisions = () if told.trigger is Trigger.MANUAL else told.decisions
    return shown_words(decisions, tuned.get(telling(decisions).gate_version) if decisions else None)


def _chars(decided: Decided) -> float | None:
    """Length of the suggestion judged; None where its vector does not tell."""
    names = features.names(2)
    if decided.features_version != features.FEATURES_VERSION or "n_chars" not in names or not decided.features:
        return None
    found = decided.features[names.index("n_chars")]
    return None if math.isnan(found) else float(round(math.expm1(found)))


def _plain(of: Worth) -> dict[str, float]:
    return {"s": of.value_s, "lowS": of.low_s, "highS": of.high_s, "lookS": of.look_s, "chars": of.chars}


def _capital(clause: str) -> str:
    return clause[:1].upper() + clause[1:]


def _decision(decided: Decided, gate: Gate | None, model_key: str, note: str) -> dict[str, Any]:
    speaking_for, against = _reasons(decided, gate, model_key)
    return {
        "stage": decided.stage,
        "probability": decided.probability,
        "threshold": decided.threshold,
        "action": decided.action.value,
        "would": decided.would.value,
        "propensity": decided.propensity,
        "exploring": decided.exploring,
        "mode": decided.mode,
        "gateVersion": decided.gate_version,
        "reason": decided.reason,
        "reasons": {"for": speaking_for, "against": against},
        "note": note,
    }


def _reasons(decided: Decided, gate: Gate | None, model_key: str) -> tuple[Sequence[dict[str, Any]], ...]:
    if not isinstance(gate, LearnedGate) or not decided.features:
        return [], []
    found = reasons(gate, decided.stage, decided.features, model_key)
    return tuple([asdict(one) for one in side] for side in for_and_against(found))
