"""What is measured of a place and of a suggested text, as values: numbers and classes, never text.

A field that could not be measured is None, never a guess. `facts.py` measures them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Trigger(StrEnum):
    """Why the editor asked."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class ContextFacts:
    """Numbers about the place and moment at which the editor asked. No text: what is here is safe at every level.

    Counts of characters are Unicode code points, counts of lines are `\\n`-separated.
    """

    language: str = ""
    """The editor's language id, lower case; empty when unknown."""
    trigger: Trigger = Trigger.AUTOMATIC
    """Automatic while typing, or asked for by hand."""
    document_chars: int | None = None
    """Length of the document."""
    document_lines: int | None = None
    """Lines in the document, at least 1."""
    line_index: int | None = None
    """The caret's line, from 0."""
    offset_chars: int | None = None
    """Characters before the caret in the document."""
    line_before_chars: int | None = None
    """Characters before the caret on its line."""
    line_before_trimmed_chars: int | None = None
    """The same without leading and trailing blanks."""
    line_after_chars: int | None = None
    """Characters after the caret on its line."""
    line_after_trimmed_chars: int | None = None
    """The same without leading and trailing blanks."""
    previous_line_chars: int | None = None
    """Length of the line above without leading and trailing blanks; None on the first line."""
    indent_chars: int | None = None
    """Leading blanks of the caret's line."""
    last_char: str | None = None
    """Class of the character before the caret: 'a' for a letter, '0' for a digit, ' ' for a blank, '^' at a line's
    start, 'u' for anything beyond ASCII, otherwise the ASCII sign itself. Letters are merged on purpose: one exact
    letter a keystroke would be a log of what was typed."""
    last_visible_char: str | None = None
    """The same for the last character that is no blank."""
    last_keyword: str | None = None
    """The last word before the caret if it is a keyword from the one fixed dictionary, else empty."""
    only_closers_after: bool | None = None
    """Whether only closers, quotes, separators and blanks stand right of the caret."""
    in_comment: bool | None = None
    """Whether the caret is in a comment."""
    in_string: bool | None = None
    """Whether the caret is in a string."""
    since_key_s: float | None = None
    """Seconds from the last keystroke to the request."""
    typed_1s: float | None = None
    """Typed characters, each weighted by exp(-age / 1 s)."""
    typed_2s: float | None = None
    typed_5s: float | None = None
    typed_30s: float | None = None
    deleted_2s: float | None = None
    """Deleted characters, each weighted by exp(-age / 2 s)."""
    deleted_30s: float | None = None
    typed_since_shown_chars: int | None = None
    """Characters that came into this document since a suggestion was last shown in the session."""
    deleted_since_shown_chars: int | None = None
    prompt_chars: int | None = None
    """Characters of the prompt, where it is known before the model is asked."""
    paused: bool | None = None
    """Whether the user had paused rather than being in mid-typing, as the client saw it."""
    node: str | None = None
    """Kind of the innermost syntax node around the caret, one of `grammar.KINDS`; None where no grammar is known."""
    node_depth: int | None = None
    """How many blocks, bodies and brackets are open around the caret."""
    echo_chars: int | None = None
    """Characters before the caret that stand before a place above too (`echoes`); 0 where nothing like them does."""
    echo_line_chars: int | None = None
    """How long the rest of the line is there; None where there is no such place."""
    echo_agree: float | None = None
    """Share of the nearest such places that go on in the same way."""
    indent_change_chars: int | None = None
    """Leading blanks before the caret on its line, less those of the nearest line above that is not blank."""


@dataclass(frozen=True, slots=True)
class SuggestionFacts:
    """Numbers about one suggested text. Log-probabilities are natural logarithms, raw as the model gave them."""

    n_chars: int
    """Length of the text."""
    n_lines: int
    """Its lines, at least 1."""
    n_tokens: int | None = None
    """Tokens the model spent on it."""
    first_line_chars: int | None = None
    logprob_mean: float | None = None
    """Mean over the tokens of the text."""
    logprob_sum: float | None = None
    logprob_min: float | None = None
    logprob_first: float | None = None
    """Of the first token."""
    logprob_line_sum: float | None = None
    """Sum over the tokens of the first line."""
    alternative_mean: float | None = None
    """Mean log-probability of the best other token at each place."""
    gap_mean: float | None = None
    """Mean of chosen minus best other."""
    gap_min: float | None = None
    first_token_s: float | None = None
    """Seconds from asking the model to its first token."""
    generation_s: float | None = None
    """Seconds from asking the model to the moment of decision."""
    known_identifiers_ratio: float | None = None
    """Share of the text's identifiers that occur in the document near the caret; None when it has none."""
    repeats_above: float | None = None
    """Highest similarity (0 to 1) of its first line to one of the 20 lines above."""
    repeats_below: float | None = None
    """The same for the 20 lines below."""
    similarity_shown: float | None = None
    """Similarity (0 to 1) to the text last shown in the session; None when there was none."""
    similarity_accepted: float | None = None
    similarity_rejected: float | None = None
    """Highest similarity to one of the last five rejected texts."""
    bracket_balance: int | None = None
    """Openers less closers in the text."""
    letters_ratio: float | None = None
    """Share of letters among its characters."""
    is_comment: bool | None = None
    """Whether its first line that is not blank is a comment."""
    parses: bool | None = None
    """Whether the document still parses with it; None where nothing can tell."""
    times_shown: int | None = None
    """How often the very same text came on screen before in the session."""
    times_accepted: int | None = None
    times_rejected: int | None = None
    continues_shown: bool | None = None
    """Whether it is the rest of the text last shown, part of which has been typed since; None when there was none."""
    repeats_itself: float | None = None
    """Share of its character trigrams that occurred earlier in it; None for fewer than two."""
    logprob_end: float | None = None
    """Of the line break that the model set behind its first line; None where something else ended it."""
    echo_agreement: float | None = None
    """Share of its first line that follows the nearest place above like this one too; None where there is none."""
    copied_pieces: int | None = None
    """In how many pieces, each the longest there is, its first line (80 characters) stands among the 2,000 before."""
