"""From an HTTP status to the fault it stands for.

What a server says beside the status helps to tell faults apart and is never repeated: it may hold prompt or key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.faults import (
    BadRequestError,
    ModelServerError,
    NotFoundError,
    RateLimitedError,
    RedirectError,
    ServerError,
    UnauthorizedError,
    UnsupportedError,
)

_LONGEST_WAIT_S = 3600.0
_NO_MIDDLE = re.compile(r"does not support insert|infill is not supported|suffix is not (currently )?supported", re.I)
_NO_MODEL = re.compile(
    r"model\W+[^\n]{0,200}?(not found|does not exist|not loaded|is not available)"
    r"|(no|invalid|unknown|find the) models?\b|model_not_found",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The head of an answer that is none."""

    status: int
    """HTTP status, other than 200."""
    headers: Mapping[str, str]
    """Names in lower case or looked up without regard to case."""
    said: str = ""
    """The beginning of what came with it."""


def fault_of(refusal: Refusal, endpoint: Endpoint, now: datetime) -> ModelServerError:
    """The fault behind a status other than 200."""
    status, where = refusal.status, endpoint.shown
    wait_s = retry_after_s(refusal.headers.get("retry-after", ""), now)
    if status in (401, 403):
        return UnauthorizedError(_about_key(refusal, endpoint))
    if status == 429:
        return RateLimitedError(f"The model server at {where} asks for fewer requests (429); waiting.", wait_s)
    if 300 <= status < 400:
        return RedirectError(
            f"The model server at {where} redirects elsewhere ({status}), which is not followed; "
            "set the address it should be."
        )
    if status == 501 or (400 <= status < 500 and _NO_MIDDLE.search(refusal.said)):
        return UnsupportedError(f"The model at {where} fills in no middle ({status}); asking it without what follows.")
    if status == 404 or (400 <= status < 500 and _NO_MODEL.search(refusal.said)):
        return NotFoundError(_about_model(refusal, endpoint))
    if status >= 500:
        return ServerError(f"The model server at {where} failed ({status}); see its log.", wait_s)
    return BadRequestError(f"The model server at {where} refuses the request ({status}); check the provider's kind.")


def _about_key(refusal: Refusal, endpoint: Endpoint) -> str:
    if endpoint.key is None:
        return (
            f"The model server at {endpoint.shown} asks for a key ({refusal.status}); put it into an environment "
            "variable or the keyring and set tactful.model.key to env:NAME or keyring:SERVICE/USER."
        )
    return f"The model server at {endpoint.shown} refuses the key ({refusal.status}); set the key it expects."


def _about_model(refusal: Refusal, endpoint: Endpoint) -> str:
    where, status = endpoint.shown, refusal.status
    if not _NO_MODEL.search(refusal.said):
        return (
            f"The model server at {where} knows no model {endpoint.model!r} or not this protocol ({status}); "
            "check the address, the provider's kind and the model's name."
        )
    if not endpoint.model:
        return f"The model server at {where} wants to be told which model ({status}); set tactful.model.name."
    return (
        f"The model server at {where} has no model {endpoint.model!r} ({status}); load it there (`ollama pull NAME`, "
        "`lms load NAME`) or set tactful.model.name to one it has."
    )


def retry_after_s(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks to wait, at most an hour.

    >>> retry_after_s("7", datetime(2026, 1, 1, tzinfo=UTC))
    7.0
    """
    header = header.strip()
    if not header:
        return None
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), _LONGEST_WAIT_S)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    wait_s = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return min(max(wait_s, 0.0), _LONGEST_WAIT_S)
