"""Somebody who works all day: types what commits brought, errs, takes what is right and waves off what is not."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.day.work import Edit, Work
from tactful_server.demo.editor import Editor, Ghost

PASTED_CHARS = 1500
"""Longer pieces are typed up to here; the rest is pasted."""
KEY_S = 0.2
LOOK_S = 0.9
LINE_S = 20.0
"""A day's seconds: between keys, for a look at a suggestion, and of thought before a line."""
BREAK_S = 600.0


class DayOver(Exception):  # noqa: N818 (it is no error)
    """Time to go home."""


@dataclass(slots=True)
class DayClock:
    """A day's seconds in fewer real ones; who is behind does not wait."""

    day_s: float
    faster: float
    began: float = field(default_factory=time.monotonic)
    gone_s: float = 0.0
    """Of the day."""

    async def pass_(self, seconds: float) -> None:
        """So much of the day goes by.

        Raises:
            DayOver: there is no more of it.
        """
        self.gone_s += seconds
        behind = self.began + self.gone_s / self.faster - time.monotonic()
        await asyncio.sleep(max(0.0, behind))
        if behind < 0:  # the server was waited for: the day is later than planned
            self.gone_s -= behind * self.faster
        if self.gone_s >= self.day_s:
            raise DayOver


class Developer:
    """Works in one editor."""

    def __init__(self, editor: Editor, clock: DayClock, draw: random.Random) -> None:
        self.clock = clock
        self._editor, self._draw = editor, draw
        self._asking: asyncio.Task[Ghost | None] | None = None
        self.did: Counter[str] = Counter()
        """What was done, by its name."""

    async def do(self, work: Work) -> None:
        """One file from what it was to what it became."""
        editor = self._editor
        editor.open(f"file:///work/{work.path}", work.before, work.language)
        self.did["files"] += 1
        for edit in work.edits():
            await self._edit(edit)
        if editor.text != work.after:
            self.did["differing files"] += 1

    async def rest(self) -> None:
        """A break, or a meeting."""
        self.did["breaks"] += 1
        await self._give_up_asking()
        await self.clock.pass_(self._draw.uniform(0.3, 2.0) * BREAK_S)

    async def leave(self) -> None:
        """Closes what is open."""
        await self._give_up_asking()
        if self._editor.uri:
            self._editor.close()

    async def _edit(self, edit: Edit) -> None:
        editor = self._editor
        lines = editor.text.splitlines(keepends=True)
        start = sum(map(len, lines[: edit.line]))
        end = start + sum(map(len, lines[edit.line : edit.line + edit.n_removed]))
        if end > start:
            editor.replace(start, end, "")
        editor.caret = start
        typed, pasted = edit.text[:PASTED_CHARS], edit.text[PASTED_CHARS:]
        for line in typed.splitlines(keepends=True):
            await self.clock.pass_(self._draw.expovariate(1 / LINE_S))
            await self._line(line)
        if pasted:
            editor.insert(pasted)

    async def _line(self, line: str) -> None:
        """Types one line; its indentation is the editor's doing."""
        at = len(line) - len(line.lstrip(" \t"))
        if at:
            self._editor.insert(line[:at])
        while at < len(line):
            if self._draw.random() < 0.02:
                await self._err()
            if self._pauses_at(line, at):
                at += await self._look(line[at:].rstrip("\n"))
            if at < len(line):
                await self._key(line[at])
                at += 1

    def _pauses_at(self, line: str, at: int) -> bool:
        return self._draw.random() < (0.2 if at == 0 or line[at - 1] in " (.=,:[" else 0.02)

    async def _key(self, key: str) -> None:
        """One key, after which the editor asks, and forgets what it had asked before."""
        self._editor.insert(key)
        self.did["keys"] += 1
        self._ask()
        await self.clock.pass_(self._draw.uniform(0.5, 1.5) * KEY_S)

    async def _err(self) -> None:
        """A wrong turn, taken back."""
        wrong = self._draw.choice(("ret", "slef.", "😀", "foo(bar", "x"))
        for key in wrong:
            await self._key(key)
        for _ in wrong:
            self._editor.backspace()
            self._ask()
            await self.clock.pass_(KEY_S)
        self.did["wrong turns"] += 1

    async def _look(self, truth: str) -> int:
        """Waits for a suggestion and does something with it; how much of the truth is there after it."""
        ghost = await self._answer(manual=self._draw.random() < 0.05)
        self.did["looks"] += 1
        if ghost is None:
            return 0
        self.did["ghosts"] += 1
        self._editor.tell_shown(ghost)
        await self.clock.pass_(LOOK_S)
        first = ghost.text.partition("\n")[0]
        if first and truth.startswith(first):
            return await self._right(ghost, first)
        if self._draw.random() < 0.2:
            self._editor.tell_end(ghost, "rejected", "escape")
            self.did["rejected"] += 1
        return 0

    async def _right(self, ghost: Ghost, first: str) -> int:
        """Takes it, or its first word, or types along."""
        what = self._draw.choices(("accepted", "word", "typed along"), (6, 1, 2))[0]
        self.did[what] += 1
        if what == "accepted" and ghost.text == first:
            await self._editor.accept(ghost)
            return len(first)
        if what == "word":
            word = first[: len(first) - len(first.lstrip())] + (first.split() or [""])[0]
            self._editor.insert(word)
            self._ask()
            return len(word)
        return 0

    def _ask(self) -> None:
        if self._asking is not None:
            self.did["cancelled"] += not self._asking.done()
            self._asking.cancel()
        self._asking = asyncio.create_task(self._asked())

    async def _asked(self, manual: bool = False) -> Ghost | None:
        """Counted when it is really sent: a task may be cancelled before it began."""
        self.did["asked"] += 1
        return await self._editor.ask(manual=manual)

    async def _answer(self, manual: bool) -> Ghost | None:
        """That to the last key, or to one's own asking."""
        if manual or self._asking is None:
            await self._give_up_asking()
            self._asking = asyncio.create_task(self._asked(manual))
        return await self._asking

    async def _give_up_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._asking
            self._asking = None
