"""An editor that marks places is told where what was taken stands, what a check found there, and can have it read."""

from pathlib import Path
from typing import Any

import pytest

from e2e.checked_shop import AT_ONCE, LONG_S, laid_out, take
from e2e.conftest import Home, Serve
from e2e.desktop import eventually
from model_server import ModelServer, Script, saying
from tactful_models.checked import Checked

pytestmark = pytest.mark.e2e

WRONG = " a - b\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid_out(tmp_path_factory.mktemp("shop"))


def marking(shop: Path, **client: Any) -> dict[str, Any]:
    """What a client says of itself and its workspace, and its settings."""
    return {
        "client": {"trusted": True, "marks": True, **client},
        "launch": {"folder": shop.as_uri()},
        "checks": AT_ONCE,
    }


async def test_what_broke_is_told_at_its_place_and_the_output_is_held_outside_the_log(
    serve: Serve, home: Home, shop: Path, model: ModelServer
) -> None:
    model.script = Script(answer=saying(WRONG))
    async with serve(**marking(shop)) as editor:
        early = await editor.request("tactful/check")
        named = await take(editor, shop)
        [place] = await eventually(lambda: editor.client.taken)
        [found] = await eventually(lambda: editor.client.findings, LONG_S)
        page = await editor.request("tactful/check", id=named)
        last = await editor.request("tactful/check")

    assert early.found is False
    assert (place.id, place.uri) == (named, editor.uri)
    assert (place.range.start.line, place.range.start.character) == (1, len("    return"))
    assert (found.id, found.range, found.broke[0], found.whole) == (named, place.range, "old_tests", False)
    assert found.sentence == "1 test that passed now fails."
    assert "test_adding.py::test_add" in page.text and "-1 == 3" in page.text
    assert last.text == page.text
    assert [one.output for one in home.events(Checked)] == [""]
    assert b"test_adding" not in home.db.read_bytes()


async def test_what_broke_nothing_is_told_as_whole(serve: Serve, shop: Path) -> None:
    async with serve(**marking(shop)) as editor:
        await take(editor, shop)
        [found] = await eventually(lambda: editor.client.findings, LONG_S)

    assert (found.broke, found.whole, found.sentence) == ([], True, "Nothing is broken that was whole.")


async def test_an_editor_that_marks_nothing_is_told_nothing(serve: Serve, shop: Path) -> None:
    async with serve(**marking(shop, marks=False)) as editor:
        await take(editor, shop)
        await editor.until(lambda status: status.checks.done, LONG_S)
        shown = await editor.request("tactful/check")

    assert (editor.client.taken, editor.client.findings) == ([], [])
    assert shown.found is True
