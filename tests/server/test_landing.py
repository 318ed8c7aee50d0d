"""Where an accepted text has landed: noted by numbers and hashes, and nothing else."""

import pytest

from tactful_models.events import End, Known, OutcomeSeen, TextPlaced
from tactful_server.landing import MOST_LINES, landed, line_hash
from tactful_server.screen import Live, Told


def told(text: str, start: int) -> Told:
    live = Live("g1", "file:///a.py", text, start, start + len(text), "", 1)
    return Told(OutcomeSeen("g1", "s1", 7.0, End.ACCEPTED, Known.COMMAND), live)


def hashed(text: str) -> str:
    return text[::-1].ljust(16, "#")


DOCUMENT = """def total(prices):
    result = 0
    for price in prices:
        result += price
    )
    return result
"""


def test_line_place_length_and_hashes_are_noted() -> None:
    text = "price in prices:\n        result += price\n    )"
    place = landed(told(text, DOCUMENT.index(text)), DOCUMENT, lambda told: f"{len(told):04x}")

    assert place == TextPlaced("g1", "s1", 7.0, 2, 8, len(text), f"{len(text):04x}", "0019 0014 -")


def test_the_lines_are_the_documents_not_the_texts() -> None:
    place = landed(told("0\n    for price", DOCUMENT.index("0\n")), DOCUMENT, str)

    assert place is not None
    assert place.line_hashes == " ".join(line_hash(line, str) for line in ("result = 0", "for price in prices:"))


def test_a_line_is_the_same_at_another_depth() -> None:
    assert line_hash("    return total", hashed) == line_hash("\treturn total  ", hashed)
    assert line_hash("return total", hashed) != line_hash("return total + 1", hashed)


def test_a_short_line_has_no_hash_that_could_be_guessed() -> None:
    assert [line_hash(line, hashed) for line in ("", "  )", "} })"[:3], "end")] == ["-"] * 4


@pytest.mark.parametrize("off", [-30, 0, 12])
def test_a_text_is_found_a_little_beside_where_it_was_thought_to_be(off: int) -> None:
    place = landed(told("result += price", DOCUMENT.index("result +=") + off), DOCUMENT, hashed)

    assert place is not None
    assert (place.line_index, place.line_before_chars) == (3, 8)


def test_a_text_that_is_not_there_is_not_noted() -> None:
    assert landed(told("other()", 0), DOCUMENT, hashed) is None
    assert landed(told("", 0), DOCUMENT, hashed) is None
    assert landed(told("result", 10_000), DOCUMENT, hashed) is None


def test_of_a_long_text_the_first_lines_are_noted() -> None:
    text = "\n".join(f"line number {n}" for n in range(500))
    place = landed(told(text, 0), text, lambda one: "ab")

    assert place is not None
    assert len(place.line_hashes.split()) == MOST_LINES
