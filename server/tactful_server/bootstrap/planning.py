"""Which places of the user's own code are asked about: the newest code first, a few of each file, none twice."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from zlib import crc32

from tactful_models.artifact import BOOTSTRAP
from tactful_models.events import RequestEnded, Result, SessionStarted
from tactful_models.feedback import FeedbackLog
from tactful_server.bootstrap.positions import Piece, Spot, spots, thinned
from tactful_server.install import file_key

MOST_A_FILE = 24
"""Spots of one file of one commit: from one file one learns less and less."""
MOST_A_COMMIT = 120
"""Spots of one commit, as long as there are others: a repository's first one may hold all of it."""

Done = tuple[str, int, int]
"""A place that was asked about: the file's key, the document's length, the caret's offset."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be planned."""

    most: int
    """Spots at most."""
    seed: int
    """Fixes which."""
    done: frozenset[Done] = frozenset()
    """Those asked about before."""


Excluded = Callable[[Iterable[str]], Callable[[str], bool]]
"""From the URIs of files to whether one of them is left alone; looks at the disk."""


def planned(code: Iterable[list[Piece]], excluded: Excluded, wanted: Wanted) -> list[Spot]:
    """The spots of code given a commit (or a file) at a time, newest first; reads no further than it has to."""
    found: list[Spot] = []
    passed_over: list[Spot] = []
    for pieces in code:
        is_excluded = excluded({piece.uri for piece in pieces})
        left = [piece for piece in pieces if not is_excluded(piece.uri)]
        chosen = [spot for _, each in groupby(left, lambda piece: piece.uri) for spot in _of_file(list(each), wanted)]
        taken = thinned(chosen, MOST_A_COMMIT, _random(wanted, pieces[0]))
        found += taken
        passed_over += [spot for spot in chosen if spot not in set(taken)] if len(taken) < len(chosen) else []
        if len(found) >= wanted.most:
            break
    return (found + passed_over)[: wanted.most]


def _of_file(pieces: Sequence[Piece], wanted: Wanted) -> Iterator[Spot]:
    """Chosen before what is done is left out, so that the choice stays the same from run to run."""
    found = [spot for piece in pieces for spot in spots(piece, _random(wanted, piece))]
    for spot in thinned(found, MOST_A_FILE, _random(wanted, pieces[0])):
        if place(spot) not in wanted.done:
            yield spot


def _random(wanted: Wanted, piece: Piece) -> Random:
    """The same for the same code, whatever was committed before or after."""
    return Random(crc32(piece.written.encode("utf-8", "replace"), wanted.seed & 0xFFFFFFFF))


def place(spot: Spot) -> Done:
    """What a spot is known by in the log."""
    n_before = len(spot.piece.above) + spot.offset
    return file_key(spot.piece.uri), n_before + len(spot.after), n_before


def done_before(log: FeedbackLog, model_key: str) -> frozenset[Done]:
    """The places that replays in the log asked this model about and had an answer, if only an empty one."""
    sessions: set[str] = set()
    found: set[Done] = set()
    for stored in log.events(kinds=[SessionStarted, RequestEnded]):
        event = stored.event
        if isinstance(event, SessionStarted):
            sessions |= {event.session_id} if event.source == BOOTSTRAP else set()
        elif isinstance(event, RequestEnded) and event.session_id in sessions and event.model_key == model_key:
            found |= _answered(event)
    return frozenset(found)


def _answered(request: RequestEnded) -> set[Done]:
    length, offset = request.facts.document_chars, request.facts.offset_chars
    if length is None or offset is None or request.result not in (Result.PRODUCED, Result.EMPTY, Result.WITHHELD):
        return set()
    return {(request.file_key, length, offset)}
