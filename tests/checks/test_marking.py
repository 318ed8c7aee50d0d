"""What the editor is told of places, and what is kept of a check to be read."""

from typing import Any

import pytest

from tactful_models.checked import Checked, Stands
from tactful_server.buffers import Buffer, Edit, Encoding, Spot
from tactful_server.checks.finding_words import page, sentence
from tactful_server.checks.job import Job
from tactful_server.checks.marking import Finding, MarkedPlace, Marking
from tactful_server.checks.queue import Wanted
from tactful_server.persistence import Kept, Persistence

URI = "file:///project/adding.py"
TAKEN = " a - b"
DOCUMENT = f"def add(a, b):\n    return{TAKEN}\n"
START = DOCUMENT.index(TAKEN)
SAID = "tests/test_adding.py::test_add\nassert -1 == 3"


class Editor:
    """A document in which something was taken, and all that is told of it."""

    def __init__(self) -> None:
        self.told: list[tuple[MarkedPlace, Finding | None]] = []
        self.buffer = Buffer(URI, "python", 1, DOCUMENT)
        self.persistence = Persistence("s", lambda seen: None)
        self.persistence.follow(Kept("g", URI, START, START + len(TAKEN), TAKEN, 0.0))
        self.marking = Marking(self.persistence, {URI: self.buffer}.get, self)

    def taken(self, place: MarkedPlace) -> None:
        self.told.append((place, None))

    def checked(self, place: MarkedPlace, found: Finding) -> None:
        self.told.append((place, found))

    def writes(self, line: int, character: int, text: str) -> None:
        """Something is put into the document."""
        spot = Spot(line, character)
        splices = self.buffer.apply([Edit(spot, spot, text)], self.buffer.version + 1, Encoding.UTF16)
        self.persistence.changed(self.buffer, splices, 1.0)

    def finds(self, **stands: Any) -> None:
        """A check of what was taken comes to its end."""
        job = Job("/project", "adding.py", "python", DOCUMENT, START, START + len(TAKEN))
        self.marking.checked(Wanted("g", "s", URI, "accept", job), checked(**stands))


def checked(**found: Any) -> Checked:
    return Checked("c", "g", "s", 1.0, **{"parses": Stands.HELD, "output": SAID, **found})


@pytest.fixture
def editor() -> Editor:
    return Editor()


def test_what_was_taken_is_told_with_its_place(editor: Editor) -> None:
    editor.marking.taken("g")

    [(place, found)] = editor.told
    assert (place.suggestion_id, place.version, place.text[place.start : place.end]) == ("g", 1, TAKEN)
    assert found is None


def test_what_is_no_longer_there_or_was_never_followed_is_not_told(editor: Editor) -> None:
    editor.marking.taken("another")
    spots = Spot(1, 10), Spot(1, 16)
    splices = editor.buffer.apply([Edit(*spots, " 0")], 2, Encoding.UTF16)
    editor.persistence.changed(editor.buffer, splices, 1.0)
    editor.marking.taken("g")

    assert editor.told == []


def test_a_check_is_told_where_the_text_stands_by_then(editor: Editor) -> None:
    editor.writes(0, 0, "import os\n")
    editor.finds(old_tests=Stands.BROKE, n_broke=2)

    [(place, found)] = editor.told
    assert (place.version, place.text[place.start : place.end]) == (2, TAKEN)
    assert found is not None
    assert (found.checked.broke, found.is_whole) == (("old_tests",), False)


def test_of_a_text_that_was_changed_while_it_was_checked_nothing_is_told(editor: Editor) -> None:
    editor.writes(1, 16, " + 2 * b")
    editor.finds(old_tests=Stands.BROKE, n_broke=2)

    assert editor.told == []
    assert editor.marking.show("g")["found"]


@pytest.mark.parametrize(("later", "is_whole"), [(Stands.HELD, True), (Stands.UNKNOWN, False), (Stands.BROKE, False)])
def test_it_is_whole_again_when_what_broke_has_been_looked_at_anew(
    editor: Editor, later: Stands, is_whole: bool
) -> None:
    editor.finds(old_tests=Stands.BROKE, n_broke=1)
    editor.finds(old_tests=later)

    assert [found.is_whole for _, found in editor.told if found] == [False, is_whole]


def test_a_check_that_found_nothing_out_says_nothing_is_whole(editor: Editor) -> None:
    editor.finds(parses=Stands.UNKNOWN)

    assert [found.is_whole for _, found in editor.told if found] == [False]
    assert editor.marking.show("") == editor.marking.show("g")
    assert not editor.marking.show("g")["found"]


def test_what_the_tools_said_can_be_read_by_id_and_of_the_last_check(editor: Editor) -> None:
    editor.finds(old_tests=Stands.BROKE, n_broke=2)
    shown = editor.marking.show("g")

    assert shown == editor.marking.show("")
    assert (shown["id"], shown["broke"], shown["sentence"]) == ("g", ["old_tests"], "2 tests that passed now fail.")
    assert SAID in shown["text"]
    assert editor.marking.show("another")["found"] is False


def test_a_later_check_that_could_not_look_leaves_what_was_said_to_be_read(editor: Editor) -> None:
    editor.finds(old_tests=Stands.BROKE, n_broke=1)
    editor.finds(parses=Stands.HELD, output="", stopped="budget")

    assert SAID in editor.marking.show("g")["text"]


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        ({}, "Nothing is broken that was whole."),
        ({"parses": Stands.BROKE}, "The file parsed before and no longer does."),
        ({"compiles": Stands.BROKE, "imports": Stands.BROKE}, "The file compiled before and no longer does."),
        (
            {"lints": Stands.BROKE, "n_findings": 2},
            "Linter and type checker find 2 things that they did not find before.",
        ),
        ({"imports": Stands.BROKE}, "The file could be imported before and no longer can."),
        ({"old_tests": Stands.BROKE, "n_broke": 1}, "1 test that passed now fails."),
        ({"old_tests": Stands.BROKE}, "Your command for this language succeeded before and now fails."),
    ],
)
def test_what_broke_is_said_in_a_sentence_the_lowest_rung_first(stands: dict[str, Any], words: str) -> None:
    assert sentence(checked(**stands)) == words


def test_a_page_names_every_rung_and_says_against_what_it_was_compared() -> None:
    text = page(checked(old_tests=Stands.BROKE, n_broke=1, n_passed=3, baseline="saved", duration_s=2.04))

    assert "tests that passed   broken" in text
    assert "Compared with the file as it was last saved." in text
    assert "Tests that passed: 3; that ran a line of it: 0." in text
    assert "The tools said nothing more." in page(checked(output=""))
    assert "The tests took longer than they were given." in page(checked(stopped="slow"))
