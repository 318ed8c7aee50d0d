"""What `tactful/status` says of the gate, as plain values, and how the status spells names."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tactful_models.tracking import Standing
from tactful_server.gatekeeper import Gatekeeper
from tactful_server.settings import camel
from tactful_server.verdict_words import promise_words

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def named(values: "DataclassInstance") -> dict[str, Any]:
    """The fields of a dataclass, named as the protocol names things."""
    return {camel(name): value for name, value in asdict(values).items()}


def gate_status(keeper: Gatekeeper) -> dict[str, Any]:
    """The gate in force and what it promises."""
    force = keeper.in_force
    thresholds = keeper.thresholds
    return {
        "version": force.gate.version,
        "own": force.own,
        "refused": force.refused,
        "mode": keeper.mode,
        "thresholds": {"stage1": thresholds.stage1, "stage2": thresholds.stage2},
        "promise": {
            **named(thresholds.promise),
            "words": promise_words(force.gate.thresholds.promise, keeper.eagerness, keeper.mode == "on"),
        },
        "calibration": _calibration(keeper.standing),
    }


def _calibration(standing: Standing) -> dict[str, Any]:
    """How its probabilities come out: `state` is `drifted`, `miscalibrated`, or empty."""
    return {
        "state": standing.alarm,
        "words": standing.words,
        "outcomes": standing.n_outcomes,
        "expected": _known(standing.expected),
        "corrected": _known(standing.corrected),
        "found": _known(standing.found),
    }


def _known(share: float) -> float | None:
    return share if share == share else None
