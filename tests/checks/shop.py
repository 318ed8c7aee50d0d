"""Sends suggestions for the sample project up the real ladder."""

import os
from dataclasses import replace
from pathlib import Path

from tactful_models.checked import RUNGS, Stands
from tactful_server.checks.job import Climb, Job
from tactful_server.checks.ladder import climb
from tactful_server.checks.sandbox import Sandbox, Unavailable


def job(folder: Path, place: str, text: str, suggestion: str) -> Job:
    """A check of a suggestion that stands once in a text."""
    start = text.index(suggestion)
    at = {"text": text, "start": start, "end": start + len(suggestion)}
    return Job(str(folder), place, "python", test_s=1.0, budget_s=60.0, **at)  # type: ignore[arg-type]


def taken(folder: Path, place: str, before: str, suggestion: str) -> Job:
    """A check of a suggestion that took the place of a text which the file has once."""
    text = (folder / place).read_text("utf-8")
    assert text.count(before) == 1, before
    start = text.index(before)
    whole = text[:start] + suggestion + text[start + len(before) :]
    return replace(job(folder, place, whole, suggestion), start=start, end=start + len(suggestion))


def climbs(made: Job, sandbox: Sandbox | Unavailable) -> Climb:
    """What the ladder says, with nothing left behind in the project."""
    before = snapshot(Path(made.folder))
    found = climb(made, sandbox)
    assert snapshot(Path(made.folder)) == before
    return found


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file of a folder with its size and time."""
    return {
        str(path): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for above, _, files in os.walk(folder)
        for path in (Path(above) / name for name in files)
        if ".git" not in path.parts
    }


def placed(found: Climb) -> list[str]:
    """Where a suggestion breaks; `held` where it does not, and nothing is left unsaid."""
    whole = found.stopped == "" and found.standings.get("old_tests") is Stands.HELD
    return broke(found) or (["held"] if whole else ["nowhere"])


def held(found: Climb) -> list[str]:
    """The rungs that hold."""
    return [rung for rung in RUNGS if found.standings.get(rung) is Stands.HELD]


def broke(found: Climb) -> list[str]:
    """The rungs that were whole and are no longer."""
    return [rung for rung in RUNGS if found.standings.get(rung) is Stands.BROKE]
