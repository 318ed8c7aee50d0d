"""What the document said before after a text like that before the caret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_models.echoes import WINDOW_CHARS, agreement, echo, pieces
from tactful_models.events import Trigger
from tactful_models.facts import CaretView, Place, RecentTexts, Timing, context_facts, suggestion_facts
from tactful_models.typing_rhythm import TypingRhythm

ABOVE = "def one(self) -> None:\n    return self.total\n\n\ndef two(self) -> None:\n"


def test_the_rest_of_the_line_at_the_nearest_place_like_this_one_is_told() -> None:
    found = echo(ABOVE + "    return self.")

    assert found is not None
    assert found.line == "total"
    assert found.chars == len("(self)->None:\nreturnself.")
    assert found.agree == 0.5


def test_places_that_go_on_differently_agree_less() -> None:
    same = "a = load(first)\nb = load(first)\nc = load(first)\nd"
    mixed = "a = load(other)\nb = load(first)\nc = load(other)\nd"

    told, doubtful = echo(same + " = load("), echo(mixed + " = load(")

    assert told is not None and doubtful is not None
    assert (told.line, told.agree) == ("first)", 1.0)
    assert doubtful.line == "other)"
    assert doubtful.agree == pytest.approx(2 / 3)


@pytest.mark.parametrize("before", ["", "a", "    \n    ", "one of a kind, zq!"])
def test_nothing_above_that_is_alike_has_no_echo(before: str) -> None:
    assert echo(before) is None


@given(st.text(alphabet="ab \n(", max_size=200), st.text(alphabet="ab \n(", max_size=40))
def test_a_text_repeated_finds_a_line_of_the_document(above: str, tail: str) -> None:
    found = echo(above + "\n" + tail)

    assert found is None or (found.line in above + "\n" + tail and 0.0 < found.agree <= 1.0)


def test_only_a_window_before_the_caret_is_searched() -> None:
    assert echo("first_of_all = 1\n" + "\n" * WINDOW_CHARS + "first_of_all =") is None


def test_a_suggestion_that_says_what_followed_before_agrees_with_it() -> None:
    view = CaretView(ABOVE + "    return self.", "", "python")
    facts = context_facts(view, Trigger.AUTOMATIC, TypingRhythm().facts(0.0))

    def agreeing(text: str) -> float | None:
        return suggestion_facts(text, (), Timing(), Place(view, RecentTexts())).echo_agreement

    assert (facts.echo_line_chars, facts.echo_agree) == (len("total"), 0.5)
    assert (agreeing("total"), agreeing("to"), agreeing("name")) == (1.0, 0.4, 0.0)
    assert agreement("", "") == 1.0


@pytest.mark.parametrize(("line", "change"), [("        ", 4), ("    x", 0), ("", -4)])
def test_a_line_is_compared_with_the_indentation_of_the_nearest_line_that_is_not_blank(line: str, change: int) -> None:
    view = CaretView("    if ready:\n\n\n" + line, "", "python")

    assert context_facts(view, Trigger.AUTOMATIC, TypingRhythm().facts(0.0)).indent_change_chars == change


@given(st.text(alphabet="ab (=", max_size=40), st.text(alphabet="ab \n(", max_size=80))
def test_a_line_has_no_more_pieces_than_characters_and_one_where_it_stands_whole(line: str, window: str) -> None:
    assert pieces(line, window) <= len(line)
    assert pieces(line, window + line) == min(len(line), 1)
