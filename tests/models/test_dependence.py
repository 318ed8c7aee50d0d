"""How much accepts that hang together are worth."""

import numpy as np

from tactful_models import dependence, simulation
from tactful_models.dependence import OUT_OF_FOLD, Hang
from tactful_models.promise import Constraint
from tactful_models.simulation import Size, World
from tactful_models.thresholds import Scored, tune

ONES = np.ones(400)


def test_accepts_that_are_lost_alike_everywhere_are_worth_all_they_are() -> None:
    lost = np.arange(400) % 20 == 0
    places = np.repeat(np.arange(20), 20).astype(np.intp)
    assert dependence.worth(lost, ONES, Hang(places, 0.9)) == (400, True)


def test_accepts_lost_by_one_person_alone_are_worth_far_fewer() -> None:
    lost = np.arange(400) < 20
    places = np.repeat(np.arange(20), 20).astype(np.intp)
    size, exact = dependence.worth(lost, ONES, Hang(places, 0.9))
    assert size < 40
    assert not exact


def test_with_few_people_the_same_spread_counts_for_more() -> None:
    lost = np.zeros(400, np.bool_)
    lost[[0, 1, 2, 3, 200, 201]] = True
    two, twenty = (np.repeat(np.arange(n), 400 // n).astype(np.intp) for n in (2, 20))
    assert dependence.worth(lost, ONES, Hang(two, 0.9))[0] < dependence.worth(lost, ONES, Hang(twenty, 0.9))[0]


def test_nothing_lost_hangs_together_with_nothing() -> None:
    places = np.repeat(np.arange(20), 20).astype(np.intp)
    assert dependence.worth(np.zeros(400, np.bool_), ONES, Hang(places, 0.9)) == (400, True)


def test_accepts_of_people_count_for_less_than_all_however_alike_these_seem() -> None:
    lost = np.arange(400) % 20 == 0
    ten = np.repeat(np.arange(10), 40).astype(np.intp)
    size, exact = dependence.worth(lost, ONES, Hang(ten, 0.9, OUT_OF_FOLD))
    assert (size, exact) == (int(400 / (1 + 39 * OUT_OF_FOLD)), False)
    alone = np.arange(400).astype(np.intp)
    assert dependence.worth(lost, ONES, Hang(alone, 0.9, OUT_OF_FOLD))[0] >= 390


def test_clusters_are_people_or_the_many_sessions_of_one() -> None:
    def names(*values: str) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
        return np.array(values, object)

    both = dependence.clusters(names("a", "b", "a"), names("1", "2", "3"))
    assert both is not None
    assert both.tolist() == [0, 1, 0]
    assert dependence.clusters(names("a", "a", "a"), names("1", "2", "3")) is None
    many = dependence.clusters(names(*["a"] * 10), names(*map(str, range(10))))
    assert many is not None
    assert len(set(many.tolist())) == 10


def scored(users: int, sessions: int, seed: int, hangs: bool = True) -> Scored:
    drawn = simulation.draw(World(taste=1.0), Size(users, sessions, 30), seed)
    return Scored(
        drawn.probability1,
        drawn.probability2,
        drawn.good,
        np.ones(len(drawn)),
        drawn.user.astype(np.intp) if hangs else None,
    )


def test_the_promise_holds_for_people_it_has_never_seen() -> None:
    """Twelve people who differ: counted as independent accepts the promise breaks too often, by person it does not."""
    others = simulation.draw(World(taste=1.0), Size(100_000, 1, 1), 99)
    broken = {True: 0, False: 0}
    for seed in range(60):
        for hangs in broken:
            found = tune(scored(12, 8, seed, hangs), Constraint())
            lost = simulation.truth(others, (found.stage1, found.stage2)).accepts_lost
            broken[hangs] += lost > 0.05
    assert broken[True] <= 60 * 0.10 + 2 * (60 * 0.1 * 0.9) ** 0.5
    assert broken[False] > broken[True]


def test_two_people_who_differ_as_far_as_can_be_bear_no_promise() -> None:
    """The one's accepts are all below the other's: whatever is withheld, one of them loses it alone."""
    chance = np.concatenate([np.linspace(0.1, 0.2, 60), np.linspace(0.8, 0.9, 30)])
    accepted = np.tile([True, False], 45)
    odd = Scored(chance, chance, accepted, np.ones(90), np.repeat([0, 1], [60, 30]).astype(np.intp))
    found = tune(odd, Constraint(accepts_lost=0.10))
    assert (found.stage1, found.stage2, found.promise.met) == (0.0, 0.0, False)
    assert "differ too much" in found.promise.reason
