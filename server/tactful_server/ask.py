"""What the editor asked for, as one value that the rest of the server works on."""

from dataclasses import dataclass

from tactful_models.events import Trigger
from tactful_models.facts import CaretView


@dataclass(frozen=True, slots=True)
class Widget:
    """The entry selected in an open suggest widget: a suggestion must begin with it to be shown."""

    text: str
    """What accepting the entry would insert."""
    replaced: str
    """What it would replace, left of the caret."""

    @property
    def continues(self) -> bool:
        """Whether the entry goes on from what is typed."""
        return self.text.startswith(self.replaced)

    @property
    def ahead(self) -> str:
        """What the entry adds to what is typed."""
        return self.text[len(self.replaced) :] if self.continues else ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for a suggestion."""

    request_id: str
    uri: str
    version: int
    """The document's version when the request came."""
    view: CaretView
    """The document before and after the caret; with a widget open, as if its entry had been taken."""
    trigger: Trigger
    at: float
    """When it came, seconds since the epoch."""
    widget: Widget | None = None

    @property
    def manual(self) -> bool:
        """Whether a person asked by hand."""
        return self.trigger is Trigger.MANUAL

    @property
    def line_before(self) -> str:
        """The caret's line up to the caret."""
        return self.view.before.rpartition("\n")[2]

    @property
    def line_after(self) -> str:
        """The caret's line from the caret on."""
        return self.view.after.partition("\n")[0]

    @property
    def caret(self) -> int:
        """Offset of the caret in the document."""
        return len(self.view.before) - (len(self.widget.ahead) if self.widget else 0)
