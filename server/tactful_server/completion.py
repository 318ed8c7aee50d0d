"""One request's life: rules, first stage, stream, second stage, answer; it ends in exactly one recorded result.

Async to the socket, since an editor cancels most of what it asks for.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from tactful_models.errors import ProviderError
from tactful_models.events import Action, ContextFacts
from tactful_models.facts import CaretView
from tactful_models.features import Opportunity
from tactful_server.ask import Ask
from tactful_server.drawing import Drawing, Drawn, wants_block
from tactful_server.ends import Cancelled, Empty, Ended, Offer, Produced, Withheld, failed_with
from tactful_server.generation import Generation, Judged, Origin
from tactful_server.generations import Generations
from tactful_server.judging import Case, Judge
from tactful_server.postprocess import Shape
from tactful_server.providers import Chunk
from tactful_server.rules import Situation, stopping_rule
from tactful_server.screen import Live
from tactful_server.session import Session
from tactful_server.suggesting import Suggesting
from tactful_server.trace import Trace

_SURVEY_S = 0.5
"""How long a request waits for the word on a document opened just now."""


async def _at_once(uri: str) -> None:
    """Waits for nothing."""


def _nothing() -> None:
    """There is nothing on screen."""


def _nobody_asks(trace: Trace) -> None:
    """Keeps nothing."""


class Model(Protocol):
    """The model as a request sees it."""

    @property
    def key(self) -> str:
        """Kind of server and name of the model."""

    @property
    def specials(self) -> tuple[str, ...]:
        """Markers at which an answer is cut."""

    def ask(self, uri: str, view: CaretView) -> AsyncGenerator[Chunk, None]:
        """Streams what the model says at the caret."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the document's surroundings when the request comes."""

    project: str
    """The workspace folder the file is in; empty when it is in none."""
    facts: ContextFacts


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a request needs of the rest of the server."""

    situation: Callable[[], Situation]
    model: Callable[[], Model]
    generations: Generations
    monotonic: Callable[[], float]
    is_current: Callable[[Ask], bool]
    """Whether the document is still as it was when the editor asked."""
    is_over: Callable[[str], bool]
    """Whether a suggestion has come to its end on screen: offered again, it is a new one."""
    growing: Callable[[Trace, Judged, Drawing], None]
    """Told when a suggestion may be shown, before it is whole."""
    surveyed: Callable[[str], Awaitable[None]] = _at_once
    """Returns when it is known whether the document at a URI is left alone."""
    ended: Callable[[Trace], None] = _nobody_asks
    """Told of every request that has ended, however."""
    on_screen: Callable[[], Live | None] = _nothing
    """The suggestion on screen, or about to be."""


class Completer:
    """Answers requests."""

    def __init__(self, session: Session, judge: Judge, suggesting: Suggesting, around: Surroundings) -> None:
        self._session = session
        self._judge = judge
        self._suggesting = suggesting
        self._around = around

    async def complete(self, ask: Ask, place: Place) -> Trace:
        """Does the request. What came of it is in the trace's `ended`, and in the log.

        Raises:
            asyncio.CancelledError: the editor cancelled; recorded all the same.
        """
        trace = Trace(ask, self._opportunity(ask, place), self._around.monotonic())
        try:
            trace.ended = await self._run(trace)
        except asyncio.CancelledError:
            trace.ended = Cancelled()
            raise
        except ProviderError as fault:
            trace.ended = failed_with(fault)
        finally:
            trace.latency_s = self._around.monotonic() - trace.started
            self._session.record(trace.row(self._session.session_id))
            self._around.ended(trace)
        return trace

    async def _run(self, trace: Trace) -> Ended:
        ask = trace.ask
        await self._known(ask.uri)
        situation = self._around.situation()
        if (rule := stopping_rule(ask, trace.opportunity.facts, situation)) is not None:
            return Withheld(rule)
        if situation.settings.request.delay_ms and not ask.manual:
            await asyncio.sleep(situation.settings.request.delay_ms / 1000)
        joined = self._around.generations.find(ask.uri, ask.view.before, ask.view.after)
        if joined is not None:
            trace.generation = joined
            if (ended := await self._answer(trace, joined, situation)) is not None:
                return ended
        if not ask.manual and self._first_stage(trace) is Action.WITHHOLD:
            return Withheld("stage1")
        trace.generation, trace.model_called = self._open(ask, situation), True
        return await self._answer(trace, trace.generation, situation) or Cancelled("stopped")

    async def _known(self, uri: str) -> None:
        """Waits for the word on a document opened just now; where it does not come, the document is left alone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_SURVEY_S):
                await self._around.surveyed(uri)

    def _first_stage(self, trace: Trace) -> Action:
        line = f"{trace.ask.uri}\n{trace.opportunity.facts.line_index}"
        case = Case(trace.ask.request_id, trace.opportunity, self._session.keyed_hash(line))
        verdict, decided = self._judge.decide(case)
        trace.decisions.append(decided)
        return verdict.action

    def _open(self, ask: Ask, situation: Situation) -> Generation:
        origin = Origin(ask.uri, ask.view.before, ask.view.after, len(ask.widget.ahead) if ask.widget else 0)
        generation = Generation(origin, ask.request_id, self._around.monotonic)
        self._around.generations.add(generation)
        model = self._around.model()
        drawing = Drawing(ask.view, self._stream_shape(ask, situation, model))
        generation.start(model.ask(ask.uri, ask.view), drawing.complete)
        return generation

    def _stream_shape(self, ask: Ask, situation: Situation, model: Model) -> Shape:
        """How far to generate: a few lines beyond what is shown, for when the first is taken."""
        block = wants_block(ask.view, situation.settings.request.length)
        return Shape(max_lines=12 if block else 3, specials=model.specials)

    async def _answer(self, trace: Trace, generation: Generation, situation: Situation) -> Ended | None:
        """The end that the stream leads to; None when it turns out to say something else than what was typed."""
        ask, request, live = trace.ask, situation.settings.request, self._continued(trace.ask, generation)
        block = wants_block(ask.view, request.length) or (live is not None and "\n" in live.rest.lstrip("\n"))
        shape = Shape(single_line=not block, specials=self._around.model().specials)
        drawing = Drawing(ask.view, shape)
        if (line := await drawing.first_line(generation)) is None:
            return None
        if not line.text:
            return Empty(line.reason)
        judged = self._second_stage(trace, generation, line, live)
        if (stop := _stopped_by(judged)) is not None:
            generation.stop()
            return stop
        self._around.growing(trace, judged, drawing)
        drawn = await drawing.block(generation, request.hold_ms / 1000) if block else line
        return self._produced(ask, judged, _not_shorter((drawn or line).text, judged, live))

    def _continued(self, ask: Ask, generation: Generation) -> Live | None:
        """What is on screen at the caret already, where it came of the same stream."""
        live = self._around.on_screen()
        if live is None or ask.widget or (live.uri, live.caret) != (ask.uri, ask.caret):
            return None
        return live if live.rest and generation.named(live.suggestion_id) else None

    def _second_stage(self, trace: Trace, generation: Generation, line: Drawn, live: Live | None) -> Judged:
        """The second stage's word: asked once a line, and kept while one types along or takes line after line."""
        judged = generation.named(live.suggestion_id) if live else generation.judged.get(line.ends_at)
        if judged is not None and not self._is_stale(judged, trace.ask):
            return judged
        judged = self._suggesting.judge(trace, generation, line)
        generation.judged[line.ends_at] = judged
        return judged

    def _is_stale(self, judged: Judged, ask: Ask) -> bool:
        """Whether it has to be judged anew: it has ended on screen before, or a person insists."""
        return self._around.is_over(judged.suggestion_id) or (ask.manual and _stopped_by(judged) is not None)

    def _produced(self, ask: Ask, judged: Judged, drawn: str) -> Produced | Cancelled:
        """The answer; none for a client that typed on and did not cancel, since it would stand in the wrong place."""
        if not self._around.is_current(ask):
            return Cancelled("changed")
        ahead, replaced = (ask.widget.ahead, ask.widget.replaced) if ask.widget else ("", "")
        return Produced(Offer(judged.suggestion_id, ask.uri, ask.caret, ahead + drawn, ask.version, replaced))

    def _opportunity(self, ask: Ask, place: Place) -> Opportunity:
        keys = self._session.keys(ask.uri, place.project)
        model_key = self._around.model().key
        return Opportunity(place.facts, ask.view.language, keys.file_key, keys.project_key, model_key, ask.at)


def _not_shorter(drawn: str, judged: Judged, live: Live | None) -> str:
    """What is offered: never less than the rest of what is on screen."""
    if live is not None and live.suggestion_id == judged.suggestion_id and live.rest.startswith(drawn):
        return live.rest
    return drawn


def _stopped_by(judged: Judged) -> Withheld | None:
    """The end that the second stage's word makes, or None when it may be shown."""
    if judged.rejected_before:
        return Withheld("rejected_before", judged.suggestion_id)
    if judged.verdict is not None and judged.verdict.action is Action.WITHHOLD:
        return Withheld("stage2", judged.suggestion_id)
    return None
