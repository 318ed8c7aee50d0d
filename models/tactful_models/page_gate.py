"""The report page on the gate: the one in force and what it promises, and the versions there have been."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tactful_models import labels, page_parts
from tactful_models.artifact import GateArtifact, TrainingData
from tactful_models.errors import TrainingError
from tactful_models.markup import Markup
from tactful_models.page_reading import at, estimate, parsed, real
from tactful_models.page_words import count, day, number, share, within
from tactful_models.phrasing import percent
from tactful_models.promise import Promise, Thresholds
from tactful_models.report import Report, Version
from tactful_models.tracking import Standing

_CHANGES: Final = {
    "trained": "trained",
    "promoted": "put in force",
    "refused": "refused",
    "rolled_back": "rolled back to",
}

_GUARDED: Final = {
    "kept_chars": "of the characters taken and kept",
    "length": "characters on average",
    "parse_rate": "of it parsed",
}
"""What the guard compares, in words after the figure."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The gate that serves."""

    version: str = ""
    """Empty where none was promoted."""
    artifact: GateArtifact | None = None
    """None where there is none, or where it cannot be read."""
    trouble: str = ""
    """Why it cannot be."""

    @property
    def thresholds(self) -> Thresholds:
        """Those it serves with; such as show everything where there is no gate."""
        return Thresholds() if self.artifact is None else self.artifact.thresholds

    @property
    def label(self) -> labels.Label:
        """What it takes for good; the default where there is none, or where its definition is not known here."""
        try:
            return labels.find(labels.DEFAULT if self.artifact is None else self.artifact.label)
        except TrainingError:
            return labels.find(labels.DEFAULT)


def in_force(gate: InForce, standing: Standing | None = None) -> Markup:
    """The gate that serves, what it learned from, what it withholds and promises, and how its chances come out."""
    return page_parts.section("gate", "The gate in force", *_told(gate), *_standing(gate, standing))


def _standing(gate: InForce, found: Standing | None) -> tuple[Markup, ...]:
    if found is None or found.version != gate.version:
        return ()
    words = (
        f"Of late {percent(found.found)} of what it let pass was good, where its chances said"
        f" {percent(found.expected)}, and {percent(found.corrected)} as the newest outcomes corrected them."
    )
    told = (page_parts.paragraph(words),)
    return (*told, page_parts.too_few(f"Alarm: {found.words}")) if found.alarm else told


def history(report: Report) -> Markup:
    """Everything that happened to gates, the newest first."""
    if not report.gates:
        words = "No gate has been trained yet."
        return page_parts.section("gates", "History of gates", page_parts.too_few(words))
    heads = ["when (UTC)", "gate", "what", "why", "AUC, 95 % interval", "withheld at 95 % kept"]
    rows = [_change(change) for change in reversed(report.gates)]
    caption = (
        "AUC before showing, and the rejections withheld while 95 % of the accepts are kept, on data not trained on"
    )
    return page_parts.section("gates", "History of gates", page_parts.table(caption, heads, rows))


def promise_words(promise: Promise) -> str:
    """What thresholds promise, as a sentence."""
    if promise.kind == "none":
        return "It promises nothing, and nothing is held back."
    if not promise.met:
        return _unmet(promise)
    if promise.kind == "plain":
        return (
            f"It promises nothing of new data. Of the {count(promise.accepts, 'accept')} that it was tuned on it would"
            f" have held back {promise.lost:,}."
        )
    return (
        f"Its promise: of the suggestions you would take, at most {percent(promise.accepts_lost)} are held back, with"
        f" {percent(promise.confidence)} confidence on new data. Of the {count(promise.accepts, 'accept')} that it was"
        f" tuned on it would have held back {promise.lost:,}, which bounds what it loses of new ones at"
        f" {100 * promise.upper:.1f} %.{_effective(promise)}"
    )


def _effective(promise: Promise) -> str:
    if promise.exact:
        return ""
    return f" They count as {promise.effective:,} there, since some stand for many or hang together."


def _unmet(promise: Promise) -> str:
    if promise.more_accepts:
        return (
            f"It holds nothing back, since {count(promise.accepts, 'accepted suggestion')} are too few to promise"
            f" anything: it takes at least {promise.more_accepts:,} more."
        )
    return "It holds nothing back, since nothing was found that could be held back and the promise kept."


def _told(gate: InForce) -> tuple[Markup, ...]:
    if gate.trouble:
        return (page_parts.too_few(f"The gate in force cannot be read, so everything is shown: {gate.trouble}"),)
    if gate.artifact is None:
        return (page_parts.too_few("No gate has been put in force yet: everything is shown."),)
    return (
        page_parts.paragraph(f"{_origin(gate, gate.artifact)} {_limits(gate.thresholds)}"),
        page_parts.paragraph(promise_words(gate.thresholds.promise)),
        *_measured(gate.artifact),
    )


def _measured(artifact: GateArtifact) -> tuple[Markup, ...]:
    """How gates of its kind did on what they had not learned from."""
    policy = at(artifact.metrics, "policy")
    spared, lost = estimate(policy, "rejections_withheld"), estimate(policy, "accepts_lost")
    if spared.value is None or lost.value is None:
        return ()
    words = (
        f"When it was judged, on decisions it had not learned from, it held back {within(spared)} of the rejections and"
        f" lost {within(lost)} of the accepts."
    )
    return (page_parts.paragraph(words), *_guarded(artifact))


def _guarded(artifact: GateArtifact) -> tuple[Markup, ...]:
    """What the guard against worse suggestions saw when it was judged."""
    measures = {name: at(artifact.metrics, "promotion", "guard", "measures", name) for name in _GUARDED}
    told = [
        f"{_level(measure, 'candidate', name)} {words} (before: {_level(measure, 'former', name)})"
        for (name, words), measure in zip(_GUARDED.items(), measures.values(), strict=True)
        if isinstance(measure, Mapping)
    ]
    return (page_parts.paragraph(f"What it then showed: {'; '.join(told)}."),) if told else ()


def _level(measure: object, which: str, name: str) -> str:
    value = real(at(measure, which))
    if value is None:
        return "–"
    return f"{value:.0f}" if name == "length" else f"{100 * value:.1f} %"


def _origin(gate: InForce, artifact: GateArtifact) -> str:
    data = artifact.data
    return (
        f"Gate {gate.version} was trained on {day(artifact.created_at)} on {count(data.n_rows, 'decision')} of"
        f" {count(data.n_groups, 'user')}{_sources(data)}; {data.n_accepted:,} of them were good, which means"
        f" {gate.label.meaning}."
    )


def _sources(data: TrainingData) -> str:
    return f" ({', '.join(data.sources)})" if data.sources else ""


def _limits(thresholds: Thresholds) -> str:
    if not thresholds.withhold:
        return "It shows everything."
    parts = []
    if thresholds.stage1 > 0.0:
        parts.append(f"the model is not asked below a chance of {100 * thresholds.stage1:.1f} %")
    if thresholds.stage2 > 0.0:
        parts.append(f"what the model said is not shown below {100 * thresholds.stage2:.1f} %")
    told = " and ".join(parts)
    return f"{told[:1].upper()}{told[1:]}."


def _change(change: Version) -> list[str]:
    measured = parsed(change.metrics)
    auc = estimate(measured, "stage2", "auc")
    withheld = estimate(measured, "stage2", "rejections_withheld@0.95")
    when = f"{datetime.fromtimestamp(change.at, UTC):%Y-%m-%d %H:%M}"
    what = _CHANGES.get(change.change, change.change)
    return [when, change.version, what, change.reason or "–", number(auc), share(withheld)]
