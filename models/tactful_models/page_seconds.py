"""The report page on what suggestions were worth, in the user's own seconds."""

from collections.abc import Sequence

from tactful_models import page_parts
from tactful_models.markup import Markup
from tactful_models.page_words import count
from tactful_models.report import Report
from tactful_models.report_rates import Rate
from tactful_models.report_seconds import Seconds
from tactful_models.utility import Term

_HOW = (
    "Typing is timed from one request to the next, without pauses. A look is the time for which one that was not taken"
    " stayed on screen, up to five seconds, less what the next key would have taken anyway. What an interruption costs"
    " beyond that no record tells. Each number begins at what is usual and moves to yours."
)


def seconds(report: Report) -> Markup:
    """Saved and spent, a day, and what that rests on."""
    found = report.seconds
    if found is None or not report.total.shown:
        words = page_parts.too_few("Nothing has been shown yet that could have saved or taken time.")
        return page_parts.section("seconds", "In your seconds", words)
    return page_parts.section(
        "seconds",
        "In your seconds",
        page_parts.paragraph(_story(found)),
        page_parts.halves(
            page_parts.table("Seconds a day, with 95 % intervals over days", ["", "seconds"], _days(found)),
            page_parts.table("What they rest on, with 95 % intervals", ["", "yours", "from", "usual"], _terms(found)),
        ),
        page_parts.small(_HOW),
    )


def _story(found: Seconds) -> str:
    saved, looked = found.saved.value or 0.0, found.looked.value or 0.0
    told = (
        f"Taking suggestions saved about {count(saved, 'second')} of typing a day, and looking at those shown took"
        f" about {count(looked, 'second')}."
    )
    if not found.spared.value:
        return told
    given_up = f"about {count(found.given_up.value or 0.0, 'second')} of typing"
    spared = count(found.spared.value, "second")
    return f"{told} What was held back spared about {spared} of looking a day, and gave up {given_up}."


def _days(found: Seconds) -> Sequence[Sequence[str]]:
    rows = (
        ("saved by taking suggestions", found.saved),
        ("spent looking at those shown", found.looked),
        ("spared by those held back", found.spared),
        ("given up with those", found.given_up),
    )
    return [[name, _number(each)] for name, each in rows]


def _terms(found: Seconds) -> Sequence[Sequence[str]]:
    terms = found.terms
    rows = (
        ("characters typed a second", terms.speed),
        ("share of what was taken that stays", terms.stays),
        ("seconds on screen, when not taken", terms.on_screen),
    )
    return [[name, _term(each), f"{each.n:,}", f"{each.usual:g}"] for name, each in rows]


def _number(of: Rate) -> str:
    if of.value is None:
        return "–"
    interval = "" if of.low is None or of.high is None else f" [{of.low:,.0f},\xa0{of.high:,.0f}]"
    return f"{of.value:,.0f}{interval}"


def _term(of: Term) -> str:
    return f"{of.value:.2f} [{of.low:.2f},\xa0{of.high:.2f}]"
