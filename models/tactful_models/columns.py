"""Numbers in columns that grow: what is read of a million rows takes the bytes it needs, and no object for each."""

import sys
from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
_BLOCK = 16_384


class Names:
    """Numbers names, from 0, in the order in which they first come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []

    def __len__(self) -> int:
        return len(self._names)

    def number(self, name: str) -> int:
        """Of a name, which is taken in when it is new."""
        found = self._numbers.setdefault(name, len(self._names))
        if found == len(self._names):
            self._names.append(name)
        return found

    def find(self, name: str) -> int:
        """Of a name, -1 where it never came."""
        return self._numbers.get(name, -1)

    def name(self, number: int) -> str:
        """Of a number, empty below 0."""
        return self._names[number] if number >= 0 else ""

    def take(self, numbers: Places) -> NDArray[np.object_]:
        """(n,) the names of numbers, empty for those below 0."""
        found = np.empty(len(numbers), np.object_)
        found[:] = [self.name(number) for number in numbers.tolist()]
        return found


class Column:
    """Values by place; one that was never set is `empty`. `code` is `array`'s: `b`, `i`, `q` or `d`."""

    def __init__(self, code: str, empty: float = -1) -> None:
        self._values: array[Any] = array(code)
        self._empty = empty if code == "d" else int(empty)

    def __len__(self) -> int:
        return len(self._values)

    def append(self, value: float) -> int:
        """At the end; gives the place."""
        self._values.append(value)
        return len(self._values) - 1

    def __setitem__(self, place: int, value: float) -> None:
        missing = place + 1 - len(self._values)
        if missing > 0:
            self._values.extend([self._empty] * missing)
        self._values[place] = value

    def __getitem__(self, place: int) -> float:
        found: float = self._values[place] if 0 <= place < len(self._values) else self._empty
        return found

    def whole(self, place: int) -> int:
        """The same of a column of whole numbers."""
        return int(self[place])

    def take(self, places: Places) -> NDArray[np.float64]:
        """(n,) the values at places, `empty` where nothing was set."""
        known = (places >= 0) & (places < len(self._values))
        found = np.full(len(places), float(self._empty))
        found[known] = np.asarray(self._values)[places[known]]
        return found

    def places(self, places: Places) -> Places:
        """The same of a column of places."""
        return self.take(places).astype(np.intp)


class Vectors:
    """Vectors of one length as float32, one after the other."""

    def __init__(self, width: int) -> None:
        self._flat = array("f")
        self._width = width

    def __len__(self) -> int:
        return len(self._flat) // self._width

    def add(self, values: Iterable[float]) -> int:
        """One more; gives its place."""
        self._flat.extend(values)
        return len(self) - 1

    def add_packed(self, blob: bytes) -> int:
        """The same from little-endian float32 values."""
        if sys.byteorder == "little":
            self._flat.frombytes(blob)
        else:
            self._flat.extend(np.frombuffer(blob, "<f4").tolist())
        return len(self) - 1

    def one(self, place: int) -> "array[float]":
        """A copy of one."""
        return self._flat[place * self._width : (place + 1) * self._width]

    def table(self, places: Places) -> NDArray[np.float64]:
        """(n, width) those at places, NaN throughout for one below 0; filled block by block, since it may be large."""
        found = np.full((len(places), self._width), np.nan)
        if not len(self):
            return found
        every = np.frombuffer(self._flat, np.float32).reshape(-1, self._width)
        for begin in range(0, len(places), _BLOCK):
            part = places[begin : begin + _BLOCK]
            found[begin : begin + _BLOCK][part >= 0] = every[part[part >= 0]]
        return found
