"""Every named reason that a request can end with, as a sentence for the person who wonders."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tactful_models.events import Result

_WITHHELD: Final = {
    "switched_off": "Not asked: suggestions are switched off in the settings.",
    "paused": "Not asked: you have paused suggestions.",
    "snoozed": "Not asked: you have put suggestions to sleep for a while.",
    "excluded": "Not asked: this file is left alone, by an ignore file, by your settings, or because it may hold keys.",
    "language_off": "Not asked: suggestions are off for this language.",
    "file_too_large": "Not asked: this file is longer than the settings allow.",
    "in_comment": "Not asked: the caret is in a comment, and the settings want no suggestions there.",
    "word_after": "Not asked: the caret is in the middle of a word.",
    "code_after": "Not asked: there is code right of the caret.",
    "widget_differs": "Not asked: the entry selected in the editor's list does not go on from what is typed.",
    "stage1": "Not asked: the gate expects that you would not take a suggestion here.",
    "stage2": "Not shown: the gate expects that you would not take it.",
    "rejected_before": "Not shown: you dismissed this very suggestion at this place before.",
}
_CANCELLED: Final = {
    "client": "Not shown: the editor no longer wanted it, mostly because you typed on or moved before it came.",
    "changed": "Not shown: the text had changed before it came.",
    "stopped": "Not shown: something else was asked for before it came.",
}
_EMPTY: Final = {
    "blank": "Nothing to show: the model had nothing to add here.",
    "control": "Nothing to show: the model's answer began with signs that nobody can see or type.",
    "marker": "Nothing to show: the model wrote only the marks of its own format.",
    "fence": "Nothing to show: the model wrote only the frame of a code block.",
    "stop_rule": "Nothing to show: the model's answer left the block you are writing at once.",
    "loop": "Nothing to show: the model only repeated itself.",
    "repeats_above": "Nothing to show: the model only repeated the lines above.",
    "repeats_below": "Nothing to show: the model only wrote what stands below already.",
    "repeats_right": "Nothing to show: the model only wrote what stands right of the caret already.",
}
_FAILED: Final = {
    "unreachable": "Nothing came: no model server answers at its address. Start it, or correct the address.",
    "timeout": "Nothing came: the model server took the request and said nothing in time.",
    "unauthorized": "Nothing came: the model server refuses the key. Set the key that it expects.",
    "not_found": "Nothing came: the model server does not know the model. Correct its name, kind or address.",
    "rate_limited": "Nothing came: the model server asks for fewer requests, so it is left alone for a while.",
    "bad_request": "Nothing came: the model server refuses such requests. Check which kind of server it is.",
    "unsupported": "Nothing came: the model cannot fill in the middle of a file; it is asked without what follows.",
    "server_error": "Nothing came: the model server failed. Its own log may say why.",
    "redirected": "Nothing came: the model server sends one elsewhere, which is not followed. Correct the address.",
    "cut": "Nothing came: the model server broke off in the middle of its answer.",
    "garbage": "Nothing came: what answers at the model's address does not speak as a model server of that kind.",
    "endless": "Nothing came: the model server sent more than was asked for.",
    "slow": "Nothing came: the model was too slow to finish in time.",
    "embedded_failed": "Nothing came: the embedded model cannot run on this machine. The health check says more.",
    "resting": "Nothing came: the model server failed a moment ago and is left alone for a while.",
    "failed": "Nothing came: the model server gave no answer that can be used.",
    "internal": "Nothing came: something went wrong in Tactful itself. Its log says more.",
}
SENTENCES: Final[Mapping[Result, Mapping[str, str]]] = MappingProxyType(
    {
        Result.WITHHELD: _WITHHELD,
        Result.CANCELLED: _CANCELLED,
        Result.EMPTY: _EMPTY,
        Result.FAILED: _FAILED,
    }
)
"""By result and named reason; what was produced or withheld by the gate is told by `verdict_words.py`."""


def reason_words(result: Result, reason: str) -> str:
    """The sentence of an end that the gate did not make.

    >>> reason_words(Result.WITHHELD, "paused")
    'Not asked: you have paused suggestions.'
    """
    return SENTENCES.get(result, {}).get(reason, f"Nothing was shown ({reason or result.value}).")
