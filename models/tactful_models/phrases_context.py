"""The phrases of the place and of the typing rhythm."""

from typing import Final

from tactful_models.phrases import Phrase, Words, about, counted, flag, plain
from tactful_models.phrasing import count, percent, span

_NO_PLACE: Final = "the place in the file was not measured"
_NO_TYPING: Final = "nothing has been typed yet"
_NONE_YET: Final = "no suggestion has been shown in this session yet"
_NO_GRAMMAR: Final = "no grammar of this language is known here"
_NO_ECHO: Final = "nothing like the text before the caret stood above"
_UNSEEN: Final = "what stands before the caret was not measured"


def _sign_before(sign: str) -> Words:
    return flag(f"{sign} stands before the caret", f"no {sign.split(' ', 1)[1]} stands before the caret")


def _word_before(words: str) -> Words:
    return flag(f"the last word is {words} or the like", f"the last word is not {words} or the like")


def _typed(stretch: str) -> Words:
    return counted(lambda n: f"you typed {about(n)} in the last {stretch}")


def _deleted(stretch: str) -> Words:
    return counted(lambda n: f"you deleted {about(n)} in the last {stretch}")


def _exactly(n: float) -> str:
    return count(n, "character") if n >= 0.5 else "nothing"


def _inside(what: str) -> Words:
    return flag(f"the caret is in {what}", f"the caret is not in {what}")


def _pace(share: float) -> str:
    if 0.4 <= share <= 0.6:
        return "you type as fast as before"
    return f"you type {'faster' if share > 0.5 else 'more slowly'} than before"


def _indent_change(n: float) -> str:
    if abs(n) < 0.5:
        return "the line is indented like the one above"
    return f"the line is indented by {count(abs(n), 'character')} {'more' if n > 0 else 'less'} than the one above"


def _growth(n: float) -> str:
    if abs(n) < 0.5:
        return "the text has not grown since the last suggestion"
    return f"the text has {'grown' if n > 0 else 'shrunk'} by {count(abs(n), 'character')} since the last suggestion"


PLACE: Final[dict[str, Phrase]] = {
    "document_chars": Phrase(
        "file_size", counted(lambda n: f"the file has {count(n, 'character')}"), "the file's length was not measured"
    ),
    "document_lines": Phrase(
        "file_size", counted(lambda n: f"the file has {count(n, 'line')}"), "the file's length was not measured"
    ),
    "line_index": Phrase("place", counted(lambda n: f"this is line {n + 1:,.0f} of the file"), _NO_PLACE),
    "offset_chars": Phrase(
        "place", counted(lambda n: f"the file has {count(n, 'character')} before the caret"), _NO_PLACE
    ),
    "offset_ratio": Phrase(
        "place", plain(lambda r: f"the caret is {percent(r)} of the way through the file"), _NO_PLACE
    ),
    "chars_below": Phrase(
        "place",
        counted(
            lambda n: (
                f"the file has {count(n, 'character')} behind the caret"
                if n >= 0.5
                else "the caret is at the file's end"
            )
        ),
        _NO_PLACE,
    ),
    "line_before_chars": Phrase(
        "line_begun",
        counted(lambda n: f"the line has {count(n, 'character')} so far" if n >= 0.5 else "the line is still empty"),
        "how much of the line is written was not measured",
    ),
    "line_after_chars": Phrase(
        "line_after",
        counted(
            lambda n: (
                f"the line has {count(n, 'character')} right of the caret"
                if n >= 0.5
                else "nothing stands right of the caret"
            )
        ),
        "what stands right of the caret was not measured",
    ),
    "previous_line_chars": Phrase(
        "line_above",
        counted(lambda n: f"the line above has {count(n, 'character')}" if n >= 0.5 else "the line above is empty"),
        "there is no line above",
    ),
    "indent_chars": Phrase(
        "indent",
        counted(lambda n: f"the line is indented by {n:.0f}" if n >= 0.5 else "the line is not indented"),
        "the indentation was not measured",
    ),
    "only_closers_after": Phrase(
        "line_after",
        flag("nothing but closing signs stands right of the caret", "code stands right of the caret"),
        "what stands right of the caret was not measured",
    ),
    "in_comment": Phrase(
        "in_comment",
        flag("the caret is in a comment", "the caret is not in a comment"),
        "whether the caret is in a comment is not known",
    ),
    "in_string": Phrase(
        "in_string",
        flag("the caret is in a string", "the caret is not in a string"),
        "whether the caret is in a string is not known",
    ),
    "at_line_start": Phrase(
        "line_begun",
        flag("the caret is where the line begins", "the line has been begun"),
        "how much of the line is written was not measured",
    ),
    "after_blank": Phrase("before_caret", _sign_before("a blank"), _UNSEEN),
    "after_word": Phrase("before_caret", _sign_before("a word"), _UNSEEN),
    "after_dot": Phrase("before_caret", _sign_before("a dot"), _UNSEEN),
    "after_opener": Phrase("before_caret", _sign_before("an opening bracket"), _UNSEEN),
    "after_closer": Phrase("before_caret", _sign_before("a closing bracket"), _UNSEEN),
    "after_operator": Phrase("before_caret", _sign_before("an operator"), _UNSEEN),
    "after_separator": Phrase("before_caret", _sign_before("a comma, colon or semicolon"), _UNSEEN),
    "after_import_word": Phrase("last_word", _word_before("“import”"), "the last word was not measured"),
    "after_define_word": Phrase("last_word", _word_before("“def”"), "the last word was not measured"),
    "after_flow_word": Phrase("last_word", _word_before("“if”"), "the last word was not measured"),
    "after_leave_word": Phrase("last_word", _word_before("“return”"), "the last word was not measured"),
    "in_call": Phrase("node", _inside("the brackets of a call"), _NO_GRAMMAR),
    "in_collection": Phrase("node", _inside("a list or table"), _NO_GRAMMAR),
    "in_signature": Phrase("node", _inside("the head of a definition"), _NO_GRAMMAR),
    "in_broken_code": Phrase("node", _inside("code that does not parse yet"), _NO_GRAMMAR),
    "node_depth": Phrase(
        "node",
        counted(lambda n: f"the caret is {count(n, 'level')} deep in the code"),
        _NO_GRAMMAR,
    ),
    "echo_chars": Phrase(
        "echo",
        counted(
            lambda n: (
                f"{count(n, 'character')} before the caret stood above already"
                if n >= 0.5
                else "nothing like the text before the caret stood above"
            )
        ),
        _UNSEEN,
    ),
    "echo_line_chars": Phrase(
        "echo",
        counted(lambda n: f"the same words were followed by {count(n, 'character')} above"),
        _NO_ECHO,
    ),
    "echo_agree": Phrase(
        "echo", plain(lambda r: f"{percent(r)} of the places above like this one go on in the same way"), _NO_ECHO
    ),
    "indent_change": Phrase("indent", plain(_indent_change), "the indentation was not measured"),
}

RHYTHM: Final[dict[str, Phrase]] = {
    "paused": Phrase(
        "pause", flag("you had paused", "you were in the middle of typing"), "whether you had paused is not known"
    ),
    "since_key_s": Phrase("pause", counted(lambda s: f"your last key was {span(s)} earlier"), _NO_TYPING),
    "typed_1s": Phrase("typing", _typed("second"), _NO_TYPING),
    "typed_2s": Phrase("typing", _typed("2 seconds"), _NO_TYPING),
    "typed_5s": Phrase("typing", _typed("5 seconds"), _NO_TYPING),
    "typed_30s": Phrase("typing", _typed("half minute"), _NO_TYPING),
    "deleted_2s": Phrase("deleting", _deleted("2 seconds"), _NO_TYPING),
    "deleted_30s": Phrase("deleting", _deleted("half minute"), _NO_TYPING),
    "typed_since_shown": Phrase(
        "since_last", counted(lambda n: f"you have typed {_exactly(n)} since the last suggestion"), _NONE_YET
    ),
    "deleted_since_shown": Phrase(
        "since_last", counted(lambda n: f"you have deleted {_exactly(n)} since the last suggestion"), _NONE_YET
    ),
    "growth_since_shown": Phrase("since_last", plain(_growth), _NONE_YET),
    "pace": Phrase("typing", plain(_pace), _NO_TYPING),
    "deleted_share": Phrase(
        "deleting", plain(lambda r: f"{percent(r)} of your latest keys were deletions"), "nothing was typed just now"
    ),
    "pace_since_shown": Phrase(
        "since_last",
        counted(lambda n: f"you have typed {count(n, 'character')} a second since the last suggestion"),
        _NONE_YET,
    ),
    "deleted_share_since_shown": Phrase(
        "since_last",
        plain(lambda r: f"{percent(r)} of your keys since the last suggestion were deletions"),
        "nothing was typed since the last suggestion",
    ),
}
