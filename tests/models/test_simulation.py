"""Users that are made up, whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from tactful_models import simulation
from tactful_models.simulation import Logging, Size, World

WORLD = World()
SIZE = Size(users=2000, sessions=2, opportunities=10)


def test_the_same_seed_draws_the_same_users() -> None:
    one, again, other = (simulation.draw(WORLD, Size(2, 2, 20), seed) for seed in (1, 1, 2))
    assert (one.good == again.good).all()
    assert (one.chance == again.chance).all()
    assert (one.chance != other.chance).any()


def test_both_stages_are_calibrated() -> None:
    drawn = simulation.draw(WORLD, SIZE, 3)
    for probability in (drawn.probability1, drawn.probability2):
        for low in np.arange(0.1, 0.9, 0.2):
            among = (probability >= low) & (probability < low + 0.2)
            assert drawn.chance[among].mean() == pytest.approx(probability[among].mean(), abs=0.03)


def test_stage_two_knows_more_than_stage_one() -> None:
    drawn = simulation.draw(WORLD, SIZE, 3)
    first, second = (np.square(each - drawn.good).mean() for each in (drawn.probability1, drawn.probability2))
    assert second < first - 0.02


def test_users_differ_by_their_taste_and_drift_with_time() -> None:
    drawn = simulation.draw(World(taste=1.5), Size(200, 1, 50), 4)
    rates = [drawn.chance[drawn.user == user].mean() for user in range(200)]
    assert np.std(rates) > 0.15
    drifting = simulation.draw(World(tastes=(0.0,), drift=3.0), Size(1, 100, 40), 5)
    assert drifting.chance[-1000:].mean() > drifting.chance[:1000].mean() + 0.2


def test_the_log_tells_nothing_of_what_was_withheld() -> None:
    drawn = simulation.draw(WORLD, Size(3, 4, 50), 6)
    paths = simulation.log(drawn, Logging(0.3, 0.4), 6)
    assert (paths.reward[~paths.shown] == 0.0).all()
    assert np.isnan(paths.probability2[~paths.called]).all()
    assert (paths.reward[paths.shown] == drawn.good[paths.shown]).all()


def test_exploration_shows_the_share_it_says() -> None:
    drawn = simulation.draw(WORLD, SIZE, 7)
    paths = simulation.log(drawn, Logging(0.3, 0.0, exploration=0.2), 7)
    below = drawn.probability1 < 0.3
    assert paths.called[below].mean() == pytest.approx(0.2, abs=0.01)
    assert set(np.unique(paths.propensity1[below])) == {0.2, 0.8}
    assert (paths.propensity1[~below] == 1.0).all()


def test_the_truth_of_showing_everything_is_the_mean_chance() -> None:
    drawn = simulation.draw(WORLD, SIZE, 8)
    shown = simulation.truth(drawn, (0.0, 0.0))
    assert shown.value == pytest.approx(drawn.chance.mean())
    assert (shown.accepts_lost, shown.rejections_withheld) == (0.0, 0.0)
    nothing = simulation.truth(drawn, (1.1, 0.0))
    assert (nothing.value, nothing.accepts_lost) == (0.0, 1.0)


def test_the_truth_does_not_depend_on_what_came_by_chance() -> None:
    drawn = simulation.draw(WORLD, SIZE, 9)
    unlucky = replace(drawn, good=np.zeros(len(drawn), np.bool_))
    assert simulation.truth(drawn, (0.2, 0.3)) == simulation.truth(unlucky, (0.2, 0.3))
