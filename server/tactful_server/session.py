"""One life of the server: who it is, what it remembers, and the one way into the log."""

from collections.abc import Callable
from dataclasses import dataclass

from tactful_models.events import Event, SessionStarted
from tactful_models.history import History
from tactful_server.install import file_key, project_key
from tactful_server.warming import OBSERVED

Record = Callable[[Event], object]
Hash = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Keys:
    """A document's names in the log."""

    file_key: str
    project_key: str


class Session:
    """Passes each event to the history and to the log, in one order, so that the log replays to the same history.

    Until the history of earlier sessions has been read, what it will have to take in is kept here; the log gets
    everything at once.
    """

    def __init__(self, started: SessionStarted, record: Record, keyed_hash: Hash) -> None:
        self.started = started
        self.keyed_hash = keyed_hash
        self.history: History | None = None
        """None until what earlier sessions left has been read."""
        self._record = record
        self._unobserved: list[Event] = []
        self._keys: dict[str, Keys] = {}

    @property
    def session_id(self) -> str:
        """This session's id."""
        return self.started.session_id

    def begin(self) -> None:
        """Records that the session has started; the writer adds up to where the log's history goes."""
        self.record(self.started)

    def warm(self, history: History) -> None:
        """Takes over the history of the log as it was before this session, and adds what has happened since."""
        unobserved, self._unobserved = self._unobserved, []
        for event in unobserved:
            history.observe(event)
        self.history = history

    def record(self, event: Event) -> None:
        """Appends an event. Never blocks and never touches the disk."""
        self._record(event)
        if self.history is not None:
            self.history.observe(event)
        elif isinstance(event, OBSERVED):
            self._unobserved.append(event)

    def keys(self, uri: str, project: str) -> Keys:
        """The document's keyed names; hashing is done once a document."""
        if (keys := self._keys.get(uri)) is None:
            keys = self._keys[uri] = Keys(file_key(uri), project_key(project) if project else "")
        return keys
