"""Named rules that stop a request before the gate is asked: each cheap, each a reason that a person understands.

A request made by hand passes those that only guess what the user wants, and is held by those that the user has set.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tactful_models.events import ContextFacts
from tactful_server.ask import Ask
from tactful_server.settings import Settings

Excluded = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at beside the request."""

    settings: Settings
    excluded: Excluded
    """Whether the file at a URI must not be read or sent."""
    quiet: str = ""
    """`paused` or `snoozed` when the user has asked for quiet, else empty."""


def stopping_rule(ask: Ask, facts: ContextFacts, situation: Situation) -> str | None:
    """The name of the first rule that stops the request, or None.

    The names are part of the log: `switched_off`, `paused`, `snoozed`, `excluded`, `language_off`, `file_too_large`,
    `in_comment`, `word_after`, `code_after`, `widget_differs`.
    """
    for reason in _set_by_user(ask, situation):
        return reason
    if ask.manual:
        return None
    for reason in _guessed(ask, facts, situation):
        return reason
    return None


def _set_by_user(ask: Ask, situation: Situation) -> Iterator[str]:
    request = situation.settings.request
    if not situation.settings.enabled:
        yield "switched_off"
    if situation.quiet and not ask.manual:
        yield situation.quiet
    if situation.excluded(ask.uri):
        yield "excluded"
    if ask.view.language in request.languages_off:
        yield "language_off"
    if len(ask.view.before) + len(ask.view.after) > request.max_file_chars:
        yield "file_too_large"


def _guessed(ask: Ask, facts: ContextFacts, situation: Situation) -> Iterator[str]:
    if facts.in_comment and not situation.settings.request.in_comments:
        yield "in_comment"
    after = ask.line_after
    if after[:1].isalnum() or after[:1] == "_":
        yield "word_after"
    if facts.only_closers_after is False:
        yield "code_after"
    if ask.widget is not None and not ask.widget.continues:
        yield "widget_differs"
