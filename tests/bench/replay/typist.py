"""A simulated person at the server's own desk: types a file, asks at fixed places, takes what the file goes on to say.

Nobody waits: keys, looks and thoughts take their seconds on a virtual clock, drawn without a look at what is right.
"""

import random
import re
from collections import Counter

from ulid import ULID

from bench.replay.positions import Place, Stretch
from bench.replay.virtual_time import VirtualTime
from tactful_models.events import End, Known, Trigger
from tactful_models.facts import CaretView
from tactful_server.ask import Ask
from tactful_server.buffers import Edit, Encoding, Spot
from tactful_server.demo.developer import is_right
from tactful_server.demo.editor import Ghost
from tactful_server.desk import Desk
from tactful_server.documents import Opened
from tactful_server.ends import Offer
from tactful_server.screen import Ending

KEY_S, LINE_S, PAUSE_S, LOOK_S = 0.2, 5.0, 0.4, 0.9
"""Typical seconds: between keys, of thought before a line, from the last key to the question, for a look."""
_PIECE = re.compile(r"\n[ \t]*|[ \t]+|\S{1,12}")
"""What is typed at once; an indentation comes by itself."""


class Typist:
    """Works in one server."""

    def __init__(self, desk: Desk, clock: VirtualTime, draw: random.Random) -> None:
        self._desk, self._clock, self._draw = desk, clock, draw
        self._uri, self._text, self._version = "", "", 0
        self.did: Counter[str] = Counter()
        """How often asked, answered, and answered right."""

    async def write(self, uri: str, stretch: Stretch) -> None:
        """Types a stretch of a file, and asks at its places."""
        self._uri, self._text, self._version = uri, stretch.text[: stretch.given_chars], 1
        self._desk.opened(Opened(uri, "python", 1, self._text))
        for place in stretch.places:
            self._type(stretch.text[len(self._text) : place.offset])
            await self._look(place)
        self._desk.closed(uri)

    def _type(self, text: str) -> None:
        for found in _PIECE.finditer(text):
            piece = found[0]
            self._clock.passes(self._about(LINE_S) if piece[0] == "\n" else KEY_S * len(piece) * self._about(1.0))
            self._insert(piece)
        self._desk.persistence.check(self._desk.documents.buffers, self._clock.at)

    async def _look(self, place: Place) -> None:
        """Asks, looks at what comes, and takes it or waves it off."""
        self._clock.passes(self._about(PAUSE_S))
        self.did["asked"] += 1
        self._desk.generations.clear()
        offer = await self._desk.complete(self._ask())
        if offer is None:
            return
        self.did["answered"] += 1
        self._desk.shown(offer.suggestion_id, offer.text, Known.CLIENT)
        self._clock.passes(self._about(LOOK_S))
        self._end(offer, is_right(Ghost(offer.suggestion_id, offer.text, 0.0), place.truth))

    def _end(self, offer: Offer, right: bool) -> None:
        if right:
            self.did["right"] += 1
            self._insert(offer.text)
            self._desk.outcomes.accepted(offer.suggestion_id)
        else:
            self._desk.ended(Ending(offer.suggestion_id, End.REJECTED, "escape"))

    def _ask(self) -> Ask:
        n_lines = self._text.count("\n") + 1
        view = CaretView(self._text, "", "python", n_lines - 1, n_lines)
        return Ask(str(ULID()), self._uri, self._version, view, Trigger.AUTOMATIC, self._clock.at)

    def _insert(self, text: str) -> None:
        end = len(self._text)
        spot = Spot(self._text.count("\n"), end - self._text.rfind("\n") - 1)
        self._text, self._version = self._text + text, self._version + 1
        self._desk.changed(self._uri, self._version, [Edit(spot, spot, text)], Encoding.UTF32)

    def _about(self, seconds: float) -> float:
        return seconds * self._draw.lognormvariate(0.0, 0.5)
