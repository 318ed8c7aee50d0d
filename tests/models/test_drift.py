"""The test whether probabilities still fit, which may be looked at after every outcome."""

import random

from tactful_models.drift import ONE_FALSE_IN, Detector


def first_alarm(chance_of: "dict[float, float]", n: int, seed: int) -> int | None:
    """After how many outcomes it sounds, where what was said at a key's probability has the value's chance."""
    drawn, one = random.Random(seed), Detector()
    for at in range(n):
        said = drawn.choice(list(chance_of))
        one.see(said, drawn.random() < chance_of[said])
        if one.evidence >= ONE_FALSE_IN:
            return at + 1
    return None


RIGHT = {0.1: 0.1, 0.3: 0.3, 0.6: 0.6}


def test_a_gate_that_is_right_raises_no_alarm_in_weeks() -> None:
    assert [first_alarm(RIGHT, 4000, seed) for seed in range(20)] == [None] * 20


def test_neither_does_one_that_is_off_by_no_more_than_is_tolerated() -> None:
    off = {said: chance + 0.04 for said, chance in RIGHT.items()}
    assert [first_alarm(off, 4000, seed) for seed in range(20)] == [None] * 20


def test_one_that_is_off_by_much_is_found_soon_whatever_the_direction() -> None:
    for off in (
        {0.3: 0.6, 0.6: 0.9},
        {0.3: 0.05, 0.6: 0.3},
        {0.1: 0.4, 0.8: 0.5},
        {0.4: 0.1, 0.6: 0.9},
    ):
        found = [first_alarm(off, 500, seed) for seed in range(20)]
        assert all(at is not None and at < 400 for at in found), off


def test_a_change_after_a_long_time_is_found_as_soon() -> None:
    drawn, one = random.Random(3), Detector()
    for _ in range(5000):
        one.see(0.4, drawn.random() < 0.4)
    assert one.evidence < ONE_FALSE_IN
    for _ in range(250):
        one.see(0.4, drawn.random() < 0.1)
    assert one.evidence >= ONE_FALSE_IN
