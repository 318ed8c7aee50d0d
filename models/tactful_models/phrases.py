"""How a feature is told: a phrase without a full stop, with the value in it, and the moulds that most are made in."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tactful_models.phrasing import count, percent

Words = Callable[[float, bool], str]
"""From a known value as in the vector, and whether it speaks for showing, to a phrase."""

NONE_SHOWN: Final = "no suggestion has been shown yet"


@dataclass(frozen=True, slots=True)
class Phrase:
    """How one feature is told."""

    topic: str
    """What it is about; features of one topic are told once."""
    known: Words
    """The phrase where there is a value."""
    unknown: str
    """The phrase where there is none."""


def plain(told: Callable[[float], str]) -> Words:
    """Of a value as it is."""
    return lambda value, _: told(value)


def counted(told: Callable[[float], str]) -> Words:
    """Of a logarithm: the phrase gets the number itself."""
    return lambda value, _: told(math.expm1(value))


def flag(yes: str, no: str) -> Words:
    """Of a yes or no."""
    return lambda value, _: yes if value >= 0.5 else no


def rate(where: str) -> Words:
    """Of a share taken."""

    def told(value: float, speaks_for: bool) -> str:
        only = "only " if not speaks_for and value < 0.5 else ""
        return f"you take {only}about {percent(value)} of {where}"

    return told


def about(n: float) -> str:
    """Characters that a fading sum counts.

    >>> about(0.2), about(4.7)
    ('nothing', 'about 5 characters')
    """
    return f"about {count(n, 'character')}" if n >= 0.5 else "nothing"
