"""`tactful review`, as a person at a terminal or a program calls it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tactful_models.errors import LogError
from tactful_models.events import Reviewed, Verdict
from tactful_models.feedback import FeedbackLog
from tactful_server.commands.review import review
from tactful_server.install import user_key
from tactful_server.reviews.walking import QUESTION
from taking import AREA, CODE, VOLUME, Desk

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "work", tmp_path / "a.db")
    made.begin()
    made.accept("a", AREA)
    made.accept("v", VOLUME)
    return made


def run(desk: Desk, *words: str, answers: str = "") -> Result:
    return CliRunner().invoke(review, ["--db", str(desk.db), "--workspace", str(desk.folder), *words], input=answers)


def said(desk: Desk, *words: str) -> dict[str, Any]:
    result = run(desk, *words, "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def reviews(desk: Desk) -> list[Reviewed]:
    with FeedbackLog.open(desk.db, read_only=True) as log:
        return [one.event for one in log.events(kinds=[Reviewed]) if isinstance(one.event, Reviewed)]


def test_it_walks_through_what_was_accepted_the_newest_first(desk: Desk) -> None:
    told = run(desk, answers="k\nneat\nowner\nv\n\n")

    assert told.exit_code == 0, told.output
    first, second = reviews(desk)
    assert (first.suggestion_id, first.verdict, first.words, first.expertise) == ("v", Verdict.KEEP, "neat", "owner")
    assert (second.suggestion_id, second.verdict, second.words) == ("a", Verdict.REVERT, "")
    assert second.expertise == "owner"  # asked for once
    assert {one.reviewer for one in (first, second)} == {user_key()}
    assert {(one.source, one.reviewer_kind, one.session_id) for one in (first, second)} == {
        ("terminal", "person", "s1")
    }
    assert "2 of 2 judged." in told.output


def test_it_shows_the_text_with_the_lines_around_and_what_was_kept(desk: Desk) -> None:
    told = run(desk, answers="q\n").output.splitlines()

    assert "+     9      third = 4 / 3" in told
    assert "+    10      return third * math.pi * radius ** 3" in told
    assert "      8  def volume(radius):" in told
    heading = next(line for line in told if line.startswith("1 of 2"))
    assert "shapes.py:9" in heading and "75% kept after 30 s" in heading and "2 lines" in heading


@pytest.mark.parametrize("end", ["q\n", ""])
def test_what_was_said_before_the_end_is_kept(desk: Desk, end: str) -> None:
    told = run(desk, "--expertise", "", answers=f"w\nslow\n{end}")

    assert told.exit_code == 0
    [one] = reviews(desk)
    assert (one.suggestion_id, one.verdict, one.words) == ("v", Verdict.REWRITE, "slow")


def test_what_is_skipped_or_not_understood_is_not_judged(desk: Desk) -> None:
    told = run(desk, "--expertise", "", answers="love\ns\nkeep\n\n")

    assert "k, w, v, s or q." in told.output
    assert [(one.suggestion_id, one.verdict) for one in reviews(desk)] == [("a", Verdict.KEEP)]


def test_what_a_person_reviewed_is_not_asked_again_unless_wanted(desk: Desk) -> None:
    said(desk, "--id", "v", "--verdict", "keep")

    assert [one["id"] for one in said(desk, "--list")["suggestions"]] == ["a"]
    everything = said(desk, "--list", "--all")["suggestions"]
    assert [one["id"] for one in everything] == ["v", "a"]
    assert everything[0]["reviews"] == [{"verdict": "keep", "kind": "person", "source": "terminal"}]


def test_by_flags_it_needs_no_terminal(desk: Desk) -> None:
    told = said(
        desk, "--id", "a", "--verdict", "rewrite", "--words", " radius is a diameter ", "--expertise", "new here"
    )

    assert told == {"reviewed": "a", "verdict": "rewrite"}
    [one] = reviews(desk)
    assert (one.verdict, one.words, one.expertise) == (Verdict.REWRITE, "radius is a diameter", "new here")


def test_an_unknown_suggestion_is_refused_in_a_line(desk: Desk) -> None:
    result = run(desk, "--id", "nonsense", "--verdict", "keep")

    assert isinstance(result.exception, LogError)
    assert "nonsense" in str(result.exception)


@pytest.mark.parametrize("words", [["--id", "a"], ["--verdict", "keep"], ["--id", "a", "--verdict", "love"]])
def test_half_a_review_is_refused(desk: Desk, words: list[str]) -> None:
    assert run(desk, *words).exit_code == 2
    assert reviews(desk) == []


@pytest.mark.parametrize(
    "words", [["--list", "--from-git"], ["--model", "--reviewers"], ["--words", "neat"], ["--critics", "2"]]
)
def test_what_cannot_be_done_together_is_refused_rather_than_half_done(desk: Desk, words: list[str]) -> None:
    assert run(desk, *words).exit_code == 2
    assert reviews(desk) == []


def test_a_list_says_what_is_here_and_what_is_gone(desk: Desk) -> None:
    desk.write(CODE.replace(AREA, "return 3"))
    listed = said(desk, "--list")

    assert [(one["id"], one["state"], one["line"]) for one in listed["suggestions"]] == [
        ("v", "here", 9),
        ("a", "gone", None),
    ]
    assert listed["suggestions"][1]["kept"] == {"after_s": 30, "ratio": 0.75}


def test_what_is_gone_is_said_to_be_with_what_stands_in_its_place(desk: Desk) -> None:
    desk.write(CODE.replace(AREA, "return 3"))
    told = run(desk, answers="s\nq\n").output

    assert "It is gone from the file" in told
    assert "        5      return 3" in told.splitlines() or "      5      return 3" in told.splitlines()


def test_what_was_accepted_in_another_workspace_is_counted(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = run(desk, "--workspace", str(tmp_path / "empty"))

    assert "2 more were accepted in files that are not in this workspace." in told.output


def test_a_terminal_is_not_made_to_obey_what_a_file_holds(desk: Desk) -> None:
    desk.write(CODE.replace("def volume", "# \x1b[2J\x07\u202edef\ndef volume"))
    told = run(desk, answers="q\n").output

    assert "\x1b" not in told and "\x07" not in told and "\u202e" not in told


def test_a_limit_holds(desk: Desk) -> None:
    assert [one["id"] for one in said(desk, "--list", "--limit", "1")["suggestions"]] == ["v"]


def test_a_log_that_is_not_there_is_not_begun(desk: Desk, tmp_path: Path) -> None:
    result = CliRunner().invoke(review, ["--db", str(tmp_path / "none.db"), "--list"])

    assert isinstance(result.exception, LogError)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_it_asks_at_a_real_terminal(desk: Desk) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "tactful_server", "review", "--db", str(desk.db), "--workspace", str(desk.folder)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ})
    os.close(theirs)
    told = b""
    while QUESTION.encode() not in told:
        told += os.read(ours, 4096)
    os.write(ours, b"k\n\n\nq\n")

    assert process.wait(30) == 0
    os.close(ours)
    assert [(one.suggestion_id, one.verdict) for one in reviews(desk)] == [("v", Verdict.KEEP)]


def test_it_writes_while_a_server_holds_the_log_open(desk: Desk) -> None:
    with FeedbackLog.open(desk.db) as server:
        before = server.last_seq()
        said(desk, "--id", "a", "--verdict", "keep")
        [stored] = server.events(after=before)

    assert isinstance(stored.event, Reviewed)


def test_what_is_thought_of_each_reviewer_is_told(desk: Desk) -> None:
    assert run(desk, "--reviewers").output == "Nobody has reviewed anything yet.\n"
    for name in ("a", "v"):
        said(desk, "--id", name, "--verdict", "keep")
    [one] = said(desk, "--reviewers")["reviewers"]

    assert (one["reviewer"], one["reviews"]) == (user_key(), 2)
    assert 0.0 < one["keeps_bad"] < 0.5 < one["worth"] < 1.0
    assert user_key() in run(desk, "--reviewers").output
