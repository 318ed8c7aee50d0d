"""Outcomes: what becomes of an offered suggestion, told or inferred."""

from onscreen import URI, Screen
from tactful_models.events import End, Known
from tactful_server.outcomes import CONFIRM_S, SETTLE_S, Outcomes
from tactful_server.screen import Ending


def test_an_answer_that_stands_for_a_moment_was_shown() -> None:
    screen = Screen()
    screen.offer()
    assert screen.ends == []

    screen.wait(SETTLE_S)

    assert screen.ends == [(End.SHOWN, Known.ANSWER, "")]


def test_an_answer_typed_over_before_that_was_never_shown() -> None:
    screen = Screen()
    screen.offer()
    screen.type(10, "y")
    screen.wait(1.0)

    assert screen.ends == []


def test_the_client_saying_so_shows_it_at_once() -> None:
    screen = Screen()
    screen.offer()
    screen.outcomes.shown("s1")

    assert screen.ends == [(End.SHOWN, Known.CLIENT, "")]


def test_nothing_is_inferred_of_showing_once_the_client_tells() -> None:
    screen = Screen()
    screen.outcomes.client_tells.add(End.SHOWN)
    screen.show()

    assert screen.ends == []


def test_the_accept_command_is_acceptance_for_certain() -> None:
    screen = Screen()
    screen.show()
    screen.wait(2.0)
    screen.type(10, "return x")
    screen.outcomes.accepted("s1")
    screen.wait(CONFIRM_S)

    assert screen.ends[1:] == [(End.ACCEPTED, Known.COMMAND, "")]
    assert screen.told[-1].outcome.accepted_chars == len("return x")
    assert screen.told[-1].outcome.shown_s == 2.0


def test_all_of_it_inserted_at_once_is_acceptance_even_without_the_command() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "return x")
    screen.wait(CONFIRM_S)

    assert screen.ends[1:] == [(End.ACCEPTED, Known.CHANGE, "")]


def test_a_late_command_adds_nothing() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "return x")
    screen.wait(CONFIRM_S)
    screen.outcomes.accepted("s1")

    assert len(screen.ends) == 2


def test_accepting_before_it_settled_means_it_was_shown() -> None:
    screen = Screen()
    screen.offer()
    screen.outcomes.accepted("s1")

    assert [end for end, *_ in screen.ends] == [End.SHOWN, End.ACCEPTED]


def test_typing_along_goes_on_being_the_same_suggestion() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "r")
    screen.offer("eturn x", caret=11)
    screen.type(11, "eturn x")
    screen.outcomes.accepted("s1")

    assert [end for end, *_ in screen.ends] == [End.SHOWN, End.ACCEPTED]
    assert screen.told[-1].live.start == 10
    assert screen.told[-1].live.text == "return x"


def test_a_word_taken_is_partial_acceptance_with_its_characters() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "return")

    assert screen.ends[1:] == [(End.PARTIAL, Known.CHANGE, "")]
    assert screen.told[-1].outcome.accepted_chars == 6


def test_a_client_that_tells_of_parts_is_not_second_guessed() -> None:
    screen = Screen()
    screen.outcomes.client_tells.add(End.PARTIAL)
    screen.show()
    screen.type(10, "return")
    screen.outcomes.partially_accepted("s1", 6)
    screen.outcomes.partially_accepted("s1", 6)

    assert screen.ends[1:] == [(End.PARTIAL, Known.CLIENT, "")]


def test_typing_something_else_ignores_it() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "y")
    screen.wait(CONFIRM_S)

    assert screen.ends[1:] == [(End.IGNORED, Known.CHANGE, "typed_over")]


def test_typing_all_of_it_by_hand_is_named() -> None:
    screen = Screen()
    screen.show("ab")
    screen.type(10, "a")
    screen.type(11, "b")
    screen.wait(CONFIRM_S)

    assert screen.ends[1:] == [(End.IGNORED, Known.CHANGE, "typed_through")]


def test_a_backspace_ignores_it() -> None:
    screen = Screen()
    screen.show()
    screen.type(9, "", removed="a")
    screen.wait(CONFIRM_S)

    assert screen.ends[1:] == [(End.IGNORED, Known.CHANGE, "deleted")]


def test_another_suggestion_at_the_same_place_supersedes_it() -> None:
    screen = Screen()
    screen.show()
    screen.offer("raise", named="s2")

    assert screen.ends[1:] == [(End.SUPERSEDED, Known.CHANGE, "superseded")]


def test_a_request_elsewhere_means_the_caret_left() -> None:
    screen = Screen()
    screen.show()
    screen.outcomes.asked_at(URI, 50)

    assert screen.ends[1:] == [(End.IGNORED, Known.CHANGE, "moved")]


def test_a_change_above_is_not_the_caret_leaving() -> None:
    screen = Screen()
    screen.show()
    screen.type(2, "import x\n")
    screen.outcomes.asked_at(URI, 19)

    assert screen.ends[1:] == []


def test_the_client_may_say_how_it_ended() -> None:
    screen = Screen()
    screen.show()
    screen.outcomes.ended(Ending("s1", End.REJECTED, "escape", 1.5))

    assert screen.ends[1:] == [(End.REJECTED, Known.CLIENT, "escape")]
    assert screen.told[-1].outcome.shown_s == 1.5


def test_closing_the_document_ends_it_and_so_does_the_session() -> None:
    for close, reason in ((lambda one: one.left(URI), "closed"), (Outcomes.close, "shutdown")):
        screen = Screen()
        screen.show()
        close(screen.outcomes)

        assert screen.ends[1:] == [(End.IGNORED, Known.CHANGE, reason)]


def test_unknown_and_ended_suggestions_are_passed_over() -> None:
    screen = Screen()
    screen.show()
    screen.outcomes.accepted("s1")
    for call in (screen.outcomes.accepted, screen.outcomes.shown):
        call("s1")
        call("nobody")
    screen.outcomes.partially_accepted("s1", 3)

    assert len(screen.ends) == 2


def test_an_ended_suggestion_offered_again_is_not_followed_again() -> None:
    screen = Screen()
    screen.show()
    screen.outcomes.ended(Ending("s1", End.REJECTED))
    screen.show()

    assert len(screen.ends) == 2


def test_the_last_character_typed_may_have_been_the_accept_command() -> None:
    screen = Screen()
    screen.show("ab")
    screen.type(10, "a")
    screen.type(11, "b")
    screen.outcomes.accepted("s1")
    screen.wait(CONFIRM_S)

    assert screen.ends[1:] == [(End.ACCEPTED, Known.COMMAND, "")]


def test_an_accepted_text_that_the_editor_rewrote_is_still_accepted() -> None:
    screen = Screen()
    screen.show("foo()")
    screen.type(10, "foo( )")
    screen.outcomes.accepted("s1")
    screen.wait(CONFIRM_S)

    assert screen.ends[1:] == [(End.ACCEPTED, Known.COMMAND, "")]


def test_the_next_request_settles_what_was_seen() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "y")
    screen.outcomes.asked_at(URI, 11)

    assert screen.ends[1:] == [(End.IGNORED, Known.CHANGE, "typed_over")]
    assert screen.outcomes.is_over("s1")
