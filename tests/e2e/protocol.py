"""The examples of server/PROTOCOL.md, to be compared with what the server says."""

import json
import re
from pathlib import Path
from typing import Any

PROTOCOL = Path(__file__).parents[2] / "server" / "PROTOCOL.md"


def protocol_example(section: str) -> dict[str, Any]:
    """The first JSON object under a heading."""
    _, _, below = PROTOCOL.read_text("utf-8").partition(f"### {section}\n")
    found = re.search(r"```json\n(.*?)```", below, re.DOTALL)
    assert found is not None, section
    example: dict[str, Any] = json.loads(found[1])
    return example


def shape(value: object) -> object:
    """The names in it, at every depth; a list's are those of its first item."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def names(value: object) -> list[str]:
    """All names in it, at every depth."""
    if isinstance(value, dict):
        return [*value, *(name for one in value.values() for name in names(one))]
    return [name for one in value for name in names(one)] if isinstance(value, list) else []
