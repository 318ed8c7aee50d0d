"""What became of accepted lines in a repository: committed, later rewritten, or taken back.

Lines are known by keyed hashes, so only a line that reached a commit as it was accepted (whatever blanks stand around
it) is recognised. One that was edited before its commit is another line, and nothing is known of it; so is what was
never committed, and what stands on another branch. A line that was edited after its commit counts as rewritten.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tactful_models.events import Verdict

SHORT: Final = "-"
"""Stands for a line too short to say anything."""
ENOUGH: Final = 0.5
"""Share of the lines that must have been committed for anything to be said, and lost for the verdict to turn."""
_WHOLE_SECOND_S: Final = 1.0
"""Commits tell no fraction of the second."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that one commit changed in one place, by their hashes."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit did to one file."""

    at: float
    """Seconds since the epoch."""
    hunks: tuple[Hunk, ...]
    is_revert: bool = False
    """Whether it says of itself that it takes another one back."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an accepted text, as far as commits tell."""

    verdict: Verdict | None
    """Keep: committed and still there; rewrite or revert: most of it went, for other lines or for none. None where
    nothing is known."""
    at: float = 0.0
    """When: of the commit that brought it, or that took most of it away."""
    why_not: str = ""
    """Why nothing is known: `short`, `uncommitted`."""


@dataclass(slots=True)
class _Trail:
    """One line's way through the commits."""

    present: int = 0
    brought_at: float | None = None
    replaced: frozenset[str] = frozenset()
    """What stood in its place before it came."""
    lost_at: float | None = None
    was_reverted: bool = False


@dataclass(slots=True)
class _Trails:
    lines: Mapping[str, _Trail] = field(default_factory=dict)

    def see(self, commit: Commit) -> None:
        """A commit; lines that it moves within the file are not lost."""
        added = Counter(line for hunk in commit.hunks for line in hunk.added)
        removed = Counter(line for hunk in commit.hunks for line in hunk.removed)
        for line, trail in self.lines.items():
            if change := added[line] - removed[line]:
                trail.present = max(0, trail.present + change)
                self._note(line, trail, commit)

    def _note(self, line: str, trail: _Trail, commit: Commit) -> None:
        if trail.present and trail.brought_at is None:
            trail.brought_at = commit.at
            trail.replaced = frozenset(_beside(line, [(hunk.added, hunk.removed) for hunk in commit.hunks]))
        if trail.present:
            trail.lost_at = None
        elif trail.brought_at is not None:
            instead = frozenset(_beside(line, [(hunk.removed, hunk.added) for hunk in commit.hunks]))
            trail.lost_at = commit.at
            trail.was_reverted = commit.is_revert or instead <= trail.replaced


def fate(lines: Sequence[str], taken_at: float, commits: Sequence[Commit]) -> Fate:
    """The fate of a text that stood on these lines when it was taken; commits in order of time.

    >>> brought = Commit(5.0, (Hunk((), ("a1", "b2")),))
    >>> fate(["a1", "b2"], 1.0, [brought]).verdict
    <Verdict.KEEP: 'keep'>
    >>> fate(["a1", "b2"], 1.0, [brought, Commit(9.0, (Hunk(("a1", "b2"), ("c3",)),))]).verdict
    <Verdict.REWRITE: 'rewrite'>
    """
    trails = _Trails({line: _Trail() for line in lines if line != SHORT})
    for commit in commits:
        if commit.at + _WHOLE_SECOND_S > taken_at:
            trails.see(commit)
    return _judged(list(trails.lines.values()))


def _judged(trails: Sequence[_Trail]) -> Fate:
    if not trails:
        return Fate(None, why_not="short")
    brought = [trail for trail in trails if trail.brought_at is not None]
    if len(brought) < ENOUGH * len(trails) or not brought:
        return Fate(None, why_not="uncommitted")
    lost = [trail for trail in brought if trail.lost_at is not None]
    if len(lost) < ENOUGH * len(brought):
        return Fate(Verdict.KEEP, max(trail.brought_at or 0.0 for trail in brought))
    reverted = sum(trail.was_reverted for trail in lost)
    verdict = Verdict.REVERT if 2 * reverted > len(lost) else Verdict.REWRITE
    return Fate(verdict, max(trail.lost_at or 0.0 for trail in lost))


def _beside(line: str, sides: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> set[str]:
    """What stands on the other side of the places that have the line, but for lines too short to tell."""
    return {other for here, there in sides if line in here for other in there if other != SHORT}
