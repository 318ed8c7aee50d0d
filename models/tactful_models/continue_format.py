"""The lines of Continue's `dev_data/*/autocomplete.jsonl`, as far as they are of use.

Continue (https://github.com/continuedev/continue) appends a line when the fate of a completion that it displayed is
known: at once when it was accepted, after ten seconds when not. What one types along with is never logged. `prefix`
and `suffix` are the part of the document that went into the prompt, so they say nothing about its length.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tactful_models.errors import InterchangeError
from tactful_models.plain_json import loads


@dataclass(frozen=True, slots=True)
class Row:
    """One displayed completion."""

    completion_id: str
    """Continue's id of it."""
    at: float
    """When it was made, seconds since the epoch."""
    logged_at: float
    """When its fate was known; `at` where the line does not say."""
    accepted: bool | None
    """Its fate; None where the line does not say."""
    prefix: str
    """Text before the caret, from somewhere on."""
    suffix: str
    """Text after the caret, up to somewhere."""
    completion: str
    """The text proposed."""
    model: str
    """Provider and name of the model."""
    file: str
    """URI or path of the document."""
    repository: str
    """Its repository; empty outside one."""
    user: str
    """Who typed."""
    generation_s: float | None
    """Seconds from the request to the completion."""
    cache_hit: bool
    """Whether it came from Continue's cache, without a call."""


@dataclass(slots=True)
class Rows:
    """The rows of one file, by time of showing; only places are kept in memory, not texts."""

    path: Path
    """The file."""
    skip_bad: bool = False
    """Whether lines that cannot be read are left out rather than refused."""
    bad_lines: list[int] = field(default_factory=list)
    """Numbers of the lines left out, from 1."""

    def __iter__(self) -> Iterator[Row]:
        """Read the file twice: once for the times, once in their order.

        Raises:
            InterchangeError: it cannot be read, or a line is wrong (unless `skip_bad`); with the line's number.
        """
        try:
            with self.path.open("rb") as file:
                places = [(row.at, place) for place, row in self._numbered(file)]
                for _, place in sorted(places):
                    file.seek(place)
                    yield _row(file.readline())
        except OSError as fault:
            raise InterchangeError(f"{self.path} cannot be read: {fault.strerror}.") from fault

    def _numbered(self, file: Any) -> Iterator[tuple[int, Row]]:
        place = 0
        for number, line in enumerate(file, start=1):
            try:
                if line.strip():
                    yield place, _row(line)
            except ValueError as fault:
                if not self.skip_bad:
                    raise InterchangeError(f"{self.path}, line {number}: {fault}.") from fault
                self.bad_lines.append(number)
            place += len(line)


def _row(line: bytes) -> Row:
    """Raises ValueError naming what is missing or wrong."""
    found = loads(line)
    if not isinstance(found, dict) or found.get("eventName", "autocomplete") != "autocomplete":
        raise ValueError("no autocomplete event of Continue's")
    at = _moment(found.get("timestamp", found.get("createdAt")))
    logged = found.get("createdAt")
    accepted, time_ms = found.get("accepted"), found.get("time")
    return Row(
        completion_id=_text(found, "completionId"),
        at=at,
        logged_at=at if logged is None else max(at, _moment(logged)),
        accepted=accepted if isinstance(accepted, bool) else None,
        prefix=_text(found, "prefix"),
        suffix=_text(found, "suffix"),
        completion=_text(found, "completion"),
        model=f"{found.get('modelProvider', '')}/{found.get('modelName', '')}",
        file=_text(found, "filepath"),
        repository=str(found.get("gitRepo") or ""),
        user=str(found.get("userId") or found.get("uniqueId") or ""),
        generation_s=_seconds(time_ms) if isinstance(time_ms, int | float) else None,
        cache_hit=found.get("cacheHit") is True,
    )


def _text(found: dict[str, Any], name: str) -> str:
    if not isinstance(value := found.get(name), str):
        raise ValueError(f"{name} is missing or no text (was the line logged without code?)")
    return value


def _moment(value: Any) -> float:
    """Seconds since the epoch of an ISO time or of milliseconds."""
    if isinstance(value, int | float):
        return _seconds(value)
    if not isinstance(value, str):
        raise ValueError("timestamp is missing")
    moment = datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _seconds(milliseconds: float) -> float:
    try:
        return milliseconds / 1000
    except OverflowError as fault:
        raise ValueError("a number is too large") from fault
