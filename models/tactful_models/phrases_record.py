"""The phrases of the user's own record."""

from typing import Final

from tactful_models.phrases import NONE_SHOWN, Phrase, counted, plain, rate
from tactful_models.phrasing import count, percent, span


def _ending(which: str) -> Phrase:
    def told(value: float, _: bool) -> str:
        if 0.0 < value < 1.0:
            return f"you took {percent(value)} of {which}"
        return f"you took {which}" if value else f"you did not take {which}"

    return Phrase("last_ends", told, f"{which} is not on record yet")


def _refused(n: float) -> str:
    if n < 0.5:
        return "you took the last suggestion, at least in part"
    return f"you took none of the last {n:.0f} suggestions" if n >= 1.5 else "you did not take the last suggestion"


def _crowd(n: float) -> str:
    shown = "hardly any suggestion was" if n < 0.5 else f"about {count(n, 'suggestion')} {'was' if n < 1.5 else 'were'}"
    return f"{shown} shown in the last minute or so"


RECORD: Final[dict[str, Phrase]] = {
    "own_ended": Phrase("experience", counted(lambda n: f"you have seen {count(n, 'suggestion')} so far"), NONE_SHOWN),
    "own_rate": Phrase("own_rate", rate("all suggestions"), NONE_SHOWN),
    "recent_rate": Phrase("recent_rate", rate("the latest suggestions"), NONE_SHOWN),
    "language_rate": Phrase(
        "language_rate", rate("the suggestions in this language"), "you have seen no suggestion in this language yet"
    ),
    "file_rate": Phrase(
        "file_rate", rate("the suggestions in this file"), "you have seen no suggestion in this file yet"
    ),
    "project_rate": Phrase(
        "project_rate", rate("the suggestions in this project"), "you have seen no suggestion in this project yet"
    ),
    "last_end_1": _ending("the last suggestion"),
    "last_end_2": _ending("the last suggestion but one"),
    "last_end_3": _ending("the third last suggestion"),
    "last_end_4": _ending("the fourth last suggestion"),
    "last_end_5": _ending("the fifth last suggestion"),
    "refused_in_a_row": Phrase("last_ends", counted(_refused), NONE_SHOWN),
    "since_shown_s": Phrase("crowd", counted(lambda s: f"the last suggestion came {span(s)} earlier"), NONE_SHOWN),
    "since_accepted_s": Phrase(
        "since_accepted",
        counted(lambda s: f"you last took a suggestion {span(s)} earlier"),
        "you have not taken a suggestion yet",
    ),
    "since_rejected_s": Phrase(
        "since_rejected",
        counted(lambda s: f"you last dismissed a suggestion {span(s)} earlier"),
        "you have not dismissed a suggestion yet",
    ),
    "last_shown_s": Phrase(
        "last_shown",
        counted(lambda s: f"the last suggestion was on screen for {span(s)}"),
        "how long the last suggestion was on screen is not known",
    ),
    "recently_shown": Phrase("crowd", plain(_crowd), NONE_SHOWN),
    "session_shown": Phrase(
        "session_shown",
        counted(lambda n: f"you have been shown {count(n, 'suggestion')} in this session"),
        NONE_SHOWN,
    ),
    "session_rate": Phrase(
        "session_rate", rate("the suggestions of this session"), "no suggestion of this session has ended yet"
    ),
    "shown_since_end": Phrase(
        "crowd",
        counted(lambda n: f"{count(n, 'suggestion')} came since you last took or dismissed one"),
        NONE_SHOWN,
    ),
    "usual_chars": Phrase(
        "usual_length",
        counted(lambda n: f"the texts you take have {count(n, 'character')} or so"),
        "you have not taken a suggestion yet",
    ),
    "session_age_s": Phrase(
        "session_age",
        counted(lambda s: f"this session began {span(s)} earlier"),
        "when this session began is not known",
    ),
}
