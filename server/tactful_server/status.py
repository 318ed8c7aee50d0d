"""What `tactful/status` says of the gate, as plain values."""

from dataclasses import asdict
from typing import Any

from tactful_server.gatekeeper import Gatekeeper
from tactful_server.verdict_words import promise_words


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
            **asdict(thresholds.promise),
            "words": promise_words(force.gate.thresholds.promise, keeper.eagerness, keeper.mode == "on"),
        },
    }
