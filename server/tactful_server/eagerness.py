"""What an eagerness comes to while no gate holds anything back: patience in place of probability."""

from dataclasses import replace
from typing import Final

from tactful_server.settings import Settings

QUIET: Final = "quiet"
PATIENT_DELAY_MS: Final = 400
"""The pause that `quiet` waits for where it cannot go by probability."""


def in_effect(settings: Settings, withholds: bool) -> Settings:
    """The settings as requests are to be answered by; `withholds`: whether a gate holds anything back."""
    if settings.gate.eagerness != QUIET or withholds:
        return settings
    delay_ms = max(settings.request.delay_ms, PATIENT_DELAY_MS)
    return replace(settings, request=replace(settings.request, delay_ms=delay_ms, length="line"))


def in_words(eagerness: str, withholds: bool) -> str:
    """What the eagerness does at present, as one sentence.

    >>> in_words("always", True)
    'Always: nothing is held back.'
    """
    return (_WITH_GATE if withholds else _WITHOUT_GATE)[eagerness]


_ALWAYS: Final = "Always: nothing is held back."
_WITH_GATE: Final = {
    QUIET: "Quiet: the gate holds back more than it promised; some of what is held back you would have taken.",
    "balanced": "Balanced: the gate holds back what you are unlikely to take.",
    "eager": "Eager: the gate holds back only what you are very unlikely to take.",
    "always": _ALWAYS,
}
_WITHOUT_GATE: Final = {
    QUIET: "Quiet: the gate holds nothing back at present, so suggestions wait for a pause and are single lines.",
    "balanced": "Balanced: the gate holds nothing back at present, so everything is shown.",
    "eager": "Eager: the gate holds nothing back at present, so everything is shown.",
    "always": _ALWAYS,
}
