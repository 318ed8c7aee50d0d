"""Where text ends: what is measured of a place and of a suggested text, as numbers.

Pure functions of text and of two small states (`RecentTexts` here, `TypingRhythm` in its own file). They look at
windows near the caret, never at every line, so that a long document costs as much as a short one.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tactful_models import grammar, logprobs
from tactful_models.bounded import Bounded
from tactful_models.caret import char_class, in_comment_or_string, is_comment_line
from tactful_models.echoes import agreement, echo, pieces
from tactful_models.events import ContextFacts, SuggestionFacts, Trigger
from tactful_models.lexicon import KEYWORDS, syntax_of
from tactful_models.logprobs import Token
from tactful_models.similarity import MAX_CHARS, Grams, grams, similarity
from tactful_models.typing_rhythm import RhythmFacts

__all__ = [
    "CaretView",
    "Place",
    "RecentTexts",
    "Timing",
    "Token",
    "context_facts",
    "suggestion_facts",
]

_CLOSERS = frozenset(" \t\r)]}>\"'`;,:")
_LAST_WORD = re.compile(r"[A-Za-z_]\w*(?=[ \t]*\Z)", re.ASCII)
_IDENTIFIER = re.compile(r"[^\W\d]\w+")
_VISIBLE_CHARS = 2_000
_TEXT_CHARS = 4_000
_NEAR_BEFORE_CHARS = 4_000
_NEAR_AFTER_CHARS = 2_000
_NEAR_LINES = 20
_NEAREST_LINES = 4
_IDENTIFIERS = 24
_LINE_CHARS = 200
_PIECED_CHARS = 80
_COPIED_CHARS = 2_000
_REJECTED_KEPT = 5
_SAME_KEPT = 256


@dataclass(frozen=True, slots=True)
class CaretView:
    """A document seen from the caret."""

    before: str
    """Document text up to the caret."""
    after: str
    """Document text from the caret."""
    language: str
    """The editor's language id, lower case; empty when unknown."""
    line_index: int | None = None
    """The caret's line, from 0, where the caller knows it; else it is counted, at about 1 ns a character."""
    document_lines: int | None = None
    """Lines in the document, likewise."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the model took for one suggestion."""

    first_token_s: float | None = None
    """Seconds from asking to the first token."""
    generation_s: float | None = None
    """Seconds from asking to the moment of decision."""


class RecentTexts:
    """The texts last shown, accepted and rejected in a session, as trigrams. Bounded, in memory only."""

    def __init__(self) -> None:
        self._shown: Grams | None = None
        self._accepted: Grams | None = None
        self._rejected: deque[Grams] = deque(maxlen=_REJECTED_KEPT)
        self._last = ""
        self._same: Bounded[str, tuple[int, int, int]] = Bounded(_SAME_KEPT)

    def shown(self, text: str) -> None:
        """A suggestion came on screen."""
        self._shown, self._last = grams(text), text[:_TEXT_CHARS].rstrip()
        self._count(text, (1, 0, 0))

    def accepted(self, text: str) -> None:
        """A suggestion was taken."""
        self._accepted = grams(text)
        self._count(text, (0, 1, 0))

    def rejected(self, text: str) -> None:
        """A suggestion was refused."""
        self._rejected.append(grams(text))
        self._count(text, (0, 0, 1))

    def times(self, text: str) -> tuple[int, int, int]:
        """How often the very text, but for outer blanks, was shown, taken and refused."""
        return self._same.get(_key(text)) or (0, 0, 0)

    def continues(self, text: str) -> bool | None:
        """Whether `text` is the end of the text last shown, and not the whole of it; None when there was none."""
        if not self._last:
            return None
        rest = text.strip()
        return bool(rest) and len(rest) < len(self._last.strip()) and self._last.endswith(rest)

    def _count(self, text: str, more: tuple[int, int, int]) -> None:
        shown, accepted, rejected = self.times(text)
        self._same.put(_key(text), (shown + more[0], accepted + more[1], rejected + more[2]))

    def similarities(self, own: Grams) -> tuple[float | None, float | None, float | None]:
        """Similarity of a text to the last shown, the last accepted, and the nearest of the last five rejected."""
        shown = None if self._shown is None else similarity(own, self._shown)
        accepted = None if self._accepted is None else similarity(own, self._accepted)
        return shown, accepted, max((similarity(own, other) for other in self._rejected), default=None)


def _key(text: str) -> str:
    return text[:_TEXT_CHARS].strip()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a suggestion would stand, and what was suggested before."""

    view: CaretView
    """The document when the suggestion was asked for."""
    recent: RecentTexts
    """The session's earlier texts."""


def context_facts(view: CaretView, trigger: Trigger, rhythm: RhythmFacts) -> ContextFacts:
    """Everything known of the place before a model is asked. Never raises, whatever the text."""
    before, after = view.before, view.after
    line_start = before.rfind("\n") + 1
    line_before, line_after = before[line_start:], after.partition("\n")[0]
    line_index = before.count("\n") if view.line_index is None else view.line_index
    in_comment, in_string = in_comment_or_string(before, line_before, syntax_of(view.language))
    node, depth = grammar.node_at(before, after, view.language) or (None, None)
    found = echo(before)
    return ContextFacts(
        language=view.language,
        document_chars=len(before) + len(after),
        document_lines=view.document_lines or line_index + after.count("\n") + 1,
        line_index=line_index,
        offset_chars=len(before),
        line_before_chars=len(line_before),
        line_before_trimmed_chars=len(line_before.strip()),
        line_after_chars=len(line_after),
        line_after_trimmed_chars=len(line_after.strip()),
        previous_line_chars=_previous_line_chars(before, line_start),
        indent_chars=_indent_chars(line_before + line_after),
        last_char=char_class(line_before[-1:]),
        last_visible_char=char_class(before[-_VISIBLE_CHARS:].rstrip()[-1:]),
        last_keyword=_last_keyword(line_before),
        only_closers_after=_CLOSERS.issuperset(line_after),
        in_comment=in_comment,
        in_string=in_string,
        node=node,
        node_depth=depth,
        echo_chars=found.chars if found else 0,
        echo_line_chars=len(found.line) if found else None,
        echo_agree=found.agree if found else None,
        indent_change_chars=_indent_change_chars(before, line_start),
        trigger=trigger,
        **_paced(rhythm),
    )


def _paced(rhythm: RhythmFacts) -> dict[str, Any]:
    return {
        "since_key_s": rhythm.since_key_s,
        "typed_1s": rhythm.typed_1s,
        "typed_2s": rhythm.typed_2s,
        "typed_5s": rhythm.typed_5s,
        "typed_30s": rhythm.typed_30s,
        "deleted_2s": rhythm.deleted_2s,
        "deleted_30s": rhythm.deleted_30s,
        "typed_since_shown_chars": rhythm.typed_since_shown_chars,
        "deleted_since_shown_chars": rhythm.deleted_since_shown_chars,
    }


def _previous_line_chars(before: str, line_start: int) -> int | None:
    if line_start == 0:
        return None
    return len(before[before.rfind("\n", 0, line_start - 1) + 1 : line_start - 1].strip())


def _indent_chars(line: str) -> int:
    return len(line) - len(line.lstrip())


def _indent_change_chars(before: str, line_start: int) -> int | None:
    above = before[max(0, line_start - _NEAR_BEFORE_CHARS) : line_start].rstrip().rpartition("\n")[2]
    return _indent_chars(before[line_start:]) - _indent_chars(above) if above else None


def _last_keyword(line_before: str) -> str:
    found = _LAST_WORD.search(line_before[-80:])
    word = found.group().lower() if found else ""
    return word if word in KEYWORDS else ""


def suggestion_facts(text: str, tokens: Sequence[Token], timing: Timing, place: Place) -> SuggestionFacts:
    """Everything known of a suggested text before it is shown. Never raises, whatever the text."""
    head, measured = text[:_TEXT_CHARS], logprobs.summary(tokens)
    first_line = _first_line(head)
    own = grams(head)
    shown, accepted, rejected = place.recent.similarities(own)
    times_shown, times_accepted, times_rejected = place.recent.times(head)
    return SuggestionFacts(
        n_chars=len(text),
        n_lines=text.count("\n") + 1,
        n_tokens=len(tokens) or None,
        first_line_chars=len(first_line),
        logprob_mean=measured.mean,
        logprob_sum=measured.sum,
        logprob_min=measured.min,
        logprob_first=measured.first,
        logprob_line_sum=measured.line_sum,
        alternative_mean=measured.alternative_mean,
        gap_mean=measured.gap_mean,
        gap_min=measured.gap_min,
        first_token_s=timing.first_token_s,
        generation_s=timing.generation_s,
        known_identifiers_ratio=_known_identifiers_ratio(head, place.view),
        repeats_above=_repeats(first_line, _lines_above(place.view.before)),
        repeats_below=_repeats(first_line, place.view.after[:_NEAR_AFTER_CHARS].split("\n", _NEAR_LINES + 1)[1:21]),
        similarity_shown=shown,
        similarity_accepted=accepted,
        similarity_rejected=rejected,
        bracket_balance=bracket_balance(head),
        letters_ratio=sum(map(str.isalpha, head)) / len(head) if head else None,
        is_comment=is_comment_line(first_line, syntax_of(place.view.language)),
        parses=grammar.fits(place.view.before, head, place.view.after, place.view.language),
        times_shown=times_shown,
        times_accepted=times_accepted,
        times_rejected=times_rejected,
        continues_shown=place.recent.continues(head),
        repeats_itself=_repeats_itself(head, own),
        echo_agreement=_echo_agreement(head, place.view.before),
        copied_pieces=pieces(first_line[:_PIECED_CHARS], place.view.before[-_COPIED_CHARS:]),
    )


def _echo_agreement(text: str, before: str) -> float | None:
    found = echo(before)
    return agreement(text.partition("\n")[0].rstrip(), found.line) if found else None


def _first_line(text: str) -> str:
    """The first line that is not blank."""
    return text.lstrip().partition("\n")[0]


def _repeats_itself(text: str, own: Grams) -> float | None:
    """One less the share of distinct ones among its trigrams."""
    n_grams = len(text[:MAX_CHARS].strip()) - 2
    return 1.0 - len(own) / n_grams if n_grams >= 2 else None


def bracket_balance(text: str) -> int:
    """Openers less closers.

    >>> bracket_balance("f(a[0]")
    1
    """
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))


def _known_identifiers_ratio(text: str, view: CaretView) -> float | None:
    own = sorted(set(_IDENTIFIER.findall(text)) - KEYWORDS)[:_IDENTIFIERS]
    if not own:
        return None
    near = f"{view.before[-_NEAR_BEFORE_CHARS:]} {view.after[:_NEAR_AFTER_CHARS]}"
    return sum(occurs(word, near) for word in own) / len(own)


def occurs(word: str, text: str) -> bool:
    """Whether `word` stands in `text` as a word of its own.

    >>> occurs("row", "rows and row"), occurs("row", "rows")
    (True, False)
    """
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (_is_word(text[start - 1 : start]) or _is_word(text[end : end + 1])):
            return True
        start = text.find(word, end)
    return False


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _lines_above(before: str) -> list[str]:
    return before[-_NEAR_BEFORE_CHARS:].rsplit("\n", _NEAR_LINES + 1)[-_NEAR_LINES - 1 : -1]


def _repeats(first_line: str, lines: Iterable[str]) -> float | None:
    """Highest similarity of a line to those of `lines` that share most words with it; None when all are blank.

    Words are quick to compare and pick the few lines whose trigrams are worth it.
    """
    trimmed = [line[:_LINE_CHARS].strip() for line in lines if line and not line.isspace()]
    if not trimmed:
        return None
    own, words = grams(first_line[:_LINE_CHARS]), frozenset(first_line.split())
    trimmed.sort(key=lambda line: len(words.intersection(line.split())), reverse=True)
    return max(similarity(own, _grams_of_line(line)) for line in trimmed[:_NEAREST_LINES])


@lru_cache(maxsize=128)
def _grams_of_line(line: str) -> Grams:
    """Kept, since the lines around a caret are the same from key to key."""
    return grams(line)
