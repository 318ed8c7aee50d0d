"""What someone says of a suggestion: read without believing it, looked up, recorded."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ulid import ULID

from tactful_models.bounded import Bounded
from tactful_models.errors import LogError
from tactful_models.events import End, OutcomeSeen, Reviewed, Verdict
from tactful_models.feedback import FeedbackLog
from tactful_models.review_lines import MOST_EXPERTISE_CHARS, MOST_WORDS_CHARS
from tactful_server.session import Session

SOURCES: Final = ("thumbs", "thread")
"""Where a review comes from that an editor sends."""
_REMEMBERED: Final = 4096


@dataclass(frozen=True, slots=True)
class Review:
    """A review as the editor sent it, understood."""

    suggestion_id: str
    """Empty for the one taken last."""
    verdict: Verdict
    words: str
    source: str
    expertise: str


def read(sent: Mapping[str, Any]) -> Review | str:
    """The review, or a sentence that says what is wrong with it."""
    named, verdict, source = sent.get("id") or "", sent.get("verdict"), sent.get("source") or SOURCES[0]
    words, expertise = sent.get("words") or "", sent.get("expertise") or ""
    if verdict not in list(Verdict):
        return "A review needs a verdict: keep, rewrite or revert."
    if source not in SOURCES:
        return f"A review from an editor comes by {' or '.join(SOURCES)}."
    if not all(isinstance(text, str) for text in (named, words, expertise)):
        return "A review's id, words and expertise are texts."
    if len(words) > MOST_WORDS_CHARS or len(expertise) > MOST_EXPERTISE_CHARS:
        return (
            f"A review has room for {MOST_WORDS_CHARS:,} characters of words and {MOST_EXPERTISE_CHARS} of expertise."
        )
    return Review(named, Verdict(verdict), _writable(words), source, _writable(expertise))


class Reviewing:
    """Takes reviews of this session's suggestions, and of earlier ones that are in the log."""

    def __init__(self, session: Session, log: Path, now: Callable[[], float]) -> None:
        self._session = session
        self._log = log
        self._now = now
        self._seen: Bounded[str, bool] = Bounded(_REMEMBERED)
        self._last_taken = ""

    def told(self, outcome: OutcomeSeen) -> None:
        """Something became of a suggestion of this session."""
        self._seen.put(outcome.suggestion_id, True)
        if outcome.end in (End.ACCEPTED, End.PARTIAL):
            self._last_taken = outcome.suggestion_id

    async def review(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Records a review: `{"reviewed": id}`, or `{"reviewed": None, "why": sentence}` where that cannot be."""
        review = read(sent)
        if isinstance(review, str):
            return _refused(review)
        suggestion_id = review.suggestion_id or self._last_taken
        if not suggestion_id:
            return _refused("Nothing has been accepted in this session yet, so there is nothing to review.")
        try:
            session_id = await self._session_of(suggestion_id)
        except LogError as error:
            return _refused(f"It cannot be looked up: {error}")
        if session_id is None:
            return _refused("No such suggestion is on record; it may have been erased.")
        self._session.record(self._event(review, suggestion_id, session_id))
        return {"reviewed": suggestion_id}

    async def _session_of(self, suggestion_id: str) -> str | None:
        if suggestion_id in self._seen:
            return self._session.session_id
        return await asyncio.to_thread(_looked_up, self._log, suggestion_id)

    def _event(self, review: Review, suggestion_id: str, session_id: str) -> Reviewed:
        return Reviewed(
            review_id=str(ULID()),
            suggestion_id=suggestion_id,
            session_id=session_id,
            at=self._now(),
            verdict=review.verdict,
            reviewer=self._session.started.user_key,
            source=review.source,
            words=review.words,
            expertise=review.expertise,
        )


def _looked_up(log: Path, suggestion_id: str) -> str | None:
    with FeedbackLog.open(log, read_only=True) as opened:
        return opened.session_of(suggestion_id)


def _refused(why: str) -> dict[str, Any]:
    return {"reviewed": None, "why": why}


def _writable(text: str) -> str:
    """The text without halves of surrogate pairs, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()
