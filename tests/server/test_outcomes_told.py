"""Outcomes: what a client tells, weighed against what is seen in the document."""

from onscreen import URI, Screen
from tactful_models.events import End, Known
from tactful_server.buffers import Splice
from tactful_server.outcomes import CONFIRM_S
from tactful_server.screen import Ending


def test_each_outcome_keeps_how_the_client_knew_it() -> None:
    screen = Screen()
    screen.outcomes.client_tells |= {End.SHOWN, End.PARTIAL}
    screen.offer()
    screen.outcomes.shown("s1", Known.ANSWER)
    screen.outcomes.shown("s1", Known.CLIENT)
    screen.outcomes.partially_accepted("s1", 3, Known.CHANGE)
    screen.outcomes.partially_accepted("s1", 3, Known.CLIENT)
    screen.outcomes.ended(Ending("s1", End.IGNORED, "editor_changed", 1.0, Known.CHANGE))
    screen.outcomes.ended(Ending("s1", End.REJECTED, "escape"))

    assert screen.ends == [
        (End.SHOWN, Known.ANSWER, ""),
        (End.PARTIAL, Known.CHANGE, ""),
        (End.IGNORED, Known.CHANGE, "editor_changed"),
    ]


def test_the_rest_taken_after_words_counts_all_characters() -> None:
    screen = Screen()
    screen.outcomes.client_tells.add(End.PARTIAL)
    screen.show("return x + y")
    screen.type(10, "return")
    screen.outcomes.partially_accepted("s1", 6)
    screen.offer(" x + y", caret=16)
    screen.type(16, " x + y")
    screen.outcomes.accepted("s1")

    assert [(one.outcome.end, one.outcome.accepted_chars) for one in screen.told[1:]] == [
        (End.PARTIAL, 6),
        (End.ACCEPTED, 12),
    ]


def test_a_part_told_after_the_end_or_beyond_the_text_adds_nothing_wrong() -> None:
    screen = Screen()
    screen.show("ab cd")
    screen.outcomes.partially_accepted("s1", 99)
    screen.outcomes.accepted("s1")
    screen.outcomes.partially_accepted("s1", 3)

    assert [(one.outcome.end, one.outcome.accepted_chars) for one in screen.told[1:]] == [
        (End.PARTIAL, 5),
        (End.ACCEPTED, 5),
    ]


def test_the_last_part_taken_by_key_is_still_acceptance() -> None:
    screen = Screen()
    screen.outcomes.client_tells.add(End.PARTIAL)
    screen.show("ab cd")
    screen.type(10, "ab cd")
    screen.outcomes.partially_accepted("s1", 5)
    screen.wait(CONFIRM_S)

    assert [end for end, *_ in screen.ends] == [End.SHOWN, End.PARTIAL, End.ACCEPTED]


def test_a_longer_answer_with_the_same_suggestion_is_followed_to_its_end() -> None:
    screen = Screen()
    screen.show("ab")
    screen.type(10, "a")
    screen.offer("b = 1", caret=11)
    screen.type(11, "b =")
    screen.outcomes.accepted("s1")

    assert [(one.outcome.end, one.outcome.accepted_chars) for one in screen.told[1:]] == [
        (End.PARTIAL, 4),
        (End.ACCEPTED, 6),
    ]
    assert screen.told[-1].live.text == "ab = 1"


def test_more_of_it_that_the_client_shows_in_place_is_followed_too() -> None:
    screen = Screen()
    screen.show("ab")
    screen.outcomes.lengthened("s1", "ab = 1")
    screen.outcomes.lengthened("s1", "something else")
    screen.type(10, "ab = 1")
    screen.outcomes.accepted("s1")

    assert screen.ends[1:] == [(End.ACCEPTED, Known.COMMAND, "")]
    assert (screen.told[-1].outcome.accepted_chars, screen.told[-1].live.text) == (6, "ab = 1")


def test_the_caret_said_to_have_moved_does_not_undo_an_acceptance_seen_in_the_document() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "return x")
    screen.outcomes.ended(Ending("s1", End.IGNORED, "moved"))
    screen.outcomes.accepted("s1")

    assert screen.ends[1:] == [(End.ACCEPTED, Known.COMMAND, "")]


def test_the_caret_said_to_have_moved_when_one_typed_over_is_typing_over() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "y")
    screen.outcomes.ended(Ending("s1", End.IGNORED, "moved", 1.5))

    assert screen.ends[1:] == [(End.IGNORED, Known.CHANGE, "typed_over")]
    assert screen.told[-1].outcome.shown_s == 1.5


def test_escape_overrules_what_the_document_seemed_to_say() -> None:
    screen = Screen()
    screen.show()
    screen.type(10, "y")
    screen.outcomes.ended(Ending("s1", End.REJECTED, "escape"))

    assert screen.ends[1:] == [(End.REJECTED, Known.CLIENT, "escape")]


def test_what_a_telling_client_never_said_it_showed_leaves_without_a_word() -> None:
    screen = Screen()
    screen.outcomes.client_tells.add(End.SHOWN)
    screen.offer()
    screen.outcomes.ended(Ending("s1", End.IGNORED, "moved"))
    screen.offer("raise", named="s2")
    screen.outcomes.ended(Ending("s2", End.REJECTED, "escape"))

    assert screen.ends == [(End.SHOWN, Known.CLIENT, ""), (End.REJECTED, Known.CLIENT, "escape")]
    assert screen.outcomes.is_over("s1")


def test_two_cursors_take_it_twice_and_it_is_found_where_it_stands() -> None:
    screen = Screen()
    screen.show()
    screen.outcomes.changed(URI, [Splice(10, "", "return x"), Splice(2, "", "return x")])
    screen.outcomes.accepted("s1")

    assert screen.ends[1:] == [(End.ACCEPTED, Known.COMMAND, "")]
    assert screen.told[-1].live.start == 18
