"""Events as rows of the feedback log's tables, and back.

Each kind of event has a table whose columns are the dataclass's fields. Facts are one JSON column without the unknown
fields; a decision's vector is a blob of little-endian float32; flags are 0 and 1; everything else is as it is.
What goes in comes out equal and, but for a minus zero outside facts and vectors, bit for bit. There are two exceptions:
a NaN among the facts is an unknown and comes back as None, and a vector's values that are no float32 are rounded.
"""

import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, get_args, get_type_hints

from tactful_models.checked import Checked
from tactful_models.events import (
    ContextFacts,
    Decided,
    Event,
    GateChanged,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Reviewed,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
    TextPlaced,
    Trigger,
)
from tactful_models.plain_json import dumps

Value = str | int | float | bytes | None
"""What SQLite stores."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event and how its rows are written and read."""

    name: str
    """Its name in the journal and in the interchange format."""
    table: str
    """Its table."""
    event_type: type[Event]
    """Its dataclass."""
    columns: tuple[str, ...]
    """The dataclass's fields, in order; the table's columns after `seq`."""
    values: Callable[[Event], tuple[Any, ...]]
    """Reads the fields of an event, in order."""
    encoders: tuple[tuple[int, Callable[[Any], Value]], ...]
    """Position and conversion of the fields that SQLite cannot store as they are."""
    decoders: tuple[tuple[int, Callable[[Any], Any]], ...]
    """The way back."""

    insert: str
    """The statement that stores one row: `seq` and the columns."""
    select: str
    """The statement that reads `seq` and the columns of the rows with seq in (?, ?], in order."""

    def encode(self, event: Event) -> list[Value]:
        """The row of an event, without its seq.

        Raises:
            ValueError: a field holds something that cannot be stored.
        """
        row = list(self.values(event))
        try:
            for position, encoder in self.encoders:
                if row[position] is not None:
                    row[position] = encoder(row[position])
        except (TypeError, AttributeError) as fault:
            raise ValueError(f"a {self.name} event has a field of a wrong type: {fault}") from fault
        return row

    def decode(self, row: Sequence[Any]) -> Event:
        """The event of a row, without its seq.

        Raises:
            ValueError: the row is not one that `encode` made.
        """
        values = list(row)
        try:
            for position, decoder in self.decoders:
                if values[position] is not None:
                    values[position] = decoder(values[position])
            return self.event_type(*values)
        except (TypeError, AttributeError, struct.error) as fault:
            raise ValueError(f"a {self.name} row is damaged: {fault}") from fault


def facts_to_json(facts: ContextFacts | SuggestionFacts) -> str:
    """The known facts as one JSON object; NaN as null."""
    return dumps(known_facts(facts))


def known_facts(facts: ContextFacts | SuggestionFacts) -> dict[str, Any]:
    """The facts that are not None, by name."""
    pairs = zip(_NAMES[type(facts)], _GET[type(facts)](facts), strict=True)
    return {name: value for name, value in pairs if value is not None}


def context_facts(text: str) -> ContextFacts:
    """The facts of a request, as `facts_to_json` wrote them; what a newer version measured besides is left out."""
    known = _known(ContextFacts, json.loads(text))
    known["trigger"] = Trigger(known.get("trigger", Trigger.AUTOMATIC))
    return ContextFacts(**known)


def suggestion_facts(text: str) -> SuggestionFacts:
    """The facts of a suggestion, as `facts_to_json` wrote them; what a newer version measured besides is left out."""
    return SuggestionFacts(**_known(SuggestionFacts, json.loads(text)))


def vector_to_blob(vector: Sequence[float]) -> bytes:
    """Little-endian float32 values.

    Raises:
        ValueError: a value is no number or beyond float32's range.
    """
    try:
        return struct.pack(f"<{len(vector)}f", *vector)
    except (struct.error, OverflowError) as fault:
        raise ValueError(f"a feature is no float32: {fault}") from fault


def blob_to_vector(blob: bytes) -> tuple[float, ...]:
    """The values of `vector_to_blob`."""
    return struct.unpack(f"<{len(blob) // 4}f", blob)


def _known(facts: type[ContextFacts] | type[SuggestionFacts], found: dict[str, Any]) -> dict[str, Any]:
    names = _NAMES[facts]
    return found if found.keys() <= names.keys() else {name: found[name] for name in found if name in names}


def _kind(name: str, table: str, event_type: type[Event]) -> Kind:
    columns = tuple(field.name for field in fields(event_type))
    names = ", ".join(f'"{column}"' for column in ("seq", *columns))
    hints = get_type_hints(event_type)
    pairs = [(position, _conversion(hints[column])) for position, column in enumerate(columns)]
    return Kind(
        name=name,
        table=table,
        event_type=event_type,
        columns=columns,
        values=attrgetter(*columns),
        encoders=tuple((position, pair[0]) for position, pair in pairs if pair),
        decoders=tuple((position, pair[1]) for position, pair in pairs if pair),
        insert=f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * (len(columns) + 1))})',
        select=f'SELECT {names} FROM "{table}" WHERE seq > ? AND seq <= ? ORDER BY seq',
    )


def _conversion(hint: Any) -> tuple[Callable[[Any], Value], Callable[[Any], Any]] | None:
    if hint is ContextFacts:
        return facts_to_json, context_facts
    if hint is SuggestionFacts:
        return facts_to_json, suggestion_facts
    if hint == tuple[float, ...]:
        return vector_to_blob, blob_to_vector
    if bool in (hint, *get_args(hint)):
        return int, bool
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return str, hint
    return None


_NAMES: Final = MappingProxyType(
    {facts: dict.fromkeys(field.name for field in fields(facts)) for facts in (ContextFacts, SuggestionFacts)}
)
_GET: Final = MappingProxyType({facts: attrgetter(*names) for facts, names in _NAMES.items()})

KINDS: Final = (
    _kind("session", "sessions", SessionStarted),
    _kind("request", "requests", RequestEnded),
    _kind("suggestion", "suggestions", SuggestionMade),
    _kind("decision", "decisions", Decided),
    _kind("outcome", "outcomes", OutcomeSeen),
    _kind("persistence", "persistence", PersistenceSeen),
    _kind("placement", "placements", TextPlaced),
    _kind("review", "reviews", Reviewed),
    _kind("check", "checks", Checked),
    _kind("gate", "gates", GateChanged),
)
"""All kinds; `events.py` has their dataclasses."""
BY_TYPE: Final = MappingProxyType({kind.event_type: kind for kind in KINDS})
BY_NAME: Final = MappingProxyType({kind.name: kind for kind in KINDS})
