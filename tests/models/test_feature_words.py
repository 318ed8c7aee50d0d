"""Every feature has words, with its value in them."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_models.feature_spec import FeatureSpec
from tactful_models.feature_words import PHRASES, topic, words
from tactful_models.features import names, specs

SPECS = {spec.name: spec for spec in specs(2)}
any_value = st.floats(-60.0, 60.0, width=32)


def values(spec: FeatureSpec) -> list[float]:
    """Values that a vector may well hold."""
    if spec.unit == "flag":
        return [0.0, 1.0]
    if spec.unit.startswith("log1p"):
        return [math.log1p(n) for n in (0, 0.2, 1, 2, 7, 45, 300, 12_000, 10_000_000)]
    if spec.unit == "share":
        return [0.0, 0.004, 0.12, 0.31, 0.5, 0.97, 1.0]
    if spec.unit == "nats":
        return [-100.0, -5.0, -0.7, -0.01, 0.0, 0.5, 9.0]
    return [-3.0, 0.0, 0.3, 1.0, 4.0, 120.0]


def test_every_feature_of_both_stages_has_words_and_nothing_else_has() -> None:
    assert set(PHRASES) == set(names(1)) | set(names(2))


@pytest.mark.parametrize("name", list(SPECS))
@pytest.mark.parametrize("speaks_for", [True, False])
def test_the_words_are_a_phrase_that_says_different_values_differently(name: str, speaks_for: bool) -> None:
    told = [words(name, value, speaks_for) for value in values(SPECS[name])]
    for one in [*told, words(name, math.nan, speaks_for)]:
        assert re.fullmatch(r"[a-z0-9].*[^. ]", one), one
        assert not re.search(r"\bnan\b|\binf\b|None|_|\b1 \w+s\b|e[+-]\d", one), one
        assert len(one) <= 100, one
    assert len(set(told)) >= 2
    assert words(name, math.nan, speaks_for) not in told


@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if spec.unit not in ("flag", "share")])
def test_a_measured_value_stands_in_the_words(name: str) -> None:
    assert any(re.search(r"\d", words(name, value, True)) for value in values(SPECS[name]))


@pytest.mark.parametrize("name", list(SPECS))
@given(value=any_value, speaks_for=st.booleans())
def test_no_value_however_odd_breaks_the_words(name: str, value: float, speaks_for: bool) -> None:
    assert words(name, value, speaks_for)


@pytest.mark.parametrize(
    ("name", "value", "speaks_for", "told"),
    [
        ("refused_in_a_row", math.log1p(3), False, "you took none of the last 3 suggestions"),
        ("refused_in_a_row", math.log1p(1), False, "you did not take the last suggestion"),
        ("refused_in_a_row", 0.0, True, "you took the last suggestion, at least in part"),
        ("file_rate", 0.12, False, "you take only about 12 % of the suggestions in this file"),
        ("file_rate", 0.62, True, "you take about 62 % of the suggestions in this file"),
        ("file_rate", math.nan, False, "you have seen no suggestion in this file yet"),
        ("last_end_1", 1.0, True, "you took the last suggestion"),
        ("last_end_2", 0.4, True, "you took 40 % of the last suggestion but one"),
        ("since_accepted_s", math.log1p(75), True, "you last took a suggestion 75 seconds earlier"),
        ("line_index", math.log1p(0), False, "this is line 1 of the file"),
        ("logprob_line_sum", math.log(0.34), True, "the model gave this very line a chance of 34 %"),
        ("gap_min", -0.2, False, "to the model, at its least certain, another was likelier"),
        (
            "gap_mean",
            math.log(20),
            True,
            "to the model, on average, its choice was 20 times as likely as the next best",
        ),
        ("repeats_below", 1.0, False, "it says the same as a line below"),
        ("bracket_balance", 2.0, False, "it leaves 2 brackets open"),
        ("only_closers_after", 0.0, False, "code stands right of the caret"),
    ],
)
def test_the_words_read_as_a_person_would_say_them(name: str, value: float, speaks_for: bool, told: str) -> None:
    assert words(name, value, speaks_for) == told


def test_features_that_say_the_same_share_a_topic() -> None:
    assert len({topic(name, -1.0) for name in ("logprob_mean", "logprob_sum", "logprob_min")}) == 1
    assert topic("in_comment", 0.0) != topic("in_string", 0.0)


def test_what_is_unknown_for_the_same_cause_is_one_topic() -> None:
    assert topic("logprob_mean", math.nan) == topic("gap_min", math.nan)
    assert topic("logprob_mean", -1.0) != topic("gap_min", 1.0)
    assert topic("file_rate", math.nan) != topic("language_rate", math.nan)
