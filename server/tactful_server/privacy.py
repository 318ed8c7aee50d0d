"""What of an event may reach the disk at each privacy level. The writer asks here, so that no caller can leak.

| level      | suggested text          | names and keys                            |
|------------|-------------------------|-------------------------------------------|
| `features` | none                    | only what looks like a name or a hash     |
| `redacted` | with secrets taken out  | the same                                  |
| `code`     | as it is                | as they are                               |
"""

import re
from dataclasses import replace
from enum import StrEnum
from typing import Final

from tactful_models.events import (
    ContextFacts,
    Decided,
    Event,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    SuggestionMade,
)
from tactful_server.redaction import redact

UNNAMED: Final = "unnamed"
"""Stands for a reason or key that looked like anything but a name."""
_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{0,64}").fullmatch
_MODEL: Final = re.compile(r"[A-Za-z0-9_.:/@+-]{0,160}").fullmatch
_WORD: Final = re.compile(r"\w{0,24}").fullmatch


class Privacy(StrEnum):
    """How much of the code the log may keep."""

    FEATURES = "features"
    REDACTED = "redacted"
    CODE = "code"


def fitted(event: Event, level: Privacy) -> Event:
    """The event as the level allows it to be kept; the same object where nothing stands against it."""
    if level is Privacy.CODE:
        return event
    if isinstance(event, SuggestionMade):
        text = redact(event.text) if level is Privacy.REDACTED and event.text else ""
        return event if text == event.text and _names_fit(event) else _renamed(replace(event, text=text))
    return event if _names_fit(event) and _signs_fit(event) else _renamed(event)


def _names(event: Event) -> tuple[str, ...]:
    """The fields that must be names or hashes."""
    match event:
        case RequestEnded():
            return "reason", "file_key", "project_key", "request_id", "suggestion_id"
        case SuggestionMade():
            return "language", "file_key", "project_key", "text_hash", "place_key", "suggestion_id"
        case Decided():
            return "reason", "gate_version", "mode", "suggestion_id"
        case OutcomeSeen():
            return "reason", "suggestion_id"
        case PersistenceSeen():
            return "censored", "suggestion_id"
        case _:
            return ()


def _names_fit(event: Event) -> bool:
    if isinstance(event, RequestEnded | SuggestionMade) and not _MODEL(event.model_key):
        return False
    return all(_NAME(getattr(event, name)) for name in _names(event))


def _signs_fit(event: Event) -> bool:
    if not isinstance(event, RequestEnded):
        return True
    facts = event.facts
    return (
        len(facts.last_char or "") <= 1
        and len(facts.last_visible_char or "") <= 1
        and bool(_WORD(facts.last_keyword or ""))
        and bool(_NAME(facts.language))
    )


def _renamed(event: Event) -> Event:
    changes: dict[str, object] = {name: UNNAMED for name in _names(event) if not _NAME(getattr(event, name))}
    if isinstance(event, RequestEnded | SuggestionMade) and not _MODEL(event.model_key):
        changes["model_key"] = UNNAMED
    if isinstance(event, RequestEnded) and not _signs_fit(event):
        changes["facts"] = _without_signs(event.facts)
    return replace(event, **changes) if changes else event  # type: ignore[arg-type]


def _without_signs(facts: ContextFacts) -> ContextFacts:
    language = facts.language if _NAME(facts.language) else UNNAMED
    return replace(facts, language=language, last_char=None, last_visible_char=None, last_keyword=None)
