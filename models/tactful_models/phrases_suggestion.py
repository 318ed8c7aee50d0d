"""The phrases of the suggested text and of what its model said of it."""

import math
from collections.abc import Callable
from typing import Final

from tactful_models.phrases import Phrase, Words, counted, flag, plain
from tactful_models.phrasing import count, percent, span, times

_UNTOLD: Final = "the model does not say how sure it was"


def _likeness(to: str) -> Words:
    def told(value: float, _: bool) -> str:
        if value >= 0.95:
            return f"it says the same as {to}"
        return f"it is {percent(value)} like {to}" if value >= 0.3 else f"it is unlike {to}"

    return told


def _names(share: float) -> str:
    if share in (0.0, 1.0):
        return f"{'all' if share else 'none'} of the names in it occur nearby"
    return f"{percent(share)} of the names in it occur nearby"


def _brackets(n: float) -> str:
    if not round(n):
        return "it closes the brackets that it opens"
    return f"it {'leaves' if n > 0 else 'closes'} {count(abs(n), 'bracket')} {'open' if n > 0 else 'too many'}"


def _sure(told: Callable[[str], str]) -> Words:
    """Of a log-probability: how sure the model was, as a share."""
    return lambda value, _: told(percent(min(math.exp(value), 1.0)))


def _ahead(told: str) -> Words:
    """Of a difference of log-probabilities."""

    def phrase(value: float, _: bool) -> str:
        if value < 0.0:
            return f"{told} another was likelier"
        return f"{told} its choice was {times(math.exp(min(value, 50.0)))} as likely as the next best"

    return phrase


TEXT: Final[dict[str, Phrase]] = {
    "n_chars": Phrase("length", counted(lambda n: f"it is {count(n, 'character')} long"), "its length is not known"),
    "n_lines": Phrase("length", counted(lambda n: f"it is {count(n, 'line')} long"), "its length is not known"),
    "n_tokens": Phrase(
        "length", counted(lambda n: f"the model wrote it in {count(n, 'piece')}"), "its length is not known"
    ),
    "first_line_chars": Phrase(
        "length", counted(lambda n: f"its first line has {count(n, 'character')}"), "its length is not known"
    ),
    "known_identifiers": Phrase("names", plain(_names), "there are no names in it"),
    "repeats_above": Phrase("repeats_above", _likeness("a line above"), "it was not compared with the lines above"),
    "repeats_below": Phrase("repeats_below", _likeness("a line below"), "it was not compared with the lines below"),
    "similarity_shown": Phrase(
        "like_shown", _likeness("the suggestion before it"), "none was shown before it in this session"
    ),
    "similarity_accepted": Phrase(
        "like_accepted", _likeness("the one you took last"), "none was taken before it in this session"
    ),
    "similarity_rejected": Phrase(
        "like_rejected", _likeness("one that you dismissed lately"), "none was dismissed before it in this session"
    ),
    "bracket_balance": Phrase("brackets", plain(_brackets), "its brackets were not counted"),
    "letters_ratio": Phrase(
        "letters", plain(lambda r: f"{percent(r)} of its characters are letters"), "its letters were not counted"
    ),
    "is_comment": Phrase(
        "is_comment", flag("it is a comment", "it is not a comment"), "whether it is a comment is not known"
    ),
    "parses": Phrase(
        "parses",
        flag("the file is well-formed with it", "the file is not well-formed with it"),
        "whether the file is well-formed with it is not known",
    ),
}

MODEL: Final[dict[str, Phrase]] = {
    "logprob_mean": Phrase(
        "confidence", _sure(lambda p: f"the model gave each piece of it a chance of {p} on average"), _UNTOLD
    ),
    "logprob_sum": Phrase("confidence", _sure(lambda p: f"the model gave this very text a chance of {p}"), _UNTOLD),
    "logprob_min": Phrase(
        "confidence", _sure(lambda p: f"the model gave the least likely piece of it a chance of {p}"), _UNTOLD
    ),
    "logprob_first": Phrase("confidence", _sure(lambda p: f"the model gave its beginning a chance of {p}"), _UNTOLD),
    "logprob_line_sum": Phrase(
        "confidence", _sure(lambda p: f"the model gave this very line a chance of {p}"), _UNTOLD
    ),
    "alternative_mean": Phrase(
        "alternatives", _sure(lambda p: f"the model gave the next best choice a chance of {p} on average"), _UNTOLD
    ),
    "gap_mean": Phrase("alternatives", _ahead("to the model, on average,"), _UNTOLD),
    "gap_min": Phrase("alternatives", _ahead("to the model, at its least certain,"), _UNTOLD),
    "first_token_s": Phrase(
        "speed", counted(lambda s: f"the model began to answer after {span(s)}"), "the model's time was not measured"
    ),
    "generation_s": Phrase(
        "speed", counted(lambda s: f"the model took {span(s)}"), "the model's time was not measured"
    ),
}
