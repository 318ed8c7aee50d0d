"""Features of the typing rhythm: known before a model is asked."""

from tactful_models.events import ContextFacts
from tactful_models.feature_spec import FeatureSpec, Scene, log1p, number, part


def _growth_since_shown(facts: ContextFacts) -> float | None:
    typed, deleted = facts.typed_since_shown_chars, facts.deleted_since_shown_chars
    return None if typed is None or deleted is None else float(typed - deleted)


def _pace(facts: ContextFacts) -> float | None:
    """Characters a second over two seconds against those over thirty: a half where the pace is steady."""
    now, before = facts.typed_2s, facts.typed_30s
    return None if now is None or before is None else part(now / 2.0, before / 30.0)


def _pace_since_shown(scene: Scene) -> float | None:
    typed, since_s = scene.context.typed_since_shown_chars, scene.standing.since_shown_s
    return None if typed is None or since_s is None else log1p(typed / max(since_s, 0.1))


RHYTHM: tuple[FeatureSpec, ...] = (
    FeatureSpec("paused", "flag", "someone who waits may want help", lambda s: number(s.context.paused), 0, "rhythm"),
    FeatureSpec("since_key_s", "log1p s", "the same, as measured", lambda s: log1p(s.context.since_key_s), 0, "rhythm"),
    FeatureSpec(
        "typed_1s",
        "log1p chars",
        "in full flow one reads no suggestions",
        lambda s: log1p(s.context.typed_1s),
        0,
        "rhythm",
    ),
    FeatureSpec(
        "typed_2s", "log1p chars", "the same over two seconds", lambda s: log1p(s.context.typed_2s), 0, "rhythm"
    ),
    FeatureSpec(
        "typed_5s", "log1p chars", "the same over five seconds", lambda s: log1p(s.context.typed_5s), 0, "rhythm"
    ),
    FeatureSpec(
        "typed_30s",
        "log1p chars",
        "writing, or reading and thinking",
        lambda s: log1p(s.context.typed_30s),
        0,
        "rhythm",
    ),
    FeatureSpec(
        "deleted_2s",
        "log1p chars",
        "someone who corrects knows what they want",
        lambda s: log1p(s.context.deleted_2s),
        -1,
        "rhythm",
    ),
    FeatureSpec(
        "deleted_30s",
        "log1p chars",
        "the same over half a minute",
        lambda s: log1p(s.context.deleted_30s),
        -1,
        "rhythm",
    ),
    FeatureSpec(
        "typed_since_shown",
        "log1p chars",
        "little typed since the last one: it was just refused",
        lambda s: log1p(s.context.typed_since_shown_chars),
        1,
        "rhythm",
    ),
    FeatureSpec(
        "deleted_since_shown",
        "log1p chars",
        "deletions since then: wandering, or mending",
        lambda s: log1p(s.context.deleted_since_shown_chars),
        -1,
        "rhythm",
    ),
    FeatureSpec(
        "growth_since_shown",
        "chars",
        "whether the text grew at all",
        lambda s: _growth_since_shown(s.context),
        1,
        "rhythm",
    ),
    FeatureSpec(
        "pace",
        "share",
        "slowing down is thinking, or waiting for help",
        lambda s: _pace(s.context),
        0,
        "rhythm",
    ),
    FeatureSpec(
        "deleted_share",
        "share",
        "more mended than written",
        lambda s: part(s.context.deleted_30s, s.context.typed_30s),
        -1,
        "rhythm",
    ),
    FeatureSpec(
        "pace_since_shown",
        "log1p chars/s",
        "one who typed past the last one fast reads none now",
        _pace_since_shown,
        0,
        "rhythm",
    ),
    FeatureSpec(
        "deleted_share_since_shown",
        "share",
        "the same since the last one",
        lambda s: part(s.context.deleted_since_shown_chars, s.context.typed_since_shown_chars),
        -1,
        "rhythm",
    ),
)
