"""From one accepted text to the next, asking for a verdict each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tactful_models.events import Verdict
from tactful_models.review_lines import MOST_EXPERTISE_CHARS, MOST_WORDS_CHARS
from tactful_server.reviews.finding import Seen
from tactful_server.reviews.showing import body, heading

QUESTION: Final = "[k]eep, re[w]rite, re[v]ert, [s]kip or [q]uit? "
WORDS: Final = "A word on it (Enter for none): "
EXPERTISE: Final = "How well do you know this code (Enter to say nothing)? "
_LETTERS: Final = MappingProxyType({"k": Verdict.KEEP, "w": Verdict.REWRITE, "v": Verdict.REVERT})


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one."""

    verdict: Verdict
    words: str = ""
    expertise: str = ""


@dataclass(frozen=True, slots=True)
class Terminal:
    """The person's side."""

    ask: Callable[[str], str]
    """Shows a question and gives the answer; raises EOFError where there is none to come."""
    tell: Callable[[str], None]
    """Shows a line."""
    record: Callable[[Seen, Said], None]
    """Keeps what was said, at once."""


def walk(all_seen: Sequence[Seen], terminal: Terminal, now: float, expertise: str | None = None) -> int:
    """Asks of each in turn until the end or `q`. What was said is kept as it is said.

    `expertise` is asked for once, with the first verdict, where it is None.

    Returns:
        How many were judged.
    """
    n_judged = 0
    try:
        for number, seen in enumerate(all_seen, 1):
            terminal.tell(f"\n{number} of {len(all_seen)} · {heading(seen, now)}")
            for line in body(seen):
                terminal.tell(line)
            if (verdict := _verdict(terminal)) is None:
                continue
            words = terminal.ask(WORDS)[:MOST_WORDS_CHARS].strip()
            if expertise is None:
                expertise = terminal.ask(EXPERTISE)[:MOST_EXPERTISE_CHARS].strip()
            terminal.record(seen, Said(verdict, words, expertise))
            n_judged += 1
    except (EOFError, _QuitError):
        pass
    return n_judged


class _QuitError(Exception):
    """Enough for now."""


def _verdict(terminal: Terminal) -> Verdict | None:
    """The verdict; None to skip."""
    while True:
        answer = terminal.ask(QUESTION).strip().lower()
        if answer in ("s", "skip", ""):
            return None
        if answer in ("q", "quit"):
            raise _QuitError
        if answer in _LETTERS or answer in list(Verdict):
            return _LETTERS.get(answer) or Verdict(answer)
        terminal.tell("k, w, v, s or q.")
