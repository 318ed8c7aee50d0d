"""Events to fill a log with: any at all for properties, and a plausible stream for everything else."""

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from tactful_models.checked import Checked, Stands
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    GateChanged,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    Reviewed,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
    TextPlaced,
    Verdict,
)
from tactful_models.rows import KINDS

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False).map(lambda number: number + 0.0),  # SQLite's columns have no minus zero
    bool: st.booleans(),
    tuple[float, ...]: st.lists(st.floats(width=32), max_size=5).map(tuple),
}


def any_of(made: type[Any]) -> st.SearchStrategy[Any]:
    """Any value of a dataclass of events.py."""
    return st.builds(made, **{name: _any_field(hint) for name, hint in get_type_hints(made).items()})


def _any_field(hint: Any) -> st.SearchStrategy[Any]:
    if hint in (ContextFacts, SuggestionFacts):
        return any_of(hint)
    if NoneType in get_args(hint):
        return st.none() | _any_field(next(option for option in get_args(hint) if option is not NoneType))
    return _PLAIN[hint] if hint in _PLAIN else st.sampled_from(hint)


any_events: st.SearchStrategy[list[Event]] = st.lists(
    st.one_of([any_of(kind.event_type) for kind in KINDS]),
    max_size=12,
    unique_by=lambda event: event.session_id if isinstance(event, SessionStarted) else object(),
)


def started(session_id: str = "s1", at: float = 0.0) -> SessionStarted:
    return SessionStarted(session_id=session_id, at=at, user_key="u1")


def suggested(n: int, session_id: str = "s1", file_key: str = "f1", text: str = "pass") -> SuggestionMade:
    facts = SuggestionFacts(n_chars=len(text), n_lines=1, logprob_mean=-0.1 * n)
    return SuggestionMade(
        f"g{n}", f"r{n}", session_id, float(n), facts, language="python", file_key=file_key, text=text
    )


def opportunity(n: int, session_id: str = "s1", file_key: str = "f1") -> list[Event]:
    """A request that was answered, accepted and kept: six events."""
    facts = ContextFacts(language="python", document_chars=1000 + n, line_index=n, typed_2s=n / 7)
    vector = (0.5, float("nan"), float(n))
    at = float(n)
    return [
        Decided(f"d{n}", f"r{n}", session_id, at, 1, 0.25, 0.1, Action.SHOW, Action.SHOW, 1.0, "on", features=vector),
        suggested(n, session_id, file_key),
        Decided(
            f"e{n}", f"r{n}", session_id, at, 2, 0.5, 0.1, Action.SHOW, Action.SHOW, 1.0, "on", suggestion_id=f"g{n}"
        ),
        RequestEnded(
            f"r{n}", session_id, at, facts, Result.PRODUCED, file_key=file_key, suggestion_id=f"g{n}", model_called=True
        ),
        OutcomeSeen(f"g{n}", session_id, at + 1, End.ACCEPTED, Known.COMMAND, 0.9, 4),
        PersistenceSeen(f"g{n}", session_id, at + 30, 30, 1.0),
    ]


def session(n_opportunities: int, session_id: str = "s1") -> Iterator[Event]:
    """A session of so many opportunities, spread over ten files."""
    yield started(session_id)
    for n in range(n_opportunities):
        yield from opportunity(n, session_id, f"f{n % 10}")


def placed(n: int, session_id: str = "s1") -> TextPlaced:
    """Where suggestion `n` stood once it was accepted."""
    return TextPlaced(f"g{n}", session_id, n + 1.0, n, 4, 4, f"{n:024x}", f"{n:016x} -")


def reviewed(n: int, session_id: str = "s1", verdict: Verdict = Verdict.KEEP, at: float = 90.0) -> Reviewed:
    """A word on suggestion `n`, long after."""
    return Reviewed(f"v{n}", f"g{n}", session_id, at, verdict, "u1", words="needless, but right")


def checked(n: int, session_id: str = "s1", at: float = 60.0, output: str = "") -> Checked:
    """What a check of suggestion `n` found: it broke one of three tests."""
    return Checked(
        *(f"c{n}", f"g{n}", session_id, at),
        parses=Stands.HELD,
        old_tests=Stands.BROKE,
        climbed=1,
        credit=0.75,
        n_passed=2,
        n_broke=1,
        duration_s=1.5,
        output=output,
    )


def gate_promoted(at: float = 5.0) -> GateChanged:
    return GateChanged(at, "v1", "promoted", "better")
