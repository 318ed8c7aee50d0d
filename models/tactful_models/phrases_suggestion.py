"""The phrases of the suggested text and of what its model said of it."""

import math
from collections.abc import Callable
from typing import Final

from tactful_models.phrases import Phrase, Words, counted, flag, plain
from tactful_models.phrasing import count, percent, span, times

_UNTOLD: Final = "the model does not say how sure it was"
_NO_END: Final = "the model did not end the line there, or does not say how sure it was"


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


def _length(share: float) -> str:
    if 0.4 <= share <= 0.6:
        return "it is about as long as what you usually take"
    return f"it is {'longer' if share > 0.5 else 'shorter'} than what you usually take"


def _again(what: str) -> Words:
    def told(n: float) -> str:
        return f"the very same {what} {count(n, 'time')} in this session" if n >= 0.5 else f"it never {what} before"

    return counted(told)


def _surer(value: float) -> str:
    if abs(value) < 0.05:
        return "the model is as sure of it as of the latest ones"
    chance = "the chance" if value > 0 else "less of a chance"
    return f"the model gives each piece of it {times(math.exp(min(abs(value), 50.0)))} {chance} of the latest ones"


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
    "length_share": Phrase("length", plain(_length), "its length is not known"),
    "times_shown": Phrase("same_shown", _again("came"), "whether it came before is not known"),
    "times_accepted": Phrase("same_taken", _again("was taken"), "whether it was taken before is not known"),
    "times_rejected": Phrase("same_refused", _again("was dismissed"), "whether it was dismissed before is not known"),
    "continues_shown": Phrase(
        "continues",
        flag("it is the rest of what you are typing along with", "it is not the rest of the suggestion before it"),
        "none was shown before it in this session",
    ),
    "repeats_itself": Phrase(
        "repeats_itself", plain(lambda r: f"{percent(r)} of it repeats itself"), "it is too short to repeat itself"
    ),
    "echo_agreement": Phrase(
        "echo",
        plain(lambda r: f"{percent(r)} of its first line is what followed the same words above"),
        "nothing like the text before the caret stood above",
    ),
    "copied_pieces": Phrase(
        "copied",
        counted(lambda n: f"it is put together from {count(n, 'piece')} of what stands above"),
        "it was not compared with what stands above",
    ),
    "copied_piece_chars": Phrase(
        "copied",
        counted(lambda n: f"its pieces that stand above have {count(n, 'character')} on average"),
        "it was not compared with what stands above",
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
    "logprob_excess": Phrase("confidence", plain(_surer), _UNTOLD),
    "logprob_end": Phrase(
        "line_end", _sure(lambda p: f"the model gave the end of the line there a chance of {p}"), _NO_END
    ),
    "logprob_whole_line": Phrase(
        "confidence", _sure(lambda p: f"the model gave this very line and its end a chance of {p}"), _NO_END
    ),
    "probability_whole_line": Phrase(
        "confidence",
        plain(lambda p: f"the model gave this very line and its end a chance of {percent(p)}"),
        _NO_END,
    ),
}
