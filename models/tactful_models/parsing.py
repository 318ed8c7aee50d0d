"""Events from parsed JSON: every field looked at, nothing believed."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import cache, partial
from types import NoneType
from typing import Any, get_args, get_type_hints

from tactful_models.events import ContextFacts, Event, SuggestionFacts
from tactful_models.rows import BY_NAME

Parse = Callable[[Any], Any]
"""Takes a JSON value, returns the field's; raises ValueError."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How an object becomes a dataclass."""

    made: Callable[..., Any]
    """The dataclass."""
    parsers: dict[str, Parse]
    """By field."""
    required: frozenset[str]
    """The fields without a default."""

    def parse(self, found: Any) -> Any:
        """The dataclass of an object.

        Raises:
            ValueError: not an object, a field missing, unknown or of a wrong type.
        """
        if not isinstance(found, dict):
            raise ValueError(f"expected an object, found {_shown(found)}")
        if missing := self.required - found.keys():
            raise ValueError(f"{', '.join(sorted(missing))} is missing")
        return self.made(**{name: self._field(name, value) for name, value in found.items()})

    def _field(self, name: str, value: Any) -> Any:
        if name not in self.parsers:
            raise ValueError(f"{name!r} is no field of {self.made.__name__}")
        try:
            return self.parsers[name](value)
        except ValueError as fault:
            raise ValueError(f"{name}: {fault}") from fault


def event_of(found: Any) -> Event:
    """The event of one line of the interchange format, parsed from JSON.

    Raises:
        ValueError: it is none, with what is wrong.
    """
    if not isinstance(found, dict):
        raise ValueError(f"expected an object, found {_shown(found)}")
    name = found.get("kind")
    kind = BY_NAME.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"kind {_shown(found.get('kind'))} is unknown")
    made: Any = kind.event_type
    event: Event = _shape(made).parse({name: value for name, value in found.items() if name != "kind"})
    return event


@cache
def _shape(made: Any) -> Shape:
    hints = get_type_hints(made)
    required = frozenset(one.name for one in fields(made) if one.default is MISSING)
    return Shape(made, {name: _parser(hint) for name, hint in hints.items()}, required)


def _parser(hint: Any) -> Parse:
    if hint in (ContextFacts, SuggestionFacts):
        return _shape(hint).parse
    if hint == tuple[float, ...]:
        return _vector
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return partial(_member, hint)
    options = get_args(hint) or (hint,)
    plain = next(option for option in options if option is not NoneType)
    return partial(_plain, plain, NoneType in options)


def _plain(wanted: type[Any], is_optional: bool, value: Any) -> Any:
    if value is None and is_optional:
        return None
    if wanted is float and type(value) is int:
        return _float_of(value)
    if type(value) is not wanted:
        raise ValueError(f"expected {wanted.__name__}, found {_shown(value)}")
    return value


def _float_of(value: int) -> float:
    try:
        return float(value)
    except OverflowError as fault:
        raise ValueError("a number is too large") from fault


def _member(wanted: type[StrEnum], value: Any) -> StrEnum:
    if not isinstance(value, str) or value not in list(wanted):
        raise ValueError(f"expected one of {', '.join(wanted)}, found {_shown(value)}")
    return wanted(value)


def _vector(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise ValueError(f"expected an array, found {_shown(value)}")
    return tuple(float("nan") if one is None else _plain(float, False, one) for one in value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
