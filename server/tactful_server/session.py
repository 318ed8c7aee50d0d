"""One life of the server: who it is, what it remembers, and the one way into the log."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tactful_models.events import Event, SessionStarted
from tactful_models.history import History
from tactful_server.install import file_key, project_key

Record = Callable[[Event], object]
Hash = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Keys:
    """A document's names in the log."""

    file_key: str
    project_key: str


class Session:
    """Passes each event to the history and to the log, in one order, so that the log replays to the same history.

    Until the history of earlier sessions has been read, events wait here: the session's first record says up to where
    that history goes.
    """

    def __init__(self, started: SessionStarted, record: Record, keyed_hash: Hash) -> None:
        self.started = started
        self.keyed_hash = keyed_hash
        self.history: History | None = None
        """None until what earlier sessions left has been read."""
        self._record = record
        self._waiting: list[Event] = []
        self._keys: dict[str, Keys] = {}

    @property
    def session_id(self) -> str:
        """This session's id."""
        return self.started.session_id

    def warm(self, history: History, through: int) -> None:
        """Takes over the history of the log up to the sequence number `through`, then records what has waited."""
        if self.history is not None:
            return
        self.started = replace(self.started, history_through=through)
        self.history = history
        waiting, self._waiting = self._waiting, []
        for event in (self.started, *waiting):
            self.record(event)

    def record(self, event: Event) -> None:
        """Appends an event. Never blocks and never touches the disk."""
        if self.history is None:
            self._waiting.append(event)
            return
        self.history.observe(event)
        self._record(event)

    def keys(self, uri: str, project: str) -> Keys:
        """The document's keyed names; hashing is done once a document."""
        if (keys := self._keys.get(uri)) is None:
            keys = self._keys[uri] = Keys(file_key(uri), project_key(project) if project else "")
        return keys
