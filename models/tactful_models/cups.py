"""The CUPS telemetry as Tactful's events: each showing an opportunity, each `Accepted` or `Rejected` its outcome.

Both stages' vectors are extracted at the showing, from it and from what came before, through the same functions as
in the server. Everything was shown in the study, so each decision is `show` with propensity 1 and no gate.
A showing that the next one replaces without a decision is superseded; a replay or another alternative belongs to the
showing before it. The ids follow from programmer and position alone: importing twice gives the same.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from tactful_models.cups_format import Row, read_rows
from tactful_models.cups_growth import Growth
from tactful_models.errors import InterchangeError
from tactful_models.events import (
    ContextFacts,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
)
from tactful_models.facts import CaretView, Place, RecentTexts, Timing, suggestion_facts
from tactful_models.features import Opportunity, extract_stage1, extract_stage2
from tactful_models.history import History
from tactful_models.imported import asked_elsewhere, decided_elsewhere

SOURCE = "cups"
MODEL_KEY = "copilot:2022-08"
LANGUAGE = "python"
CHECKS_S = (15, 30, 120, 300, 600)
"""When Copilot's client looked at what was left of an accepted text."""

_PAUSED = {"UserTyping": False, "UserPaused": True}


def session_id(programmer: int) -> str:
    """The one session of a programmer."""
    return f"cups-{programmer:02d}"


def read_events(path: Path) -> Iterator[Event]:
    """The events of a file, session by session; raises InterchangeError naming the line or session that is wrong."""
    return events(read_rows(path))


def events(rows: Iterable[Row]) -> Iterator[Event]:
    """The events of rows that are grouped by programmer and in order within each."""
    seen: set[int] = set()
    for programmer, group in groupby(rows, lambda row: row.programmer):
        if programmer in seen:
            raise InterchangeError(f"programmer {programmer} comes twice; the telemetry must be grouped by programmer")
        seen.add(programmer)
        yield from _Session(programmer).events(group)


class _Session:
    """Turns one programmer's rows into events, knowing at each only what came before."""

    def __init__(self, programmer: int) -> None:
        self._id = session_id(programmer)
        self._history = History()
        self._recent = RecentTexts()
        self._growth = Growth()
        self._open: tuple[str, str] | None = None
        self._last_index = -1

    def events(self, rows: Iterable[Row]) -> Iterator[Event]:
        for row in rows:
            if row.index <= self._last_index:
                raise InterchangeError(f"programmer {row.programmer}, event {row.index}: the events are out of order")
            for event in self._of_row(row):
                self._history.observe(event)
                yield event
            self._last_index = row.index

    def _of_row(self, row: Row) -> Iterator[Event]:
        if self._last_index < 0:
            yield SessionStarted(self._id, row.at, user_key=self._id, client="vscode copilot", source=SOURCE)
        if row.kind == "Shown":
            yield from self._end(row, End.SUPERSEDED)
            yield from self._shown(row)
        elif row.is_decision:
            yield from self._end(row, End.ACCEPTED if row.kind == "Accepted" else End.REJECTED)

    def _shown(self, row: Row) -> Iterator[Event]:
        made = self._made(row)
        facts = _context(row, self._growth)
        opportunity = Opportunity(facts, LANGUAGE, made.file_key, made.project_key, MODEL_KEY, row.at)
        yield decided_elsewhere(made, 1, extract_stage1(opportunity, self._history))
        yield made
        yield decided_elsewhere(made, 2, extract_stage2(opportunity, made.facts, self._history))
        yield _request(row, made, facts)
        yield OutcomeSeen(made.suggestion_id, self._id, row.at, End.SHOWN, Known.IMPORTED)
        self._open = (made.suggestion_id, row.text)
        self._recent.shown(row.text)
        self._growth.mark_shown(row.measured)

    def _made(self, row: Row) -> SuggestionMade:
        return SuggestionMade(
            suggestion_id=f"{self._id}-s{row.index:04d}",
            request_id=f"{self._id}-r{row.index:04d}",
            session_id=self._id,
            at=row.at,
            facts=_suggestion(row, self._recent),
            language=LANGUAGE,
            file_key=f"{self._id}-file",
            project_key=_key(row.task),
            model_key=MODEL_KEY,
            text_hash=_key(row.text),
        )

    def _end(self, row: Row, end: End) -> Iterator[Event]:
        """The end of the open showing, if there is one."""
        if self._open is None:
            return
        suggestion_id, text = self._open
        self._open = None
        accepted = end is End.ACCEPTED
        yield OutcomeSeen(
            suggestion_id=suggestion_id,
            session_id=self._id,
            at=row.at,
            end=end,
            known=Known.IMPORTED,
            shown_s=row.measured.since_displayed_s if row.is_decision else None,
            accepted_chars=len(text) if accepted else None,
            reason="" if row.is_decision else "superseded",
        )
        if accepted:
            self._recent.accepted(text)
            self._growth.accepted(len(text))
            yield from self._persistence(row, suggestion_id)
        elif end is End.REJECTED:
            self._recent.rejected(text)

    def _persistence(self, row: Row, suggestion_id: str) -> Iterator[Event]:
        for after_s, fraction in zip(CHECKS_S, row.edit_fractions, strict=False):
            kept = min(max(1.0 - fraction, 0.0), 1.0)
            yield PersistenceSeen(suggestion_id, self._id, row.at + after_s, after_s, kept)


def _key(text: str) -> str:
    """A hash that means nothing outside imported telemetry."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8, key=b"cups").hexdigest() if text else ""


def _context(row: Row, growth: Growth) -> ContextFacts:
    typed, deleted = growth.since(row.measured)
    return ContextFacts(
        language=LANGUAGE,
        document_chars=row.measured.document_chars,
        offset_chars=row.measured.offset_chars,
        prompt_chars=row.measured.prompt_chars,
        typed_since_shown_chars=typed,
        deleted_since_shown_chars=deleted,
        paused=_PAUSED.get(row.activity),
    )


def _suggestion(row: Row, recent: RecentTexts) -> SuggestionFacts:
    """The text's facts; what would need the document around it is unknown."""
    measured = row.measured
    facts = suggestion_facts(
        row.text, (), Timing(None, measured.since_issued_s), Place(CaretView("", "", LANGUAGE), recent)
    )
    mean, others, n_tokens = measured.logprob_mean, measured.alternative_mean, measured.n_tokens
    total = None if mean is None or n_tokens is None else mean * n_tokens
    return replace(
        facts,
        known_identifiers_ratio=None,
        parses=None,
        n_tokens=n_tokens,
        logprob_mean=mean,
        logprob_sum=total,
        logprob_line_sum=total if facts.n_lines == 1 else None,
        alternative_mean=others,
        gap_mean=None if mean is None or others is None else mean - others,
    )


def _request(row: Row, made: SuggestionMade, facts: ContextFacts) -> RequestEnded:
    """The request as of the showing: when the editor asked is not told, and cached text was issued long before."""
    return replace(asked_elsewhere(made, facts, row.measured.since_issued_s), n_tokens=row.measured.n_tokens or 0)
