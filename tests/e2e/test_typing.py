"""A typing session at random: whatever an editor does, every request that began ends in exactly one record."""

import asyncio
import random

import pytest

from e2e.conftest import Home, Serve
from e2e.desktop import Desktop
from model_server import ModelServer, Script, saying
from tactful_models import replay
from tactful_models.events import OutcomeSeen, RequestEnded, SuggestionMade

pytestmark = pytest.mark.e2e

START = "def add(a, b):\n    return"
STEPS = 120


class Typist:
    """Does anything at all, from a seed."""

    def __init__(self, editor: Desktop, seed: int) -> None:
        self.editor = editor
        self.asked = 0
        self._random = random.Random(seed)
        self._asking: list[asyncio.Task[object]] = []

    async def go(self) -> None:
        self.editor.open("file:///project/0.py", START)
        acts = (self._ask, self._ask_and_cancel, self._type, self._accept, self._backspace, self._reopen, self._dismiss)
        for _ in range(STEPS):
            await self._random.choices(acts, (6, 6, 8, 2, 2, 1, 1))[0]()
        await asyncio.gather(*self._asking)

    async def _ask(self) -> None:
        self.asked += 1
        asking = asyncio.create_task(self.editor.ask(manual=self._random.random() < 0.1))
        self._asking.append(asking)
        await asyncio.wait([asking], timeout=self._random.choice((0.0, 0.01, 0.1)))

    async def _ask_and_cancel(self) -> None:
        self.asked += 1
        asking = asyncio.create_task(self.editor.ask())
        await asyncio.sleep(self._random.choice((0.001, 0.005, 0.03)))
        asking.cancel()
        await asyncio.wait([asking])

    async def _type(self) -> None:
        text = " a + b" if self._random.random() < 0.5 else self._random.choice("xyz(\n😀")
        self.editor.insert(self._random.choice((text, text[:1])))

    async def _accept(self) -> None:
        self.asked += 1
        if (ghost := await self.editor.ask()) is not None:
            self.editor.tell_shown(ghost)
            await self.editor.accept(ghost)

    async def _dismiss(self) -> None:
        self.asked += 1
        if (ghost := await self.editor.ask()) is not None:
            self.editor.tell_end(ghost, "rejected", "escape")

    async def _backspace(self) -> None:
        if self.editor.caret:
            self.editor.backspace()

    async def _reopen(self) -> None:
        self.editor.open(f"file:///project/{self._random.randrange(3)}.py", START)


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_request_ends_in_exactly_one_record(
    serve: Serve, home: Home, model: ModelServer, seed: int
) -> None:
    model.script = Script(answer=saying(" a + b\n    print(a)\n"), first_token_s=0.005, per_token_s=0.002)
    async with serve({"tells": ["shown"]}) as editor:
        typist = Typist(editor, seed)
        await typist.go()
        await editor.settled()

    requests = home.events(RequestEnded)
    assert len({one.request_id for one in requests}) == len(requests)
    assert len(requests) == typist.asked
    assert not [one for one in requests if one.result.value == "failed"]
    finals = [one.suggestion_id for one in home.events(OutcomeSeen) if one.end.is_final]
    assert len(set(finals)) == len(finals)
    assert set(finals) <= {one.suggestion_id for one in home.events(SuggestionMade)}
    replayed = replay.check(home.stored())
    assert replayed.n_checked > 20
    assert replayed.mismatches == ()
    assert "ERROR" not in editor.stderr


async def test_a_request_cancelled_in_the_same_breath_is_recorded_too(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        editor.open("file:///project/0.py", START)
        for number in range(20):
            asked = {
                "textDocument": {"uri": editor.uri},
                "position": {"line": 1, "character": 10},
                "context": {"triggerKind": 2},
            }
            await editor.client.send_raw("textDocument/inlineCompletion", asked, f"asked-{number}")
            await editor.client.send_raw("$/cancelRequest", {"id": f"asked-{number}"})
        await editor.settled()

    assert len(home.events(RequestEnded)) == 20
