"""What of an event may reach the disk at each privacy level. The writer asks here, so that no caller can leak.

| level      | suggested text, output  | names and keys                            |
|------------|-------------------------|-------------------------------------------|
| `features` | none                    | only what looks like a name or a hash     |
| `redacted` | with secrets taken out  | the same                                  |
| `code`     | as it is                | as they are                               |
"""

import re
from dataclasses import replace
from enum import StrEnum
from typing import Final

from tactful_models.checked import Checked
from tactful_models.events import (
    ContextFacts,
    Decided,
    Event,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Reviewed,
    SuggestionMade,
    TextPlaced,
)
from tactful_models.names import plain_model, plain_name
from tactful_server.redaction import redact

UNNAMED: Final = "unnamed"
"""Stands for a reason or key that looked like anything but a name."""
_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{0,64}").fullmatch
_HASHES: Final = re.compile(r"[0-9a-f -]*").fullmatch
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
    if isinstance(event, Checked):
        output = redact(event.output) if level is Privacy.REDACTED and event.output else ""
        return _renamed(replace(event, output=output))
    signs_fit = not isinstance(event, RequestEnded) or not _unfit_signs(event.facts)
    return event if _names_fit(event) and signs_fit else _renamed(event)


def _names(event: Event) -> tuple[str, ...]:
    """The fields that must be names or hashes."""
    match event:
        case RequestEnded():
            return "reason", "file_key", "project_key", "request_id", "suggestion_id"
        case SuggestionMade():
            return "file_key", "project_key", "text_hash", "place_key", "suggestion_id"
        case Decided():
            return "reason", "gate_version", "mode", "suggestion_id"
        case OutcomeSeen():
            return "reason", "suggestion_id"
        case PersistenceSeen():
            return "censored", "suggestion_id"
        case Reviewed():
            return "suggestion_id", "reviewer", "reviewer_kind", "source", "method"
        case TextPlaced():
            return "suggestion_id", "text_hash"
        case Checked():
            return "suggestion_id", "trigger", "baseline", "stopped"
        case _:
            return ()


def _names_fit(event: Event) -> bool:
    return all(_NAME(getattr(event, name)) for name in _names(event)) and not _unplain(event)


def _unplain(event: Event) -> dict[str, object]:
    """The names from outside that are not spelt as `names.py` spells them, each with what stands for it."""
    if isinstance(event, TextPlaced) and not _HASHES(event.line_hashes):
        return {"line_hashes": ""}
    if not isinstance(event, RequestEnded | SuggestionMade):
        return {}
    found: dict[str, object] = {} if plain_model(event.model_key) == event.model_key else {"model_key": UNNAMED}
    if isinstance(event, SuggestionMade) and plain_name(event.language) != event.language:
        found["language"] = UNNAMED
    return found


def _unfit_signs(facts: ContextFacts) -> dict[str, object]:
    """The facts that could hold more than they should, each with what stands for it."""
    fits = {
        "last_char": len(facts.last_char or "") <= 1,
        "last_visible_char": len(facts.last_visible_char or "") <= 1,
        "last_keyword": _WORD(facts.last_keyword or "") is not None,
    }
    found: dict[str, object] = {name: None for name, does_fit in fits.items() if not does_fit}
    return found if plain_name(facts.language) == facts.language else {**found, "language": UNNAMED}


def _renamed(event: Event) -> Event:
    changes: dict[str, object] = {name: UNNAMED for name in _names(event) if not _NAME(getattr(event, name))}
    changes |= _unplain(event)
    if isinstance(event, RequestEnded) and (signs := _unfit_signs(event.facts)):
        changes["facts"] = replace(event.facts, **signs)  # type: ignore[arg-type]
    return replace(event, **changes) if changes else event  # type: ignore[arg-type]
