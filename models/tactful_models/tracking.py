"""How a gate's probabilities come out while it serves: corrected by the newest outcomes, and watched.

A function of the events observed alone, in their order, so that a log replayed gives the same corrections to the bit.
Each version of a gate begins uncorrected: it was calibrated when it was trained.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from tactful_models.bounded import Bounded
from tactful_models.drift import ONE_FALSE_IN, Detector
from tactful_models.events import Decided, Event, OutcomeSeen, PersistenceSeen, SuggestionMade
from tactful_models.phrasing import percent
from tactful_models.recalibration import MEMORY, UNCORRECTED, Correction, Recalibrator
from tactful_models.settling import Judged, Settled, Settling, Spoken

TRACKED: Final[tuple[type[Event], ...]] = (SuggestionMade, Decided, OutcomeSeen, PersistenceSeen)
"""The events that matter here; the others need not be read."""
RECALL: Final = 20_000
"""How many of a log's events a session looks back on when it begins; what is older would have faded."""
DRIFTED: Final = "drifted"
MISCALIBRATED: Final = "miscalibrated"
TRAIN: Final = "`tactful train` learns it anew."
NOT_ONES_OWN: Final = "shipped"
"""The gate that comes with Tactful (`prior.SHIPPED`): that it does not fit somebody is no news, and raises no alarm."""
_VERSIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """How one version of a gate stands."""

    version: str
    n_outcomes: int = 0
    """Suggestions judged by it that have their label."""
    alarm: str = ""
    """`drifted` where its probabilities were found to be off by more than the tolerance, `miscalibrated` where the
    corrected ones have been since then, too; empty for neither. It stays until another version serves."""
    expected: float = math.nan
    """Share of good ones that its own probabilities led one to expect of the newest, those of long ago faded."""
    corrected: float = math.nan
    """The same by the corrected ones."""
    found: float = math.nan
    """What it was."""
    stage1: Correction = UNCORRECTED
    stage2: Correction = UNCORRECTED

    @property
    def words(self) -> str:
        """An alarm as a sentence that says what to do; empty for none."""
        if not self.alarm:
            return ""
        found, expected = percent(self.found), percent(self.expected)
        mended = "its chances are corrected for that" if self.alarm == DRIFTED else "correcting has not mended it"
        return f"Of the newest suggestions {found} were good, where the gate expected {expected}: {mended}. {TRAIN}"


@dataclass(slots=True)
class _Gauge:
    stage1: Recalibrator = field(default_factory=Recalibrator)
    stage2: Recalibrator = field(default_factory=Recalibrator)
    own: Detector = field(default_factory=Detector)
    served: Detector = field(default_factory=Detector)
    alarm: str = ""
    passed: int = 0
    """Suggestions that the second stage let pass."""
    mass: float = 0.0
    expected: float = 0.0
    corrected: float = 0.0
    found: float = 0.0

    def see(self, spoken: Spoken, good: bool) -> None:
        """What came of what the second stage said."""
        left = math.exp(-1.0 / MEMORY)
        self.mass = left * self.mass + 1.0
        self.expected = left * self.expected + spoken.own
        self.corrected = left * self.corrected + spoken.served
        self.found = left * self.found + good
        self.own.see(spoken.own, good)
        self.served.see(spoken.served, good)
        if not self.alarm and max(self.own.evidence, self.served.evidence) >= ONE_FALSE_IN:
            self.alarm, self.served = DRIFTED, Detector()  # corrections lag behind a change: what counts comes after
        elif self.served.evidence >= ONE_FALSE_IN:
            self.alarm = MISCALIBRATED


class Tracking:
    """Observes events and answers for each gate. Bounded in memory."""

    def __init__(self) -> None:
        self._settling = Settling()
        self._gauges: Bounded[str, _Gauge] = Bounded(_VERSIONS)
        self.last = ""
        """The version of which an outcome came last; empty for none."""

    def observe(self, event: Event) -> None:
        """Takes in one event; its order among the others matters."""
        for found in self._settling.observe(event):
            if isinstance(found, Settled):
                self._learn(found)
            else:
                self._suppose(found)

    def correction(self, version: str, stage: int) -> Correction:
        """How the probabilities of one stage of a gate are corrected at present."""
        gauge = self._gauges.get(version)
        if gauge is None:
            return UNCORRECTED
        return (gauge.stage1 if stage == 1 else gauge.stage2).correction

    def standing(self, version: str) -> Standing:
        """How a version stands."""
        gauge = self._gauges.get(version)
        if gauge is None or not gauge.stage2.n_seen:
            return Standing(version)
        return Standing(
            version,
            gauge.stage2.n_seen,
            "" if version == NOT_ONES_OWN else gauge.alarm,
            gauge.expected / gauge.mass,
            gauge.corrected / gauge.mass,
            gauge.found / gauge.mass,
            gauge.stage1.correction,
            gauge.stage2.correction,
        )

    def _learn(self, settled: Settled) -> None:
        gauge = self._gauge(settled.stage2.version)
        gauge.stage2.learn(settled.stage2.own, settled.good, settled.says / settled.propensity)
        gauge.see(settled.stage2, settled.good)
        self.last = settled.stage2.version
        if settled.stage1 is not None and settled.stage1.version == self.last:
            gauge.stage1.learn(settled.stage1.own, settled.good, settled.says / settled.stage1.propensity)

    def _suppose(self, judged: Judged) -> None:
        """Of what the second stage held back, the first takes the second's chance for the outcome.

        Without these, what the first let pass would look better than it is. They count for the share of those let pass
        that come to have a label.
        """
        gauge = self._gauge(judged.version)
        if judged.shown:
            gauge.passed += 1
        elif judged.stage1 is not None and judged.stage1.version == judged.version:
            labelled = min((gauge.stage2.n_seen + 1) / (gauge.passed + 1), 1.0)
            gauge.stage1.learn(judged.stage1.own, judged.chance, labelled / judged.stage1.propensity)

    def _gauge(self, version: str) -> _Gauge:
        gauge = self._gauges.get(version)
        if gauge is None:
            gauge = _Gauge()
            self._gauges.put(version, gauge)
        return gauge


class Numbered(Protocol):
    """An event as a log gives it (`feedback.Stored`)."""

    @property
    def event(self) -> Event:
        """The event."""


def tracked(newest: Iterable[Numbered]) -> Tracking:
    """The state that a session begins with: from the newest `RECALL` events before it, those `TRACKED` at least."""
    tracking = Tracking()
    for numbered in newest:
        tracking.observe(numbered.event)
    return tracking
