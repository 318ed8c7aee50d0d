"""How a request can end: exactly one of these, and each becomes one row of the log."""

from dataclasses import dataclass

from tactful_models.errors import ProviderError
from tactful_models.events import Result


@dataclass(frozen=True, slots=True)
class Offer:
    """A text proposed to the editor."""

    suggestion_id: str
    uri: str
    caret: int
    """Offset in the document at which it goes in."""
    text: str
    """What goes in at the caret."""
    version: int
    """The document's version it was made for."""
    replaced: str = ""
    """What stands left of the caret of a suggest widget's entry, which the item has to replace as a whole."""


@dataclass(frozen=True, slots=True)
class Produced:
    """There is something to show."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class Withheld:
    """A rule or the gate stopped it."""

    reason: str
    suggestion_id: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """The model had nothing that could be used."""

    reason: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The editor no longer wants it."""

    reason: str = "client"


@dataclass(frozen=True, slots=True)
class Failed:
    """Something broke; the fault's word for it."""

    reason: str


Ended = Produced | Withheld | Empty | Cancelled | Failed


def result_of(ended: Ended) -> Result:
    """The log's word for the end.

    >>> result_of(Empty("blank"))
    <Result.EMPTY: 'empty'>
    """
    match ended:
        case Produced():
            return Result.PRODUCED
        case Withheld():
            return Result.WITHHELD
        case Empty():
            return Result.EMPTY
        case Cancelled():
            return Result.CANCELLED
        case Failed():
            return Result.FAILED


def reason_of(ended: Ended) -> str:
    """The named reason; empty when there is something to show."""
    return "" if isinstance(ended, Produced) else ended.reason


def suggestion_of(ended: Ended) -> str:
    """Id of the suggestion answered with or withheld; empty when there was none."""
    match ended:
        case Produced(offer):
            return offer.suggestion_id
        case Withheld(_, suggestion_id):
            return suggestion_id
        case _:
            return ""


def failed_with(fault: ProviderError) -> Failed:
    """The end that a fault of the model server makes."""
    return Failed(str(getattr(fault, "state", "failed")))
