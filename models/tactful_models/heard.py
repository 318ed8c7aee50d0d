"""Whose word a log's labels should heed, and how far: estimated from all its reviews and checks together."""

from collections.abc import Iterable

from tactful_models.checked import Checked
from tactful_models.dawid_skene import estimate
from tactful_models.events import Event, Reviewed
from tactful_models.feedback import FeedbackLog
from tactful_models.labels import Hearing
from tactful_models.reviewers import Estimate, votes
from tactful_models.trials import trials


def heard(events: Iterable[Event]) -> Estimate:
    """What is to be thought of each reviewer and check, by the reviews and checks among events in the log's order.

    Of several checks of one suggestion the last counts.
    """
    reviews: list[Reviewed] = []
    checks: dict[str, Checked] = {}
    for event in events:
        if isinstance(event, Reviewed):
            reviews.append(event)
        elif isinstance(event, Checked):
            checks[event.suggestion_id] = event
    return estimate(votes(reviews), [trial for checked in checks.values() for trial in trials(checked)])


def estimated(log: FeedbackLog) -> Estimate:
    """The same of a log; raises LogError as `FeedbackLog.events` does."""
    return heard(stored.event for stored in log.events(kinds=[Reviewed, Checked]))


def hearing(log: FeedbackLog) -> Hearing:
    """For labels: each reviewer's word counts as far as it agreed with checks and with others; raises LogError."""
    return Hearing.by(estimated(log))
