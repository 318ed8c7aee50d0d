"""One request's life, with a model at the seam."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from drawn import at
from speaking import Speaker, turns
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    RequestEnded,
    SessionStarted,
    SuggestionMade,
    Trigger,
)
from tactful_models.facts import RecentTexts
from tactful_models.gate import ConstantGate, Gate
from tactful_models.history import History
from tactful_models.policy import Policy
from tactful_models.promise import Thresholds
from tactful_server.ask import Ask
from tactful_server.completion import Completer, Place, Surroundings
from tactful_server.ends import Produced
from tactful_server.generations import Generations
from tactful_server.judging import Bench, Judge
from tactful_server.providers.faults import CutError
from tactful_server.rules import Situation
from tactful_server.screen import Live, begun
from tactful_server.session import Session
from tactful_server.settings import parse
from tactful_server.suggesting import Suggesting
from tactful_server.trace import Trace

URI = "file:///a.py"


@dataclass
class Around:
    """A completer with everything about it."""

    model: Speaker
    written: dict[str, object] = field(default_factory=dict)
    policy: Policy = field(default_factory=lambda: Policy("shadow"))
    events: list[Event] = field(default_factory=list)
    over: set[str] = field(default_factory=set)
    is_current: bool = True
    live: Live | None = None
    gate: Gate = field(default_factory=ConstantGate)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        started = SessionStarted("session", 0.0, "user")
        self.session = Session(started, self.events.append, lambda text: f"hash of {text}")
        self.session.warm(History())
        self.session.begin()
        judge = Judge(self.session, lambda: Bench(self.gate, self.policy), lambda: 1.0)
        suggesting = Suggesting(self.session, judge, RecentTexts(), lambda: 1.0)
        surroundings = Surroundings(
            situation=lambda: Situation(parse(self.written).settings, lambda uri: False),
            model=lambda: self.model,
            generations=Generations(),
            monotonic=asyncio.get_running_loop().time,
            is_over=self.over.__contains__,
            is_current=lambda ask: self.is_current,
            growing=lambda *_: None,
            on_screen=lambda: self.live,
        )
        self.completer = Completer(self.session, judge, suggesting, surroundings)

    async def complete(self, code: str, trigger: Trigger = Trigger.AUTOMATIC) -> Trace:
        ask = Ask(f"r{next(self.numbers)}", URI, 1, at(code), trigger, 1.0)
        return await self.completer.complete(ask, Place("", ContextFacts(trigger=trigger, only_closers_after=True)))

    def results(self) -> list[str]:
        rows = [one for one in self.events if isinstance(one, RequestEnded)]
        return [f"{one.result.value}/{one.reason}" if one.reason else one.result.value for one in rows]

    def of(self, kind: type[Event]) -> list[Event]:
        return [one for one in self.events if isinstance(one, kind)]


def text(trace: Trace) -> str | None:
    return trace.ended.offer.text if isinstance(trace.ended, Produced) else None


async def test_a_request_goes_through_both_stages_and_is_recorded_once() -> None:
    around = Around(Speaker(" a + b\n"))
    trace = await around.complete("x =█")

    assert text(trace) == " a + b"
    assert [type(one).__name__ for one in around.events] == [
        "SessionStarted",
        "Decided",
        "SuggestionMade",
        "Decided",
        "RequestEnded",
    ]
    assert around.results() == ["produced"]


async def test_typing_along_is_answered_from_the_stream_with_the_same_suggestion() -> None:
    around = Around(Speaker(" a + b\n"))
    first, second = await around.complete("x =█"), await around.complete("x = a█")

    assert (text(first), text(second)) == (" a + b", " + b")
    assert len({one.suggestion_id for one in around.of(RequestEnded) if isinstance(one, RequestEnded)}) == 1
    assert len(around.model.asked) == 1
    assert len(around.of(SuggestionMade)) == 1


async def test_what_has_come_to_an_end_on_screen_is_a_new_suggestion_when_it_is_offered_again() -> None:
    around = Around(Speaker(" a + b\n"))
    first = await around.complete("x =█")
    assert isinstance(first.ended, Produced)
    around.over.add(first.ended.offer.suggestion_id)
    second = await around.complete("x =█")

    assert isinstance(second.ended, Produced)
    assert second.ended.offer.suggestion_id != first.ended.offer.suggestion_id
    assert len(around.model.asked) == 1


async def test_a_block_stays_whole_and_one_suggestion_while_one_types_into_it_or_takes_a_line() -> None:
    around = Around(Speaker("\n    a = 1\n    b = 2\n\n\nx\n"))
    whole = await around.complete("def f():█")
    assert isinstance(whole.ended, Produced)
    offer = whole.ended.offer
    shown = begun(offer)
    for taken in ("\n    ", "\n    a", "\n    a = 1", "\n    a = 1\n    b"):
        around.live = replace(shown, caret=offer.caret + len(taken), rest=offer.text[len(taken) :])
        trace = await around.complete(f"def f():{taken}█")
        assert isinstance(trace.ended, Produced)
        assert trace.ended.offer.suggestion_id == offer.suggestion_id
        assert taken + trace.ended.offer.text == offer.text

    assert offer.text == "\n    a = 1\n    b = 2"
    assert len(around.of(SuggestionMade)) == len(around.model.asked) == 1


async def test_the_line_after_a_block_that_has_ended_is_a_suggestion_of_its_own() -> None:
    around = Around(Speaker("\n    a = 1\n    b = 2\n\n\nx\n"))
    whole = await around.complete("def f():█")
    assert isinstance(whole.ended, Produced)
    offer, taken = whole.ended.offer, "\n    a = 1"
    around.over.add(offer.suggestion_id)
    around.live = replace(begun(offer), caret=offer.caret + len(taken), rest=offer.text[len(taken) :])
    trace = await around.complete(f"def f():{taken}█")

    assert isinstance(trace.ended, Produced)
    assert trace.ended.offer.suggestion_id != offer.suggestion_id


async def test_the_first_stage_withholds_before_the_model_is_asked() -> None:
    around = Around(Speaker(" a\n"), policy=Policy("on", Thresholds(0.9, 0.0), 0.0))
    await around.complete("x =█")

    assert around.results() == ["withheld/stage1"]
    assert around.model.asked == []


async def test_the_second_stage_withholds_and_stops_the_stream() -> None:
    speaker = Speaker(" a\n", " b", held=True)
    around = Around(speaker, policy=Policy("on", Thresholds(0.0, 0.9), 0.0))
    asking = asyncio.create_task(around.complete("x =█"))
    await turns()
    speaker.say()
    await asking
    await turns()

    assert around.results() == ["withheld/stage2"]
    assert speaker.n_closed == 1
    assert [one.action for one in around.of(Decided) if isinstance(one, Decided)] == [Action.SHOW, Action.WITHHOLD]


class SureBeforeTheCall(ConstantGate):
    """A gate that is all but certain before the call and finds the text a poor one."""

    def probability(self, stage: int, features: Sequence[float], model_key: str) -> float:
        return 0.99 if stage == 1 else 0.1


async def test_a_confident_show_of_the_first_stage_still_gets_its_second_look() -> None:
    around = Around(Speaker(" a\n"), policy=Policy("on", Thresholds(0.05, 0.2), 0.0), gate=SureBeforeTheCall())
    await around.complete("x =█")

    assert around.results() == ["withheld/stage2"]
    told = [(one.stage, one.action) for one in around.of(Decided) if isinstance(one, Decided)]
    assert told == [(1, Action.SHOW), (2, Action.WITHHOLD)]


async def test_asking_by_hand_passes_the_gate_without_a_decision() -> None:
    around = Around(Speaker(" a\n"), policy=Policy("on", Thresholds(0.9, 0.9), 0.0))
    trace = await around.complete("x =█", Trigger.MANUAL)

    assert text(trace) == " a"
    assert around.of(Decided) == []


async def test_what_was_rejected_here_is_withheld_by_name_but_not_from_who_asks_by_hand() -> None:
    around = Around(Speaker(" a\n"))
    first = await around.complete("x =█")
    assert isinstance(first.ended, Produced)
    named = first.ended.offer.suggestion_id
    around.session.record(OutcomeSeen(named, "session", 2.0, End.REJECTED, Known.CLIENT))
    around.over.add(named)
    await around.complete("x =█")
    by_hand = await around.complete("x =█", Trigger.MANUAL)

    assert around.results() == ["produced", "withheld/rejected_before", "produced"]
    assert text(by_hand) == " a"


async def test_a_cancelled_request_is_recorded_and_its_stream_goes_on() -> None:
    speaker = Speaker(" a", "\n", held=True)
    around = Around(speaker)
    asking = asyncio.create_task(around.complete("x =█"))
    await turns()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    speaker.say(2)
    trace = await around.complete("x =█")

    assert around.results() == ["cancelled/client", "produced"]
    assert text(trace) == " a"
    assert len(speaker.asked) == 1


async def test_a_fault_of_the_model_ends_the_request_with_its_word() -> None:
    around = Around(Speaker(" a", fault=CutError("broke off")))
    trace = await around.complete("x =█")

    assert around.results() == ["failed/cut"]
    assert text(trace) is None


async def test_an_unforeseen_error_is_recorded_as_failed_and_not_swallowed() -> None:
    around = Around(Speaker(" a\n"), written={"request": {"length": "line"}})
    around.completer._suggesting = None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        await around.complete("x =█")

    assert around.results() == ["failed/internal"]


async def test_a_document_that_changed_meanwhile_gets_no_answer() -> None:
    around = Around(Speaker(" a\n"), is_current=False)
    await around.complete("x =█")

    assert around.results() == ["cancelled/changed"]


async def test_nothing_said_is_an_empty_end() -> None:
    around = Around(Speaker())
    await around.complete("x =█")

    assert around.results() == ["empty/blank"]


async def test_a_rule_stops_it_before_anything_else() -> None:
    around = Around(Speaker(" a\n"), written={"enabled": False})
    await around.complete("x =█")

    assert around.results() == ["withheld/switched_off"]
    assert around.of(Decided) == []
