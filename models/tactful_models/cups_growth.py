"""How much was typed and deleted between two showings of the CUPS telemetry, which measures only lengths."""

from tactful_models.cups_format import Measured


class Growth:
    """Characters typed and deleted since the last showing, from one showing's measurements to the next.

    Typed is what came in before the caret: by so much the document grew and the caret went on, less what was accepted
    meanwhile. Where the two disagree (a jump elsewhere, brackets closed by the editor), the smaller counts. Events
    between two showings repeat the first one's measurements and tell nothing.
    """

    def __init__(self) -> None:
        self._before: Measured | None = None
        self._accepted = 0

    def accepted(self, n_chars: int) -> None:
        """A text was taken."""
        self._accepted += n_chars

    def since(self, now: Measured) -> tuple[int | None, int | None]:
        """`(typed, deleted)` since the last showing; None before the first and where nothing was measured."""
        if self._before is None:
            return None, None
        document = _difference(now.document_chars, self._before.document_chars)
        caret = _difference(now.offset_chars, self._before.offset_chars)
        if document is None or caret is None:
            return None, None
        document, caret = document - self._accepted, caret - self._accepted
        return max(min(document, caret), 0), max(min(-document, -caret), 0)

    def mark_shown(self, now: Measured) -> None:
        """A suggestion came on screen: the counts begin anew."""
        self._before, self._accepted = now, 0


def _difference(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before
