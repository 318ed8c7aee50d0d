"""What a review needs of the log and the workspace, and how one gets into the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ulid import ULID

from tactful_models import taken
from tactful_models.errors import LogError
from tactful_models.events import Reviewed
from tactful_models.feedback import FeedbackLog
from tactful_server.install import keyed_hash, user_key
from tactful_server.privacy import Privacy, fitted
from tactful_server.reviews.finding import Seen, look
from tactful_server.reviews.walking import Said
from tactful_server.reviews.workspace import Workspace

TERMINAL: Final = "terminal"
"""Where a review comes from that was given here."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which accepted suggestions are meant."""

    everything: bool = False
    """Also those that were reviewed, are gone, or stand in another workspace."""
    limit: int | None = None
    """At most so many."""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to review."""

    seen: list[Seen]
    """The newest first."""
    n_elsewhere: int
    """How many more were accepted in files that this workspace has not."""


def found(log: FeedbackLog, root: Path, choice: Choice) -> Found:
    """What was accepted and not yet reviewed by a person, the newest first, as it can be seen in the workspace.

    Raises:
        LogError: the log cannot be read.
    """
    wanted = [one for one in taken.read(log) if choice.everything or one.said_by("person") is None]
    workspace = Workspace(root)
    workspace.locate({one.made.file_key for one in wanted})
    here = [one for one in wanted if choice.everything or workspace.document(one.made.file_key) is not None]
    seen = [look(one, workspace, keyed_hash) for one in here[: choice.limit]]
    return Found(seen, len(wanted) - len(here))


def record(log: FeedbackLog, suggestion_id: str, said: Said, at: float) -> Reviewed:
    """Appends what the person at the terminal says of a suggestion; on disk when this returns.

    Raises:
        LogError: the log has no such suggestion, or cannot be written.
    """
    if (session_id := log.session_of(suggestion_id)) is None:
        raise LogError(f"No suggestion {suggestion_id!r} is on record; `tactful review --list` names those there are.")
    review = Reviewed(
        review_id=str(ULID()),
        suggestion_id=suggestion_id,
        session_id=session_id,
        at=at,
        verdict=said.verdict,
        reviewer=user_key(),
        source=TERMINAL,
        words=said.words,
        expertise=said.expertise,
    )
    log.append([fitted(review, Privacy.FEATURES)])
    return review


def new_reviews(log: FeedbackLog, reviews: Sequence[Reviewed]) -> int:
    """Appends those that the log has not yet, by their ids, as the lowest level keeps them. Returns how many."""
    return log.append_new(fitted(review, Privacy.FEATURES) for review in reviews).events
