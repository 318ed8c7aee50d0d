"""The log read as labelled decisions, with progress."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tactful_models.events import Event, SessionStarted
from tactful_models.feedback import FeedbackLog
from tactful_server.commands.options import Progress, bar

if TYPE_CHECKING:
    from tactful_models.dataset import Rows


def events(log: FeedbackLog, progress: Progress) -> Iterator[Event]:
    """All events of a log in order."""
    for stored in log.events():
        yield stored.event
        progress(1)


def labelled(log: FeedbackLog, label: str) -> "tuple[Rows, tuple[str, ...]]":
    """The labelled decisions of a log, and where their sessions came from; raises LogError or TrainingError."""
    from tactful_models import dataset

    with bar("Reading", log.count()) as progress:
        rows = dataset.read(events(log, progress), label)
    found = [each.event for each in log.events(kinds=[SessionStarted])]
    sources = {each.session_id: each.source for each in found if isinstance(each, SessionStarted)}
    return rows, tuple(sorted({sources.get(str(each), "") for each in set(rows.session_id)}))
