"""Reviews as JSON lines: in from other tools and people, out for them.

UTF-8, one JSON object a line, blank lines left out; names ending in `.gz` are gzip:

    {"suggestion_id":"01J…","verdict":"rewrite","reviewer":"ada","words":"right, but slow","expertise":"owner"}

| field | |
|---|---|
| `suggestion_id` | of the suggestion that is judged, which the log must have |
| `verdict` | `keep`, `rewrite` or `revert` |
| `reviewer` | who: a name of letters, digits and `_ . : -`; of any other, such as an address, a keyed hash is kept |
| `words` | optional: what was said of it, at most 4,000 characters |
| `expertise` | optional: how well they know the matter, at most 80 characters |
| `at` | optional: when, seconds since the epoch or ISO 8601 with an offset; else the moment of the import |
| `reviewer_kind` | optional: `person` (the default), `model` or `git` |
| `source` | optional: how it came; else `import` |
| `method` | optional: of a model, name and version of the way it was asked |
| `review_id` | optional: its own id; else it is made of the line, so that the same line again is the same review |

A file is taken in whole or not at all, and again without effect: reviews that the log has are left out. Of one
reviewer's words on a suggestion the last line counts. `kind` and `session_id`, as the log's own interchange format has
them, may stand there and say nothing.
"""

import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tactful_models.errors import InterchangeError
from tactful_models.events import Reviewed, Verdict
from tactful_models.feedback import Appended, FeedbackLog
from tactful_models.interchange import Progress, drafted, nothing, opened
from tactful_models.plain_json import dumps, loads

MOST_WORDS_CHARS: Final = 4000
MOST_EXPERTISE_CHARS: Final = 80
KINDS: Final = ("person", "model", "git")
SOURCES: Final = ("thumbs", "thread", "terminal", "import", "model", "git")
MOST_TOLD: Final = 50
"""Wrong lines that are named: a file of another kind may have a million."""
_YEAR_10000_S: Final = 253_402_300_800
_REQUIRED: Final = ("suggestion_id", "verdict", "reviewer")
_OPTIONAL: Final = ("words", "expertise", "at", "reviewer_kind", "source", "method", "review_id")
_SILENT: Final = ("kind", "session_id")
_MOST_NAME_CHARS: Final = 200
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.:-]{0,64}").fullmatch


@dataclass(frozen=True, slots=True)
class Receiving:
    """What the reading of lines needs beside them."""

    now: float
    """Seconds since the epoch."""
    named: Callable[[str], str]
    """From a reviewer's name to what of it may be kept."""
    skip_bad: bool = False
    """Whether bad lines are left out rather than all refused."""


@dataclass(slots=True)
class Received:
    """What became of a file."""

    done: Appended = field(default_factory=Appended)
    bad: dict[int, str] = field(default_factory=dict)
    """What is wrong, by the line's number from 1."""


def import_reviews(log: FeedbackLog, path: Path, receiving: Receiving) -> Received:
    """Append a file's reviews in one transaction.

    Raises:
        InterchangeError: the file cannot be read, or lines in it are wrong (unless `skip_bad`): the first
            `MOST_TOLD` are named.
        LogError: the log cannot be written.
    """
    received = Received()
    found = [review for number, line in _lines(path) if (review := _received(log, line, receiving, received, number))]
    if received.bad and not receiving.skip_bad:
        raise InterchangeError(_refusal(path, received.bad))
    received.done = log.append_new(found)
    return received


def export_reviews(log: FeedbackLog, path: Path, with_text: bool = False, progress: Progress = nothing) -> int:
    """Write all reviews; the file appears under its name when it is complete. No suggestion's text is in them.

    Returns:
        How many there were.

    Raises:
        InterchangeError: the file cannot be written.
    """
    n_reviews = 0
    with drafted(path) as draft, opened(draft, "wb") as file:
        for stored in log.events(kinds=[Reviewed]):
            assert isinstance(stored.event, Reviewed)
            file.write(f"{dumps(plain(stored.event))}\n".encode())
            n_reviews += 1
            progress(1)
    return n_reviews


def plain(review: Reviewed) -> dict[str, Any]:
    """A review as the format has it, without what says nothing.

    >>> plain(Reviewed("v1", "g1", "s1", 7.0, Verdict.KEEP, "ada"))["verdict"]
    <Verdict.KEEP: 'keep'>
    """
    found = {name: getattr(review, name) for name in (*_REQUIRED, *_OPTIONAL)}
    return {name: value for name, value in found.items() if value != ""}


def parsed(found: Any, receiving: Receiving) -> Reviewed:
    """The review of one line, its session left open.

    Raises:
        ValueError: it is none, with what is wrong.
    """
    if not isinstance(found, dict):
        raise ValueError("expected an object")
    if missing := [name for name in _REQUIRED if not found.get(name)]:
        raise ValueError(f"{', '.join(missing)} is missing")
    if unknown := found.keys() - {*_REQUIRED, *_OPTIONAL, *_SILENT}:
        raise ValueError(f"{', '.join(sorted(unknown))[:80]} is no field of a review")
    return Reviewed(
        review_id=_name(found, "review_id") or _made_id(found),
        suggestion_id=_text(found, "suggestion_id", _MOST_NAME_CHARS),
        session_id="",
        at=_moment(found.get("at", receiving.now)),
        verdict=Verdict(_one_of(found, "verdict", tuple(Verdict))),
        reviewer=receiving.named(_text(found, "reviewer", _MOST_NAME_CHARS)),
        reviewer_kind=_one_of(found, "reviewer_kind", KINDS),
        source=_one_of({"source": "import", **found}, "source", SOURCES),
        words=_text(found, "words", MOST_WORDS_CHARS),
        expertise=_text(found, "expertise", MOST_EXPERTISE_CHARS),
        method=_name(found, "method"),
    )


def _received(log: FeedbackLog, line: bytes, receiving: Receiving, received: Received, number: int) -> Reviewed | None:
    """The review with the session of its suggestion; None where something is wrong, which is noted."""
    try:
        review = parsed(loads(line), receiving)
        if (session_id := log.session_of(review.suggestion_id)) is None:
            raise ValueError(f"no suggestion {review.suggestion_id[:40]!r} is on record")
        return replace(review, session_id=session_id)
    except ValueError as fault:
        received.bad[number] = str(fault)
    return None


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with opened(path, "rb") as file:
        try:
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
        except (OSError, EOFError, zlib.error) as fault:
            raise InterchangeError(f"{path} cannot be read on: {fault}.") from fault


def _refusal(path: Path, bad: Mapping[int, str]) -> str:
    told = "".join(f"\n  line {number}: {why}" for number, why in islice(bad.items(), MOST_TOLD))
    told += f"\n  and {len(bad) - MOST_TOLD:,} more" if len(bad) > MOST_TOLD else ""
    return f"{path}: nothing was imported, since lines are wrong ({len(bad):,}; --skip-bad leaves them out):{told}"


def _text(found: Mapping[str, Any], name: str, most_chars: int) -> str:
    value = found.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name}: expected a text")
    if len(value) > most_chars:
        raise ValueError(f"{name}: longer than {most_chars:,} characters")
    return value.encode("utf-8", "replace").decode("utf-8").strip()


def _name(found: Mapping[str, Any], name: str) -> str:
    value = _text(found, name, _MOST_NAME_CHARS)
    if not _PLAIN(value):
        raise ValueError(f"{name}: expected at most 64 letters, digits and _ . : -")
    return value


def _one_of(found: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    value = found.get(name, choices[0])
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name}: expected one of {', '.join(choices)}")
    return value


def _moment(value: Any) -> float:
    """Seconds since the epoch."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            value = moment.timestamp() if moment.tzinfo is not None else None
        seconds = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        seconds = math.nan
    if not 0.0 <= seconds < _YEAR_10000_S:
        raise ValueError("at: expected seconds (not milliseconds) since the epoch, or ISO 8601 with an offset")
    return seconds


def _made_id(found: Mapping[str, Any]) -> str:
    told = {name: found[name] for name in sorted(found) if name not in _SILENT}
    return f"line-{blake2b(dumps(told).encode('utf-8', 'replace'), digest_size=12).hexdigest()}"
