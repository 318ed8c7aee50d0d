"""A small project of which one function is to be completed, and the sandbox in which what was taken is tried."""

from pathlib import Path

import pytest

from checks.sample_project import lay_out
from e2e.desktop import Desktop
from tactful_server.checks.sandbox import Sandbox, find

BEGUN = "def add(a, b):\n    return"
TEST = "from shop.adding import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
AT_ONCE = {"priority": "normal"}
"""Settings of checks that do not wait for a moment in which nobody else wants the processor: other tests do."""
LONG_S = 50.0
"""A machine may be busy all the same."""


def laid_out(place: Path) -> Path:
    """The project's folder; the test is skipped with the reason where there is no sandbox."""
    found = find()
    if not isinstance(found, Sandbox):
        pytest.skip(found.why)
    folder = lay_out(place)
    (folder / "src/shop/adding.py").write_text(f"{BEGUN} a + b\n")
    (folder / "tests/test_adding.py").write_text(TEST)
    return folder


async def take(editor: Desktop, shop: Path) -> str:
    """Takes what is suggested in the file; its id."""
    editor.open((shop / "src/shop/adding.py").as_uri(), BEGUN)
    ghost = await editor.must()
    await editor.accept(ghost)
    return ghost.suggestion_id
