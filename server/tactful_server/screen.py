"""What is on screen and what is said of it, as values."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tactful_models.events import End, Known, OutcomeSeen
from tactful_server.buffers import Encoding, Splice, plain, plain_chars
from tactful_server.ends import Offer


@dataclass(frozen=True, slots=True)
class Live:
    """The suggestion on screen, or about to be."""

    suggestion_id: str
    uri: str
    text: str
    """The whole of it: what was typed along or taken, and the rest."""
    start: int
    """Offset in the document where it began."""
    caret: int
    """Offset in the document from which the rest would go in."""
    rest: str
    """What is not typed or taken yet."""
    version: int
    """The document's version of the newest answer."""
    shown_at: float | None = None
    taken_chars: int = 0
    """Characters taken in parts."""
    pending: tuple[End, str] | None = None
    """An end seen in the document, with its reason, that waits for the client to say otherwise."""

    def again(self, offer: Offer) -> "Live":
        """As it stands after another answer with it, which may be longer than the one before."""
        return replace(self.with_rest(offer.text), caret=offer.caret, version=offer.version)

    def with_rest(self, rest: str) -> "Live":
        """The same with another text from here on."""
        return replace(self, text=self.text[: len(self.text) - len(self.rest)] + rest, rest=rest)

    def pushed(self, splice: Splice) -> "Live":
        """Where it is after a change that has nothing to do with it."""
        if splice.start + len(splice.removed) > self.start:
            return self
        shift = len(splice.inserted) - len(splice.removed)
        return replace(self, start=self.start + shift, caret=self.caret + shift)


def begun(offer: Offer) -> Live:
    """A suggestion at its first answer."""
    return Live(offer.suggestion_id, offer.uri, offer.text, offer.caret, offer.caret, offer.text, offer.version)


@dataclass(frozen=True, slots=True)
class Part:
    """What the client says of a part that was taken."""

    suggestion_id: str
    n_units: int
    """How much has been taken so far, in the client's units and with its line ends."""
    item: str = ""
    """The text of the item from whose beginning that counts; empty where it counts from the suggestion's."""
    known: Known = Known.CLIENT


def taken_chars(part: Part, text: str, coding: Encoding) -> int:
    """How many characters of a suggestion are gone when the client says so of a part.

    `text` is the whole suggestion with the document's line ends. An item may be shorter than that, because one has
    typed along, or longer, because it replaces a word before the caret: both end where the suggestion ends.

    >>> taken_chars(Part("s", 5, item="é😀, y"), "x = é😀, y", Encoding.UTF16)
    8
    """
    whole, item = plain(text), plain(part.item)
    if not item:
        return plain_chars(text, part.n_units, coding)
    taken = plain_chars(part.item, part.n_units, coding)
    if whole.startswith(item) and not whole.endswith(item):  # an earlier answer, of which there is more now
        return taken
    return max(0, len(whole) - len(item) + taken)


@dataclass(frozen=True, slots=True)
class Ending:
    """What the client says of a suggestion's end."""

    suggestion_id: str
    end: End
    reason: str = ""
    """How it ended, named."""
    shown_s: float | None = None
    """Seconds it was on screen, as the client measured."""
    known: Known = Known.CLIENT


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome, with the text it is about."""

    outcome: OutcomeSeen
    live: Live


@dataclass(frozen=True, slots=True)
class Wiring:
    """What outcomes need of the server."""

    session_id: str
    tell: Callable[[Told], None]
    """Takes each outcome as it is known."""
    now: Callable[[], float]
    """Seconds since the epoch."""
    later: Callable[[float, Callable[[], None]], object]
    """Calls back after some seconds."""
