"""What is taken is checked in the real sandbox, and what came of it is in the log and in the status."""

from pathlib import Path
from typing import Any

import pytest

from e2e.checked_shop import AT_ONCE, BEGUN, LONG_S, laid_out, take
from e2e.conftest import Home, Serve
from e2e.desktop import eventually
from model_server import ModelServer, Script, saying
from tactful_models.checked import Checked, Stands
from tactful_models.events import SuggestionMade

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid_out(tmp_path_factory.mktemp("shop"))


def trusting(shop: Path) -> dict[str, Any]:
    """What a client says of a workspace that is trusted, and its settings."""
    return {"client": {"trusted": True}, "launch": {"folder": shop.as_uri()}, "checks": AT_ONCE}


async def checked(home: Home) -> Checked:
    """The first check on record."""
    return (await eventually(lambda: home.events(Checked) if home.db.exists() else [], LONG_S))[0]


async def test_a_right_one_is_on_record_with_the_tests_that_ran_it(serve: Serve, home: Home, shop: Path) -> None:
    async with serve(**trusting(shop)) as editor:
        await take(editor, shop)
        status = await editor.until(lambda status: status.checks.done and status, LONG_S)
        found = await checked(home)

    assert (found.trigger, found.climbed, found.n_broke, found.ran_ratio) == ("accept", 6, 0, 1.0)
    assert (status.checks.mode, status.checks.trusted, status.checks.broke) == ("on", True, 0)


async def test_a_wrong_one_breaks_the_test_it_broke(serve: Serve, home: Home, shop: Path, model: ModelServer) -> None:
    model.script = Script(answer=saying(" a - b\n"))
    async with serve(**trusting(shop)) as editor:
        await take(editor, shop)
        found = await checked(home)

    assert found.old_tests is Stands.BROKE
    assert (found.n_broke, found.baseline, found.output) == (1, "saved", "")  # at the default level, no output


async def test_whether_it_parses_in_its_place_is_on_record_before_it_is_shown(
    serve: Serve, home: Home, shop: Path, model: ModelServer
) -> None:
    async with serve(**trusting(shop)) as editor:
        editor.open((shop / "src/shop/adding.py").as_uri(), BEGUN)
        for text in (" a + b\n", " a b\n"):
            model.script = Script(answer=saying(text))
            await editor.ask()
            editor.replace(0, 0, "\n")  # so that it is asked anew
            editor.caret = len(editor.text)
        await editor.settled()

    assert [made.facts.parses for made in home.events(SuggestionMade)] == [True, False]
