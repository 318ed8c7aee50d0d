"""Buffers: positions in any encoding, line ends of any kind, and what a change did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_server.buffers import Buffer, Edit, Encoding, Splice, Spot, code_points, units


def buffer(text: str) -> Buffer:
    return Buffer("file:///a.py", "python", 1, text)


@pytest.mark.parametrize(("encoding", "character"), [(Encoding.UTF8, 5), (Encoding.UTF16, 3), (Encoding.UTF32, 2)])
def test_a_position_behind_an_emoji_is_found_in_every_encoding(encoding: Encoding, character: int) -> None:
    assert buffer("x\na😀b").offset(Spot(1, character), encoding) == 4


def test_a_position_inside_a_character_is_rounded_down() -> None:
    assert code_points("😀b", 1, Encoding.UTF16) == 0


def test_a_position_beyond_the_document_is_its_end() -> None:
    one = buffer("ab\ncd")

    assert one.offset(Spot(9, 0), Encoding.UTF16) == 5
    assert one.offset(Spot(0, 99), Encoding.UTF16) == 2


def test_line_ends_are_plain_inside_and_the_documents_own_outside() -> None:
    one = buffer("a\r\nb\r\n")
    one.apply([Edit(Spot(1, 1), Spot(1, 1), "\r\nc")], 2, Encoding.UTF16)

    assert one.text == "a\nb\nc\n"
    assert one.native("x\ny") == "x\r\ny"


def test_form_feeds_and_unicode_separators_do_not_end_a_line() -> None:
    assert buffer("a\x0cb\u2028c\nd").offset(Spot(1, 1), Encoding.UTF16) == 7


def test_edits_apply_in_order_each_to_what_the_one_before_left() -> None:
    one = buffer("ab")
    splices = one.apply([Edit(Spot(0, 1), Spot(0, 1), "X"), Edit(Spot(0, 0), Spot(0, 2), "")], 2, Encoding.UTF16)

    assert one.text == "b"
    assert splices == [Splice(1, "", "X"), Splice(0, "aX", "")]
    assert one.version == 2


def test_a_whole_text_change_is_reduced_to_what_differs() -> None:
    one = buffer("def f():\n    pass\n")

    assert one.apply([Edit(None, None, "def f():\n    return 1\n")], 2, Encoding.UTF16) == [
        Splice(13, "pass", "return 1")
    ]


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_whole_text_change_always_says_what_happened(old: str, new: str) -> None:
    one = buffer(old)
    before = one.text
    [splice] = one.apply([Edit(None, None, new)], 2, Encoding.UTF16)

    assert one.n_lines == one.text.count("\n") + 1
    assert before[: splice.start] + splice.inserted + before[splice.start + len(splice.removed) :] == one.text


@given(st.text(max_size=20), st.sampled_from(list(Encoding)))
def test_units_and_code_points_are_inverse(text: str, encoding: Encoding) -> None:
    assert code_points(text, units(text, encoding), encoding) == len(text)


@given(st.text(max_size=20), st.integers(0, 40), st.integers(0, 5), st.sampled_from(list(Encoding)))
def test_any_position_is_somewhere_in_the_document(text: str, character: int, line: int, encoding: Encoding) -> None:
    one = buffer(text)

    assert 0 <= one.offset(Spot(line, character), encoding) <= len(one.text)


@given(st.text(alphabet="a\nb", max_size=20), st.integers(0, 5), st.integers(0, 5), st.text(alphabet="x\n", max_size=5))
def test_the_count_of_lines_follows_every_edit(text: str, line: int, character: int, put: str) -> None:
    one = buffer(text)
    one.apply([Edit(Spot(0, 0), Spot(line, character), put)], 2, Encoding.UTF16)

    assert one.n_lines == one.text.count("\n") + 1


@given(
    st.text(alphabet="a\nb", max_size=20),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.text(alphabet="x\n", max_size=3)), max_size=6),
    st.integers(0, 8),
)
def test_a_line_is_found_wherever_the_edits_before_were(
    text: str, edits: list[tuple[int, int, str]], line: int
) -> None:
    one = buffer(text)
    for at, character, put in edits:
        one.apply([Edit(Spot(at, character), Spot(at, character + 1), put)], 2, Encoding.UTF16)
    lines = one.text.split("\n")

    expected = sum(len(each) + 1 for each in lines[:line]) if line < len(lines) else len(one.text)
    assert one.offset(Spot(line, 0), Encoding.UTF16) == expected
