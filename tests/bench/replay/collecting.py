"""Collects the replay's log: every package is a user of their own, whose files are typed into the real server's parts.

Prompt, model, stream, filters, facts, history, features, decisions and log are the server's; the gate is in shadow and
withholds nothing. Only the hands and the clock are simulated.
"""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.replay import sources
from bench.replay.positions import Stretch, stretch
from bench.replay.recording import RecordedProvider, Recording
from bench.replay.sources import Packages
from bench.replay.typist import Typist
from bench.replay.virtual_time import VirtualTime
from tactful_server.asking import ModelDesk
from tactful_server.desk import Desk, Voice
from tactful_server.embedded import embedded
from tactful_server.providers import Provider
from tactful_server.providers.addresses import Limits
from tactful_server.providing import profile_of
from tactful_server.settings import ModelSettings
from tactful_server.starting import Client, Options
from tactful_server.templates import ModelProfile

BEGIN = 1_790_000_000.0
"""When the first package is typed, seconds since the epoch; each next one half a day later."""
PATIENT = Limits(first_token_s=300.0, overall_s=600.0)
"""A busy machine decides nothing about what is in the log."""
SETTINGS = {"request": {"length": "line", "useGitignore": False}, "gate": {"mode": "shadow"}}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is asked."""

    places: int = 200
    """Of each package, at most."""
    places_a_file: int = 40
    prefix_tokens: int = 0
    """Most of the prompt; 0 for what suits the model."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One collection."""

    home: Path
    """Where everything goes."""
    packages: Packages
    """What is typed."""
    seed: int = 1
    size: Size = field(default_factory=Size)

    @property
    def db(self) -> Path:
        """The log."""
        return self.home / "feedback.db"

    @property
    def wheels(self) -> Path:
        """The packages."""
        return self.home / "packages"


@dataclass(frozen=True, slots=True)
class Served:
    """The model that is asked."""

    provider: Provider
    profile: ModelProfile
    """How its prompts are written."""


async def collect(plan: Plan, tell: Callable[[str], object]) -> None:
    """Makes the log anew; what the model said in an earlier run it says again. `tell` is told after each package."""
    for left in plan.home.glob("feedback.db*"):
        left.unlink()
    model, total, began = embedded(None, plan.home, PATIENT), Counter[str](), time.monotonic()
    settings = ModelSettings(prefix_tokens=plan.size.prefix_tokens)
    served = Served(model, profile_of(settings, model, model.weights.name))
    try:
        for number, package in enumerate(plan.packages.names):
            os.environ["TACTFUL_HOME"] = str(plan.home / "users" / package)
            did = await type_package(plan, served, (number, package))
            total.update(did)
            tell(f"{time.monotonic() - began:7.0f} s  {package:<28}{_counts(did)}   all:{_counts(total)}")
    finally:
        await model.close()


def chosen(plan: Plan, package: str) -> list[tuple[str, Stretch]]:
    """The package's files that are typed, by URI, with their places."""
    found: list[tuple[str, Stretch]] = []
    left = plan.size.places
    for module in sources.modules(plan.wheels, package, plan.seed):
        draw = random.Random(f"{plan.seed}/{package}/{module.path}")
        each = stretch(module.text, min(left, plan.size.places_a_file), draw)
        if each.places:
            found.append((f"file:///replay/{package}/{module.path}", each))
            left -= len(each.places)
        if left < 2:
            break
    return found


async def type_package(plan: Plan, served: Served, named: tuple[int, str]) -> Counter[str]:
    """Types the package of that number and name; what was asked, answered, and right."""
    number, package = named
    clock = VirtualTime(BEGIN + 43_200.0 * number)
    desk = _desk(plan, package, clock)
    recorded = RecordedProvider(served.provider, Recording(plan.home / "said" / f"{package}.jsonl"), clock)
    desk.configured = replace(desk.configured, model=ModelDesk(recorded, served.profile, desk.surveyor.others))
    desk.start()
    while desk.session.history is None:  # noqa: ASYNC110 (it comes from the writer's thread)
        await asyncio.sleep(0.01)
    typist = Typist(desk, clock, random.Random(f"{plan.seed}/{package}/hands"))
    for uri, each in chosen(plan, package):
        await typist.write(uri, each)
    await desk.close()
    return typist.did


def _desk(plan: Plan, package: str, clock: VirtualTime) -> Desk:
    options = Options(plan.db, plan.home / "gates", source="replay", seed=plan.seed, clock=clock.clock())
    tells = frozenset({"shown", "partially_accepted", "ended"})
    client = Client("replay", tells=tells, folders=(Path("/replay") / package,))
    return Desk(options, client, SETTINGS, Voice())


def _counts(did: Counter[str]) -> str:
    return f"{did['asked']:>6,} asked{did['answered']:>6,} answered{did['right']:>6,} right"
