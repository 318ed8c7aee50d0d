"""How a gate's probabilities come out while it serves."""

from dataclasses import replace

import numpy as np
import pytest

from tactful_models import metrics, simulation
from tactful_models.events import Decided
from tactful_models.prior import SHIPPED
from tactful_models.recalibration import UNCORRECTED
from tactful_models.simulated_serving import Served, lived, serve
from tactful_models.simulation import Drawn, Logging, Size, World
from tactful_models.tracking import DRIFTED, Standing, Tracking

SIZE = Size(1, 24, 50)
ON = Logging(0.12, 0.15, 0.02)


def ece(drawn: Drawn, served: Served, since: int) -> float:
    """Against the true chances, from opportunity `since` on."""
    came = ~np.isnan(served.probability) & (np.arange(len(drawn)) >= since)
    found = metrics.ece(served.probability[came], drawn.chance[came])  # type: ignore[arg-type]
    assert found is not None
    return found


def both(world: World, logging: Logging, seed: int = 1) -> tuple[Drawn, Served, Served]:
    drawn = simulation.draw(world, SIZE, seed)
    return drawn, serve(drawn, logging, seed, corrects=False), serve(drawn, logging, seed)


@pytest.mark.parametrize("step", [-1.5, 1.5])
def test_a_user_who_changes_is_followed_within_a_day(step: float) -> None:
    drawn, plain, corrected = both(World(tastes=(0.0,), step=step), Logging())
    assert ece(drawn, plain, 800) > 0.12
    assert ece(drawn, corrected, 800) < 0.07


def test_where_nothing_changes_correcting_does_no_harm() -> None:
    gaps = []
    for seed in range(5):
        drawn, plain, corrected = both(World(tastes=(0.0,)), Logging(), seed)
        gaps.append(ece(drawn, corrected, 200) - ece(drawn, plain, 200))
        assert set(corrected.alarm) == {""}
    assert np.mean(gaps) < 0.01


def test_a_change_raises_the_alarm_that_says_it_is_corrected() -> None:
    _, _, corrected = both(World(tastes=(0.0,), step=-1.5), Logging())
    assert (corrected.alarm[:600] == "").all()
    assert corrected.alarm[-1] == DRIFTED


@pytest.mark.parametrize("step", [-1.5, 0.0, 1.5])
def test_nothing_is_withheld_by_correcting_that_would_have_been_shown(step: float) -> None:
    _, plain, corrected = both(World(tastes=(0.0,), step=step), ON)
    assert not (plain.shown & ~corrected.shown).any()


def test_the_first_stage_does_not_take_what_the_second_let_pass_for_all() -> None:
    drawn = simulation.draw(World(tastes=(0.0,)), SIZE, 5)
    moments = list(lived(drawn, Logging(0.12, 0.3, 0.02), 5))[400:]
    served = np.array([moment.decisions[0].probability for moment in moments], np.float64)
    assert abs(served.mean() - drawn.chance[400:].mean()) < 0.04


def test_the_gate_that_comes_with_tactful_raises_no_alarm() -> None:
    drawn = simulation.draw(World(tastes=(0.0,), step=-2.5), SIZE, 1)
    events = [event for moment in lived(drawn, Logging(), 1) for event in moment.events]
    own, strange = Tracking(), Tracking()
    for event in events:
        own.observe(event)
        strange.observe(replace(event, gate_version=SHIPPED) if isinstance(event, Decided) else event)
    assert own.standing("simulated").alarm == DRIFTED
    assert strange.standing(SHIPPED) == replace(own.standing("simulated"), version=SHIPPED, alarm="")


def test_what_was_not_seen_is_not_corrected() -> None:
    tracking = Tracking()
    assert tracking.correction("v1", 2) == UNCORRECTED
    assert tracking.standing("v1") == Standing("v1")
    assert tracking.standing("v1").words == ""


def test_an_alarm_says_what_was_found_and_what_to_do() -> None:
    words = Standing("v1", 300, DRIFTED, 0.41, 0.2, 0.18).words
    assert words == (
        "Of the newest suggestions 18 % were good, where the gate expected 41 %: its chances are corrected for that."
        " `tactful train` learns it anew."
    )
