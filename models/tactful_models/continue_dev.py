"""Continue's own record of its completions as Tactful's events, so that a gate can be trained before the first day.

Everything displayed was shown without a gate: each decision is `show` with propensity 1. A completion that was not
accepted within ten seconds counts as ignored, since Continue does not tell a refusal from a lack of interest. Typing
rhythm, shown time and what was kept later are unknown, and so is where in the document the caret stood. Sessions are
cut where nothing was shown for half an hour. No text is taken over.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

from tactful_models.continue_format import Row
from tactful_models.events import (
    ContextFacts,
    End,
    Event,
    Known,
    OutcomeSeen,
    SessionStarted,
    SuggestionMade,
    Trigger,
)
from tactful_models.facts import CaretView, Place, RecentTexts, Timing, context_facts, suggestion_facts
from tactful_models.features import Opportunity, extract_stage1, extract_stage2
from tactful_models.history import History
from tactful_models.imported import asked_elsewhere, decided_elsewhere
from tactful_models.typing_rhythm import RhythmFacts

SOURCE: Final = "continue"
SESSION_GAP_S: Final = 1800.0
"""A longer pause between two showings begins a new session."""
LANGUAGES: Final = MappingProxyType(
    {
        "py": "python", "js": "javascript", "jsx": "javascriptreact", "ts": "typescript", "tsx": "typescriptreact",
        "go": "go", "rs": "rust", "java": "java", "kt": "kotlin", "c": "c", "h": "c", "cc": "cpp", "cpp": "cpp",
        "hpp": "cpp", "cs": "csharp", "rb": "ruby", "php": "php", "swift": "swift", "scala": "scala", "lua": "lua",
        "sh": "shellscript", "sql": "sql", "html": "html", "css": "css", "scss": "scss", "json": "json",
        "yaml": "yaml", "yml": "yaml", "toml": "toml", "md": "markdown", "vue": "vue", "r": "r", "jl": "julia",
    }
)  # fmt: skip
"""The editor's language id by file name extension, for those that Continue's users type most."""


@dataclass(frozen=True, slots=True)
class Keys:
    """How names become keys on this installation."""

    text: Callable[[str], str]
    """The key of a text or name."""
    file: Callable[[str], str]
    """The key of a document's URI or path."""


def events(rows: Iterable[Row], keys: Keys) -> Iterator[Event]:
    """The events of rows in the order of their showing. Importing the same rows again gives the same events."""
    history = History()
    session: _Session | None = None
    last_at = float("-inf")
    for row in rows:
        if session is None or row.at - last_at > SESSION_GAP_S:
            if session is not None:
                yield from session.outcomes(float("inf"))
            session = _Session(row, keys, history)
            yield session.started(row)
        yield from session.outcomes(row.at)
        yield from session.shown(row)
        last_at = row.at
    if session is not None:
        yield from session.outcomes(float("inf"))


class _Session:
    """Turns one session's rows into events, knowing at each only what came before."""

    def __init__(self, first: Row, keys: Keys, history: History) -> None:
        self._id = f"{SOURCE}-{first.completion_id}"
        self._keys = keys
        self._history = history
        self._recent = RecentTexts()
        self._due: list[tuple[float, str, Row]] = []

    def started(self, first: Row) -> Event:
        user_key = self._keys.text(f"continue user:{first.user}")
        return self._seen(SessionStarted(self._id, first.at, user_key=user_key, client="Continue", source=SOURCE))

    def shown(self, row: Row) -> Iterator[Event]:
        view = CaretView(row.prefix, row.suffix, _language(row.file))
        facts, made = _context(view), self._made(row, view)
        opportunity = Opportunity(facts, made.language, made.file_key, made.project_key, made.model_key, row.at)
        yield decided_elsewhere(made, 1, extract_stage1(opportunity, self._history))
        yield self._seen(made)
        yield decided_elsewhere(made, 2, extract_stage2(opportunity, made.facts, self._history))
        asked = asked_elsewhere(made, facts, row.generation_s)
        yield replace(asked, model_called=not row.cache_hit)
        yield self._seen(OutcomeSeen(made.suggestion_id, self._id, row.at, End.SHOWN, Known.IMPORTED))
        self._recent.shown(row.completion)
        if row.accepted is not None:
            heapq.heappush(self._due, (row.logged_at, made.suggestion_id, row))

    def outcomes(self, until: float) -> Iterator[Event]:
        """What became known before `until`."""
        while self._due and self._due[0][0] <= until:
            at, suggestion_id, row = heapq.heappop(self._due)
            end = End.ACCEPTED if row.accepted else End.IGNORED
            chars, reason = (len(row.completion), "") if row.accepted else (None, "not_accepted_in_time")
            yield self._seen(
                OutcomeSeen(suggestion_id, self._id, at, end, Known.IMPORTED, accepted_chars=chars, reason=reason)
            )
            if row.accepted:
                self._recent.accepted(row.completion)

    def _seen(self, event: Event) -> Event:
        self._history.observe(event)
        return event

    def _made(self, row: Row, view: CaretView) -> SuggestionMade:
        facts = suggestion_facts(row.completion, (), Timing(None, row.generation_s), Place(view, self._recent))
        return SuggestionMade(
            suggestion_id=row.completion_id,
            request_id=f"{row.completion_id}-r",
            session_id=self._id,
            at=row.at,
            facts=facts,
            language=view.language,
            file_key=self._keys.file(row.file),
            project_key=self._keys.text(f"continue project:{row.repository}") if row.repository else "",
            model_key=f"{SOURCE}:{row.model}",
            text_hash=self._keys.text(row.completion),
        )


def _context(view: CaretView) -> ContextFacts:
    """The facts of the place; what the cut of the document hides is unknown."""
    facts = context_facts(view, Trigger.AUTOMATIC, RhythmFacts())
    return replace(facts, document_chars=None, document_lines=None, line_index=None, offset_chars=None)


def _language(file: str) -> str:
    return LANGUAGES.get(PurePosixPath(file.replace("\\", "/")).suffix[1:].lower(), "")
