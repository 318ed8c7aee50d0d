"""Similarity of short texts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tactful_models.similarity import grams, similarity


@settings(deadline=None)
@given(st.text(), st.text())
def test_it_lies_between_0_and_1_and_is_symmetric(one: str, other: str) -> None:
    value = similarity(grams(one), grams(other))
    assert 0.0 <= value <= 1.0
    assert value == similarity(grams(other), grams(one))


@settings(deadline=None)
@given(st.text())
def test_a_text_is_wholly_similar_to_itself(text: str) -> None:
    assert similarity(grams(text), grams(text)) == 1.0


def test_outer_blanks_do_not_count() -> None:
    assert similarity(grams("    return x"), grams("return x\n")) == 1.0


def test_texts_that_share_nothing_are_not_similar() -> None:
    assert similarity(grams("abcdef"), grams("uvwxyz")) == 0.0
    assert similarity(grams(""), grams("x")) == 0.0


def test_small_changes_leave_texts_similar() -> None:
    assert similarity(grams("for item in items:"), grams("for item in things:")) > 0.6
