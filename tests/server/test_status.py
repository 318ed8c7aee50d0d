"""Why a request ended as it did."""

import json

from tactful_models.events import Action, ContextFacts, Decided, Trigger
from tactful_models.facts import CaretView
from tactful_models.features import Opportunity
from tactful_server.ask import Ask
from tactful_server.ends import Empty, Offer, Produced, Withheld
from tactful_server.status import Card
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
    assert Card().explain() == {"found": False}


def test_the_last_request_is_explained_unless_one_is_named_by_its_id_or_its_suggestion() -> None:
    card = Card()
    for name in ("r1", "r2"):
        card.keep(trace(name))

    assert card.explain()["requestId"] == "r2"
    assert card.explain("r1")["requestId"] == "r1"
    assert card.explain("s-r1")["requestId"] == "r1"
    assert card.explain("r3") == {"found": False}


def test_a_card_has_the_decisions_and_can_be_sent() -> None:
    card, one = Card(), trace("r1")
    one.decisions.extend([decided(1), decided(2)])
    card.keep(one)
    said = card.explain()

    assert (said["result"], said["reason"]) == ("withheld", "stage2")
    assert [(one["stage"], one["probability"], one["propensity"]) for one in said["decisions"]] == [
        (1, 0.25, 0.98),
        (2, 0.25, 0.98),
    ]
    json.dumps(said)


def test_requests_are_counted_by_result_and_only_the_last_are_kept() -> None:
    card = Card()
    for number in range(300):
        one = trace(f"r{number}")
        one.ended = Empty("blank") if number % 3 else Produced(Offer("s", URI, 0, "x", 1))
        card.keep(one)

    assert card.results == {"produced": 100, "empty": 200}
    assert card.explain("r0") == {"found": False}
    assert card.explain("r299")["found"]
