"""Vectors of this version of the features for decisions that an older one made, from the facts that it logged.

What an older version did not measure stays unknown; all else comes out as if this version had looked on: from the facts
of the request and the suggestion, and from the history replayed up to the decision. Where the log no longer holds what
that takes, the old decision is left as it is, and whoever reads it passes it over.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tactful_models.events import Decided, Event
from tactful_models.features import FEATURES_VERSION
from tactful_models.replay import Numbered, again


def renewed(read: Callable[[], Iterable[Numbered]]) -> Iterator[Event]:
    """The events that `read` gives, in their order, with the vectors of older decisions made anew.

    `read` is called twice where there is an older vector; a log without one is passed on as it is read, an event at a
    time. A newer version's vectors stay as they are.
    """
    anew: dict[str, tuple[float, ...]] | None = None
    done = 0
    for numbered in read():
        event = numbered.event
        if isinstance(event, Decided) and is_old(event):
            anew = {found.decision_id: vector for found, vector in again(read(), is_old)}
            break
        done += 1
        yield event
    if anew is not None:
        yield from _rest(read(), done, anew)


def _rest(log: Iterable[Numbered], done: int, anew: dict[str, tuple[float, ...]]) -> Iterator[Event]:
    for place, numbered in enumerate(log):
        if place >= done:
            event = numbered.event
            vector = anew.pop(event.decision_id, ()) if isinstance(event, Decided) else ()
            if vector and isinstance(event, Decided):
                event = replace(event, features=vector, features_version=FEATURES_VERSION)
            yield event


def is_old(decision: Decided) -> bool:
    """Whether an older version of the features made its vector."""
    return bool(decision.features) and 0 < decision.features_version < FEATURES_VERSION
