"""The last requests, kept as values."""

from tactful_models.events import Action, ContextFacts, Decided, Trigger
from tactful_models.facts import CaretView
from tactful_models.features import Opportunity
from tactful_server.ask import Ask
from tactful_server.card import Card
from tactful_server.ends import Cancelled, Empty, Offer, Produced, Withheld
from tactful_server.generation import Generation, Origin
from tactful_server.trace import Trace

URI = "file:///a.py"


def trace(request_id: str) -> Trace:
    ask = Ask(request_id, URI, 1, CaretView("x =", "", "python"), Trigger.AUTOMATIC, 0.0)
    ended = Trace(ask, Opportunity(ContextFacts(), "python", "f", "p", "m", 0.0), 0.0)
    ended.ended = Withheld("stage2", f"s-{request_id}")
    return ended


def decided(stage: int) -> Decided:
    return Decided(f"d{stage}", "r1", "s", 0.0, stage, 0.25, 0.5, Action.WITHHOLD, Action.WITHHOLD, 0.98, "on")


def test_nothing_is_found_before_anything_happened() -> None:
    assert Card().find() is None


def found(card: Card, named: str = "") -> str:
    told = card.find(named)
    return told.request_id if told else "nothing"


def test_the_last_request_is_found_unless_one_is_named_by_its_id_or_its_suggestion() -> None:
    card = Card()
    for name in ("r1", "r2"):
        card.keep(trace(name))

    assert found(card) == "r2"
    assert found(card, "r1") == "r1"
    assert found(card, "s-r1") == "r1"
    assert found(card, "r3") == "nothing"


def test_what_the_editor_cancelled_is_passed_over_unless_it_is_named_or_all_there_is() -> None:
    card, cancelled = Card(), trace("r2")
    cancelled.ended = Cancelled()
    card.keep(cancelled)
    assert found(card) == "r2"
    card.keep(trace("r1"))
    card.keep(cancelled)

    assert found(card) == "r1"
    assert found(card, "r2") == "r2"


def test_a_card_has_the_decisions_of_its_request() -> None:
    card, one = Card(), trace("r1")
    one.decisions.extend([decided(1), decided(2)])
    card.keep(one)
    told = card.find()

    assert told is not None
    assert (told.result, told.reason, told.model_key) == ("withheld", "stage2", "m")
    assert told.decisions == (decided(1), decided(2))


def test_one_that_joined_a_stream_has_what_the_first_stage_said_of_the_request_that_opened_it() -> None:
    card, opening, joining = Card(), trace("r1"), trace("r2")
    opening.generation = joining.generation = Generation(Origin(URI, "x =", ""), "r1", lambda: 0.0)
    opening.decisions.append(decided(1))
    joining.decisions.append(decided(2))
    for one in (opening, joining):
        card.keep(one)
    told = card.find()

    assert told is not None
    assert [each.stage for each in told.decisions] == [1, 2]


def test_requests_are_counted_by_result_and_only_the_last_are_kept() -> None:
    card = Card()
    for number in range(300):
        one = trace(f"r{number}")
        one.ended = Empty("blank") if number % 3 else Produced(Offer("s", URI, 0, "x", 1))
        card.keep(one)

    assert card.results == {"produced": 100, "empty": 200}
    assert found(card, "r0") == "nothing"
    assert found(card, "r299") == "r299"
