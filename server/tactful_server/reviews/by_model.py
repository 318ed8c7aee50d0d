"""A model as reviewer: asked about accepted suggestions one after the other, within a budget, and never while typing.

Only what stands unchanged in a file that is not excluded is told to it, with the lines around. Its verdicts are marked
as a model's, with the way of asking and its version; its words are not kept, since they might quote code.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from tactful_models.errors import ProviderError
from tactful_models.events import Reviewed, Verdict
from tactful_server.install import keyed_hash
from tactful_server.prompt import neutral
from tactful_server.providers import Prompt, Provider
from tactful_server.providers.backend import HttpProvider
from tactful_server.providing import provider_of
from tactful_server.reviews.critics import MOST_TOKENS, Code, Control, Critic, can_tell, in_turn
from tactful_server.reviews.finding import Seen, State
from tactful_server.settings import ModelSettings
from tactful_server.templates import family

MODEL: Final = "model"
"""Kind of reviewer, and source."""
BEFORE: Final = 20
"""Lines told before the suggestion's own."""
AFTER: Final = 8
MOST_CHARS: Final = 4000
"""Of code in one question; what is longer is not asked about."""
MOST_FAULTS: Final = 3
"""One after the other, after which no more is asked."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent."""

    suggestions: int
    """Asked about at most, by each critic; controls are not counted."""
    seconds: float = 600.0
    """After which no further question is begun."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Who is asked, how, and what becomes of the answers."""

    model: ModelSettings
    critics: Sequence[Critic]
    budget: Budget
    record: Callable[[Reviewed], object]
    """Takes each verdict as it comes."""


@dataclass(slots=True)
class ByModel:
    """What came of it."""

    model: str = ""
    verdicts: Counter[str] = field(default_factory=Counter)
    """By verdict, of all critics together."""
    asked: int = 0
    """Questions about suggestions that were answered."""
    abstained: int = 0
    """Answers to them that were none of the words."""
    unfit: list[str] = field(default_factory=list)
    """Ways of asking in which it did not tell right from wrong in the controls, so that it was asked no further."""
    fault: str = ""
    """Why it was left off before its time; empty where it was not."""


def review_by_model(all_seen: Sequence[Seen], errand: Errand) -> ByModel:
    """Has the model review those of the suggestions that it has not reviewed, in their order. Blocks.

    Raises:
        SettingsError: the model's settings cannot be used together.
    """
    return asyncio.run(_reviewed(all_seen, errand))


async def _reviewed(all_seen: Sequence[Seen], errand: Errand) -> ByModel:
    async with _named(errand.model) as provider:
        asking = _Asking(provider, errand)
        try:
            for critic in errand.critics:
                await asking.review(critic, all_seen)
        except _EnoughError as enough:
            asking.found.fault = str(enough)
        return asking.found


class _EnoughError(Exception):
    """Why no more is asked."""


class _Asking:
    """One run."""

    def __init__(self, provider: Provider, errand: Errand) -> None:
        self.found = ByModel(_plain(provider.key))
        self._provider = provider
        self._errand = errand
        self._ends_at = time.monotonic() + errand.budget.seconds
        self._faults = 0

    async def review(self, critic: Critic, all_seen: Sequence[Seen]) -> None:
        """One way of asking; only where there is something to ask about, and the controls were told apart."""
        questions = list(self._open(critic, all_seen))[: self._errand.budget.suggestions]
        if not questions:
            return
        if not await self._can_tell(critic):
            self.found.unfit.append(critic.method)
            return
        for seen, code in questions:
            verdict = await self._asked(critic, code)
            self.found.asked += 1
            if verdict is None:
                self.found.abstained += 1
            else:
                self.found.verdicts[verdict] += 1
                self._errand.record(self._event(critic, seen, verdict))

    async def _can_tell(self, critic: Critic) -> bool:
        """Whether it gets the controls right; asked no further once it cannot."""
        told: list[tuple[Control, Verdict | None]] = []
        for one in in_turn():
            told.append((one, await self._asked(critic, one.code)))
            if not can_tell(told):
                return False
        return True

    def _open(self, critic: Critic, all_seen: Sequence[Seen]) -> Iterator[tuple[Seen, Code]]:
        """What can be shown whole and was not reviewed by this model in this way."""
        for seen in all_seen:
            said = seen.taken.reviews
            is_reviewed = any(one.reviewer == self.found.model and one.method == critic.method for one in said)
            code = _code(seen)
            if code is not None and not is_reviewed:
                yield seen, code

    async def _asked(self, critic: Critic, code: Code) -> Verdict | None:
        """The verdict; None for an answer that is none, or that did not come.

        Raises:
            _EnoughError: too many faults, or the time is up.
        """
        if time.monotonic() > self._ends_at:
            raise _EnoughError(f"the time was up ({self._errand.budget.seconds:g} s)")
        question = neutral(critic.question(code), family("plain"))
        prompt = Prompt(question, required_start="", stop=("\n",), max_tokens=MOST_TOKENS)
        try:
            answer = await self._answer(prompt)
        except ProviderError as fault:
            self._faults += 1
            if self._faults >= MOST_FAULTS:
                raise _EnoughError(str(fault)) from fault
            return None
        self._faults = 0
        return critic.verdict(answer)

    async def _answer(self, prompt: Prompt) -> str:
        async with aclosing(self._provider.stream(prompt)) as chunks:
            return "".join([chunk.text async for chunk in chunks])

    def _event(self, critic: Critic, seen: Seen, verdict: Verdict) -> Reviewed:
        made, model = seen.taken.made, self.found.model
        return Reviewed(
            review_id=f"model-{keyed_hash(f'{made.suggestion_id} {model} {critic.method}')}",
            suggestion_id=made.suggestion_id,
            session_id=made.session_id,
            at=time.time(),
            verdict=verdict,
            reviewer=model,
            reviewer_kind=MODEL,
            source=MODEL,
            method=critic.method,
        )


def _plain(key: str) -> str:
    """A model's key in the letters that a reviewer's name may have.

    >>> _plain("openai:org/critic-7b")
    'openai:org-critic-7b'
    """
    return re.sub(r"[^A-Za-z0-9_.:-]+", "-", key)[:64]


def _code(seen: Seen) -> Code | None:
    """The suggestion in its place; None where it is not there unchanged, or longer than may be told."""
    if seen.state is not State.HERE or seen.document is None:
        return None
    lines, first, last = seen.document.text.split("\n"), seen.lines[0], seen.lines[-1]
    code = Code(
        tuple(lines[max(0, first - BEFORE) : first]), tuple(lines[first : last + 1]), tuple(lines[last + 1 :][:AFTER])
    )
    return code if len(code.quoted()) <= MOST_CHARS else None


@asynccontextmanager
async def _named(settings: ModelSettings) -> AsyncIterator[Provider]:
    """The provider, by the name of its only model where the settings name none; closed at the end."""
    provider = provider_of(settings)
    try:
        if isinstance(provider, HttpProvider) and not settings.name:
            names = await provider.names() or ()
            if len(names) == 1:
                provider.call(names[0])
        yield provider
    finally:
        await provider.aclose()
