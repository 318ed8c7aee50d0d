"""What training makes and the registry keeps: a gate as text and numbers, with all that is needed to judge it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tactful_models.calibration import Calibration
from tactful_models.promise import Thresholds

BOOTSTRAP = "bootstrap"
"""Source of the sessions in which the user's own code was replayed."""
OWN_SOURCES = frozenset({"live", "demo", BOOTSTRAP})
"""Sources of sessions that are the user's own record, rather than someone else's telemetry."""


REACH = 4.0
"""A feature counts for at most so many standard deviations in a sum."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of small effects beside the trees, on the scale of log-odds."""

    centres: tuple[float, ...]
    """Of each column."""
    scales: tuple[float, ...]
    """All above 0."""
    slopes: tuple[float, ...]
    """What a standard deviation adds; 0 for a column that says nothing."""
    intercept: float
    share: float
    """Its part in the raw score, in (0, 1]; the rest is the trees'."""

    def score(self, row: Sequence[float]) -> float:
        """Of one row in the order of the columns; what is unknown (NaN) adds nothing."""
        total = self.intercept
        for value, centre, scale, slope in zip(row, self.centres, self.scales, self.slopes, strict=True):
            if slope and value == value:
                far = (value - centre) / scale
                total += slope * (REACH if far > REACH else -REACH if far < -REACH else far)
        return total


@dataclass(frozen=True, slots=True)
class TreeSet:
    """Boosters whose mean raw score one calibration maps to a probability."""

    columns: tuple[str, ...]
    """Names of the features the trees take, in their order: a subset of `features.names(stage)`."""
    boosters: tuple[str, ...]
    """LightGBM's text, one a seed; the raw scores are averaged."""
    calibration: Calibration
    """From the mean raw score to a probability."""
    linear: Linear | None = None
    """What is mixed into the mean raw score first; None for nothing."""


@dataclass(frozen=True, slots=True)
class Norm:
    """How one model's log-probability columns are put on a common scale: (value − centre) / scale."""

    columns: tuple[str, ...]
    """Names among `features.logprob_columns()`; one left out stays as it is: this model gave it hardly ever."""
    centres: tuple[float, ...]
    scales: tuple[float, ...]
    """All above 0."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What the gate learned from."""

    first_at: float = 0.0
    """Time of the first decision, UTC seconds."""
    last_at: float = 0.0
    n_rows: int = 0
    """Labelled decisions."""
    n_accepted: int = 0
    """Of those, positive by the label definition."""
    n_groups: int = 0
    """Users."""
    session_digests: tuple[str, ...] = ()
    """`session_digest` of every session trained on, calibrated on or tuned on, sorted."""
    sources: tuple[str, ...] = ()
    """Where those sessions came from (`SessionStarted.source`), sorted."""


@dataclass(frozen=True, slots=True)
class GateArtifact:
    """A trained gate. Immutable; `Registry.save` gives it a version."""

    stage1: TreeSet
    stage2: TreeSet
    """With log-probability columns, normalised by `norms`."""
    stage2_plain: TreeSet
    """Without them, for models that give none or that the gate has not met."""
    norms: Mapping[str, Norm]
    """By model_key."""
    thresholds: Thresholds
    label: str
    """Name of the label definition."""
    features_version: int
    fingerprint: str
    """`features.fingerprint()` at training."""
    created_at: float
    """UTC seconds."""
    data: TrainingData = TrainingData()
    metrics: Mapping[str, object] = field(default_factory=dict)
    """What was measured on data not trained on, with intervals; JSON values only."""
    libraries: Mapping[str, str] = field(default_factory=dict)
    """Name to version of what trained it."""


def session_digest(session_id: str) -> str:
    """What stands for a session in a manifest: 16 hexadecimal digits of SHA-256."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:16]


def digests(session_ids: Iterable[str]) -> tuple[str, ...]:
    """The sorted digests of distinct sessions."""
    return tuple(sorted({session_digest(session_id) for session_id in session_ids}))
