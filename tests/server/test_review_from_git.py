"""`tactful review --from-git` over real repositories."""

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tactful_models.events import Reviewed, Verdict
from tactful_models.feedback import FeedbackLog
from tactful_models.provenance import Hunk
from tactful_server.commands.review import review
from tactful_server.reviews.repository import commits, parsed
from taking import AREA, CODE, VOLUME, Desk

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository(Desk):
    """A workspace under git, with a clock of its own."""

    def git(self, *words: str) -> None:
        moment = f"{int(self.at)} +0000"
        ours = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment, "GIT_CONFIG_GLOBAL": os.devnull}
        named = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        subprocess.run(["git", *named, *words], cwd=self.folder, env={**os.environ, **ours}, check=True, timeout=30)

    def commit(self, text: str, message: str = "work") -> None:
        self.write(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        self.at += 100.0

    def ask(self, *words: str) -> dict[str, Any]:
        command = ["--db", str(self.db), "--workspace", str(self.folder), "--from-git", "--json", *words]
        result = CliRunner().invoke(review, command)
        assert result.exit_code == 0, result.output
        told: dict[str, Any] = json.loads(result.stdout)
        return told

    def reviews(self) -> list[Reviewed]:
        with FeedbackLog.open(self.db, read_only=True) as log:
            return [one.event for one in log.events(kinds=[Reviewed]) if isinstance(one.event, Reviewed)]


STARTERS = (
    *("core.pager", "core.fsmonitor", "core.sshCommand", "core.editor", "gpg.program", "diff.external"),
    *("diff.trap.textconv", "diff.trap.command", "filter.trap.clean", "filter.trap.smudge"),
)
"""Settings of a repository that name a program."""
WITHOUT = CODE.replace(AREA, "pass").replace(VOLUME, "pass")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Two texts were accepted in a file that had been committed before."""
    monkeypatch.setenv("TACTFUL_HOME", str(tmp_path / "home"))
    made = Repository(tmp_path / "work", tmp_path / "a.db", at=1_700_000_000.0)
    made.begin(WITHOUT)
    made.git("init", "-q")
    made.commit(WITHOUT)
    made.write(CODE)
    made.accept("a", AREA)
    made.accept("v", VOLUME)
    return made


def test_before_a_commit_nothing_is_known(desk: Repository) -> None:
    assert desk.ask() == {"verdicts": {}, "new": 0, "unknown": {"uncommitted": 2}}


def test_committed_lines_are_kept_as_of_their_commit(desk: Repository) -> None:
    at = desk.at
    desk.commit(CODE)

    assert desk.ask() == {"verdicts": {"keep": 2}, "new": 2, "unknown": {}}
    first = desk.reviews()[0]
    assert (first.reviewer, first.reviewer_kind, first.source, first.method) == ("git", "git", "git", "lines-1")
    assert (first.at, first.words, first.session_id) == (at, "", "s1")


def test_asking_again_adds_nothing_until_something_has_changed(desk: Repository) -> None:
    desk.commit(CODE)
    assert (desk.ask()["new"], desk.ask()["new"]) == (2, 0)
    desk.commit(CODE.replace(AREA, "return tau * radius ** 2 / 2"))

    assert desk.ask() == {"verdicts": {"rewrite": 1, "keep": 1}, "new": 1, "unknown": {}}
    assert [(one.suggestion_id, one.verdict) for one in desk.reviews()][-1] == ("a", Verdict.REWRITE)


def test_a_revert_is_one_whatever_it_puts_in_place(desk: Repository) -> None:
    desk.commit(CODE)
    desk.git("revert", "--no-edit", "HEAD")

    assert desk.ask()["verdicts"] == {"revert": 2}


def test_lines_taken_out_by_hand_are_reverted(desk: Repository) -> None:
    desk.commit(CODE)
    desk.commit(CODE.replace(f"    {VOLUME}\n", "").replace(AREA, "pass"), "less")

    assert desk.ask()["verdicts"] == {"revert": 2}


def test_a_file_that_was_renamed_in_git_keeps_its_history_under_its_name_then(desk: Repository) -> None:
    desk.commit(CODE)
    desk.git("mv", "shapes.py", "forms.py")
    desk.git("commit", "-q", "-m", "rename")

    assert desk.ask()["unknown"] == {"elsewhere": 2}  # the log knows it by the hash of its former path
    desk.git("mv", "forms.py", "shapes.py")
    desk.git("commit", "-q", "-m", "rename back")
    assert desk.ask()["verdicts"] == {"keep": 2}


def test_in_a_log_without_notes_of_lines_what_is_unchanged_is_known(desk: Repository) -> None:
    desk.accept("old", AREA, noted=False)
    desk.commit(CODE)

    assert desk.ask()["verdicts"] == {"keep": 3}


def test_other_indentation_and_line_ends_make_no_other_line(desk: Repository) -> None:
    deeper = CODE.replace("    third", "        third").replace("\n", "\r\n")
    desk.git("config", "core.autocrlf", "false")
    desk.commit(deeper)

    assert desk.ask()["verdicts"] == {"keep": 2}


def test_without_a_repository_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACTFUL_HOME", str(tmp_path / "home"))
    made = Repository(tmp_path / "work", tmp_path / "a.db")
    made.begin()
    made.accept("a", AREA)

    assert made.ask() == {"verdicts": {}, "new": 0, "unknown": {"no_history": 1}}


def test_what_is_excluded_by_now_is_not_asked_about(desk: Repository) -> None:
    desk.write("shapes.py\n", ".tactfulignore")
    desk.commit(CODE)

    assert desk.ask()["unknown"] == {"excluded": 2}


def test_nothing_runs_that_a_repository_configures(desk: Repository, tmp_path: Path) -> None:
    desk.commit(CODE)
    trap, sprung = tmp_path / "trap.sh", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\necho caught >> {sprung}\ncat\n")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    (desk.folder / ".gitattributes").write_text("*.py diff=trap filter=trap\n")
    for name in STARTERS:
        desk.git("config", name, str(trap))
    desk.git("config", "log.showSignature", "true")

    assert desk.ask()["verdicts"] == {"keep": 2}
    assert not sprung.exists()


def test_variables_of_git_do_not_lead_it_elsewhere(desk: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.commit(CODE)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "/bin/false")

    assert desk.ask()["verdicts"] == {"keep": 2}


def test_git_leaves_nothing_behind(desk: Repository) -> None:
    desk.commit(CODE)
    before = sorted((path, path.stat().st_mtime_ns) for path in desk.folder.rglob("*") if path.is_file())
    desk.ask()

    assert sorted((path, path.stat().st_mtime_ns) for path in desk.folder.rglob("*") if path.is_file()) == before


def test_lines_that_look_like_a_difference_are_lines(desk: Repository) -> None:
    tricky = "--- a/x\n+++ b/x\n@@ -1 +1 @@\ndiff --git a b\n\\ No newline\n"
    desk.commit(tricky)
    desk.commit(tricky.replace("@@ -1 +1 @@", "@@ -2 +2 @@"))
    history = commits(desk.folder / "shapes.py", str)

    assert history is not None
    assert history[-1].hunks == (Hunk(("@@ -1 +1 @@",), ("@@ -2 +2 @@",)),)
    assert tuple(tricky.splitlines()) == history[-2].hunks[0].added


def test_what_git_said_may_be_cut_short() -> None:
    said = "\x01100 one\n\ndiff --git a/x b/x\n@@ -0,0 +1,3 @@\n+a\n+b"
    [commit] = parsed(said, str)

    assert (commit.at, commit.hunks) == (100.0, (Hunk((), ("a", "b")),))
