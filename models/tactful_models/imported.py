"""Requests that somebody else's tool answered: everything was shown, and no gate of ours was asked."""

from tactful_models.events import Action, ContextFacts, Decided, RequestEnded, Result, SuggestionMade
from tactful_models.features import FEATURES_VERSION


def decided_elsewhere(made: SuggestionMade, stage: int, vector: tuple[float, ...]) -> Decided:
    """The decision that stands in the log for one stage of imported telemetry: shown, with certainty."""
    return Decided(
        decision_id=f"{made.suggestion_id}-d{stage}",
        request_id=made.request_id,
        session_id=made.session_id,
        at=made.at,
        stage=stage,
        probability=None,
        threshold=0.0,
        action=Action.SHOW,
        would=Action.SHOW,
        propensity=1.0,
        mode="off",
        reason="imported",
        features_version=FEATURES_VERSION,
        features=vector,
        suggestion_id=made.suggestion_id if stage == 2 else "",
    )


def asked_elsewhere(made: SuggestionMade, facts: ContextFacts, latency_s: float | None) -> RequestEnded:
    """The request that a suggestion of imported telemetry answered: by its model, as far as is known."""
    return RequestEnded(
        request_id=made.request_id,
        session_id=made.session_id,
        at=made.at,
        facts=facts,
        result=Result.PRODUCED,
        reason="imported",
        file_key=made.file_key,
        project_key=made.project_key,
        model_key=made.model_key,
        suggestion_id=made.suggestion_id,
        model_called=True,
        latency_s=latency_s or 0.0,
    )
