"""The gate in force: loaded in the background, swapped in one step when the registry's pointer changes.

LightGBM takes a second to import, so the server shows everything until the gate is there. A gate that cannot be loaded
is refused with its reason, and the one before goes on serving. Where the registry has none, it is the one that comes
with Tactful.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from tactful_models import prior
from tactful_models.artifact import OWN_SOURCES
from tactful_models.gate import ConstantGate, Gate, LearnedGate
from tactful_models.history import History
from tactful_models.policy import Policy
from tactful_models.promise import Thresholds
from tactful_models.registry import Registry, Stamp
from tactful_models.tracking import DRIFTED, MISCALIBRATED, Standing
from tactful_server.judging import Bench
from tactful_server.settings import GateSettings

logger = logging.getLogger(__name__)

Shipped = Callable[[], LearnedGate | None]
"""Loads the gate that comes with Tactful; raises a GateError where it cannot serve."""

_UNSEEN: Final[Stamp] = (-1, -1, -1)
"""No registry's: the first look is always one at something new."""

LOOK_EVERY_S = 0.5
"""How often the registry's pointer is looked at: one stat, off the event loop."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A gate, and whether it was learned from this user's own record."""

    gate: Gate
    own: bool
    refused: str = ""
    """Why the registry's current gate is not this one; empty when it is."""


class Gatekeeper:
    """Holds the gate in force and makes its policy."""

    def __init__(
        self, registry: Registry, settings: Callable[[], GateSettings], seed: int, shipped: Shipped = prior.load
    ) -> None:
        self.registry = registry
        """Where the gates are."""
        self._settings = settings
        self._seed = seed
        self._shipped = shipped
        self._stamp: Stamp | None = _UNSEEN
        self._alarmed = ""
        self.in_force = InForce(ConstantGate(), own=False)
        self.history: Callable[[], History | None] = lambda: None
        """What came of the gates' decisions so far; None until that has been read."""
        self.on_alarm: Callable[[Standing], None] = lambda _: None
        """Told once when the gate in force is found to have drifted, or to be miscalibrated."""

    @property
    def mode(self) -> str:
        """The mode in force: `auto` is `on` once a gate was promoted on the user's own record, before that `shadow`."""
        chosen = self._settings().mode
        if chosen != "auto":
            return chosen
        return "on" if self.in_force.own else "shadow"

    @property
    def eagerness(self) -> str:
        """How readily the user wants suggestions: `quiet`, `balanced`, `eager` or `always`."""
        return self._settings().eagerness

    @property
    def thresholds(self) -> Thresholds:
        """Those in force: the gate's own at the user's eagerness."""
        return self.in_force.gate.thresholds.with_eagerness(self.eagerness)

    @property
    def withholds(self) -> bool:
        """Whether anything can be withheld by probability."""
        return self.mode == "on" and self.thresholds.withhold

    @property
    def standing(self) -> Standing:
        """How the probabilities of the gate in force came out; no alarm of one that others' records taught."""
        version, history = self.in_force.gate.version, self.history()
        found = Standing(version) if history is None else history.tracking.standing(version)
        return found if self.in_force.own else replace(found, alarm="")

    def bench(self) -> Bench:
        """The gate and its policy, taken together."""
        return Bench(self.in_force.gate, Policy(self.mode, self.thresholds, self._settings().exploration, self._seed))

    async def watch(self) -> None:
        """Follows the registry, and how the gate's probabilities come out, until cancelled."""
        while True:
            await self.look()
            self.listen()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Takes over the registry's current gate if its pointer has changed."""
        stamp = await asyncio.to_thread(self.registry.stamp)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        before = self.in_force
        self.in_force = await asyncio.to_thread(self._load, before)
        if self.in_force.gate.version != before.gate.version:
            logger.info("gate %s in force (mode %s)", self.in_force.gate.version, self.mode)

    def listen(self) -> None:
        """Sounds an alarm, once for each gate and kind."""
        standing = self.standing
        told = f"{standing.version} {standing.alarm}" if standing.alarm else ""
        if told and told != self._alarmed:
            logger.warning("gate %s has %s: %s", standing.version, _BECOME[standing.alarm], standing.words)
            self.on_alarm(standing)
        self._alarmed = told

    def _load(self, before: InForce) -> InForce:
        try:
            gate = self.registry.current()
        except Exception as error:  # noqa: BLE001 (whatever a file edited by hand provokes, the former gate serves on)
            logger.warning("gate refused, %s goes on serving: %s", before.gate.version, error)
            return InForce(before.gate, before.own, refused=str(error))
        return self._without_any() if gate is None else InForce(gate, _is_own(gate))

    def _without_any(self) -> InForce:
        """What serves where the registry has no gate; one of another version's features serves nobody."""
        try:
            gate = self._shipped()
        except Exception as error:  # noqa: BLE001 (whatever came with a package put together wrongly)
            logger.warning("%s", error)
            return InForce(ConstantGate(), own=False, refused=str(error))
        return InForce(gate or ConstantGate(), own=False)


_BECOME: Final = {DRIFTED: "drifted", MISCALIBRATED: "become miscalibrated"}


def _is_own(gate: LearnedGate) -> bool:
    return bool(set(gate.artifact.data.sources) & OWN_SOURCES)
