"""The last requests and why they ended as they did, kept as values so that what they saw of a document is let go."""

from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import Any

from tactful_models.events import Decided, Result, Trigger
from tactful_server.ends import Cancelled, reason_of, result_of, suggestion_of
from tactful_server.trace import Trace

_KEPT = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One request that has ended."""

    request_id: str
    suggestion_id: str
    """The suggestion answered with or withheld; empty when there was none."""
    trigger: Trigger
    result: Result
    reason: str
    model_key: str
    model_called: bool
    latency_s: float
    decisions: tuple[Decided, ...]
    """Those of the request, and where it joined a stream, those that had let the stream and the suggestion through."""

    @property
    def unwanted(self) -> bool:
        """Whether the editor cancelled it."""
        return self.result is Result.CANCELLED and self.reason == Cancelled().reason

    def plain(self) -> dict[str, Any]:
        """As the client gets it, without the decisions."""
        return {
            "found": True,
            "requestId": self.request_id,
            "suggestionId": self.suggestion_id,
            "trigger": self.trigger.value,
            "result": self.result.value,
            "reason": self.reason,
            "modelCalled": self.model_called,
            "latencyMs": round(self.latency_s * 1000, 3),
        }


class Card:
    """Remembers the last requests, and counts all."""

    def __init__(self) -> None:
        self.results: Counter[str] = Counter()
        """Requests of this session by result."""
        self._told: deque[Told] = deque(maxlen=_KEPT)

    def keep(self, trace: Trace) -> None:
        """A request has ended."""
        told = self._with_opening(_told(trace), trace)
        self.results[told.result.value] += 1
        self._told.append(told)

    def _with_opening(self, told: Told, trace: Trace) -> Told:
        """With the first stage's decision of the request that opened the stream which this one joined."""
        if trace.generation is None or any(decided.stage == 1 for decided in told.decisions):
            return told
        opening = next((one for one in self._told if one.request_id == trace.generation.request_id), None)
        first = [decided for decided in opening.decisions if decided.stage == 1] if opening else []
        return replace(told, decisions=(*first, *told.decisions))

    def find(self, named: str = "") -> Told | None:
        """The last request of that id or with the suggestion of that id.

        Without one the last that the editor waited for: of what it cancelled nobody wonders why it did not come.
        """
        if named:
            return next((one for one in reversed(self._told) if named in (one.request_id, one.suggestion_id)), None)
        waited = (one for one in reversed(self._told) if not one.unwanted)
        return next(waited, self._told[-1] if self._told else None)


def _told(trace: Trace) -> Told:
    return Told(
        request_id=trace.ask.request_id,
        suggestion_id=suggestion_of(trace.ended),
        trigger=trace.ask.trigger,
        result=result_of(trace.ended),
        reason=reason_of(trace.ended),
        model_key=trace.opportunity.model_key,
        model_called=trace.model_called,
        latency_s=trace.latency_s,
        decisions=tuple(_decisions(trace)),
    )


def _decisions(trace: Trace) -> list[Decided]:
    named = suggestion_of(trace.ended)
    joined = [one.decided for one in (trace.generation.judged.values() if trace.generation else ())]
    seen = {decided.decision_id for decided in trace.decisions}
    return trace.decisions + [
        one for one in joined if one is not None and one.suggestion_id == named and one.decision_id not in seen
    ]
