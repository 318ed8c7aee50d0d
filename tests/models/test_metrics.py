"""The metrics, with scikit-learn as the reference."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from tactful_models import metrics
from tactful_models.metrics import Bootstrap, Estimate
from tactful_models.scorecards import statistics

PAIRS = st.lists(st.tuples(st.integers(0, 20).map(lambda i: i / 20), st.booleans()), min_size=2, max_size=60)
MIXED = PAIRS.filter(lambda pairs: len({label for _, label in pairs}) == 2)


def arrays(pairs: list[tuple[float, bool]]) -> tuple[metrics.Floats, metrics.Bools]:
    return np.array([p for p, _ in pairs], np.float64), np.array([label for _, label in pairs], np.bool_)


@settings(deadline=None)
@given(MIXED)
def test_auc_is_scikit_learns(pairs: list[tuple[float, bool]]) -> None:
    scores, labels = arrays(pairs)
    assert metrics.auc(scores, labels) == pytest.approx(reference.roc_auc_score(labels, scores))


@settings(deadline=None)
@given(PAIRS)
def test_brier_is_scikit_learns(pairs: list[tuple[float, bool]]) -> None:
    scores, labels = arrays(pairs)
    assert metrics.brier(scores, labels) == pytest.approx(reference.brier_score_loss(labels, scores, pos_label=True))


@settings(deadline=None)
@given(PAIRS)
def test_ece_is_its_definition(pairs: list[tuple[float, bool]]) -> None:
    scores, labels = arrays(pairs)
    total = 0.0
    for number in range(10):
        mine = np.minimum((scores * 10).astype(int), 9) == number
        if mine.any():
            total += mine.mean() * abs(labels[mine].mean() - scores[mine].mean())
    assert metrics.ece(scores, labels) == pytest.approx(total, abs=1e-12)


@settings(deadline=None)
@given(MIXED, st.sampled_from([0.9, 0.95, 0.5]))
def test_rejections_withheld_is_the_best_of_all_thresholds(pairs: list[tuple[float, bool]], kept: float) -> None:
    scores, labels = arrays(pairs)
    thresholds = [*sorted(set(scores)), 2.0]
    allowed = [t for t in thresholds if (scores[labels] >= t).mean() >= kept - 1e-9]
    assert metrics.rejections_withheld(scores, labels, kept) == pytest.approx(
        max((scores[~labels] < t).mean() for t in allowed)
    )


@settings(deadline=None)
@given(PAIRS, st.sampled_from([0.9, 0.95, 0.5]))
def test_withheld_at_precision_is_the_best_of_all_thresholds(pairs: list[tuple[float, bool]], precision: float) -> None:
    scores, labels = arrays(pairs)
    shares = [0.0]
    for threshold in [*sorted(set(scores)), 2.0]:
        withheld = scores < threshold
        if withheld.any() and (~labels[withheld]).mean() >= precision - 1e-9:
            shares.append(withheld.mean())
    assert metrics.withheld_at_precision(scores, labels, precision) == pytest.approx(max(shares))


@pytest.mark.parametrize("metric", [metrics.auc, lambda s, y: metrics.rejections_withheld(s, y, 0.95)])
def test_one_kind_of_label_bears_no_number(metric: Callable[..., float | None]) -> None:
    assert metric(np.array([0.1, 0.2]), np.array([True, True])) is None


def test_nothing_bears_no_number() -> None:
    nothing = np.empty(0), np.empty(0, np.bool_)
    assert metrics.brier(*nothing) is None
    assert metrics.ece(*nothing) is None
    assert metrics.withheld_at_precision(*nothing, 0.9) is None


def test_resamples_keep_people_whole_and_repeat_by_their_seed() -> None:
    groups = ["b", "a", "b", "c"]
    drawn = metrics.resamples(groups, Bootstrap(n_resamples=50, seed=3))
    again = metrics.resamples(groups, Bootstrap(n_resamples=50, seed=3))
    assert all((one == other).all() for one, other in zip(drawn, again, strict=True))
    for rows in drawn:
        counts = np.bincount(rows, minlength=4)
        assert counts[0] == counts[2]
        assert counts[0] + counts[1] + counts[3] == 3


def test_an_interval_covers_what_was_measured() -> None:
    values = np.linspace(0.0, 1.0, 40)
    drawn = metrics.resamples([str(i) for i in range(40)], Bootstrap(n_resamples=400))
    found = metrics.estimate(lambda rows: float(values[rows].mean()), 40, drawn)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.5 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / math.sqrt(40), rel=0.25)


def test_an_interval_never_leaves_out_what_was_measured() -> None:
    assert metrics.interval(0.01, [0.03, 0.04, 0.05]).low == 0.01
    assert metrics.interval(0.06, [0.03, 0.04, 0.05]).high == 0.06


def test_a_number_few_resamples_bear_has_no_interval() -> None:
    drawn = metrics.resamples(["a", "b"], Bootstrap(n_resamples=10))
    assert metrics.estimate(lambda rows: 1.0 if len(rows) == 3 else None, 3, drawn) == Estimate(1.0)


WEIGHED = st.lists(st.tuples(st.integers(0, 20).map(lambda i: i / 20), st.booleans(), st.integers(1, 4)), min_size=2)


@settings(deadline=None)
@given(WEIGHED)
def test_a_row_that_weighs_three_counts_as_three_rows(rows: list[tuple[float, bool, int]]) -> None:
    scores, labels = arrays([(score, label) for score, label, _ in rows])
    weight = np.array([times for _, _, times in rows], np.float64)
    each = np.repeat(np.arange(len(rows)), weight.astype(int))
    for found, expected in (
        (metrics.auc(scores, labels, weight), metrics.auc(scores[each], labels[each])),
        (metrics.brier(scores, labels, weight), metrics.brier(scores[each], labels[each])),
        (metrics.ece(scores, labels, weight), metrics.ece(scores[each], labels[each])),
        (metrics.rejections_withheld(scores, labels, 0.9, weight),
         metrics.rejections_withheld(scores[each], labels[each], 0.9)),
        (metrics.withheld_at_precision(scores, labels, 0.9, weight),
         metrics.withheld_at_precision(scores[each], labels[each], 0.9)),
    ):  # fmt: skip
        assert found == (None if expected is None else pytest.approx(expected))


def test_resamples_are_the_same_each_time_they_are_gone_through_and_never_kept() -> None:
    drawn = metrics.resamples([str(i % 7) for i in range(70)], Bootstrap(n_resamples=20, seed=4))
    assert [rows.tolist() for rows in drawn] == [rows.tolist() for rows in drawn]
    assert len(drawn) == 20
    assert drawn[3].tolist() == [rows.tolist() for rows in drawn][3]


def test_resamples_counted_in_the_order_of_the_scores_tell_the_same_as_their_rows_one_by_one() -> None:
    rng = np.random.default_rng(5)
    scores, weight = rng.integers(0, 40, 300) / 40.0, rng.uniform(0.5, 4.0, 300)
    labels = rng.random(300) < scores
    groups = np.array([f"u{at // 30}" for at in range(300)], np.object_)
    drawn = metrics.resamples(groups, Bootstrap(n_resamples=50))

    found = metrics.estimates_of_scores(statistics(), (scores, labels, weight), drawn)
    for name, statistic in statistics().items():
        of_rows = partial(_of_rows, statistic, (scores, labels, weight))
        alike, one_by_one = found[name], metrics.estimate(of_rows, 300, drawn)
        assert alike.value == pytest.approx(one_by_one.value), name
        assert (alike.low, alike.high) == pytest.approx((one_by_one.low, one_by_one.high)), name


def _of_rows(
    statistic: metrics.Statistic, given: tuple[metrics.Floats, metrics.Bools, metrics.Floats], rows: metrics.Indices
) -> float | None:
    scores, labels, weight = given
    return statistic(scores[rows], labels[rows], weight[rows])
