"""The report as one page that needs nothing else: no script, no font, no network. Data in, text out.

The same data make the same page. Whatever comes from the log is escaped where it is put in (`markup`), and a policy in
the page's head keeps the browser from fetching anything, should that ever fail.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from tactful_models import (
    page_evaluation,
    page_feedback,
    page_gate,
    page_parts,
    page_proof,
    page_record,
    page_seconds,
    page_story,
    scored,
    stored_curves,
)
from tactful_models.cases import Reader
from tactful_models.events import Decided, Event
from tactful_models.markup import Markup, element, joined
from tactful_models.page_gate import InForce
from tactful_models.page_reading import Values
from tactful_models.page_style import STYLE
from tactful_models.page_words import day
from tactful_models.registry import PRIOR
from tactful_models.reliability import Reliability, reliability
from tactful_models.report import Report, reported
from tactful_models.report_cases import Tallies
from tactful_models.tradeoff import Tradeoff, below, tradeoff

TITLE: Final = "Tactful: what was suggested, and what became of it"
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_CONTENTS: Final = {
    "happened": "What happened",
    "time": "Over time",
    "languages": "By language",
    "models": "By model",
    "kept": "Kept",
    "seconds": "In your seconds",
    "reviews": "Reviews",
    "gate": "The gate in force",
    "reliability": "Reliability",
    "tradeoff": "Trade-off",
    "gates": "History of gates",
    "evaluation": "Evaluation",
    "ablations": "Ablations",
    "learning": "Learning curve",
    "feedback": "Feedback",
}


@dataclass(frozen=True, slots=True)
class Material:
    """What the page tells of."""

    report: Report
    stages: tuple[Reliability, ...]
    """Of stage 1 and of stage 2."""
    tradeoff: Tradeoff
    gate: InForce
    evaluation: Values | None = None
    """What `tactful evaluate --json` said; None where nothing was given."""


def material(events: Iterable[Event], gate: InForce, evaluation: Values | None = None) -> Material:
    """From events in the log's order, in one go; raises LogError when one happened at a time that no calendar has."""
    tallies, reader = Tallies(), Reader()
    for event in events:
        tallies.see(event)
        reader.see(_learned(event))
    decisions = scored.read(reader, gate.label)
    return Material(
        report=reported(tallies.closed()),
        stages=(reliability(decisions, 1), reliability(decisions, 2)),
        tradeoff=tradeoff(decisions, below(decisions, gate.thresholds)),
        gate=gate,
        evaluation=evaluation,
    )


def _learned(event: Event) -> Event:
    """A decision without the prior's chance, which is the same for all and says nothing of any gate."""
    if isinstance(event, Decided) and event.gate_version == PRIOR:
        return replace(event, probability=None)
    return event


def page(of: Material) -> str:
    """The whole document, well-formed as HTML and as XML."""
    parts = _sections(of) if of.report.first_at is not None else _nothing(of)
    head = joined(
        element("meta", {"charset": "utf-8"}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        element("title", {}, TITLE),
        element("style", {}, Markup(STYLE)),
    )
    body = element("div", {"class": "page"}, _top(of.report, parts), element("main", {}, *parts.values()), _foot())
    return f"<!doctype html>\n{element('html', {'lang': 'en'}, element('head', {}, head), element('body', {}, body))}\n"


def _sections(of: Material) -> dict[str, Markup]:
    """By anchor."""
    found = {
        "happened": page_story.happened(of.report),
        "time": page_record.over_time(of.report),
        "languages": page_record.by_language(of.report),
        "models": page_record.by_model(of.report),
        "kept": page_record.kept(of.report),
        "seconds": page_seconds.seconds(of.report),
        "reviews": page_record.reviews(of.report),
        "gate": page_gate.in_force(of.gate, of.report.standing),
        "reliability": _reliability(of),
        "tradeoff": _tradeoff(of),
        "gates": page_gate.history(of.report),
        "evaluation": page_evaluation.evaluated(of.evaluation),
    }
    if of.evaluation is None:
        return found
    ablations, learning = page_evaluation.ablations(of.evaluation), page_evaluation.learning(of.evaluation)
    found |= {"ablations": ablations, "learning": learning}
    return found | ({"feedback": page_feedback.feedback(of.evaluation)} if page_feedback.is_told(of.evaluation) else {})


def _reliability(of: Material) -> Markup:
    stored = stored_curves.from_json(of.evaluation).stages
    if stored and not any(stage.bins for stage in of.stages):
        return page_proof.calibrated(stored, page_proof.STORED)
    return page_proof.calibrated(of.stages)


def _tradeoff(of: Material) -> Markup:
    stored = stored_curves.from_json(of.evaluation).tradeoff
    if stored is not None and not of.tradeoff.has_gate:
        return page_proof.compared(stored, page_proof.STORED)
    return page_proof.compared(of.tradeoff)


def _nothing(of: Material) -> dict[str, Markup]:
    words = page_parts.too_few("The log holds no requests yet. Use it for a while, and make this page again.")
    return {
        "happened": page_parts.section("happened", "What happened", words),
        "gate": page_gate.in_force(of.gate),
        "gates": page_gate.history(of.report),
    }


def _top(report: Report, anchors: Iterable[str]) -> Markup:
    title = element("h1", {}, "What was suggested, and what became of it")
    links = [element("li", {}, element("a", {"href": f"#{anchor}"}, _CONTENTS[anchor])) for anchor in anchors]
    index = element("nav", {"aria-label": "Parts of this page"}, element("ul", {}, *links))
    if report.first_at is None or report.last_at is None:
        return element("header", {}, title, index)
    ends = dict.fromkeys((day(report.first_at), day(report.last_at)))
    when = f"{' to '.join(ends)}, UTC"
    return element("header", {}, title, element("p", {"class": "when"}, when), index)


def _foot() -> Markup:
    words = (
        "Made by Tactful from the log on this machine. This page holds everything it shows and asks nothing of any"
        " network. Intervals are 95 %, by resampling whole sessions, and are left out where there are fewer than five."
        " In what is said of gates users are resampled, or sessions, or runs of decisions, whichever are enough."
    )
    return element("footer", {}, element("p", {}, words))
