"""The simulated developer: types real files at a human rhythm, compressed, and takes what the file goes on to say.

Simulated and nothing else: it accepts a suggestion when its first line is what the file says next, and types over it
when it is not. It says nothing about taste; it says everything about whether the gate tells right from wrong.
"""

import asyncio
import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tactful_server.bootstrap import labelling
from tactful_server.demo.editor import Editor, Ghost

KEY_S = 0.006
"""Seconds between keystrokes: a person's 0.15, compressed."""
LOOK_S = 0.03
"""Seconds a suggestion is looked at."""


@dataclass(frozen=True, slots=True)
class Source:
    """A real file to be typed."""

    uri: str
    text: str
    given_chars: int
    """How much of it stands there already: its head, up to the first definition."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A place where the developer paused and nothing was shown."""

    uri: str
    before: str
    truth: str
    """What the file says next on the line."""


@dataclass(slots=True)
class Diary:
    """What the developer saw."""

    looks: int = 0
    """Pauses at which a suggestion could have come."""
    missed: list[Missed] = field(default_factory=list)


class Developer:
    """Types into an editor."""

    def __init__(self, editor: Editor, seed: int) -> None:
        self._editor = editor
        self._random = random.Random(seed)
        self._asking: asyncio.Task[Ghost | None] | None = None
        self.diary = Diary()

    async def write(self, source: Source, most_looks: int) -> None:
        """Types the file until its end, or until it has paused so often."""
        editor = self._editor
        editor.open(source.uri, source.text[: source.given_chars])
        until = self.diary.looks + most_looks
        for line in source.text[source.given_chars :].splitlines(keepends=True):
            if self.diary.looks >= until:
                break
            await self._write_line(line)
        await self._give_up_asking()

    async def _write_line(self, line: str) -> None:
        """Types one line, pausing here and there to look; what is right is taken. Prose goes in as a whole."""
        if self._in_prose(line):
            await self._press(line)
            return
        pauses = set(self._pauses(line))
        at = 0
        while at < len(line):
            if at in pauses and await self._look(line[at:].rstrip("\n")):
                at = len(line.rstrip("\n"))
                pauses.clear()
                continue
            await self._press(line[at])
            at += 1

    def _in_prose(self, line: str) -> bool:
        """Whether the line is a comment or in a docstring, which is not what a suggestion is wanted for."""
        inside = self._editor.text.count('"""') % 2 == 1
        return inside or line.lstrip().startswith(("#", '"""'))

    def _pauses(self, line: str) -> Iterator[int]:
        """Where a person stops to think: at the line's beginning and at the ends of some words."""
        body = line.rstrip("\n")
        indent = len(body) - len(body.lstrip())
        if not body.strip():
            return
        if self._random.random() < 0.5:
            yield indent
        for at in range(indent + 2, len(body) - 2):
            if not body[at - 1].isalnum() and body[at].isalnum() and self._random.random() < 0.2:
                yield at

    async def _press(self, key: str) -> None:
        await self._give_up_asking()
        self._editor.insert(key)
        if self._random.random() < 0.05:
            self._asking = asyncio.create_task(self._editor.ask())
        await asyncio.sleep(KEY_S * self._random.lognormvariate(0, 0.4))

    async def _give_up_asking(self) -> None:
        """Typing on cancels what was asked."""
        asking, self._asking = self._asking, None
        if asking is not None and not asking.done():
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking

    async def _look(self, truth: str) -> bool:
        """Waits for a suggestion and judges it; True when it was taken."""
        if not truth.strip():
            return False
        await self._give_up_asking()
        self.diary.looks += 1
        ghost = await self._editor.ask()
        if ghost is None:
            await self._note_if_withheld(truth)
            return False
        self._editor.tell_shown(ghost)
        await asyncio.sleep(LOOK_S)
        if not is_right(ghost, truth):
            return False
        await self._editor.accept(ghost)
        return True

    async def _note_if_withheld(self, truth: str) -> None:
        """Notes the place when it was the gate that kept quiet, not the model that had nothing to say."""
        why = await self._editor.request("tactful/explain")
        if why.result == "withheld" and why.reason in ("stage1", "stage2"):
            self.diary.missed.append(Missed(self._editor.uri, self._editor.text, truth))


def is_right(ghost: Ghost, truth: str) -> bool:
    """Whether the first line of the suggestion is what the file goes on to say."""
    return labelling.is_right(ghost.text, truth)
