"""Features of the suggested text and of what its model said of it: known at stage 2 only."""

import math
from collections.abc import Callable

from tactful_models.events import SuggestionFacts
from tactful_models.feature_spec import FeatureSpec, Reading, Scene, log1p, number, part
from tactful_models.standing import excess


def of_text(read: Callable[[SuggestionFacts], float | None]) -> Reading:
    """A reading of the suggestion's facts; None where there is no suggestion."""

    def reading(scene: Scene) -> float | None:
        return None if scene.suggestion is None else read(scene.suggestion)

    return reading


def _length_share(scene: Scene) -> float | None:
    """Its characters against those usually taken: a half where they are as many."""
    if scene.suggestion is None:
        return None
    return part(1.0 + scene.suggestion.n_chars, math.exp(scene.standing.usual_ln_chars))


def _logprob_excess(scene: Scene) -> float | None:
    if scene.suggestion is None or scene.suggestion.logprob_mean is None:
        return None
    return excess(scene.suggestion.logprob_mean, scene.standing.recent_logprob)


def _whole_line(text: SuggestionFacts) -> float | None:
    if text.logprob_line_sum is None or text.logprob_end is None:
        return None
    return text.logprob_line_sum + text.logprob_end


def _probability(text: SuggestionFacts) -> float | None:
    whole = _whole_line(text)
    return None if whole is None else math.exp(min(whole, 0.0))


def _piece_chars(text: SuggestionFacts) -> float | None:
    if text.copied_pieces is None or text.first_line_chars is None:
        return None
    return log1p(min(text.first_line_chars, 80) / max(text.copied_pieces, 1))


TEXT: tuple[FeatureSpec, ...] = (
    FeatureSpec(
        "n_chars",
        "log1p chars",
        "the longer, the more there is to read and to be wrong",
        of_text(lambda t: log1p(t.n_chars)),
        0,
        "text",
    ),
    FeatureSpec("n_lines", "log1p count", "blocks come unasked", of_text(lambda t: log1p(t.n_lines)), 0, "text"),
    FeatureSpec(
        "n_tokens", "log1p count", "the length as the model counts it", of_text(lambda t: log1p(t.n_tokens)), 0, "text"
    ),
    FeatureSpec(
        "first_line_chars", "log1p chars", "what is read first", of_text(lambda t: log1p(t.first_line_chars)), 0, "text"
    ),
    FeatureSpec(
        "known_identifiers",
        "share",
        "names that occur nearby are rarely invented",
        of_text(lambda t: t.known_identifiers_ratio),
        1,
        "text",
    ),
    FeatureSpec(
        "repeats_above",
        "share",
        "it may go on in a pattern, or in a circle",
        of_text(lambda t: t.repeats_above),
        0,
        "text",
    ),
    FeatureSpec(
        "repeats_below", "share", "it says what stands there already", of_text(lambda t: t.repeats_below), -1, "text"
    ),
    FeatureSpec(
        "similarity_shown", "share", "seen a moment ago and not taken", of_text(lambda t: t.similarity_shown), 0, "text"
    ),
    FeatureSpec(
        "similarity_accepted", "share", "more of what was wanted", of_text(lambda t: t.similarity_accepted), 1, "text"
    ),
    FeatureSpec(
        "similarity_rejected",
        "share",
        "what was refused is refused again",
        of_text(lambda t: t.similarity_rejected),
        -1,
        "text",
    ),
    FeatureSpec(
        "bracket_balance",
        "count",
        "unclosed brackets: it stops half-way",
        of_text(lambda t: number(t.bracket_balance)),
        0,
        "text",
    ),
    FeatureSpec("letters_ratio", "share", "words or signs", of_text(lambda t: t.letters_ratio), 0, "text"),
    FeatureSpec("is_comment", "flag", "comments are wanted less", of_text(lambda t: number(t.is_comment)), 0, "text"),
    FeatureSpec("parses", "flag", "what breaks the file is wrong", of_text(lambda t: number(t.parses)), 1, "text"),
    FeatureSpec("length_share", "share", "longer or shorter than what this user takes", _length_share, 0, "text"),
    FeatureSpec(
        "times_shown", "log1p count", "seen before and still there", of_text(lambda t: log1p(t.times_shown)), 0, "text"
    ),
    FeatureSpec(
        "times_accepted", "log1p count", "wanted before", of_text(lambda t: log1p(t.times_accepted)), 1, "text"
    ),
    FeatureSpec(
        "times_rejected",
        "log1p count",
        "the very text was refused before",
        of_text(lambda t: log1p(t.times_rejected)),
        -1,
        "text",
    ),
    FeatureSpec(
        "continues_shown",
        "flag",
        "they typed along with it: it is right so far",
        of_text(lambda t: number(t.continues_shown)),
        1,
        "text",
    ),
    FeatureSpec("repeats_itself", "share", "a model in a circle", of_text(lambda t: t.repeats_itself), -1, "text"),
    FeatureSpec(
        "echo_agreement",
        "share",
        "it says what followed the same words before",
        of_text(lambda t: t.echo_agreement),
        1,
        "text",
    ),
    FeatureSpec(
        "copied_pieces",
        "log1p count",
        "what was said before in one piece is likelier than what is pieced together",
        of_text(lambda t: log1p(t.copied_pieces)),
        0,
        "text",
    ),
    FeatureSpec(
        "copied_piece_chars",
        "log1p chars",
        "the same whatever its length",
        of_text(_piece_chars),
        0,
        "text",
    ),
)

MODEL: tuple[FeatureSpec, ...] = (
    FeatureSpec(
        "logprob_mean",
        "nats",
        "the model's own confidence: the strongest single feature",
        of_text(lambda t: t.logprob_mean),
        1,
        "model",
    ),
    FeatureSpec(
        "logprob_sum", "nats", "the probability of the whole text", of_text(lambda t: t.logprob_sum), 1, "model"
    ),
    FeatureSpec("logprob_min", "nats", "one wild guess spoils the rest", of_text(lambda t: t.logprob_min), 1, "model"),
    FeatureSpec(
        "logprob_first",
        "nats",
        "the first token decides what is read on",
        of_text(lambda t: t.logprob_first),
        1,
        "model",
    ),
    FeatureSpec(
        "logprob_line_sum",
        "nats",
        "the probability of the first line",
        of_text(lambda t: t.logprob_line_sum),
        1,
        "model",
    ),
    FeatureSpec(
        "alternative_mean", "nats", "how likely anything else was", of_text(lambda t: t.alternative_mean), -1, "model"
    ),
    FeatureSpec("gap_mean", "nats", "how far ahead of the next best", of_text(lambda t: t.gap_mean), 1, "model"),
    FeatureSpec("gap_min", "nats", "where it was nearly something else", of_text(lambda t: t.gap_min), 1, "model"),
    FeatureSpec(
        "first_token_s",
        "log1p s",
        "what comes late meets someone who has moved on",
        of_text(lambda t: log1p(t.first_token_s)),
        -1,
        "model",
    ),
    FeatureSpec(
        "generation_s", "log1p s", "the same of the whole text", of_text(lambda t: log1p(t.generation_s)), -1, "model"
    ),
    FeatureSpec(
        "logprob_excess",
        "nats",
        "surer than of the last ones: what is sure depends on the code at hand",
        _logprob_excess,
        1,
        "model",
    ),
    FeatureSpec(
        "logprob_end",
        "nats",
        "the line is right so far, and there may be more of it",
        of_text(lambda t: t.logprob_end),
        1,
        "model",
    ),
    FeatureSpec(
        "logprob_whole_line",
        "nats",
        "the probability of the first line and of its end there",
        of_text(_whole_line),
        1,
        "model",
    ),
    FeatureSpec(
        "probability_whole_line",
        "probability",
        "the same as a share: what a calibrated model would be right in",
        of_text(_probability),
        1,
        "model",
    ),
)

LOGPROB_COLUMNS: tuple[str, ...] = tuple(spec.name for spec in MODEL if spec.unit in ("nats", "probability"))
"""Features that another model shifts and scales: normalised per model by the gate, raw here."""
