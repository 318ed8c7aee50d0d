"""The gate: a calibrated probability that a suggestion will be accepted, per stage.

LightGBM and NumPy are imported when a learned gate is loaded, not before: that takes a second.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from tactful_models import features as born
from tactful_models.artifact import GateArtifact
from tactful_models.promise import Promise, Thresholds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tactful_models.trees import Trees

__all__ = ["ConstantGate", "Gate", "GateArtifact", "LearnedGate"]


class Gate(Protocol):
    """What the server asks."""

    @property
    def version(self) -> str:
        """The registry's version, or `prior`."""

    @property
    def thresholds(self) -> Thresholds:
        """Withhold below these."""

    @property
    def label(self) -> str:
        """What its probabilities are the chance of, as `labels` defines it; empty for the prior."""

    def probability(self, stage: int, features: Sequence[float], model_key: str) -> float:
        """Calibrated P(accepted) of one opportunity; `features` in the order of `features.names(stage)`."""


class ConstantGate:
    """The prior until there is one: the same probability for everything, and nothing is withheld."""

    def __init__(self, probability: float = 0.3) -> None:
        self.version, self.label = "prior", ""
        self.thresholds = Thresholds(promise=Promise(reason="no gate has been trained: everything is shown"))
        self._probability = probability

    def probability(self, stage: int, features: Sequence[float], model_key: str) -> float:
        """The constant."""
        return self._probability


class LearnedGate:
    """A trained gate, ready to serve: `probability` for one row, `probabilities` for many with the same numbers."""

    def __init__(self, artifact: GateArtifact, version: str = "unsaved") -> None:
        """Parses the boosters; raises GateError when their text is broken."""
        from tactful_models.trees import Trees

        self.version = version
        self.thresholds, self.label = artifact.thresholds, artifact.label
        self.artifact = artifact
        self._stage1 = Trees(artifact.stage1, born.names(1), {})
        self._stage2 = Trees(artifact.stage2, born.names(2), artifact.norms)
        self._plain = Trees(artifact.stage2_plain, born.names(2), {})

    def probability(self, stage: int, features: Sequence[float], model_key: str) -> float:
        """Calibrated P(accepted) of one opportunity.

        `features`: values in the order of `features.names(stage)`, NaN for unknown; log-probabilities raw.
        """
        return self.trees(stage, features, model_key).one(features, model_key)

    def trees(self, stage: int, features: Sequence[float], model_key: str) -> "Trees":
        """Those that score one opportunity."""
        if stage == 1:
            return self._stage1
        return self._stage2 if self._stage2.knows(features, model_key) else self._plain

    def probabilities(
        self, stage: int, rows: "NDArray[np.floating]", model_keys: Sequence[str]
    ) -> "NDArray[np.float64]":
        """The same for many: rows (n, len(names(stage))), n model keys, to n probabilities, equal to the bit."""
        import numpy as np

        table = np.asarray(rows, np.float64)
        if stage == 1:
            return self._stage1.many(table, model_keys)
        known, keys = self._stage2.knows_many(table, model_keys), np.asarray(model_keys, object)
        found = np.empty(len(table))
        for trees, mask in ((self._stage2, known), (self._plain, ~known)):
            found[mask] = trees.many(table[mask], keys[mask].tolist())
        return found
