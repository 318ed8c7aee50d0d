"""The typing rhythm."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful_models.typing_rhythm import FadingSum, RhythmFacts, TypingRhythm


def test_nothing_is_known_before_the_first_change() -> None:
    assert TypingRhythm().facts(5.0) == RhythmFacts()


def test_characters_fade_with_their_time_constant() -> None:
    rhythm = TypingRhythm()
    rhythm.observe(10.0, typed=3, deleted=0)
    rhythm.observe(11.0, typed=1, deleted=2)
    facts = rhythm.facts(12.0)
    assert facts.since_key_s == 1.0
    assert facts.typed_1s == pytest.approx(3 * math.exp(-2) + math.exp(-1))
    assert facts.typed_30s == pytest.approx(3 * math.exp(-2 / 30) + math.exp(-1 / 30))
    assert facts.deleted_2s == pytest.approx(2 * math.exp(-0.5))


def test_counts_since_the_last_showing_begin_with_it() -> None:
    rhythm = TypingRhythm()
    rhythm.observe(1.0, typed=9, deleted=9)
    assert rhythm.facts(1.0).typed_since_shown_chars is None
    rhythm.mark_shown(2.0)
    rhythm.observe(3.0, typed=2, deleted=1)
    rhythm.observe(4.0, typed=1, deleted=0)
    facts = rhythm.facts(4.0)
    assert (facts.typed_since_shown_chars, facts.deleted_since_shown_chars) == (3, 1)
    rhythm.mark_shown(5.0)
    assert rhythm.facts(5.0).typed_since_shown_chars == 0


def test_asking_changes_nothing() -> None:
    rhythm = TypingRhythm()
    rhythm.observe(1.0, typed=2, deleted=1)
    before = rhythm.facts(3.0)
    rhythm.facts(100.0)
    assert rhythm.facts(3.0) == before


def test_a_clock_that_steps_back_counts_as_standing_still() -> None:
    rhythm = TypingRhythm()
    rhythm.observe(10.0, typed=1, deleted=0)
    rhythm.observe(4.0, typed=1, deleted=0)
    assert rhythm.facts(4.0).typed_1s == 2.0
    assert rhythm.facts(3.0).since_key_s == 0.0


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 50)), max_size=20), st.floats(0, 100))
def test_a_fading_sum_is_the_sum_of_its_faded_terms(steps: list[tuple[float, float]], wait: float) -> None:
    total, at, terms = FadingSum(5.0), 0.0, []
    for gap, amount in steps:
        at += gap
        total.add(at, amount)
        terms.append((at, amount))
    end = at + wait
    assert total.value(end) == pytest.approx(sum(a * math.exp(-(end - t) / 5.0) for t, a in terms), abs=1e-9)
