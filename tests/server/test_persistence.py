"""Persistence: what is left of accepted text, looked at when due."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_models.events import PersistenceSeen
from tactful_server.buffers import Buffer, Edit, Encoding, Spot
from tactful_server.persistence import Kept, Persistence, kept_ratio

URI = "file:///a.py"


class Desk:
    """A document, what is followed in it, and what was found."""

    def __init__(self, text: str, accepted: str) -> None:
        self.seen: list[PersistenceSeen] = []
        self.buffer = Buffer(URI, "python", 1, text)
        self.persistence = Persistence("session", self.seen.append)
        start = text.index(accepted)
        self.persistence.follow(Kept("s1", URI, start, start + len(accepted), accepted, at=0.0))

    def edit(self, start: int, end: int, text: str) -> None:
        edit = Edit(Spot(0, start), Spot(0, end), text)
        self.persistence.changed(self.buffer, self.buffer.apply([edit], 2, Encoding.UTF32), 1.0)

    def ratio_at_30(self) -> float | None:
        self.persistence.check({URI: self.buffer}, 30.0)
        return self.seen[-1].kept_ratio


def test_text_left_alone_is_kept_whole_at_every_horizon() -> None:
    desk = Desk("a = total + 1", "total + 1")
    for at in (10.0, 30.0, 120.0, 300.0, 600.0):
        desk.persistence.check({URI: desk.buffer}, at)

    assert [(one.after_s, one.kept_ratio) for one in desk.seen] == [(30, 1.0), (120, 1.0), (300, 1.0), (600, 1.0)]


def test_what_is_taken_bit_by_bit_is_looked_at_once_and_as_far_as_it_was_taken() -> None:
    desk = Desk("a = total + 1", "total")
    desk.persistence.follow(Kept("s1", URI, 4, 11, "total +", at=5.0, in_parts=True))
    desk.edit(9, 11, "")
    desk.persistence.check({URI: desk.buffer}, 35.0)

    [look] = desk.seen
    assert look.after_s == 30
    assert look.kept_ratio == pytest.approx(5 / 7)


def test_the_newest_that_was_taken_is_the_newest_that_was_taken_whole() -> None:
    desk = Desk("a = total + 1", "total")
    desk.persistence.follow(Kept("s2", URI, 9, 11, " +", at=5.0, in_parts=True))
    newest, part = desk.persistence.newest(URI), desk.persistence.of("s2")

    assert newest is not None and newest.suggestion_id == "s1"
    assert part is not None and part.text == " +"


def test_nothing_is_looked_at_before_it_is_due() -> None:
    desk = Desk("a = total", "total")
    desk.persistence.check({URI: desk.buffer}, 29.9)

    assert desk.seen == []


def test_edits_before_it_move_it() -> None:
    desk = Desk("a = total", "total")
    desk.edit(0, 1, "longer_name")

    assert desk.ratio_at_30() == 1.0


def test_edits_inside_it_count_against_it() -> None:
    desk = Desk("a = total", "total")
    desk.edit(6, 9, "")

    assert desk.ratio_at_30() == pytest.approx(0.4)


def test_deleting_it_leaves_nothing() -> None:
    desk = Desk("a = total", "total")
    desk.edit(0, 9, "")

    assert desk.ratio_at_30() == 0.0


def test_typing_right_behind_it_is_not_part_of_it() -> None:
    desk = Desk("a = total", "total")
    desk.edit(9, 9, " + another_thing")

    assert desk.ratio_at_30() == 1.0


def test_a_closed_file_censors_what_is_still_to_come() -> None:
    desk = Desk("a = total", "total")
    desk.persistence.lost(URI, "closed", 5.0)

    assert [(one.kept_ratio, one.censored) for one in desk.seen] == [(None, "closed")] * 4


def test_a_reload_of_the_whole_file_censors() -> None:
    text = "x = 1\n" * 80 + "total"
    desk = Desk(text, "total")
    edit = Edit(None, None, "y = 2\n" * 80 + "other")
    desk.persistence.changed(desk.buffer, desk.buffer.apply([edit], 2, Encoding.UTF32), 1.0)

    assert {one.censored for one in desk.seen} == {"replaced"}


def test_the_end_of_the_session_censors() -> None:
    desk = Desk("a = total", "total")
    desk.persistence.check({URI: desk.buffer}, 30.0)
    desk.persistence.close(40.0)

    assert [one.censored for one in desk.seen] == ["", "shutdown", "shutdown", "shutdown"]


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_the_ratio_is_a_share_and_one_only_for_all_of_it(accepted: str, now: str) -> None:
    ratio = kept_ratio(accepted, now)

    assert 0.0 <= ratio <= 1.0
    assert kept_ratio(accepted, accepted) == 1.0


@given(st.integers(0, 30), st.integers(0, 30), st.text(max_size=10))
def test_any_edit_leaves_a_range_in_the_document(start: int, end: int, text: str) -> None:
    desk = Desk("0123456789 total 0123456789", "total")
    desk.edit(min(start, end), max(start, end), text.replace("\n", " ").replace("\r", " "))

    ratio = desk.ratio_at_30()
    assert ratio is not None
    assert 0.0 <= ratio <= 1.0
