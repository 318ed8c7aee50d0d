"""What people look at: what was asked, shown, taken and spared, with intervals over sessions."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from tactful_models.errors import LogError
from tactful_models.events import Event, Reviewed, Verdict
from tactful_models.report_amounts import Amount, amounts
from tactful_models.report_cases import Case, Tallies, gather
from tactful_models.report_periods import Period, periods
from tactful_models.report_rates import Line, Rate, line, rate
from tactful_models.report_seconds import Seconds, seconds
from tactful_models.tracking import Standing


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
    """`thumbs`, `thread`, `terminal`, `import`, `model`, `git`; with the kind of reviewer where that is not told."""
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
    metrics: str = ""
    """What was measured of it, as JSON; empty where nothing was."""


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
    amounts: tuple[Amount, ...] = ()
    """By suggestions, lines and characters."""
    periods: tuple[Period, ...] = ()
    """Over time."""
    seconds: Seconds | None = None
    """Saved and spent, a day; None where nothing was asked."""
    standing: Standing | None = None
    """How the chances of the gate come out of which an outcome came last; None before there is one."""

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
    return reported(gather(events))


def reported(tallies: Tallies) -> Report:
    """The same from a log that has been read."""
    for at in (tallies.first_at, tallies.last_at, *(change.at for change in tallies.gates), *_ends(tallies)):
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
        total=line("all", cases),
        languages=_lines(cases, lambda case: case.language),
        models=_lines(cases, lambda case: case.model_key),
        kept=tuple(_kept(cases, after_s) for after_s in sorted({at for case in cases for at in case.kept})),
        spared=_spared(tallies),
        gates=tuple(Version(gate.at, gate.version, gate.change, gate.reason, gate.metrics) for gate in tallies.gates),
        reviews=_reviews(tallies.reviews.values()),
        amounts=amounts(cases),
        periods=periods(cases),
        seconds=seconds(tallies) if tallies.days else None,
        standing=tallies.tracking.standing(tallies.tracking.last) if tallies.tracking.last else None,
    )


def _ends(tallies: Tallies) -> Sequence[float]:
    times = [case.at for case in tallies.cases.values()]
    return (min(times), max(times)) if times else ()


def _lines(cases: Sequence[Case], key: Callable[[Case], str]) -> tuple[Line, ...]:
    found = {name: [case for case in cases if key(case) == name] for name in {key(case) for case in cases}}
    return tuple(line(name, mine) for name, mine in sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def _kept(cases: Sequence[Case], after_s: int) -> Kept:
    checks = [(case.session_id, case.kept[after_s]) for case in cases if after_s in case.kept]
    known = [(session, kept, 1.0) for session, kept in checks if kept is not None]
    return Kept(after_s, len(known), len(checks) - len(known), rate(known))


def _reviews(reviews: Iterable[Reviewed]) -> tuple[Reviews, ...]:
    counts = Counter((_came(review), review.verdict) for review in reviews)
    sources = sorted({source for source, _ in counts})
    return tuple(Reviews(source, *(counts[source, verdict] for verdict in Verdict)) for source in sources)


def _came(review: Reviewed) -> str:
    is_told = review.reviewer_kind in ("person", review.source)
    return review.source if is_told else f"{review.source} ({review.reviewer_kind})"


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
