"""What the client says of a part, counted in its own way."""

import pytest

from tactful_server.buffers import Encoding
from tactful_server.screen import Part, taken_chars

CRLF = "if x:\r\n    y = 😀\r\n    z"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("taken", ["if", "if x:", "if x:\r\n    y", "if x:\r\n    y = 😀", CRLF])
def test_parts_of_a_suggestion_are_counted_in_the_clients_units_with_its_line_ends(taken: str) -> None:
    part = Part("s", units(taken))

    assert taken_chars(part, CRLF, Encoding.UTF16) == len(taken.replace("\r\n", "\n"))


def test_an_item_counts_from_its_own_beginning_after_one_has_typed_along() -> None:
    part = Part("s", units("😀,"), item="😀, y")

    assert taken_chars(part, "x = 😀, y", Encoding.UTF16) == len("x = 😀,")


def test_an_item_that_replaces_the_word_before_the_caret_counts_without_it() -> None:
    part = Part("s", units("format(x"), item="format(x, y)")

    assert taken_chars(part, "(x, y)", Encoding.UTF16) == len("(x")


def test_an_item_of_which_there_is_more_by_now_counts_from_the_same_beginning() -> None:
    part = Part("s", 3, item="a + b")

    assert taken_chars(part, "a + b\r\n    c", Encoding.UTF16) == 3


def test_line_ends_of_an_item_need_not_be_those_of_the_document() -> None:
    part = Part("s", units("a\n    b"), item="a\n    b + c")

    assert taken_chars(part, "a\r\n    b + c", Encoding.UTF16) == len("a\n    b")


def test_more_than_there_is_counts_as_all_of_it() -> None:
    for part in (Part("s", 99), Part("s", 99, item="b")):
        assert taken_chars(part, "ab", Encoding.UTF16) == 2
