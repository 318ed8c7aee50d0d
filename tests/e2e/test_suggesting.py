"""From a keystroke to ghost text and into the log, over LSP, with a scripted model server."""

import pytest

from e2e.conftest import Home, Serve
from model_server import ModelServer, Script, saying
from tactful_models.events import Decided, End, OutcomeSeen, RequestEnded, Result, SessionStarted

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"


async def test_a_suggestion_is_answered_accepted_and_logged(serve: Serve, home: Home, model: ModelServer) -> None:
    model.script = Script(answer=saying(" a + b\n"))
    async with serve() as editor:
        editor.open(URI, "def add(a, b):\n    return ")
        ghost = await editor.ask()
        assert ghost is not None
        assert ghost.text == "a + b"
        editor.tell_shown(ghost)
        await editor.accept(ghost)

    [session] = home.events(SessionStarted)
    [request] = home.events(RequestEnded)
    assert session.client == "tactful-demo 1"
    assert request.result is Result.PRODUCED
    assert request.model_called
    assert [one.stage for one in home.events(Decided)] == [1, 2]
    assert [one.end for one in home.events(OutcomeSeen)] == [End.SHOWN, End.ACCEPTED]
