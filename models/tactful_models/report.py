"""What people look at: what was asked, shown, taken and spared, with intervals over sessions."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np

from tactful_models.errors import LogError
from tactful_models.events import Event, Reviewed, Verdict
from tactful_models.report_cases import Case, Tallies, gather

N_RESAMPLES = 1000
LEVEL = 0.95
FEWEST_SESSIONS = 5
"""With fewer sessions no interval is given: it would be made up."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, with its interval over sessions."""

    value: float | None
    """The share, or mean; None where there is nothing to divide by."""
    low: float | None
    """Lower end of the 95 % interval; None with fewer than five sessions."""
    high: float | None
    n: float
    """What it is a share of."""


@dataclass(frozen=True, slots=True)
class Line:
    """The suggestions of one language, or of one model, or all."""

    name: str
    made: int
    """Suggestions made, shown or not."""
    shown: int
    accepted: int
    rejected: int
    ignored: int
    superseded: int
    """Replaced before the user judged it."""
    still_open: int
    """Shown, with no end known yet."""
    acceptance: Rate
    """Accepted among those shown and not superseded or open."""
    chars_accepted: Rate
    """Characters accepted, whole or in parts, among the characters of the same."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was left of accepted text some time later."""

    after_s: int
    checks: int
    """Checks at which something could be said."""
    censored: int
    """Checks at which nothing could be: closed, replaced, shut down."""
    ratio: Rate
    """Mean share still there."""


@dataclass(frozen=True, slots=True)
class Spared:
    """What deciding saved, and what it would have saved."""

    calls: int
    """Calls opened to the model."""
    tokens: int
    """Tokens generated for them."""
    calls_spared: int
    """Requests that stage 1 withheld."""
    seconds_spared: float | None
    """Those, at the mean generation time seen; None where no time is known."""
    suggestions_withheld: int
    """Suggestions that stage 2 withheld."""
    would_spare_calls: int
    """Requests that stage 1 would have withheld but did not, in shadow mode or exploring."""
    would_withhold: int
    """The same of suggestions and stage 2."""
    explored: int
    """How many of both were shown by exploration."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """What reviewers said, by how it came. Of one reviewer's words on one suggestion the last counts."""

    source: str
    """`thumbs`, `thread`, `terminal`, `import`; with ` (model)` behind it where a model reviewed."""
    keep: int
    rewrite: int
    revert: int


@dataclass(frozen=True, slots=True)
class Version:
    """One thing that happened to a gate."""

    at: float
    version: str
    change: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything, as values."""

    first_at: float | None
    """First request, UTC seconds."""
    last_at: float | None
    sessions: int
    users: int
    requests: int
    """Automatic ones; what follows is of these, suggestions of manual ones are left out."""
    manual: int
    """Requests by hand."""
    results: dict[str, int]
    reasons: dict[str, int]
    total: Line
    languages: tuple[Line, ...]
    models: tuple[Line, ...]
    kept: tuple[Kept, ...]
    spared: Spared
    gates: tuple[Version, ...]
    reviews: tuple[Reviews, ...] = ()
    """Of any suggestion, manual ones included."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        return asdict(self)


def _must_be_a_moment(at: float) -> None:
    try:
        datetime.fromtimestamp(at, UTC)
    except (OSError, OverflowError, ValueError) as exc:
        raise LogError(f"the log holds a time that no calendar has ({at:g} s since 1970): was it imported?") from exc


def report(events: Iterable[Event]) -> Report:
    """The report of events in the log's order; raises LogError when one happened at a time that no calendar has."""
    tallies = gather(events)
    for at in (tallies.first_at, tallies.last_at, *(change.at for change in tallies.gates)):
        _must_be_a_moment(at or 0.0)
    cases = [case for case in tallies.cases.values() if not case.manual]
    return Report(
        first_at=tallies.first_at,
        last_at=tallies.last_at,
        sessions=len(tallies.sessions),
        users=len({session.user_key for session in tallies.sessions.values()}),
        requests=sum(tallies.results.values()),
        manual=tallies.manual,
        results=dict(tallies.results.most_common()),
        reasons=dict(tallies.reasons.most_common()),
        total=_line("all", cases),
        languages=_lines(cases, lambda case: case.language),
        models=_lines(cases, lambda case: case.model_key),
        kept=tuple(_kept(cases, after_s) for after_s in sorted({at for case in cases for at in case.kept})),
        spared=_spared(tallies),
        gates=tuple(Version(gate.at, gate.version, gate.change, gate.reason) for gate in tallies.gates),
        reviews=_reviews(tallies.reviews.values()),
    )


def rate(parts: Sequence[tuple[str, float, float]]) -> Rate:
    """Sum of the second over sum of the third of (session, of these, of how many), resampling whole sessions.

    >>> rate([("a", 1, 2), ("b", 1, 2)])
    Rate(value=0.5, low=None, high=None, n=4.0)
    """
    names, places = np.unique([part[0] for part in parts], return_inverse=True)
    sums = np.array([np.bincount(places, [part[i] for part in parts], len(names)) for i in (1, 2)]) if parts else None
    if sums is None or not sums[1].sum():
        return Rate(None, None, None, 0.0)
    value, n = float(sums[0].sum() / sums[1].sum()), float(sums[1].sum())
    if len(names) < FEWEST_SESSIONS:
        return Rate(value, None, None, n)
    draws = np.random.default_rng(0).multinomial(len(names), np.full(len(names), 1 / len(names)), N_RESAMPLES)
    above, below = draws @ sums[0], draws @ sums[1]
    low, high = np.quantile(above[below > 0] / below[below > 0], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Rate(value, float(low), float(high), n)


def _lines(cases: Sequence[Case], key: Callable[[Case], str]) -> tuple[Line, ...]:
    found = {name: [case for case in cases if key(case) == name] for name in {key(case) for case in cases}}
    return tuple(_line(name, mine) for name, mine in sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def _line(name: str, cases: Sequence[Case]) -> Line:
    shown = [case for case in cases if case.shown]
    ends = [case.end.value if case.end else "" for case in shown]
    judged = [case for case in shown if case.end is not None and case.end != "superseded"]
    return Line(
        name=name,
        made=len(cases),
        shown=len(shown),
        accepted=ends.count("accepted"),
        rejected=ends.count("rejected"),
        ignored=ends.count("ignored"),
        superseded=ends.count("superseded"),
        still_open=ends.count(""),
        acceptance=rate([(case.session_id, float(case.accepted), 1.0) for case in judged]),
        chars_accepted=rate([(case.session_id, float(case.taken_chars), float(case.chars)) for case in judged]),
    )


def _kept(cases: Sequence[Case], after_s: int) -> Kept:
    checks = [(case.session_id, case.kept[after_s]) for case in cases if after_s in case.kept]
    known = [(session, kept, 1.0) for session, kept in checks if kept is not None]
    return Kept(after_s, len(known), len(checks) - len(known), rate(known))


def _reviews(reviews: Iterable[Reviewed]) -> tuple[Reviews, ...]:
    counts = Counter((_came(review), review.verdict) for review in reviews)
    sources = sorted({source for source, _ in counts})
    return tuple(Reviews(source, *(counts[source, verdict] for verdict in Verdict)) for source in sources)


def _came(review: Reviewed) -> str:
    return review.source if review.reviewer_kind == "person" else f"{review.source} ({review.reviewer_kind})"


def _spared(tallies: Tallies) -> Spared:
    times = [case.generation_s for case in tallies.cases.values() if case.generation_s is not None]
    return Spared(
        calls=tallies.calls,
        tokens=tallies.tokens,
        calls_spared=tallies.withheld[1],
        seconds_spared=tallies.withheld[1] * sum(times) / len(times) if times else None,
        suggestions_withheld=tallies.withheld[2],
        would_spare_calls=tallies.would_withhold[1],
        would_withhold=tallies.would_withhold[2],
        explored=tallies.explored.total(),
    )
