"""Forms that others published, fitted here."""

from dataclasses import replace

import numpy as np
import pytest

from making_rows import made_up, strings
from tactful_models import forms, logistic
from tactful_models.baselines import BASELINES
from tactful_models.cases import Signs
from tactful_models.dataset import Rows
from tactful_models.features import names


def placed(rows: Rows, **columns: float) -> Rows:
    """The rows with some stage-1 features set."""
    table = rows.stage1.copy()
    for name, value in columns.items():
        table[:, names(1).index(name)] = value
    return replace(rows, stage1=table, stage2=np.column_stack([table, rows.stage2[:, len(names(1)) :]]))


def test_a_logistic_form_finds_the_slopes_that_made_the_labels() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(20_000, 2)) * [1.0, 10.0] + [0.0, 5.0]
    chance = 1 / (1 + np.exp(-(1.5 * table[:, 0] - 0.2 * (table[:, 1] - 5.0) - 0.5)))
    found = logistic.fit(table, rng.random(len(table)) < chance, np.ones(len(table)))
    assert found.slopes / found.scale == pytest.approx([1.5, -0.2], rel=0.08)
    assert found(table) == pytest.approx(chance, abs=0.05)


def test_a_weight_of_two_is_the_row_twice() -> None:
    rng = np.random.default_rng(2)
    table, labels = rng.normal(size=(60, 3)), rng.random(60) < 0.4
    twice = logistic.fit(np.vstack([table, table]), np.append(labels, labels), np.ones(120))
    heavy = logistic.fit(table, labels, np.full(60, 2.0))
    assert heavy.slopes == pytest.approx(twice.slopes, abs=1e-6)


def test_an_unknown_value_counts_as_the_mean() -> None:
    table = np.array([[0.0], [1.0], [2.0], [np.nan]])
    found = logistic.fit(table, np.array([False, False, True, True]), np.ones(4))
    assert found(np.array([[np.nan]])) == pytest.approx(found(np.array([[1.0]])))


def test_amazons_buckets_hold_every_place_once() -> None:
    rows = made_up(50)
    for left, bucket in ((0, 0), (4, 0), (5, 1), (49, 5), (50, 6), (9_000, 6)):
        table = forms.amazon(placed(rows, offset_chars=float(np.log1p(left))))
        assert table[0, 6:13].tolist() == [float(at == bucket) for at in range(7)]


def test_amazons_form_forgets_an_answer_after_two_minutes() -> None:
    rows = made_up(50)
    for since, expected in ((119.0, [1.0, 0.0]), (121.0, [0.0, 0.0])):
        told = placed(rows, last_end_1=1.0, since_accepted_s=float(np.log1p(since)), since_rejected_s=np.nan)
        assert forms.amazon(told)[0, 4:6].tolist() == expected


def test_words_have_a_column_each_and_unknown_ones_none() -> None:
    rows = made_up(3)
    rows = replace(rows, signs=strings([Signs("python", "(", "(", "return"), Signs("brainfuck", "a", "a", ""), None]))
    table = forms.copilot(rows)[:, 8:]
    assert table.sum(axis=1).tolist() == [3.0, 2.0, 0.0]


def test_forms_of_the_place_are_left_out_where_the_log_does_not_tell_it() -> None:
    rows = made_up(50)
    blind = placed(rows, line_before_chars=np.nan)
    needy = {each.name for each in BASELINES if each.bears(rows)} - {
        each.name for each in BASELINES if each.bears(blind)
    }
    assert needy == {"Amazon's form", "Copilot's form of 2022"}
