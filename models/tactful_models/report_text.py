"""A report as plain tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tactful_models.phrasing import percent
from tactful_models.report import Kept, Report, Reviews, Spared, Version
from tactful_models.report_rates import Line, Rate
from tactful_models.report_seconds import Seconds
from tactful_models.tables import share, table
from tactful_models.tracking import Standing
from tactful_models.utility import Term

MOST_REASONS = 8


def text(report: Report) -> str:
    """The whole report."""
    if report.first_at is None or report.last_at is None:
        return "The log holds no requests yet."
    parts = [
        _head(report),
        _counted("Requests by result", report.results),
        _counted("Why not answered", dict(list(report.reasons.items())[:MOST_REASONS])),
        _lines("Suggestions", [report.total]),
        _lines("By language", report.languages),
        _lines("By model", report.models),
        _kept(report.kept),
        _spared(report.spared),
        _seconds(report.seconds),
        _reviews(report.reviews),
        _gates(report.gates),
        _standing(report.standing),
    ]
    return "\n\n".join(part for part in parts if part)


def moment(at: float) -> str:
    """A time to the minute, UTC.

    >>> moment(0.0)
    '1970-01-01 00:00'
    """
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"


def _head(report: Report) -> str:
    first, last = moment(report.first_at or 0.0), moment(report.last_at or 0.0)
    return (
        f"{first} to {last} UTC: {report.requests:,} requests and {report.manual:,} by hand,"
        f" in {_several(report.sessions, 'session')} of {_several(report.users, 'user')}.\n"
        "Intervals are 95 % over sessions; requests by hand are left out below."
    )


def _several(count: int, word: str) -> str:
    """A count with its word.

    >>> _several(1, "session"), _several(1200, "user")
    ('1 session', '1,200 users')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _counted(heading: str, counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    return (
        table(heading, ["", "n", ""], [[name, f"{n:,}", share(n / total)] for name, n in counts.items()])
        if total
        else ""
    )


def _lines(heading: str, lines: Sequence[Line]) -> str:
    names = [
        "",
        "made",
        "shown",
        "accepted",
        "rejected",
        "ignored",
        "superseded",
        "open",
        "acceptance",
        "of characters",
    ]
    return table(heading, names, [_line(line) for line in lines]) if lines else ""


def _line(line: Line) -> list[str]:
    counts = (line.made, line.shown, line.accepted, line.rejected, line.ignored, line.superseded, line.still_open)
    rates = (line.acceptance, line.chars_accepted)
    return [line.name, *(f"{n:,}" for n in counts), *(share(rate.value, rate.low, rate.high) for rate in rates)]


def _kept(kept: Sequence[Kept]) -> str:
    rows = [
        [
            f"{each.after_s} s",
            f"{each.checks:,}",
            f"{each.censored:,}",
            share(each.ratio.value, each.ratio.low, each.ratio.high),
        ]
        for each in kept
    ]
    return table("Kept of what was accepted", ["after", "checks", "unknown", "still there"], rows) if rows else ""


def _spared(spared: Spared) -> str:
    seconds = "–" if spared.seconds_spared is None else f"{spared.seconds_spared:,.1f}"
    rows = [
        ["calls to the model", f"{spared.calls:,}"],
        ["tokens generated", f"{spared.tokens:,}"],
        ["calls spared (stage 1)", f"{spared.calls_spared:,}"],
        ["seconds of the model spared, estimated", seconds],
        ["suggestions withheld (stage 2)", f"{spared.suggestions_withheld:,}"],
        ["shown, though the gate would have spared the call", f"{spared.would_spare_calls:,}"],
        ["shown, though the gate would have withheld it", f"{spared.would_withhold:,}"],
        ["of both, to explore", f"{spared.explored:,}"],
    ]
    return table("What deciding spared", ["", "n"], rows)


def _seconds(found: Seconds | None) -> str:
    if found is None:
        return ""
    terms = found.terms
    rows = [
        ["characters typed a second", _term(terms.speed), f"{terms.speed.n:,}", f"{terms.speed.usual:g}"],
        ["share of what was taken that stays", _term(terms.stays), f"{terms.stays.n:,}", f"{terms.stays.usual:g}"],
        ["s on screen, when not taken", _term(terms.on_screen), f"{terms.on_screen.n:,}", f"{terms.on_screen.usual:g}"],
        ["  of it to look (less the time to the next key)", f"{terms.look_s:.2f}", "", ""],
        *([name, _a_day(each), _several(found.days, "day"), ""] for name, each in daily(found)),
    ]
    return table("In your seconds, estimated", ["", "", "from", "usual"], rows)


def daily(found: Seconds) -> tuple[tuple[str, Rate], ...]:
    """The figures a day, with their names."""
    return (
        ("s a day saved by taking suggestions", found.saved),
        ("s a day spent looking at those shown", found.looked),
        ("s a day spared by those held back", found.spared),
        ("s a day given up with those", found.given_up),
    )


def _standing(found: Standing | None) -> str:
    if found is None:
        return ""
    told = (
        f"Chances of gate {found.version}, by {_several(found.n_outcomes, 'outcome')}, the newest counting most:"
        f" {percent(found.found)} were good, {percent(found.expected)} was expected,"
        f" {percent(found.corrected)} with corrections."
    )
    return f"{told}\nAlarm ({found.alarm}): {found.words}" if found.alarm else told


def _term(term: Term) -> str:
    return f"{term.value:.2f} [{term.low:.2f}, {term.high:.2f}]"


def _a_day(found: Rate) -> str:
    if found.value is None:
        return "–"
    interval = "" if found.low is None or found.high is None else f" [{found.low:,.0f}, {found.high:,.0f}]"
    return f"{found.value:,.0f}{interval}"


def _reviews(reviews: Sequence[Reviews]) -> str:
    rows = [[each.source, f"{each.keep:,}", f"{each.rewrite:,}", f"{each.revert:,}"] for each in reviews]
    return table("Reviews, also of what was asked for by hand", ["", "keep", "rewrite", "revert"], rows) if rows else ""


def _gates(gates: Sequence[Version]) -> str:
    if not gates:
        return "Gates: none has been trained yet."
    rows = [[moment(gate.at), gate.version, gate.change, gate.reason] for gate in gates]
    widest = max(len(row[1]) for row in rows)
    lines = [f"  {at}  {version.ljust(widest)}  {change.ljust(11)}  {reason}" for at, version, change, reason in rows]
    return "\n".join(["Gates", *lines])
