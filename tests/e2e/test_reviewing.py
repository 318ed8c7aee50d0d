"""Thumbs over LSP: a word on what was taken, in the log with who said it."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Home, Serve
from tactful_models.events import Reviewed, SessionStarted, SuggestionMade, TextPlaced, Verdict

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
START = "def add(a, b):\n    return"
WORDS = "needless, but right: see PEP 8"


async def test_the_suggestion_taken_last_is_reviewed_and_the_words_are_kept(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        early = await editor.request("tactful/review", verdict="keep")
        editor.open(URI, START)
        await editor.accept(await editor.must())
        told = await editor.request("tactful/review", verdict="revert", words=WORDS)
        again = await editor.request("tactful/review", id=told.reviewed, verdict="keep", source="thread")
        unknown = await editor.request("tactful/review", id="none", verdict="keep")

    assert early.reviewed is None and early.why.endswith(".")
    assert unknown.reviewed is None and unknown.why.endswith(".")
    [made] = home.events(SuggestionMade)
    assert told.reviewed == again.reviewed == made.suggestion_id
    first, second = home.events(Reviewed)
    assert (first.suggestion_id, first.verdict, first.words) == (made.suggestion_id, Verdict.REVERT, WORDS)
    assert (second.verdict, second.source, second.reviewer_kind) == (Verdict.KEEP, "thread", "person")
    assert first.reviewer == home.events(SessionStarted)[0].user_key


async def test_a_suggestion_of_an_earlier_session_can_be_reviewed(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        await editor.accept(ghost)
    async with serve() as editor:
        told = await editor.request("tactful/review", id=ghost.suggestion_id, verdict="rewrite")

    assert told.reviewed == ghost.suggestion_id
    [review] = home.events(Reviewed)
    assert review.session_id == home.events(SessionStarted)[0].session_id


async def test_where_an_accepted_text_stood_is_noted_without_it(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        await editor.accept(ghost)

    [place] = home.events(TextPlaced)
    [made] = home.events(SuggestionMade)
    assert (place.suggestion_id, place.line_index, place.line_before_chars) == (made.suggestion_id, 1, 10)
    assert place.n_chars == len(ghost.text)
    assert len(place.line_hashes.split()) == ghost.text.count("\n") + 1


async def test_the_terminal_reviews_what_a_running_server_has_recorded(
    serve: Serve, home: Home, tmp_path: Path
) -> None:
    file = tmp_path / "work" / "example.py"
    file.parent.mkdir()
    async with serve() as editor:
        editor.open(file.as_uri(), START)
        ghost = await editor.must()
        await editor.accept(ghost)
        file.write_text(editor.text)
        await editor.until(lambda _: list(home.events(TextPlaced)))
        listed = await asyncio.to_thread(terminal, home, file.parent, "--list")
        told = await asyncio.to_thread(terminal, home, file.parent, "--id", ghost.suggestion_id, "--verdict", "rewrite")
        await editor.request("tactful/review", verdict="keep")

    [one] = listed["suggestions"]
    assert (one["id"], one["state"], one["line"], one["path"]) == (ghost.suggestion_id, "here", 2, str(file))
    assert told == {"reviewed": ghost.suggestion_id, "verdict": "rewrite"}
    first, second = home.events(Reviewed)
    assert (first.source, first.verdict, second.source) == ("terminal", Verdict.REWRITE, "thumbs")
    assert first.reviewer == second.reviewer  # one person, whichever way


def terminal(home: Home, workspace: Path, *words: str) -> Any:
    """What `tactful review` tells, run as a process of its own."""
    command = [sys.executable, "-m", "tactful_server", "review", "--json", "--workspace", str(workspace), *words]
    said = subprocess.run(
        command, env={**os.environ, "TACTFUL_HOME": str(home.path)}, capture_output=True, timeout=60, check=True
    )
    return json.loads(said.stdout)
