"""Logs that a report page has much to tell of: weeks of sessions, chances, languages, models, reviews, gates."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

import numpy as np

from making_logs import Shape, events
from tactful_models import features
from tactful_models.events import (
    Action,
    Decided,
    Event,
    GateChanged,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    Reviewed,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
    Verdict,
)

BEGIN: Final = 1_767_600_000.0
"""A Monday in January 2026."""
DAY_S: Final = 86_400.0
THRESHOLD: Final = 0.12
LANGUAGES: Final = ("python", "typescript", "python", "markdown", "go", "python")
MODELS: Final = ("embedded:SmolLM2-135M", "ollama:qwen2.5-coder:1.5b")


@dataclass(frozen=True, slots=True)
class Record:
    """What the log is to look like."""

    weeks: int = 9
    sessions_a_week: int = 6
    decisions: int = 14
    """In each session."""
    names: tuple[str, ...] = LANGUAGES
    """Languages, one a session in turn."""
    models: tuple[str, ...] = MODELS
    source: str = "thumbs"
    """Of reviews."""


def record(shape: Record = Record(), seed: int = 0) -> Iterator[Event]:
    """All events; the gate watches for a third of the time, then withholds but for what it explores."""
    n_sessions = shape.weeks * shape.sessions_a_week
    found = events(Shape(users=1, sessions=n_sessions, decisions=shape.decisions, sharpness=2.0), seed)
    rng, number = np.random.default_rng(seed), -1
    session: list[Event] = []
    for event in found:
        if isinstance(event, SessionStarted):
            yield from _session(session, (number, shape), rng)
            session, number = [], number + 1
        session.append(event)
    yield from _session(session, (number, shape), rng)
    yield from _gates(shape)


def _session(session: list[Event], which: tuple[int, Record], rng: np.random.Generator) -> Iterator[Event]:
    number, shape = which
    start = BEGIN + number * 7 * DAY_S / shape.sessions_a_week
    is_serving = 3 * number >= shape.weeks * shape.sessions_a_week
    hidden = set()
    for event in session:
        at = start + (event.at - session[0].at)
        told = _dressed(replace(event, at=at), which, rng)
        if is_serving and isinstance(told, Decided):
            told = _served(told, rng)
            hidden |= {told.suggestion_id} if told.action is Action.WITHHOLD else set()
        if not (isinstance(told, OutcomeSeen | PersistenceSeen) and told.suggestion_id in hidden):
            yield told
            yield from _after(told, shape, rng)


def _dressed(event: Event, which: tuple[int, Record], rng: np.random.Generator) -> Event:
    number, shape = which
    language, model = shape.names[number % len(shape.names)], shape.models[number % len(shape.models)]
    match event:
        case RequestEnded():
            return replace(event, facts=replace(event.facts, language=language), model_key=model)
        case SuggestionMade():
            size = _size(event.suggestion_id)
            facts: SuggestionFacts = replace(event.facts, n_chars=8 + 13 * size, n_lines=1 + size // 4)
            return replace(event, facts=facts, language=language, model_key=model)
        case OutcomeSeen() if event.accepted_chars:
            return replace(event, accepted_chars=8 + 13 * _size(event.suggestion_id))
        case Decided():
            return _judged(event, rng)
    return event


def _size(name: str) -> int:
    return crc32(name.encode()) % 9


def _judged(event: Decided, rng: np.random.Generator) -> Decided:
    good = event.features[features.names(event.stage).index("typed_2s")] if event.stage == 1 else 0.0
    if event.stage == 2:
        good = 2.0 * event.features[features.names(2).index("logprob_mean")] + 0.2 * float(rng.normal())
    chance = float(1 / (1 + np.exp(-(0.4 * good if event.stage == 1 else good) + 0.5)))
    would = Action.WITHHOLD if event.stage == 2 and chance < THRESHOLD else Action.SHOW
    threshold = THRESHOLD if event.stage == 2 else 0.05
    return replace(
        event, probability=chance, threshold=threshold, would=would, gate_version="20260105T000000000Z-aaaaaa"
    )


def _served(event: Decided, rng: np.random.Generator) -> Decided:
    if event.would is Action.SHOW:
        return replace(event, mode="on")
    if rng.random() < 0.1:
        return replace(event, mode="on", propensity=0.1, exploring=True)
    return replace(event, mode="on", action=Action.WITHHOLD, propensity=0.9)


def _after(event: Event, shape: Record, rng: np.random.Generator) -> Iterator[Event]:
    """Later checks of what was accepted, a review now and then, and a request that failed."""
    if isinstance(event, PersistenceSeen):
        kept = 1.0
        for after_s in (120, 300, 600):
            kept *= float(rng.choice([1.0, 0.9, 0.5], p=[0.8, 0.12, 0.08]))
            yield replace(
                event, at=event.at + after_s - 30, after_s=after_s, kept_ratio=None if rng.random() < 0.1 else kept
            )
        if rng.random() < 0.1:
            verdict = list(Verdict)[int(rng.integers(3))]
            name = f"r-{event.suggestion_id}"
            yield Reviewed(name, event.suggestion_id, event.session_id, event.at, verdict, "u", source=shape.source)
    if isinstance(event, RequestEnded) and rng.random() < 0.1:
        yield replace(
            event, request_id=f"{event.request_id}-f", result=Result.CANCELLED, reason="typed_on", suggestion_id=""
        )


def _gates(shape: Record) -> Iterator[Event]:
    def at(share: float) -> float:
        return BEGIN + share * shape.weeks * 7 * DAY_S

    def metrics(auc: float) -> str:
        found = {"auc": {"value": auc, "low": auc - 0.05, "high": auc + 0.04}}
        withheld = {"rejections_withheld@0.95": {"value": 0.31, "low": 0.22, "high": 0.4}}
        return json.dumps({"stage2": found | withheld})

    first, second, third = (f"202601{day}T000000000Z-aaaaa{day}" for day in ("05", "19", "28"))
    why = "on 212 decisions kept apart it withholds 31.0% of the rejections (now 0.0%) and loses 2.1% of the accepts"
    yield GateChanged(at(0.32), first, "trained", "7 of 239 accepts lost on the tuning data", metrics(0.78))
    yield GateChanged(at(0.33), first, "promoted", why)
    yield GateChanged(at(0.6), second, "trained", "6 of 301 accepts lost on the tuning data", metrics(0.74))
    yield GateChanged(at(0.6), second, "refused", f"{why}; that is not surely better")
    yield GateChanged(at(0.8), third, "trained", "9 of 377 accepts lost on the tuning data", metrics(0.81))
    yield GateChanged(at(0.8), third, "promoted", "by hand")
    yield GateChanged(at(0.85), first, "rolled_back", "by hand")
