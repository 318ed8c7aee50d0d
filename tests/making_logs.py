"""Feedback logs for tests: made-up decisions in which one number of each stage says how good a suggestion is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tactful_models import features
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
)

MODEL = "llamacpp:small"


@dataclass(frozen=True, slots=True)
class Shape:
    """What the log is to look like."""

    users: int = 6
    sessions: int = 2
    """Of each user."""
    decisions: int = 25
    """In each session."""
    sharpness: float = 3.0
    """How much the suggestion's log-probability says; 0 for nothing."""
    prefix: str = "a"
    """Begins every id, so that two logs share none."""
    source: str = "live"


def events(shape: Shape = Shape(), seed: int = 0) -> Iterator[Event]:
    """All events, session after session."""
    rng = np.random.default_rng(seed)
    for user in range(shape.users):
        for number in range(shape.sessions):
            name = f"{shape.prefix}-{user}-{number}"
            at = 1_700_000_000.0 + 86_400 * number + 3_600 * user
            yield SessionStarted(name, at, f"{shape.prefix}-user-{user}", source=shape.source)
            for place in range(shape.decisions):
                yield from _decision(f"{name}-{place}", at + 10 * place, shape, rng)


def newer(event: Event) -> Event:
    """As a Tactful with later features would have written it."""
    return replace(event, features_version=features.FEATURES_VERSION + 1) if isinstance(event, Decided) else event


def _decision(name: str, at: float, shape: Shape, rng: np.random.Generator) -> Iterator[Event]:
    session, good = name.rsplit("-", 1)[0], float(rng.normal())
    accepted = rng.random() < 1 / (1 + np.exp(-(shape.sharpness * good - 0.5)))
    facts = SuggestionFacts(12, 1, logprob_mean=good, generation_s=0.1)
    yield RequestEnded(
        name, session, at, ContextFacts("python"), Result.PRODUCED, suggestion_id=name, model_called=True
    )
    yield SuggestionMade(name, name, session, at, facts, "python", model_key=MODEL)
    for stage in (1, 2):
        yield _decided(name, at, stage, _vector(stage, good, rng))
    yield OutcomeSeen(name, session, at + 1, End.SHOWN, Known.CLIENT)
    end = End.ACCEPTED if accepted else End.REJECTED
    yield OutcomeSeen(name, session, at + 2, end, Known.CLIENT, accepted_chars=12 if accepted else None)
    if accepted:
        yield PersistenceSeen(name, session, at + 32, 30, 1.0)


def _vector(stage: int, good: float, rng: np.random.Generator) -> tuple[float, ...]:
    known = {"logprob_mean": good, "typed_2s": good / 3 + float(rng.normal())}
    return features.as_float32([known.get(name) for name in features.names(stage)])


def _decided(name: str, at: float, stage: int, vector: tuple[float, ...]) -> Decided:
    session, show = name.rsplit("-", 1)[0], Action.SHOW
    return Decided(
        f"{name}-d{stage}",
        name,
        session,
        at,
        stage,
        None,
        0.0,
        show,
        show,
        1.0,
        "shadow",
        features_version=features.FEATURES_VERSION,
        features=vector,
        suggestion_id=name if stage == 2 else "",
    )
