"""The report tells seconds and how a gate's chances come out."""

import json
from collections.abc import Iterator

import pytest

from tactful_models import simulation
from tactful_models.events import Action, Decided, End, Event, Known, OutcomeSeen, SuggestionFacts, SuggestionMade
from tactful_models.page import material, page
from tactful_models.page_gate import InForce
from tactful_models.report import report
from tactful_models.report_cases import gather
from tactful_models.report_seconds import DAY_S, seconds
from tactful_models.report_text import text
from tactful_models.simulated_serving import lived
from tactful_models.simulation import Logging, Size, World
from tactful_models.tracking import DRIFTED

STEADY, DRIFTING = World(tastes=(0.0,)), World(tastes=(0.0,), step=-2.5)
ON, SHADOW = Logging(0.0, 0.2), Logging()


def log(world: World = STEADY, logging: Logging = ON) -> Iterator[Event]:
    drawn = simulation.draw(world, Size(1, 12, 50), 4)
    return (event for moment in lived(drawn, logging, 4) for event in moment.events)


def judged(name: str, at: float, action: Action, chance: float = 0.1) -> list[Event]:
    made = SuggestionMade(name, name, "s", at, SuggestionFacts(40, 1))
    decided = Decided(name, name, "s", at, 2, chance, 0.2, action, action, 0.98, "on", suggestion_id=name)
    return [made, decided]


def test_saved_spent_spared_and_given_up_are_by_the_day() -> None:
    events = [
        *judged("a", 0.0, Action.SHOW),
        OutcomeSeen("a", "s", 1.0, End.ACCEPTED, Known.CLIENT, 0.5, 40),
        *judged("b", DAY_S, Action.WITHHOLD),
    ]
    found = seconds(gather(events))
    terms = found.terms
    assert found.saved.value == pytest.approx(40 * terms.stays.value / terms.speed.value / 2)
    assert found.looked.value == pytest.approx(terms.look_s / 2)
    assert found.spared.value == pytest.approx(terms.look_s / 2)
    assert found.given_up.value == pytest.approx(0.1 * terms.saved_s(40) / 2)


def test_the_report_tells_the_terms_and_the_seconds_a_day() -> None:
    told = text(report(log()))
    for words in ("characters typed a second", "s a day saved by taking", "s a day given up"):
        assert words in told


def test_the_page_tells_them_too() -> None:
    made = page(material(log(), InForce()))
    assert "Taking suggestions saved about" in made
    assert "What was held back spared about" in made


def test_a_gate_that_is_right_is_told_without_an_alarm() -> None:
    found = report(log())
    assert found.standing is not None
    assert found.standing.alarm == ""
    assert "Alarm" not in text(found)
    assert f"by {found.standing.n_outcomes:,} outcomes" in text(found)
    json.dumps(found.to_json(), allow_nan=False)


def test_one_that_drifted_is_told_with_what_to_do() -> None:
    found = report(log(DRIFTING, SHADOW))
    assert found.standing is not None
    assert found.standing.alarm == DRIFTED
    assert f"Alarm (drifted): {found.standing.words}" in text(found)
    assert "`tactful train`" in text(found)
    made = page(material(log(DRIFTING, SHADOW), InForce("simulated")))
    assert "Alarm: Of the newest suggestions" in made
