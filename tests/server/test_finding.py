"""Accepted texts found again by the place where they stood and by keyed hashes."""

from pathlib import Path

import pytest

from tactful_models import taken
from tactful_models.feedback import FeedbackLog
from tactful_server.install import file_key, keyed_hash
from tactful_server.reviews.finding import MOST_LINES_AWAY, Seen, State, look
from tactful_server.reviews.workspace import MOST_BYTES, Workspace
from taking import AREA, CODE, VOLUME, Desk

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "work", tmp_path / "a.db")
    made.begin()
    return made


def looked(desk: Desk, root: Path | None = None) -> dict[str, Seen]:
    with FeedbackLog.open(desk.db, read_only=True) as log:
        found = taken.read(log)
    workspace = Workspace(root or desk.folder)
    workspace.locate({one.made.file_key for one in found})
    return {one.suggestion_id: look(one, workspace, keyed_hash) for one in found}


@pytest.mark.parametrize("noted", [True, False])
def test_a_text_that_was_not_touched_is_here(desk: Desk, noted: bool) -> None:
    desk.accept("a", AREA, noted=noted)
    desk.accept("v", VOLUME, noted=noted)
    found = looked(desk)

    assert (found["a"].state, found["a"].lines) == (State.HERE, (4,))
    assert (found["v"].state, found["v"].lines) == (State.HERE, (8, 9))


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize(
    ("before", "after"), [("import math\n", "'''Doc.'''\n\nimport math\n"), ("    third", "        third")]
)
def test_a_text_that_was_moved_is_found(desk: Desk, noted: bool, before: str, after: str) -> None:
    desk.accept("a", AREA, noted=noted)
    desk.accept("v", VOLUME, noted=noted)
    desk.write(CODE.replace(before, after))
    found = looked(desk)

    assert (found["a"].state, found["v"].state) == (State.HERE, State.HERE)


def test_of_a_text_that_was_changed_the_lines_are_found_that_are_left(desk: Desk) -> None:
    desk.accept("v", VOLUME)
    desk.write("# new\n" + CODE.replace("third = 4 / 3", "third = 1 / 3"))

    assert (looked(desk)["v"].state, looked(desk)["v"].lines) == (State.CHANGED, (10,))


def test_without_a_note_of_its_lines_a_changed_text_counts_as_gone(desk: Desk) -> None:
    desk.accept("v", VOLUME, noted=False)
    desk.write(CODE.replace("third = 4 / 3", "third = 1 / 3"))

    assert looked(desk)["v"].state is State.GONE


def test_a_text_that_is_not_there_any_more_is_gone(desk: Desk) -> None:
    desk.accept("a", AREA)
    desk.write(CODE.replace(AREA, "return 3"))

    assert looked(desk)["a"].state is State.GONE


def test_what_looks_the_same_far_off_is_something_else(desk: Desk) -> None:
    desk.accept("a", AREA)
    desk.write(CODE.replace(AREA, "return 3") + "\n" * (MOST_LINES_AWAY + 50) + f"    {AREA}\n")

    assert looked(desk)["a"].state is State.GONE


def test_of_two_that_look_the_same_the_nearer_one_is_meant(desk: Desk) -> None:
    desk.accept("a", AREA)
    desk.write("# one more\n" + CODE + f"\n\n\n\ndef other(radius):\n    {AREA}\n")

    assert looked(desk)["a"].lines == (5,)


def test_a_file_with_carriage_returns_is_read_as_any_other(desk: Desk) -> None:
    desk.accept("v", VOLUME)
    (desk.folder / "shapes.py").write_bytes(CODE.replace("\n", "\r\n").encode())

    assert looked(desk)["v"].state is State.HERE


def test_a_file_that_is_not_in_the_workspace_is_elsewhere(desk: Desk, tmp_path: Path) -> None:
    desk.accept("a", AREA)
    (tmp_path / "other").mkdir()

    assert looked(desk, tmp_path / "other")["a"].state is State.ELSEWHERE


def test_a_file_that_is_excluded_by_now_is_not_read(desk: Desk) -> None:
    desk.accept("a", AREA)
    desk.write("shapes.py\n", ".tactfulignore")
    seen = looked(desk)["a"]

    assert seen.state is State.EXCLUDED
    assert seen.document is not None and seen.document.text == ""


def test_a_file_too_large_is_not_read(desk: Desk) -> None:
    desk.accept("a", AREA)
    desk.write(CODE + "#" * MOST_BYTES)

    assert looked(desk)["a"].state is State.EXCLUDED


def test_a_workspace_opened_through_a_link_has_the_same_files(desk: Desk, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(desk.folder)
    key = file_key(str(desk.folder / "shapes.py"))
    workspace = Workspace(link)
    workspace.locate({key})

    document = workspace.document(key)
    assert document is not None and document.text == CODE
