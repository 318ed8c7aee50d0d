"""What happened on a request's way: for its row in the log and for the why-card."""

from dataclasses import dataclass, field

from tactful_models.events import Decided, RequestEnded
from tactful_models.features import Opportunity
from tactful_server.ask import Ask
from tactful_server.ends import Ended, Failed, reason_of, result_of, suggestion_of
from tactful_server.generation import Generation


@dataclass(slots=True)
class Trace:
    """One request under way."""

    ask: Ask
    opportunity: Opportunity
    started: float
    """Monotonic seconds."""
    decisions: list[Decided] = field(default_factory=list)
    """Those made for this request; a suggestion joined brings its own along."""
    generation: Generation | None = None
    model_called: bool = False
    """Whether this request opened the stream rather than joining it."""
    ended: Ended = field(default_factory=lambda: Failed("internal"))
    """What it is unless something else becomes of it."""
    latency_s: float = 0.0

    def row(self, session_id: str) -> RequestEnded:
        """The request as the log keeps it."""
        at = self.opportunity
        return RequestEnded(
            request_id=self.ask.request_id,
            session_id=session_id,
            at=self.ask.at,
            facts=at.facts,
            result=result_of(self.ended),
            reason=reason_of(self.ended),
            file_key=at.file_key,
            project_key=at.project_key,
            model_key=at.model_key,
            suggestion_id=suggestion_of(self.ended),
            model_called=self.model_called,
            latency_s=self.latency_s,
            n_tokens=self._n_tokens(),
        )

    def _n_tokens(self) -> int:
        return self.generation.n_tokens if self.model_called and self.generation is not None else 0
