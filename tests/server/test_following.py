"""Following: what one change means for the suggestion at the caret."""

from hypothesis import given
from hypothesis import strategies as st

from tactful_server.buffers import Splice
from tactful_server.following import Step, follow


def step(rest: str, splice: Splice, caret: int = 10) -> Step:
    return follow(caret, rest, splice).step


def test_a_character_that_agrees_is_typing_along() -> None:
    followed = follow(10, "return x", Splice(10, "", "r"))

    assert (followed.step, followed.caret, followed.rest) == (Step.ALONG, 11, "eturn x")


def test_an_opener_with_the_closer_the_editor_adds_is_typing_along() -> None:
    assert step("(a, b)", Splice(10, "", "()")) is Step.ALONG


def test_several_characters_that_agree_are_taken_in_part() -> None:
    followed = follow(10, "return x", Splice(10, "", "return"))

    assert (followed.step, followed.rest) == (Step.PART, " x")


def test_all_of_it_at_once_is_acceptance() -> None:
    assert step("return x", Splice(10, "", "return x")) is Step.WHOLE


def test_acceptance_that_replaces_the_word_before_the_caret_is_acceptance() -> None:
    assert step("urn x", Splice(7, "ret", "return x")) is Step.WHOLE


def test_enter_with_the_indentation_that_the_editor_adds_is_typing_along() -> None:
    assert step("\n    return x", Splice(10, "", "\n    ")) is Step.ALONG
    assert step("\n    return x", Splice(10, "", "\n    re")) is Step.PART


def test_another_character_is_typing_over() -> None:
    assert step("return x", Splice(10, "", "y")) is Step.OVER


def test_a_backspace_deletes() -> None:
    assert step("return x", Splice(9, "a", "")) is Step.DELETED


def test_a_change_above_moves_the_suggestion() -> None:
    followed = follow(10, "x", Splice(2, "ab", "abcd"))

    assert (followed.step, followed.caret, followed.shift) == (Step.ELSEWHERE, 12, 2)


def test_a_change_below_leaves_it_alone() -> None:
    assert follow(10, "x", Splice(30, "a", "b")).step is Step.ELSEWHERE


@given(st.text(min_size=1, max_size=8), st.integers(0, 20), st.text(max_size=6), st.text(max_size=6))
def test_no_change_breaks_the_following(rest: str, start: int, removed: str, inserted: str) -> None:
    followed = follow(10, rest, Splice(start, removed, inserted))

    assert rest.endswith(followed.rest)
