"""What is asked of git starts nothing that the repository names, not even to fetch what is missing."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tactful_server.bootstrap.history_of_git import commits
from tactful_server.checks.former import committed
from tactful_server.checks.job import Job
from tactful_server.git import environment, git
from tactful_server.reviews import repository


@pytest.fixture
def sprung(tmp_path: Path) -> Path:
    """A file that the trap writes. The repository lacks an object, and names the trap for fetching it."""
    folder, trap, sprung = tmp_path / "work", tmp_path / "trap.sh", tmp_path / "sprung"
    folder.mkdir()
    trap.write_text(f"#!/bin/sh\necho caught >> {sprung}\n")
    trap.chmod(0o755)
    for command in (
        ("init", "-q"),
        *(("config", f"user.{name}", "ada@example.org") for name in ("name", "email")),
    ):
        _run(folder, *command)
    (folder / "a.py").write_text("def area(width, height):\n    return width * height\n")
    _run(folder, "add", ".")
    _run(folder, "commit", "-q", "-m", "one")
    blob = _run(folder, "rev-parse", "HEAD:a.py").strip()
    (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for name, value in (
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", str(tmp_path / "elsewhere")),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", str(trap)),
        ("protocol.file.allow", "always"),
    ):
        _run(folder, "config", name, value)
    return sprung


def _run(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


def test_the_trap_is_one(sprung: Path) -> None:
    subprocess.run(["git", "-C", str(sprung.parent / "work"), "cat-file", "blob", "HEAD:a.py"], capture_output=True)
    assert sprung.exists()


ASKED: dict[str, Callable[[Path], object]] = {
    "checks": lambda folder: committed(Job(str(folder), "a.py", "python", "", 0, 0)),
    "bootstrap": lambda folder: list(commits(folder)),
    "reviews": lambda folder: repository.commits(folder / "a.py", str),
    "anything": lambda folder: subprocess.run(
        git(folder, "cat-file", "blob", "HEAD:a.py"), env=environment(), capture_output=True
    ),
}


@pytest.mark.parametrize("who", ASKED)
def test_nothing_is_fetched(who: str, sprung: Path) -> None:
    ASKED[who](sprung.parent / "work")
    assert not sprung.exists()


def test_nothing_is_fetched_by_a_git_that_does_not_know_how_to_leave_it(sprung: Path) -> None:
    older = {name: value for name, value in environment().items() if name != "GIT_NO_LAZY_FETCH"}
    subprocess.run(git(sprung.parent / "work", "cat-file", "blob", "HEAD:a.py"), env=older, capture_output=True)
    assert not sprung.exists()
