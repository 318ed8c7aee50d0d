"""The log read as labelled decisions, with progress."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tactful_models.artifact import BOOTSTRAP
from tactful_models.checked import Checked
from tactful_models.errors import SchemaError
from tactful_models.events import Event, Reviewed, SessionStarted
from tactful_models.features import FEATURES_VERSION
from tactful_models.feedback import FeedbackLog
from tactful_models.renewal import renewed
from tactful_server.commands.options import Progress, bar

if TYPE_CHECKING:
    from tactful_models.cases import Reader
    from tactful_models.dataset import Rows
    from tactful_models.feedback_kinds import Feedback


def events(log: FeedbackLog, progress: Progress) -> Iterator[Event]:
    """All events of a log in order, the vectors of older features made anew from the facts logged."""
    for event in renewed(log.events):
        yield event
        progress(1)


def lived(log: FeedbackLog, progress: Progress) -> Iterator[Event]:
    """The same without what was replayed from code written before: nobody was shown any of that."""
    replayed: set[str] = set()
    for event in events(log, progress):
        if isinstance(event, SessionStarted) and event.source == BOOTSTRAP:
            replayed.add(event.session_id)
        if getattr(event, "session_id", "") not in replayed:
            yield event


def labelled(log: FeedbackLog, label: str) -> "tuple[Rows, tuple[str, ...]]":
    """The labelled decisions of a log, and where their sessions came from; reviewers count as far as they are believed.

    Raises LogError or TrainingError; SchemaError where a newer Tactful judged all that is there.
    """
    from tactful_models import dataset, labels
    from tactful_models.gathering import gather
    from tactful_models.heard import hearing

    tell_of_newer(log)
    with bar("Reading", log.count()) as progress:
        reader = gather(log, progress)
    rows = dataset.rows(reader, labels.find(label), hearing(log))
    found = [each.event for each in log.events(kinds=[SessionStarted])]
    sources = {each.session_id: each.source for each in found if isinstance(each, SessionStarted)}
    return rows, tuple(sorted({sources.get(str(each), "") for each in set(rows.session_id)}))


def tell_of_newer(log: FeedbackLog, what_becomes_of_it: str = "are left out") -> None:
    """Says what no gate of ours can judge because a newer version of the features made it, and what to do.

    Raises SchemaError where that is all there is.
    """
    found = log.vectors_by_version()
    newer = {version: count for version, count in found.items() if version > FEATURES_VERSION}
    if not newer:
        return
    made = f"by features of version {max(newer)}, where this Tactful knows those up to {FEATURES_VERSION}"
    if len(newer) == len(found):
        raise SchemaError(f"All decisions in the log were made {made}: a newer Tactful wrote it; update this one.")
    told = f"{sum(newer.values()):,} of {sum(found.values()):,} decisions {what_becomes_of_it}, made {made}"
    click.echo(f"tactful: {told}; update Tactful to judge them and to learn from them, too", err=True)


def fed_back(log: FeedbackLog) -> "tuple[Reader, list[Feedback]]":
    """All that the log says of each suggestion, and its reviews and checks in order; raises LogError."""
    from tactful_models.gathering import gather

    tell_of_newer(log)
    with bar("Reading", log.count()) as progress:
        reader = gather(log, progress)
    found = [each.event for each in log.events(kinds=[Reviewed, Checked])]
    return reader, [each for each in found if isinstance(each, Reviewed | Checked)]
