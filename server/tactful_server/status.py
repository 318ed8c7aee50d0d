"""What `tactful/status` and `tactful/explain` say, as plain values."""

from collections import Counter, deque
from dataclasses import asdict
from typing import Any

from tactful_models.events import Decided
from tactful_server.ends import reason_of, result_of, suggestion_of
from tactful_server.gatekeeper import Gatekeeper
from tactful_server.trace import Trace

_KEPT = 200


class Card:
    """Remembers the last requests, to say why they ended as they did."""

    def __init__(self) -> None:
        self.results: Counter[str] = Counter()
        """Requests of this session by result."""
        self._told: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def keep(self, trace: Trace) -> None:
        """A request has ended. What it saw of the document is let go."""
        self.results[result_of(trace.ended).value] += 1
        self._told.append(_explained(trace))

    def explain(self, named: str = "") -> dict[str, Any]:
        """Why a request, named by its id or its suggestion's, ended as it did; the last one when none is named."""
        return next((told for told in reversed(self._told) if _is(told, named)), {"found": False})


def gate_status(keeper: Gatekeeper) -> dict[str, Any]:
    """The gate in force and what it promises."""
    force = keeper.in_force
    thresholds = keeper.thresholds
    return {
        "version": force.gate.version,
        "own": force.own,
        "refused": force.refused,
        "mode": keeper.mode,
        "thresholds": {"stage1": thresholds.stage1, "stage2": thresholds.stage2},
        "promise": asdict(thresholds.promise),
    }


def _is(told: dict[str, Any], named: str) -> bool:
    return named in ("", told["requestId"], told["suggestionId"])


def _explained(trace: Trace) -> dict[str, Any]:
    return {
        "found": True,
        "requestId": trace.ask.request_id,
        "suggestionId": suggestion_of(trace.ended),
        "trigger": trace.ask.trigger.value,
        "result": result_of(trace.ended).value,
        "reason": reason_of(trace.ended),
        "modelCalled": trace.model_called,
        "latencyMs": round(trace.latency_s * 1000, 3),
        "decisions": [_decision(decided) for decided in _decisions(trace)],
    }


def _decisions(trace: Trace) -> list[Decided]:
    """Those of the request, and those that a suggestion it joined had brought along."""
    named = suggestion_of(trace.ended)
    joined = [one.decided for one in (trace.generation.judged.values() if trace.generation else ())]
    seen = {decided.decision_id for decided in trace.decisions}
    return trace.decisions + [
        one for one in joined if one is not None and one.suggestion_id == named and one.decision_id not in seen
    ]


def _decision(decided: Decided) -> dict[str, Any]:
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
    }
