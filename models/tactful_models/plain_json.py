"""JSON that every reader understands: NaN as null, infinities as 1e999, compact, one line."""

import json
import math
from typing import Any, Final

_STRICT: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dumps(value: Any) -> str:
    """The value as one line of strict JSON.

    Raises:
        TypeError: it holds something that JSON has no form for.
    """
    try:
        return _STRICT.encode(value)
    except ValueError:  # a float that is no number, which is rare
        return _rendered(value)


def loads(text: str | bytes) -> Any:
    """The value of one line of JSON.

    Raises:
        ValueError: it is none, or is nested deeper than anyone writes it.
    """
    try:
        return json.loads(text)
    except RecursionError as fault:
        raise ValueError("it is nested too deeply") from fault


def _rendered(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(name)}:{_rendered(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_rendered(inner) for inner in value) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return "null" if math.isnan(value) else "1e999" if value > 0 else "-1e999"
    return dumps(value)
