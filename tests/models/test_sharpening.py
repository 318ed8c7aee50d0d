"""Labels made sharper for trees: what was said of some suggestions is told of those that are like them."""

from dataclasses import replace

import numpy as np

from making_rows import made_up
from tactful_models.boosting import Recipe
from tactful_models.dataset import Rows
from tactful_models.features import names
from tactful_models.labels import FEWEST_SAID
from tactful_models.sharpening import sharpened
from tactful_models.training import Plan, fit, grow

TELLS = names(2).index("known_identifiers")
ERRS = 0.15
"""Of what is said, the share that is wrong."""
SURE = 4.0
"""Log-odds of a test that ran the code."""


def reviewed(share: float = 0.6, seed: int = 0) -> tuple[Rows, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Rows of which the taken are good where one feature says so, said of a share, and the truth of each."""
    rows = made_up(4000, 6, seed)
    rng = np.random.default_rng(seed)
    table = rows.stage2.copy()
    table[:, TELLS] = rng.normal(size=len(rows))
    good = rows.label & (table[:, TELLS] > -0.5)
    word = np.where(good ^ (rng.random(len(rows)) < ERRS), 1.0, -1.0) * np.log((1.0 - ERRS) / ERRS)
    said = rng.random(len(rows)) < share
    evidence = np.where(rows.label, np.where(said, word, 0.0), np.nan)
    return replace(rows, stage2=table, evidence=evidence), good


def test_of_what_nothing_was_said_what_is_like_it_tells() -> None:
    rows, good = reviewed()
    found = sharpened(rows)
    silent = rows.evidence == 0.0
    assert (found.label == good)[silent].mean() > (rows.label == good)[silent].mean() + 0.1


def test_a_word_that_everything_alike_contradicts_says_little() -> None:
    rows, good = reviewed()
    found = sharpened(rows)
    said = rows.evidence > 0.0
    wrong = said & ~good
    assert (found.label == good)[said].mean() > 1.0 - ERRS / 2.0
    assert found.weight[wrong].mean() < 0.9 * found.weight[said & good].mean()


def test_what_a_test_ran_is_not_outweighed_by_what_is_like_it() -> None:
    rows, _ = reviewed()
    proven = np.flatnonzero(rows.label)[::10]
    evidence = rows.evidence.copy()
    evidence[proven] = SURE
    assert sharpened(replace(rows, evidence=evidence)).label[proven].all()


def test_what_was_not_taken_or_did_not_stay_keeps_its_label() -> None:
    rows, _ = reviewed()
    found = sharpened(rows)
    others = np.isnan(rows.evidence)
    assert (found.label == rows.label)[others].all()
    assert (found.weight == rows.weight)[others].all()


def test_a_few_words_change_nothing() -> None:
    rows, _ = reviewed(share=0.9 * FEWEST_SAID / 4000)
    assert sharpened(rows) is rows


def test_praise_alone_changes_nothing() -> None:
    rows, _ = reviewed()
    assert sharpened(replace(rows, evidence=np.abs(rows.evidence))).label.sum() == rows.label.sum()


def test_one_that_was_explored_goes_on_counting_for_those_that_were_not() -> None:
    rows, _ = reviewed()
    propensity = np.where(np.arange(len(rows)) % 2, 0.1, 1.0)
    explored = replace(rows, propensity=propensity, weight=1.0 / propensity)
    asked = ~np.isnan(rows.evidence)
    assert np.isclose(sharpened(explored).weight / sharpened(rows).weight, 1.0 / propensity)[asked].all()


def test_trees_learn_from_them_while_thresholds_are_chosen_by_what_was_said_alone() -> None:
    rows = reviewed()[0].take(np.arange(1200))
    recipe = Recipe(n_trees=5, seeds=(1,))
    dull = replace(rows, evidence=np.full(len(rows), np.nan))
    assert grow(rows, recipe).plain[0].model_to_string() != grow(dull, recipe).plain[0].model_to_string()
    assert (fit(rows, Plan(recipe=recipe)).tuned_on.accepted == rows.label).all()
