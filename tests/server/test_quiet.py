"""Paused, snoozed, or neither."""

import json
import math

import pytest

from tactful_server.quiet import Quiet

WEEK_S = 7 * 24 * 3600.0


def test_a_snooze_ends_by_itself_and_a_pause_does_not() -> None:
    now = [0.0]
    quiet = Quiet(lambda: now[0])
    quiet.snooze(5)
    assert (quiet.reason, quiet.left_s) == ("snoozed", 300.0)
    now[0] = 300.0
    assert (quiet.reason, quiet.left_s) == ("", 0.0)
    quiet.pause()
    now[0] = 1e9
    assert quiet.reason == "paused"
    quiet.resume()
    assert quiet.reason == ""


@pytest.mark.parametrize(
    ("minutes", "left_s"),
    [(math.inf, WEEK_S), (1e308, WEEK_S), (10**400, WEEK_S), (math.nan, 0.0), (-math.inf, 0.0), (-5, 0.0), (0, 0.0)],
    ids=["inf", "large", "larger", "nan", "-inf", "negative", "zero"],
)
def test_a_snooze_lasts_a_week_at_most_and_can_always_be_told(minutes: float, left_s: float) -> None:
    quiet = Quiet(lambda: 100.0)
    quiet.snooze(minutes)

    assert quiet.left_s == left_s
    assert json.dumps(quiet.left_s, allow_nan=False)


def test_each_of_the_users_words_is_heard_of() -> None:
    heard: list[str] = []
    quiet = Quiet(lambda: 0.0)
    quiet.changed = lambda: heard.append(quiet.reason)
    quiet.snooze(5)
    quiet.pause()
    quiet.resume()

    assert heard == ["snoozed", "paused", ""]
