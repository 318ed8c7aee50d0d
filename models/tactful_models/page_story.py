"""The report page's beginning: what happened, in one paragraph, four figures and a table."""

from typing import Final

from tactful_models import page_parts
from tactful_models.markup import Markup, joined
from tactful_models.page_words import count, day, listed, points, share, within
from tactful_models.report import Report
from tactful_models.report_amounts import Amount
from tactful_models.report_rates import Rate

MOST_REASONS: Final = 10
_JUDGED: Final = (
    "Of what was shown, only what came to an end that says something counts: not what was replaced or is open."
)


def happened(report: Report) -> Markup:
    """Shown, accepted, kept and spared, in one paragraph, four figures and a table."""
    return page_parts.section(
        "happened",
        "What happened",
        page_parts.paragraph(_story(report)),
        page_parts.tiles(_tiles(report)),
        page_parts.table(
            "Counted three ways, with 95 % intervals over sessions",
            ["", "made", "held back", "shown", "accepted", "of it kept 30 s"],
            [_amount(each) for each in report.amounts],
        ),
        page_parts.small(f"{_JUDGED} Requests by hand are left out."),
        _unanswered(report),
    )


def _story(report: Report) -> str:
    suggestions, lines, characters = report.amounts
    spared = report.spared
    parts = [
        f"{_when_all(report)}, in {count(report.sessions, 'session')} of"
        f" {count(report.users, 'user')}, the editor asked {count(report.requests, 'time')} by itself and"
        f" {count(report.manual, 'time') if report.manual else 'never'} by hand. Of"
        f" {count(suggestions.made, 'suggestion')} made,"
        f" {'all' if suggestions.shown == suggestions.made else f'{suggestions.shown:,.0f}'} were shown.",
    ]
    if suggestions.accepted.value is not None:
        parts.append(
            f"You accepted {within(suggestions.accepted)} of the suggestions that you judged; by lines that is"
            f" {within(lines.accepted)}, by characters {within(characters.accepted)}."
        )
    if characters.kept.value is not None:
        parts.append(f"Of the characters accepted, {within(characters.kept)} were still there after 30 s.")
    return " ".join([*parts, _spared(report), *([_watching(report)] if spared.would_withhold else [])])


def _when_all(report: Report) -> str:
    first, last = day(report.first_at or 0.0), day(report.last_at or 0.0)
    return f"On {first}" if first == last else f"From {first} to {last}"


def _spared(report: Report) -> str:
    spared = report.spared
    if not spared.calls_spared and not spared.suggestions_withheld:
        return "The gate held nothing back."
    seconds = f" (about {count(spared.seconds_spared, 'second')} of its work)" if spared.seconds_spared else ""
    calls = f"the model {count(spared.calls_spared, 'call')}{seconds}"
    made = f"you {count(spared.suggestions_withheld, 'suggestion')} that had been made"
    return (
        f"The gate spared {listed([calls] * bool(spared.calls_spared) + [made] * bool(spared.suggestions_withheld))}."
    )


def _watching(report: Report) -> str:
    spared = report.spared
    explored = f", {spared.explored:,} of these to learn from them" if spared.explored else ""
    return (
        f"It would have held back {count(spared.would_spare_calls + spared.would_withhold, 'more', 'more')}"
        f" that it let pass{explored}."
    )


def _tiles(report: Report) -> list[tuple[str, str, str]]:
    suggestions, _, characters = report.amounts
    spared = report.spared
    return [
        ("Shown", f"{suggestions.shown:,.0f}", f"of {count(suggestions.made, 'suggestion')} made"),
        ("Accepted", points(suggestions.accepted), _of(suggestions.accepted, "judged")),
        ("Kept for 30 s", points(characters.kept), _of(characters.kept, "characters accepted")),
        (
            "Spared",
            f"{spared.calls_spared + spared.suggestions_withheld:,}",
            f"{count(spared.calls_spared, 'call')}, {count(spared.suggestions_withheld, 'suggestion')}",
        ),
    ]


def _of(rate: Rate, what: str) -> str:
    if rate.value is None:
        return "nothing to go by yet"
    interval = "" if rate.low is None or rate.high is None else f", {100 * rate.low:.1f} to {100 * rate.high:.1f}"
    return f"of {rate.n:,.0f} {what}{interval}"


def _amount(amount: Amount) -> list[str]:
    counts = [f"{each:,.0f}" for each in (amount.made, amount.withheld, amount.shown)]
    return [amount.unit, *counts, share(amount.accepted), share(amount.kept)]


def _unanswered(report: Report) -> Markup:
    if not report.reasons:
        return joined()
    total = sum(report.results.values())
    rows = [[name, f"{n:,}", f"{100 * n / total:.1f} %"] for name, n in list(report.reasons.items())[:MOST_REASONS]]
    return page_parts.table(
        "Why requests were not answered, the most frequent reasons", ["", "requests", "share"], rows
    )
