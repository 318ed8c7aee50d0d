"""The files written last, as an editor has them open beside the one at hand: the prompt may quote them."""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from tactful_server.bootstrap.positions import Piece
from tactful_server.exclusion import written_path

MOST = 4
"""Files remembered."""


class Neighbours:
    """Remembers, and answers as `asking.OtherFiles`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: OrderedDict[str, Piece] = OrderedDict()

    def wrote(self, piece: Piece) -> None:
        """The piece was written last."""
        self._written[piece.uri] = piece
        self._written.move_to_end(piece.uri)
        while len(self._written) > MOST:
            self._written.popitem(last=False)

    def __call__(self, uri: str) -> Sequence[tuple[str, str]]:
        """Name below the folder and text of the others, the last written first."""
        return [
            (self._name(piece.uri), _whole(piece)) for piece in reversed(self._written.values()) if piece.uri != uri
        ]

    def _name(self, uri: str) -> str:
        path = Path(written_path(uri))
        return str(path.relative_to(self._folder)) if path.is_relative_to(self._folder) else path.name


def _whole(piece: Piece) -> str:
    return piece.above + piece.written + piece.below
