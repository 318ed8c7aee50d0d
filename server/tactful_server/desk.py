"""One running server's state, and all that messages lead to. No LSP types here; made as often as a test likes."""

import asyncio
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from tactful_models import prior
from tactful_models.events import End, Known
from tactful_models.facts import CaretView, RecentTexts, context_facts
from tactful_models.history import History
from tactful_models.registry import Registry
from tactful_server import eagerness
from tactful_server.announcing import Announcer
from tactful_server.ask import Ask
from tactful_server.buffers import Buffer, Edit, Encoding, Splice, plain
from tactful_server.card import Card
from tactful_server.checks.checking import Around, Checking
from tactful_server.checks.marking import LOOK_AFTER_S, Finding, MarkedPlace, Marking
from tactful_server.completion import Completer, Place, Surroundings
from tactful_server.configuring import Configured, configure
from tactful_server.documents import Documents, Opened
from tactful_server.drawing import Drawing
from tactful_server.ends import Offer, Produced
from tactful_server.errands import Errands
from tactful_server.explaining import Explaining
from tactful_server.gatekeeper import Gatekeeper
from tactful_server.generation import Judged
from tactful_server.generations import Generations
from tactful_server.install import keyed_hash
from tactful_server.judging import Judge
from tactful_server.landing import landed
from tactful_server.learning import Learner, Ways, counting
from tactful_server.outcomes import Outcomes
from tactful_server.partials import Partial, grow
from tactful_server.persistence import Kept, Persistence
from tactful_server.providing import USUAL_ADDRESSES
from tactful_server.quiet import Quiet
from tactful_server.returning import Returning
from tactful_server.reviewing import Reviewing
from tactful_server.rules import Situation
from tactful_server.screen import Ending, Part, Told, Wiring, taken_chars
from tactful_server.session import Session
from tactful_server.starting import Client, Options, session_started
from tactful_server.status import gate_status, named
from tactful_server.suggesting import Suggesting
from tactful_server.surveying import Surveying, Surveyor
from tactful_server.tasks import Tasks, log_failure
from tactful_server.trace import Trace
from tactful_server.writer import Writer, WriterState

logger = logging.getLogger(__name__)

CHECK_EVERY_S = 1.0
"""How often accepted texts are looked at."""
CLOSE_S = 3.0
"""Seconds that closing may take to write what waits."""


class Voice:
    """How the server speaks of its own accord; the door replaces what it can do."""

    def partial(self, partial: Partial) -> None:
        """Growing text."""

    def status(self, status: Mapping[str, Any]) -> None:
        """The status, when it is to be seen that it changed."""

    def taken(self, place: MarkedPlace) -> None:
        """Where something stands that was taken."""

    def checked(self, place: MarkedPlace, found: Finding) -> None:
        """What a check of it found."""

    def trouble(self, sentence: str) -> None:
        """Something that only the user can mend."""


class Desk:
    """Everything one server holds."""

    def __init__(self, options: Options, client: Client, written: object, voice: Voice) -> None:
        self.client = client
        self.documents = Documents(options.clock.now)
        self.tasks = Tasks()
        self._reading: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self.quiet = Quiet(options.clock.now)
        self.card = Card()
        self._voice, self._options, self._clock = voice, options, options.clock
        self._loop = asyncio.get_running_loop()
        self.surveyor = Surveyor(self.documents, client.folders)
        self.surveying = Surveying(self.surveyor, lambda: self.configured.settings)
        self.configured: Configured = configure(written, self.surveyor.others, None, options.model_file)
        privacy = self.configured.settings.log.privacy
        self.writer = Writer(options.db, privacy, self._trouble_elsewhere)
        self.session = _session(options, client, privacy, self.writer)
        seed = self.session.started.seed
        shipped = prior.load if options.prior else _none_shipped
        self.keeper = Gatekeeper(Registry(options.registry), lambda: self.configured.settings.gate, seed, shipped)
        self.keeper.history = lambda: self.session.history
        self.explaining = Explaining(self.card, self.keeper)
        self.generations = Generations()
        self._recent = RecentTexts()
        self.outcomes = self._outcomes()
        self.reviewing = Reviewing(self.session, options.db, self._clock.now)
        self.persistence = Persistence(self.session.session_id, self.session.record)
        places = (self.documents.get, self.surveyor.project_of, lambda: self.configured.settings)
        self.marking = Marking(self.persistence, self.documents.get, voice if client.marks else Voice())
        heard, later = self.marking.checked, self._loop.call_later
        around = Around(self.session, self._clock, *places, later, lambda: self.announcer.look(), heard)
        self.checking = Checking(self.persistence, around, client.trusted)
        self._completer = self._make_completer()
        self.announcer = Announcer(self.status, voice.status if client.status else _unheard)
        self.quiet.changed = self.announcer.look
        self.errands = Errands(options.db, options.registry, self.announcer.look)
        self._unasked = Errands(options.db, options.registry, self.announcer.look)
        self.learner = Learner(self._unasked, self._ways_to_learn())
        self.keeper.on_alarm = lambda _: self.learner.hasten()
        self.documents.is_taken = self.outcomes.takes
        self.documents.on_change(self._changed)

    def start(self) -> None:
        """Begins what goes on in the background: the log, the gate, the clockwork, the model."""
        for problem in self.configured.problems:
            logger.warning("%s", problem)
        self.writer.set_retention(self.configured.settings.log.retention_days)
        self.writer.start()
        self.writer.load_history(self._history_elsewhere)
        self.session.begin()
        self.tasks.spawn(self.keeper.watch(), "gatekeeper")
        self.tasks.spawn(self._look_after_accepted(), "persistence")
        self.tasks.spawn(self.checking.work(), "checks")
        self.tasks.spawn(self.surveying.watch(), "survey")
        self.tasks.spawn(self.announcer.watch(), "announcer")
        self.tasks.spawn(self.learner.watch(), "learner")
        self.tasks.spawn(Returning(self._missed, self._model_is_back).watch(), "returning")

    def configure(self, written: object) -> tuple[str, ...]:
        """Takes new settings over; returns what is wrong with them and was not before, a sentence each."""
        former = self.configured
        self.configured = configure(written, self.surveyor.others, former, self._options.model_file)
        self.writer.set_privacy(self.configured.settings.log.privacy)
        self.writer.set_retention(self.configured.settings.log.retention_days)
        if self.configured.settings.gate != former.settings.gate:
            self.generations.clear()  # what was judged before is judged anew
        if self.configured.model is not former.model:
            self.generations.clear()
            self.tasks.spawn(former.model.aclose(), "former model")
        self.configured.model.forgive()
        self.checking.configured()
        self.tasks.spawn(self.surveying.once(), "survey")
        self.announcer.look()
        return tuple(problem for problem in self.configured.problems if problem not in former.problems)

    def opened(self, opened: Opened) -> None:
        """A document was opened: the model may read it ahead, one document at a time."""
        self.documents.open(opened)
        self.tasks.spawn(self.surveying.of(opened.uri), "survey")
        if self._reading is None or self._reading.done():
            self._reading = self.tasks.spawn(self._read_ahead(opened), "read ahead")

    def changed(self, uri: str, version: int, edits: list[Edit], coding: Encoding) -> None:
        """A document changed."""
        self.documents.change(uri, version, edits, coding)

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self.outcomes.left(uri)
        self.checking.closed(uri)
        self.persistence.lost(uri, "closed", self._clock.now())
        self.generations.forget(uri)
        self.documents.close(uri)

    async def complete(self, ask: Ask) -> Offer | None:
        """Answers a request; None when there is nothing to show."""
        self.outcomes.asked_at(ask.uri, ask.caret)
        facts = context_facts(ask.view, ask.trigger, self.documents.rhythm())
        trace = await self._completer.complete(ask, Place(self.surveyor.project_of(ask.uri), facts))
        if not isinstance(trace.ended, Produced):
            return None
        self.outcomes.offered(trace.ended.offer)
        return trace.ended.offer

    def shown(self, suggestion_id: str, item: str, known: Known) -> None:
        """The client says that it is on screen, perhaps with which text, and will say so of others."""
        self.outcomes.client_tells.add(End.SHOWN)
        self.outcomes.lengthened(suggestion_id, plain(item))
        self.outcomes.shown(suggestion_id, known)

    def partially_accepted(self, part: Part, coding: Encoding) -> None:
        """The client says how much was taken so far, and will say so of others."""
        self.outcomes.client_tells.add(End.PARTIAL)
        live = self.outcomes.live
        if live is not None and (buffer := self.documents.get(live.uri)) is not None:
            n_chars = taken_chars(part, buffer.native(live.text), coding)
            self.outcomes.partially_accepted(part.suggestion_id, n_chars, part.known)

    def ended(self, ending: Ending | None) -> None:
        """The client says how a suggestion ended."""
        if ending is not None:
            self.outcomes.ended(ending)

    def status(self) -> dict[str, Any]:
        """How everything stands."""
        writer = self.writer.status()
        return {
            "state": self._state(),
            "learning": self.errands.learning or self._unasked.learning,
            "learned": self.learner.status,
            "sessionId": self.session.session_id,
            "snoozedS": math.ceil(10 * self.quiet.left_s) / 10,
            "eagerness": self.keeper.eagerness,
            "eagernessNow": eagerness.in_words(self.keeper.eagerness, self.keeper.withholds),
            "gate": gate_status(self.keeper),
            "model": named(self.configured.model.status),
            "log": {**named(writer), "state": writer.state.value, "privacy": self.configured.settings.log.privacy},
            "checks": self.checking.status(),
            "requests": dict(self.card.results),
            "problems": list(self.configured.problems),
        }

    async def close(self) -> None:
        """Ends everything; what waits is written. A second call waits for the first."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name="close")
            self._closing.add_done_callback(log_failure)
        await asyncio.wait([self._closing])

    async def _close(self) -> None:
        self._part()
        await self.errands.close()
        await self._unasked.close()
        await self.generations.close()
        await self.tasks.close()
        await self.configured.model.aclose()
        await asyncio.to_thread(self.write_rest)

    def _part(self) -> None:
        """What is on screen and what was accepted is followed no further."""
        if self.writer.status().state is not WriterState.CLOSED:
            self.outcomes.close()
            self.persistence.close(self._clock.now())

    def write_rest(self) -> None:
        """Writes what waits. Blocks; a second call does nothing."""
        if self.writer.status().state is not WriterState.CLOSED:
            self.writer.close(CLOSE_S)

    def _state(self) -> str:
        if not self.configured.settings.enabled:
            return "switched_off"
        if self.session.history is None or not self.surveying.done:
            return "starting"
        if self.quiet.reason:
            return self.quiet.reason
        model = self.configured.model.status.state
        return self.keeper.mode if model in ("ready", "idle", "starting") else f"model_{model}"

    def _missed(self) -> str:
        """Address of the model server that could not be reached; empty for none, or where nothing is suggested."""
        settings = self.configured.settings
        if not settings.enabled or self.configured.model.status.state != "unreachable":
            return ""
        return settings.model.address or USUAL_ADDRESSES.get(settings.model.provider, "")

    def _model_is_back(self) -> None:
        logger.info("somebody listens again at the model server's address")
        self.configured.model.forgive()
        self.announcer.look()

    def _changed(self, buffer: Buffer, splices: list[Splice]) -> None:
        self.learner.stirred()
        self.generations.changed(buffer.uri, buffer.text)
        self.persistence.changed(buffer, splices, self._clock.now())
        self.checking.changed(buffer)
        self.outcomes.changed(buffer.uri, splices)

    def _told(self, told: Told) -> None:
        """An outcome is known: it is recorded, remembered, and what was accepted is followed."""
        self.session.record(told.outcome)
        self.reviewing.told(told.outcome)
        live, end = told.live, told.outcome.end
        if end is End.SHOWN:
            self._recent.shown(live.text)
            self.documents.mark_shown()
        elif end is End.REJECTED:
            self._recent.rejected(live.text)
        elif end is End.PARTIAL:
            self._follow(told, live.text[: live.taken_chars])
        elif end is End.ACCEPTED:
            self._recent.accepted(live.text)
            self._follow(told, live.text)
            self.checking.told(told)
            self._loop.call_later(LOOK_AFTER_S, self.marking.taken, live.suggestion_id)
            self._note_place(told)

    def _follow(self, told: Told, text: str) -> None:
        live, in_parts = told.live, told.outcome.end is End.PARTIAL
        end = live.start + len(text)
        self.persistence.follow(
            Kept(live.suggestion_id, live.uri, live.start, end, text, told.outcome.at, in_parts=in_parts)
        )

    def _note_place(self, told: Told) -> None:
        """Where it stands, so that a reviewer finds it again."""
        if (buffer := self.documents.get(told.live.uri)) is not None:
            place = landed(told, buffer.text, keyed_hash)
            if place is not None:
                self.session.record(place)

    def _ways_to_learn(self) -> Ways:
        new_labels = counting(self._options.db, self._options.registry)
        monotonic = self._clock.monotonic
        return Ways(lambda: self.configured.settings.training, new_labels, self.announcer.look, monotonic)

    def _outcomes(self) -> Outcomes:
        later: Callable[[float, Callable[[], None]], object] = self._loop.call_later
        outcomes = Outcomes(Wiring(self.session.session_id, self._told, self._clock.now, later))
        outcomes.client_tells |= {End.SHOWN} if "shown" in self.client.tells else set()
        outcomes.client_tells |= {End.PARTIAL} if "partially_accepted" in self.client.tells else set()
        return outcomes

    def _make_completer(self) -> Completer:
        judge = Judge(self.session, self.keeper.bench, self._clock.now)
        suggesting = Suggesting(self.session, judge, self._recent, self._clock.now)
        around = Surroundings(
            situation=self._situation,
            model=lambda: self.configured.model,
            generations=self.generations,
            monotonic=self._clock.monotonic,
            is_current=self._is_current,
            is_over=self.outcomes.is_over,
            growing=self._growing,
            surveyed=self.surveying.of,
            ended=self.card.keep,
            on_screen=lambda: self.outcomes.live,
        )
        return Completer(self.session, judge, suggesting, around)

    def _situation(self) -> Situation:
        settings = eagerness.in_effect(self.configured.settings, self.keeper.withholds)
        return Situation(settings, self.surveyor.excluded, self.quiet.reason)

    def _is_current(self, ask: Ask) -> bool:
        buffer = self.documents.get(ask.uri)
        return buffer is not None and buffer.version == ask.version

    def _growing(self, trace: Trace, judged: Judged, drawing: Drawing) -> None:
        if self.client.partial and trace.generation is not None:
            first = Partial(judged.suggestion_id, trace.ask, "", done=False)
            self.tasks.spawn(grow(first, trace.generation, drawing, self._voice.partial), "partial")

    async def _look_after_accepted(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            self.persistence.check(self.documents.buffers, self._clock.now())

    async def _read_ahead(self, opened: Opened) -> None:
        await self.surveying.of(opened.uri)
        if self.configured.settings.enabled and not self.quiet.reason and not self.surveyor.excluded(opened.uri):
            await self.configured.model.prepare(CaretView(plain(opened.text), "", opened.language))

    def _history_elsewhere(self, history: History) -> None:
        """Called on the writer's thread."""
        self._loop.call_soon_threadsafe(self.session.warm, history)

    def _trouble_elsewhere(self, sentence: str) -> None:
        """Called on the writer's thread."""
        self._loop.call_soon_threadsafe(self._voice.trouble, sentence)


def _session(options: Options, client: Client, privacy: str, writer: Writer) -> Session:
    return Session(session_started(options, client, privacy), writer.record, keyed_hash)


def _none_shipped() -> None:
    """Decides nothing until there is a gate of one's own."""


def _unheard(status: Mapping[str, Any]) -> None:
    """The client did not ask to be told."""
