"""The growing text."""

import asyncio

from drawn import at
from speaking import Speaker
from tactful_models.events import Trigger
from tactful_server.ask import Ask
from tactful_server.drawing import Drawing
from tactful_server.generation import Generation, Origin
from tactful_server.partials import Partial, grow
from tactful_server.postprocess import Shape
from tactful_server.providers.faults import CutError

URI = "file:///a.py"


async def grown(speaker: Speaker, code: str = "def f():█") -> list[Partial]:
    view = at(code)
    generation = Generation(Origin(URI, "def f():", ""), "r1", asyncio.get_running_loop().time)
    generation.start(speaker.ask(URI, view), lambda text: False)
    sent: list[Partial] = []
    ask = Ask("r", URI, 1, view, Trigger.AUTOMATIC, 0.0)
    await grow(Partial("s", ask, "", done=False), generation, Drawing(view, Shape()), sent.append)
    return sent


async def test_the_last_message_says_that_it_is_whole() -> None:
    sent = await grown(Speaker("\n    a", " = 1", "\n    b = 2"))

    assert sent[-1].text == "\n    a = 1\n    b = 2"
    assert [one.done for one in sent] == [False] * (len(sent) - 1) + [True]


async def test_nothing_is_sent_when_the_stream_says_something_else() -> None:
    assert await grown(Speaker("\n    a\n"), "def f():\n    b█") == []


async def test_a_stream_that_breaks_off_still_ends_the_message() -> None:
    sent = await grown(Speaker("\n    a = 1\n", fault=CutError("off")))

    assert sent[-1].done
