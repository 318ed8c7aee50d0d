"""Lines of the CUPS telemetry (Copilot in VS Code, arXiv 2210.14306), checked and typed.

Only what was known when it was written down is read: survey answers, labelled states, the vendor's own model, the
seconds spent until the next event and the prompt's text (mostly of another moment) are left where they are.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tactful_models.errors import InterchangeError

DECISIONS = frozenset(("Accepted", "Rejected"))
KINDS = DECISIONS | {"Shown", "Replay", "Browsing"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What the client measured at one event; None where it is missing."""

    document_chars: int | None = None
    """`documentLength`."""
    offset_chars: int | None = None
    """`promptEndPos`."""
    prompt_chars: int | None = None
    """`promptCharLen`."""
    n_tokens: int | None = None
    """`numTokens`; None for 0, which the client writes where it has none."""
    logprob_mean: float | None = None
    """`meanLogProb`, nats a token."""
    alternative_mean: float | None = None
    """`meanAlternativeLogProb`."""
    since_issued_s: float | None = None
    """Seconds from the request."""
    since_displayed_s: float | None = None
    """Seconds on screen: of use for the outcome only."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event of the telemetry."""

    programmer: int
    """Who; one session each."""
    index: int
    """Position in the session."""
    at: float
    """Seconds since the epoch."""
    kind: str
    """One of `KINDS`."""
    activity: str
    """`UserTyping`, `UserPaused`, `UserBeforeAction`, …"""
    text: str
    """The text suggested."""
    task: str
    """What the session was about."""
    measured: Measured
    """What the client measured."""
    edit_fractions: tuple[float, ...]
    """For accepted text, the share changed at five later checks."""

    @property
    def is_decision(self) -> bool:
        """Whether the user accepted or rejected here."""
        return self.kind in DECISIONS


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a `.jsonl` or `.jsonl.gz` file, in order; raises InterchangeError naming the line that is wrong."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            yield from rows(lines, str(path))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as exc:
        raise InterchangeError(f"{path} cannot be read: {exc}") from exc


def rows(lines: Iterable[str], source: str = "CUPS") -> Iterator[Row]:
    """The rows of lines of JSON; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _row(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as exc:
                told = f"{source}, line {number}, is no CUPS event ({type(exc).__name__}: {exc}); nothing was imported"
                raise InterchangeError(told) from exc


def _row(found: Mapping[str, object]) -> Row:
    kind = str(found["event"])
    if kind not in KINDS:
        raise ValueError(f"unknown event {kind!r}")
    measurements = found["measurements"]
    if not isinstance(measurements, Mapping | None):
        raise TypeError("measurements is neither an object nor null")
    return Row(
        programmer=_whole(found["programmer"]),
        index=_whole(found["index"]),
        at=_seconds_since_epoch(str(found["time"])),
        kind=kind,
        activity=str(found.get("activity", "")),
        text=_text(found["suggestion"]),
        task=str(found.get("task") or ""),
        measured=_measured(measurements or {}),
        edit_fractions=_fractions(found.get("still_in_code_edit_fraction")),
    )


def _measured(found: Mapping[str, object]) -> Measured:
    return Measured(
        document_chars=_count(found.get("documentLength")),
        offset_chars=_count(found.get("promptEndPos")),
        prompt_chars=_count(found.get("promptCharLen")),
        n_tokens=_count(found.get("numTokens")) or None,
        logprob_mean=_number(found.get("meanLogProb")),
        alternative_mean=_number(found.get("meanAlternativeLogProb")),
        since_issued_s=_seconds(found.get("timeSinceIssuedMs")),
        since_displayed_s=_seconds(found.get("timeSinceDisplayedMs")),
    )


def _seconds_since_epoch(text: str) -> float:
    time = datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("suggestion is no text")
    return value


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value) if abs(value) < 1e18 else None


def _count(value: object) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _seconds(value: object) -> float | None:
    number = _number(value)
    return None if number is None else number / 1000.0


def _fractions(value: object) -> tuple[float, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise TypeError("still_in_code_edit_fraction is no list")
    return tuple(number for number in map(_number, value) if number is not None)
