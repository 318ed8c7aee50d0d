"""From an HTTP status to the fault it stands for."""

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
)

_LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """The head of an answer that is none."""

    status: int
    """HTTP status, other than 200."""
    headers: Mapping[str, str]
    """Names in lower case or looked up without regard to case."""


def fault_of(refusal: Refusal, endpoint: Endpoint, now: datetime) -> ModelServerError:
    """The fault behind a status other than 200; the body is not quoted, since it may repeat prompt or key."""
    status, where = refusal.status, endpoint.shown
    wait_s = retry_after_s(refusal.headers.get("retry-after", ""), now)
    if status in (401, 403):
        return UnauthorizedError(f"The model server at {where} refuses the key ({status}); set the key it expects.")
    if status == 404:
        return NotFoundError(
            f"The model server at {where} knows no model {endpoint.model!r} or not this protocol (404); "
            "check the address, the provider's kind and the model's name."
        )
    if status == 429:
        return RateLimitedError(f"The model server at {where} asks for fewer requests (429); waiting.", wait_s)
    if 300 <= status < 400:
        return RedirectError(
            f"The model server at {where} redirects elsewhere ({status}), which is not followed; "
            "set the address it should be."
        )
    if status >= 500:
        return ServerError(f"The model server at {where} failed ({status}); see its log.", wait_s)
    return BadRequestError(f"The model server at {where} refuses the request ({status}); check the provider's kind.")


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
