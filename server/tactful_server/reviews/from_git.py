"""Verdicts from the repository: accepted lines that were committed, rewritten later, or taken back.

What cannot be known is said and counted: a text whose lines are all too short, one that was changed before its commit
or not committed, a file that is in no repository, that git cannot speak of, or that has another name now.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from tactful_models import taken
from tactful_models.events import Reviewed
from tactful_models.feedback import FeedbackLog
from tactful_models.provenance import Commit, Fate, fate
from tactful_server.install import keyed_hash
from tactful_server.landing import line_hash
from tactful_server.reviews.desk import new_reviews
from tactful_server.reviews.finding import Seen, State, look
from tactful_server.reviews.repository import commits
from tactful_server.reviews.workspace import Workspace

GIT: Final = "git"
"""Reviewer, kind of reviewer and source at once."""
METHOD: Final = "lines-1"
"""How it was read."""


@dataclass(slots=True)
class FromGit:
    """What was found."""

    verdicts: Counter[str] = field(default_factory=Counter)
    """By verdict, of everything that was accepted in this workspace."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Of how many nothing is known, by the reason: `short`, `uncommitted`, `no_history`, `excluded`, `elsewhere`."""
    new: int = 0
    """Verdicts that the log did not have."""


def review_from_git(log: FeedbackLog, root: Path, limit: int | None = None) -> FromGit:
    """Asks git of everything that was accepted (or the newest `limit`) and appends what the log has not yet.

    Raises:
        LogError: the log cannot be read or written.
    """
    accepted = taken.read(log)[:limit]
    workspace = Workspace(root)
    workspace.locate({one.made.file_key for one in accepted})
    found, reviews = FromGit(), list[Reviewed]()
    histories: dict[Path, tuple[Commit, ...] | None] = {}
    for one in accepted:
        seen = look(one, workspace, keyed_hash)
        told = _told(seen, histories)
        if told.verdict is None:
            found.unknown[told.why_not] += 1
            continue
        found.verdicts[told.verdict] += 1
        former = one.said_by(GIT)
        if former is None or former.verdict is not told.verdict:
            reviews.append(_review(seen, told))
    found.new = new_reviews(log, reviews)
    return found


def _told(seen: Seen, histories: dict[Path, tuple[Commit, ...] | None]) -> Fate:
    if seen.document is None:
        return Fate(None, why_not="elsewhere")
    if seen.state is State.EXCLUDED:
        return Fate(None, why_not="excluded")
    path = seen.document.path
    if path not in histories:
        histories[path] = commits(path, partial(line_hash, hashed=keyed_hash))
    history = histories[path]
    if history is None:
        return Fate(None, why_not="no_history")
    return fate(_lines(seen), seen.taken.at, history)


def _lines(seen: Seen) -> Sequence[str]:
    """Hashes of the lines it stood on; where they were not noted, of those on which it stands unchanged."""
    if seen.taken.line_hashes or seen.state is not State.HERE or seen.document is None:
        return seen.taken.line_hashes
    lines = seen.document.text.split("\n")
    return [line_hash(lines[number], keyed_hash) for number in seen.lines]


def _review(seen: Seen, told: Fate) -> Reviewed:
    assert told.verdict is not None
    made = seen.taken.made
    return Reviewed(
        review_id=f"git-{keyed_hash(f'{made.suggestion_id} {told.verdict} {told.at}')}",
        suggestion_id=made.suggestion_id,
        session_id=made.session_id,
        at=told.at,
        verdict=told.verdict,
        reviewer=GIT,
        reviewer_kind=GIT,
        source=GIT,
        method=METHOD,
    )
