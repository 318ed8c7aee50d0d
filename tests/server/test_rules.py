"""The named rules that stop a request before the gate."""

from collections.abc import Mapping

import pytest

from drawn import at
from tactful_models.events import Trigger
from tactful_models.facts import context_facts
from tactful_models.typing_rhythm import TypingRhythm
from tactful_server.ask import Ask, Widget
from tactful_server.rules import Situation, stopping_rule
from tactful_server.settings import parse

URI = "file:///a.py"


def rule(
    code: str,
    written: Mapping[str, object] | None = None,
    *,
    manual: bool = False,
    excluded: bool = False,
    quiet: str = "",
    widget: Widget | None = None,
) -> str | None:
    view, trigger = at(code), Trigger.MANUAL if manual else Trigger.AUTOMATIC
    facts = context_facts(view, trigger, TypingRhythm().facts(0.0))
    situation = Situation(parse(written or {}).settings, lambda uri: excluded, quiet)
    return stopping_rule(Ask("r", URI, 1, view, trigger, 0.0, widget), facts, situation)


@pytest.mark.parametrize("code", ["x =█", "f(█)", "print('█')", "a[█]);", "def f():\n█\nx = 1", "█"])
def test_a_caret_with_nothing_or_only_closers_right_of_it_passes(code: str) -> None:
    assert rule(code) is None


@pytest.mark.parametrize(
    ("code", "named"),
    [("va█lue", "word_after"), ("x█_y", "word_after"), ("x█1", "word_after"), ("x = █ + 1", "code_after")],
)
def test_code_right_of_the_caret_stops_it(code: str, named: str) -> None:
    assert rule(code) == named


def test_comments_stop_it_only_where_the_user_says_so() -> None:
    off = {"request": {"inComments": False}}

    assert rule("# about █") is None
    assert rule("# about █", off) == "in_comment"
    assert rule("x = 1█", off) is None


def test_what_the_user_has_set_is_named() -> None:
    assert rule("x =█", {"enabled": False}) == "switched_off"
    assert rule("x =█", {"request": {"languagesOff": ["python"]}}) == "language_off"
    assert rule("x" * 1001 + "█", {"request": {"maxFileChars": 1000}}) == "file_too_large"
    assert rule("x =█", excluded=True) == "excluded"
    assert rule("x =█", quiet="snoozed") == "snoozed"


def test_asking_by_hand_passes_guesses_and_quiet_but_not_what_keeps_files_private() -> None:
    assert rule("va█lue", manual=True) is None
    assert rule("x =█", quiet="paused", manual=True) is None
    assert rule("x =█", excluded=True, manual=True) == "excluded"
    assert rule("x =█", {"enabled": False}, manual=True) == "switched_off"


def test_a_widget_entry_must_go_on_from_what_is_typed() -> None:
    assert rule("x = fo█", widget=Widget("foo", "fo")) is None
    assert rule("x = fo█", widget=Widget("bar", "fo")) == "widget_differs"
