"""One check to be made, and what came of it, as values that travel between processes as JSON."""

import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self

from tactful_models.checked import Stands

_COLOURS: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_OBEYED: Final = re.compile(r"[^\n\t -~\xa0-\u200d\u2010-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\U0010ffff]")
"""What a terminal or an editor would obey rather than show, and what is no character: controls, directions, halves."""


@dataclass(frozen=True, slots=True)
class Job:
    """A suggestion where it stands, and how it may be checked."""

    folder: str
    """The project's, absolute."""
    place: str
    """The file, relative to the folder, with slashes."""
    language: str
    """The editor's language id."""
    text: str
    """The whole file with the suggestion."""
    start: int
    """Offset at which the suggestion begins, in code points."""
    end: int
    runs_code: bool = True
    """Whether the project's code may be run, in a sandbox."""
    runs_tests: bool = True
    """Whether its tests may, too."""
    budget_s: float = 120.0
    """Seconds that all of it may take."""
    test_s: float = 10.0
    """Seconds of processor time that one test may take."""
    python: str = ""
    """The project's Python, where the user has named it."""
    command: str = ""
    """The user's command for the language; empty for none."""
    readable: tuple[str, ...] = ()
    """Directories that the user lets checks read."""
    exclude: tuple[str, ...] = ()
    """Patterns of files that are left alone."""
    gives_way: bool = True
    """Whether it runs only when nobody else wants the processor."""

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """The one that `asdict` made the object of."""
        return cls(**{**found, "readable": tuple(found["readable"]), "exclude": tuple(found["exclude"])})

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.folder) / self.place

    def filled(self, filler: str) -> str:
        """The file with something else in the suggestion's place."""
        return self.text[: self.start] + filler + self.text[self.end :]

    @property
    def first_line(self) -> int:
        """The first line of the suggestion, from 1."""
        return self.text.count("\n", 0, self.start) + 1

    @property
    def last_line(self) -> int:
        """The last line on which any of it stands."""
        return self.text.count("\n", 0, self.start + len(self.text[self.start : self.end].rstrip("\n"))) + 1


@dataclass(slots=True)
class Climb:
    """How far a suggestion climbs, as it is found out; the fields are those of `Checked`."""

    standings: dict[str, Stands] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)
    """What held of a rung that broke, in [0, 1)."""
    notes: list[str] = field(default_factory=list)
    """What broke, as the tools said it."""
    n_findings: int = 0
    n_passed: int = 0
    n_broke: int = 0
    n_reached: int = 0
    ran_ratio: float | None = None
    baseline: str = "without"
    stopped: str = ""
    duration_s: float = 0.0
    tests_s: float = 0.0
    """How long the tests took once, from which it is learned whether they are slow."""

    def stand(self, rung: str, holds: bool, held_before: bool, said: str = "") -> bool:
        """Notes how it stands on a rung. Returns whether it holds."""
        stands = Stands.HELD if holds else Stands.BROKE if held_before else Stands.FAILED
        self.standings[rung] = stands
        if stands is Stands.BROKE and said:
            self.notes.append(said)
        return holds

    def plain(self) -> dict[str, Any]:
        """As an object for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """The one that `plain` made the object of."""
        known = {one.name for one in fields(cls)}
        standings = {rung: Stands(stands) for rung, stands in found.get("standings", {}).items()}
        return cls(**{name: value for name, value in found.items() if name in known} | {"standings": standings})


def legible(said: str) -> str:
    """What a tool said, which may be anything, as text that can be shown and kept: no colours and nothing to obey.

    >>> legible("\\x1b[31mfailed\\x1b[0m \\x07 at 3")
    'failed � at 3'
    """
    return _OBEYED.sub("�", _COLOURS.sub("", said.replace("\r\n", "\n")))
