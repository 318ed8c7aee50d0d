"""What was accepted, where it stood, what is left of it and what was said of it: what a review is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tactful_models.events import (
    ContextFacts,
    End,
    Event,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Reviewed,
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
    asked: ContextFacts | None = None
    """Where the caret stood when it was asked for; only of those without `placed`."""
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
        facts = self.asked or ContextFacts()
        return facts.line_index or 0, facts.line_before_chars or 0

    @property
    def last_kept(self) -> tuple[int, float] | None:
        """The latest horizon of which something is known, in seconds, and the share still there."""
        known = [(after_s, ratio) for after_s, ratio in self.kept.items() if ratio is not None]
        return max(known) if known else None

    def said_by(self, kind: str, reviewer: str = "") -> Reviewed | None:
        """The last word of that kind of reviewer, or of that reviewer."""
        found = [one for one in self.reviews if one.reviewer_kind == kind and reviewer in ("", one.reviewer)]
        return found[-1] if found else None


def read(log: FeedbackLog) -> list[Taken]:
    """Everything that was accepted, the newest first.

    One kind of event after the other, so that of a million suggestions only those stay in memory that were accepted.

    Raises:
        LogError: the log cannot be read.
    """
    accepted = {one.suggestion_id: one.at for one in _outcomes(log) if one.end is End.ACCEPTED}
    found: dict[str, Taken] = {}
    for made in _of(log, SuggestionMade):
        if isinstance(made, SuggestionMade) and made.suggestion_id in accepted:
            found[made.suggestion_id] = Taken(made, accepted[made.suggestion_id])
    for kind in (PersistenceSeen, TextPlaced, Reviewed):
        for event in _of(log, kind):
            _told(found, event)
    _asked(log, found)
    return sorted(found.values(), key=lambda one: (one.at, one.suggestion_id), reverse=True)


def _told(found: Mapping[str, Taken], event: Event) -> None:
    match event:
        case PersistenceSeen() if event.suggestion_id in found:
            found[event.suggestion_id].kept[event.after_s] = event.kept_ratio
        case TextPlaced() if event.suggestion_id in found:
            found[event.suggestion_id].placed = event
        case Reviewed() if event.suggestion_id in found:
            found[event.suggestion_id].reviews.append(event)


def _asked(log: FeedbackLog, found: Mapping[str, Taken]) -> None:
    """Where nobody noted where the text stood, the request says where the caret was."""
    open_requests = {one.made.request_id: one for one in found.values() if one.placed is None}
    for event in _of(log, RequestEnded) if open_requests else ():
        if isinstance(event, RequestEnded) and event.request_id in open_requests:
            open_requests[event.request_id].asked = event.facts


def _outcomes(log: FeedbackLog) -> Iterator[OutcomeSeen]:
    for event in _of(log, OutcomeSeen):
        if isinstance(event, OutcomeSeen):
            yield event


def _of(log: FeedbackLog, kind: type[Event]) -> Iterator[Event]:
    return (stored.event for stored in log.events(kinds=[kind]))
