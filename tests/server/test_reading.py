"""What commands read of a log: all of it to learn from, only what somebody lived through to tell of."""

from dataclasses import replace

from logged import gate_promoted, opportunity, started
from tactful_models.artifact import BOOTSTRAP
from tactful_models.feedback import FeedbackLog
from tactful_server.commands.reading import events, lived


def test_what_was_replayed_from_old_code_is_no_part_of_what_was_shown_to_anybody() -> None:
    replayed = replace(started("s0"), source=BOOTSTRAP)
    live = [started("s1"), *opportunity(2, "s1"), gate_promoted()]
    with FeedbackLog.open(":memory:") as log:
        log.append([replayed, *opportunity(1, "s0"), *live, *opportunity(3, "s0")])

        assert list(map(repr, lived(log, lambda n: None))) == list(map(repr, live))
        assert len(list(events(log, lambda n: None))) == len(live) + 13
