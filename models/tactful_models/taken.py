"""What was accepted, where it stood, what is left of it and what was said of it: what a review is about."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from tactful_models.events import (
    End,
    Event,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Reviewed,
    SuggestionFacts,
    SuggestionMade,
    TextPlaced,
)
from tactful_models.feedback import FeedbackLog


@dataclass(slots=True)
class Taken:
    """One suggestion that was accepted whole."""

    made: SuggestionMade
    at: float
    """When it was accepted, seconds since the epoch."""
    placed: TextPlaced | None = None
    """Where it stood then; None in a log from before that was kept."""
    asked: tuple[int, int] = (0, 0)
    """Line and characters before the caret when it was asked for, from 0; only of those without `placed`."""
    kept: dict[int, float | None] = field(default_factory=dict)
    """Share still there, by seconds after; None where nothing could be said."""
    reviews: list[Reviewed] = field(default_factory=list)
    """What was said of it, in the log's order."""

    @property
    def suggestion_id(self) -> str:
        """Its id."""
        return self.made.suggestion_id

    @property
    def n_chars(self) -> int:
        """Length of what was accepted."""
        return self.placed.n_chars if self.placed else self.made.facts.n_chars

    @property
    def text_hash(self) -> str:
        """Keyed hash of what was accepted."""
        return self.placed.text_hash if self.placed else self.made.text_hash

    @property
    def line_hashes(self) -> tuple[str, ...]:
        """Keyed hashes of the lines it stood on; `-` for one too short; none where they were not kept."""
        return tuple(self.placed.line_hashes.split()) if self.placed else ()

    @property
    def spot(self) -> tuple[int, int]:
        """Line and characters before it on that line, from 0, as of then."""
        if self.placed:
            return self.placed.line_index, self.placed.line_before_chars
        return self.asked

    @property
    def last_kept(self) -> tuple[int, float] | None:
        """The latest horizon of which something is known, in seconds, and the share still there."""
        known = [(after_s, ratio) for after_s, ratio in self.kept.items() if ratio is not None]
        return max(known) if known else None

    def said_by(self, kind: str) -> Reviewed | None:
        """The last word of that kind of reviewer."""
        return next((one for one in reversed(self.reviews) if one.reviewer_kind == kind), None)


def read(log: FeedbackLog) -> list[Taken]:
    """Everything that was accepted, the newest first.

    Of a million suggestions only those stay in memory that were accepted, and of those what a review needs: `made` has
    its names, hashes, length and lines, and no other facts.

    Raises:
        LogError: the log cannot be read.
    """
    ended = log.cells(OutcomeSeen, ("suggestion_id", "end", "at"))
    accepted = {suggestion_id: at for suggestion_id, end, at in ended if end == End.ACCEPTED}
    found = {one.suggestion_id: Taken(one, accepted[one.suggestion_id]) for one in _made(log, accepted)}
    for suggestion_id, after_s, ratio in log.cells(PersistenceSeen, ("suggestion_id", "after_s", "kept_ratio")):
        if suggestion_id in found:
            found[suggestion_id].kept[after_s] = ratio
    for stored in log.events(kinds=[TextPlaced, Reviewed]):
        _told(found, stored.event)
    _asked(log, found)
    return sorted(found.values(), key=lambda one: (one.at, one.suggestion_id), reverse=True)


def _made(log: FeedbackLog, wanted: Container[str]) -> Iterator[SuggestionMade]:
    columns = ("suggestion_id", "request_id", "session_id", "at", "facts.n_chars", "facts.n_lines")
    names = ("language", "file_key", "text_hash", "text")
    for suggestion_id, request_id, session_id, at, n_chars, n_lines, *named in log.cells(
        SuggestionMade, (*columns, *names)
    ):
        if suggestion_id in wanted:
            facts = SuggestionFacts(n_chars, n_lines)
            told = dict(zip(names, named, strict=True))
            yield SuggestionMade(suggestion_id, request_id, session_id, at, facts, **told)


def _told(found: Mapping[str, Taken], event: Event) -> None:
    match event:
        case TextPlaced() if event.suggestion_id in found:
            found[event.suggestion_id].placed = event
        case Reviewed() if event.suggestion_id in found:
            found[event.suggestion_id].reviews.append(event)


def _asked(log: FeedbackLog, found: Mapping[str, Taken]) -> None:
    """Where nobody noted where the text stood, the request says where the caret was."""
    unplaced = {one.made.request_id: one for one in found.values() if one.placed is None}
    asked = log.cells(RequestEnded, ("request_id", "facts.line_index", "facts.line_before_chars"))
    for request_id, line_index, before_chars in asked if unplaced else ():
        if request_id in unplaced:
            unplaced[request_id].asked = (line_index or 0, before_chars or 0)
