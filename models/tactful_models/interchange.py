"""The interchange format: the feedback log as JSON lines, for backups, other tools and other machines.

UTF-8, one JSON object a line. The first says what the file is and how many events follow:

    {"format":"tactful-log","version":1,"events":2}
    {"kind":"session","session_id":"01J…","at":1700000000.0,"user_key":"5d41…","client":"…", …}
    {"kind":"outcome","suggestion_id":"01J…","session_id":"01J…","at":1700000009.5,"end":"accepted", …}

`kind` is one of session, request, suggestion, decision, outcome, persistence, placement, review, check, gate; the other
names are the fields of the dataclass in `events.py` that belongs to it, with its units. A field with a default may be
left out.
`facts` is an object without the facts that are unknown; `features` is an array of float32 values with null for NaN.
Numbers are written so that they come back bit for bit; 1e999 is infinity. Events stand in the order in which they were
recorded.
A suggestion's `text` and a check's `output` are there only when they were asked for and the log had them. Names ending
in `.gz` are gzip.

A session's `history_through` is a number of this file: its history was made of the first so many events. It is -1 where
those are not the events it was made of, since some were purged; and becomes -1 where an import puts them elsewhere.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final

from tactful_models.checked import Checked
from tactful_models.errors import InterchangeError
from tactful_models.events import ContextFacts, Event, SessionStarted, SuggestionFacts, SuggestionMade
from tactful_models.feedback import Appended, FeedbackLog, Stored
from tactful_models.parsing import event_of
from tactful_models.plain_json import dumps, loads
from tactful_models.replay import LOST
from tactful_models.rows import BY_TYPE, known_facts

FORMAT: Final = "tactful-log"
VERSION: Final = 1

Progress = Callable[[int], None]
"""Takes how many events were just done."""


def nothing(_: int) -> None:
    """The progress of those who don't ask for it."""


@dataclass(slots=True)
class Reading:
    """One pass over a file in the interchange format."""

    path: Path
    """The file."""
    skip_bad: bool = False
    """Whether lines that cannot be read are left out rather than refused."""
    bad_lines: list[int] = field(default_factory=list)
    """Numbers of the lines left out, from 1."""
    line: int = 0
    """Number of the line being read, from 1."""

    def events(self) -> Iterator[Event]:
        """The events of the file, in order.

        Raises:
            InterchangeError: not this format, an unknown version, a line that says nothing sensible (unless
                `skip_bad`), or an end that comes too early; with the line's number.
        """
        with opened(self.path, "rb") as file:
            lines = self._lines(file)
            expected = self._header(next(lines, b""))
            n_events = 0
            for line in lines:
                if (event := self._event(line)) is not None:
                    n_events += 1
                    yield event
        if expected not in (None, n_events) and not self.skip_bad:
            raise self._refused(f"the file ends after {n_events} of {expected} events: it was not written to its end")

    def _lines(self, file: IO[bytes]) -> Iterator[bytes]:
        try:
            for line in file:
                self.line += 1
                if line.strip():
                    yield line
        except (OSError, EOFError, zlib.error) as fault:
            raise self._refused(f"the file cannot be read on: {fault}") from fault

    def _header(self, line: bytes) -> int | None:
        try:
            header = loads(line)
        except ValueError:
            header = None
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise self._refused(f'the first line is no header of a log (`{{"format":"{FORMAT}", …}}`)')
        if header.get("version") != VERSION:
            raise self._refused(f"version {header.get('version')} is unknown, this Tactful reads {VERSION}: update it")
        return header.get("events")

    def _event(self, line: bytes) -> Event | None:
        try:
            return event_of(loads(line))
        except ValueError as fault:
            if not self.skip_bad:
                cut = "" if line.endswith(b"\n") else "the last line is cut short, "
                raise self._refused(f"{cut}{fault}") from fault
        self.bad_lines.append(self.line)
        return None

    def _refused(self, why: str) -> InterchangeError:
        return InterchangeError(f"{self.path}, line {max(self.line, 1)}: {why}.")


def import_log(log: FeedbackLog, reading: Reading, progress: Progress = nothing) -> Appended:
    """Append a file's events in one transaction: all or none. Sessions that the log has already are left out, but for
    reviews and checks that came since.

    Raises:
        InterchangeError: as `Reading.events`, or an event that the log refuses.
        LogError: the log cannot be written.
    """
    try:
        return log.append_new(_counted(_placed(reading, is_fresh=log.last_seq() == 0), progress))
    except ValueError as fault:
        raise InterchangeError(f"{reading.path}, line {reading.line}: {fault}.") from fault


def export_log(log: FeedbackLog, path: Path, with_text: bool = False, progress: Progress = nothing) -> int:
    """Write the whole log; the file appears under its name when it is complete.

    Returns:
        How many events were written.

    Raises:
        InterchangeError: the file cannot be written.
        LogError: the log cannot be read.
    """
    until = log.last_seq()
    n_events = log.count(until)
    with drafted(path) as draft, opened(draft, "wb") as file:
        file.write(f"{dumps({'format': FORMAT, 'version': VERSION, 'events': n_events})}\n".encode())
        for event in _counted(_numbered(log.events(until=until), log.last_gap()), progress):
            file.write(f"{dumps(plain(event, with_text))}\n".encode())
    return n_events


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A file beside it to be written, which takes its name when all went well and is gone where not.

    Raises:
        InterchangeError: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.part{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    except OSError as fault:
        raise InterchangeError(f"{path} cannot be written: {fault.strerror}.") from fault
    finally:
        draft.unlink(missing_ok=True)


def plain(event: Event, with_text: bool) -> dict[str, Any]:
    """An event as the format has it, ready for JSON."""
    if isinstance(event, SuggestionMade) and not with_text:
        event = replace(event, text="")
    if isinstance(event, Checked) and not with_text:
        event = replace(event, output="")
    kind = BY_TYPE[type(event)]
    found = dict(zip(kind.columns, kind.values(event), strict=True))
    if isinstance(found.get("facts"), ContextFacts | SuggestionFacts):
        found["facts"] = known_facts(found["facts"])
    return {"kind": kind.name, **found}


def _numbered(found: Iterator[Stored], last_gap: int) -> Iterator[Event]:
    """The events of a log; a session's history is known where nothing of it, and then of the session, is missing."""
    whole_through = 0
    for stored in found:
        whole_through += stored.seq == whole_through + 1
        yield _if_known(stored.event, whole_through if stored.seq >= last_gap else LOST)


def _placed(reading: Reading, is_fresh: bool) -> Iterator[Event]:
    """The events of a file; where they will not be the first ones of the log, no session's history rests on those."""
    for number, event in enumerate(reading.events()):
        yield _if_known(event, number if is_fresh and not reading.bad_lines else 0)


def _if_known(event: Event, known_through: int) -> Event:
    if isinstance(event, SessionStarted) and event.history_through > known_through:
        return replace(event, history_through=LOST)
    return event


def _counted(events: Iterator[Event], progress: Progress) -> Iterator[Event]:
    for event in events:
        yield event
        progress(1)


def opened(path: Path, mode: str) -> IO[bytes]:
    """A file for bytes, through gzip where its name ends so; raises InterchangeError."""
    try:
        return gzip.open(path, mode) if path.suffix == ".gz" else path.open(mode)  # type: ignore[return-value]
    except OSError as fault:
        raise InterchangeError(f"{path} cannot be opened: {fault.strerror}.") from fault
