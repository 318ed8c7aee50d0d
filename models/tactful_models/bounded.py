"""A dictionary that forgets what was set longest ago, so that a state that lives for weeks stays small."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """At most `limit` entries; setting one again makes it the newest."""

    __slots__ = ("_entries", "_limit")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def get(self, key: K) -> V | None:
        """The value, or None; asking doesn't make it newer."""
        return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Sets the newest entry and drops the oldest when there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def pop(self, key: K) -> V | None:
        """Takes an entry out; None when it is not there."""
        return self._entries.pop(key, None)
