"""A log read straight into a reader's columns: what is asked of a million rows is read, and no event made of them.

The same as letting a `Reader` see every event, kind by kind: nothing there depends on how the kinds are mixed, as long
as a suggestion comes before what became of it. Of the few that were reviewed or checked, the events are read whole.
"""

import math
from collections.abc import Callable
from typing import Final

from tactful_models.cases import Reader, Signs
from tactful_models.checked import Checked
from tactful_models.errors import LogCorruptError
from tactful_models.events import (
    Action,
    Decided,
    End,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Reviewed,
    SessionStarted,
    SuggestionMade,
    Trigger,
)
from tactful_models.features import FEATURES_VERSION, names
from tactful_models.feedback import FeedbackLog
from tactful_models.renewal import renewed

Progress = Callable[[int], None]
"""Told how many more events were read."""

_SUGGESTION: Final = ("suggestion_id", "request_id", "session_id", "model_key", "at", "facts.n_chars")
_REQUEST: Final = (
    "request_id", "facts.trigger", "facts.language", "facts.last_char", "facts.last_visible_char", "facts.last_keyword",
)  # fmt: skip
_DECISION: Final = (
    "request_id", "session_id", "suggestion_id", "at", "stage", "action", "propensity", "probability",
    "features_version", "features",
)  # fmt: skip
_OUTCOME: Final = ("suggestion_id", "end", "known", "accepted_chars")


def gather(log: FeedbackLog, progress: Progress = lambda _: None) -> Reader:
    """A reader that has seen all of a log; raises LogError as `FeedbackLog.events` does.

    Where an older version of the features made vectors, every event is read, and those are made anew.
    """
    reader = Reader()
    if log.has_features_before(FEATURES_VERSION):
        for event in renewed(log.events):
            reader.see(event)
            progress(1)
        return reader
    for stored in log.events(kinds=[SessionStarted]):
        reader.see(stored.event)
        progress(1)
    try:
        for read in (_suggestions, _requests, _decisions, _outcomes, _persistence):
            read(log, reader, progress)
    except ValueError as fault:
        raise LogCorruptError(f"The feedback log is damaged ({fault}); move it away to begin a new one.") from fault
    for stored in log.events(kinds=[Reviewed, Checked]):
        reader.see(stored.event)
        progress(1)
    return reader


def _suggestions(log: FeedbackLog, reader: Reader, progress: Progress) -> None:
    for *named, at, chars in log.cells(SuggestionMade, _SUGGESTION):
        reader.made((named[0], named[1], named[2], named[3]), at, chars)
        progress(1)


def _requests(log: FeedbackLog, reader: Reader, progress: Progress) -> None:
    for request_id, trigger, language, *signs in log.cells(RequestEnded, _REQUEST):
        reader.asked(request_id, trigger == Trigger.MANUAL, Signs(language or "", *signs))
        progress(1)


def _decisions(log: FeedbackLog, reader: Reader, progress: Progress) -> None:
    widths = {stage: 4 * len(names(stage)) for stage in (1, 2)}
    for *named, at, stage, action, propensity, probability, version, vector in log.cells(Decided, _DECISION):
        is_current = version == FEATURES_VERSION and len(vector) == widths[stage]
        place = reader.vectors[stage].add_packed(vector) if is_current else -1
        chance = math.nan if probability is None else probability
        reader.decided((named[0], named[1], named[2]), at, stage, (action == Action.SHOW, propensity, chance, place))
        progress(1)


def _outcomes(log: FeedbackLog, reader: Reader, progress: Progress) -> None:
    for suggestion_id, end, known, accepted_chars in log.cells(OutcomeSeen, _OUTCOME):
        reader.became(suggestion_id, End(end), Known(known), accepted_chars)
        progress(1)


def _persistence(log: FeedbackLog, reader: Reader, progress: Progress) -> None:
    for suggestion_id, after_s, kept_ratio in log.cells(PersistenceSeen, ("suggestion_id", "after_s", "kept_ratio")):
        reader.remained(suggestion_id, after_s, kept_ratio)
        progress(1)
