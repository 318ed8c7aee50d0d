"""Whose turn it is to train: one at a time in one registry, and in the background only when enough is new.

In the registry stand two more files: `.training`, the lock, and `attempted`, which says up to where the log went when
somebody last began to train: `{"format": 1, "through": SEQ}`. What failed for want of this or that is tried again when
as much is new once more, not at every opportunity.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tactful_models import durable, lock
from tactful_models.errors import GateError
from tactful_models.feedback import FeedbackLog

BUSY: Final = "another process is training a gate already"
_FORMAT: Final = 1


@contextmanager
def taken(registry: Path, log: FeedbackLog, after_labels: int = 0) -> Iterator[str]:
    """Takes the turn, and gives an empty text; or the reason why not, as a sentence without its end.

    With 0 it waits for whoever trains. Otherwise it is no turn while somebody does, nor before so many suggestions have
    ended since the last attempt.

    Raises:
        GateError: the registry cannot be written.
    """
    try:
        registry.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GateError(f"{registry} cannot be made: {error.strerror}") from error
    with lock.held(registry / ".training") if not after_labels else lock.tried(registry / ".training") as is_mine:
        reason = "" if is_mine else BUSY
        if is_mine and after_labels:
            reason = _not_enough(new_labels(registry, log), after_labels)
        if not reason:
            _begin(registry, log)
        yield reason


def new_labels(registry: Path, log: FeedbackLog) -> int:
    """Suggestions that have ended since a gate was last trained, or training last attempted."""
    attempted = _attempted(registry)
    return log.count_ended(max(log.last_trained(), attempted if attempted <= log.last_seq() else 0))


def _not_enough(found: int, wanted: int) -> str:
    return "" if found >= wanted else f"{found} suggestions have ended since the last time, {wanted} are wanted"


def _begin(registry: Path, log: FeedbackLog) -> None:
    """Notes the attempt, and clears away what a killed one left behind."""
    for left in registry.glob(".writing-*/"):
        shutil.rmtree(left, ignore_errors=True)
    try:
        durable.replace(registry / "attempted", json.dumps({"format": _FORMAT, "through": log.last_seq()}) + "\n")
    except OSError as error:
        raise GateError(f"{registry / 'attempted'} cannot be written: {error.strerror}") from error


def _attempted(registry: Path) -> int:
    try:
        found = json.loads((registry / "attempted").read_text("utf-8"))
    except (OSError, ValueError):
        return 0
    match found:
        case {"format": 1, "through": int() as through}:
            return through
    return 0
