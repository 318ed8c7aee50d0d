"""Features of the user's own record: what they did with earlier suggestions."""

from tactful_models.feature_spec import FeatureSpec, log1p

RECORD: tuple[FeatureSpec, ...] = (
    FeatureSpec(
        "own_ended", "log1p count", "how much the rates below rest on", lambda s: log1p(s.standing.n_ended), 0, "record"
    ),
    FeatureSpec(
        "own_rate",
        "share",
        "the strongest features of 66,000 interactions were own rates (CSAP)",
        lambda s: s.standing.own_rate,
        1,
        "record",
    ),
    FeatureSpec(
        "recent_rate",
        "share",
        "the same over the last twenty: mood and task",
        lambda s: s.standing.recent_rate,
        1,
        "record",
    ),
    FeatureSpec("language_rate", "share", "the same in this language", lambda s: s.standing.language_rate, 1, "record"),
    FeatureSpec("file_rate", "share", "the same in this file", lambda s: s.standing.file_rate, 1, "record"),
    FeatureSpec("project_rate", "share", "the same in this project", lambda s: s.standing.project_rate, 1, "record"),
    FeatureSpec(
        "last_end_1",
        "share",
        "the last one taken: the model and the task agree",
        lambda s: s.standing.last_ends[0],
        1,
        "record",
    ),
    FeatureSpec("last_end_2", "share", "the one before", lambda s: s.standing.last_ends[1], 1, "record"),
    FeatureSpec("last_end_3", "share", "the third last", lambda s: s.standing.last_ends[2], 1, "record"),
    FeatureSpec("last_end_4", "share", "the fourth last", lambda s: s.standing.last_ends[3], 1, "record"),
    FeatureSpec("last_end_5", "share", "the fifth last", lambda s: s.standing.last_ends[4], 1, "record"),
    FeatureSpec(
        "refused_in_a_row",
        "log1p count",
        "one refusal after another: leave them alone",
        lambda s: log1p(s.standing.refused_in_a_row),
        -1,
        "record",
    ),
    FeatureSpec(
        "since_shown_s",
        "log1p s",
        "one just seen: another is one too many",
        lambda s: log1p(s.standing.since_shown_s),
        0,
        "record",
    ),
    FeatureSpec(
        "since_accepted_s",
        "log1p s",
        "an accept is followed by another",
        lambda s: log1p(s.standing.since_accepted_s),
        -1,
        "record",
    ),
    FeatureSpec(
        "since_rejected_s", "log1p s", "a refusal fades", lambda s: log1p(s.standing.since_rejected_s), 1, "record"
    ),
    FeatureSpec(
        "last_shown_s",
        "log1p s",
        "the last one was looked at for long, or brushed away",
        lambda s: log1p(s.standing.last_shown_s),
        0,
        "record",
    ),
    FeatureSpec(
        "recently_shown",
        "count",
        "one showing after another wears on people",
        lambda s: s.standing.recently_shown,
        -1,
        "record",
    ),
    FeatureSpec(
        "session_shown", "log1p count", "interest wears off", lambda s: log1p(s.standing.session_shown), 0, "record"
    ),
    FeatureSpec("session_rate", "share", "the same over this session", lambda s: s.standing.session_rate, 1, "record"),
    FeatureSpec(
        "session_age_s",
        "log1p s",
        "a session's beginning differs from its middle",
        lambda s: log1p(s.standing.session_age_s),
        0,
        "record",
    ),
    FeatureSpec(
        "shown_since_end",
        "log1p count",
        "shown again and again without an answer: they type past it",
        lambda s: log1p(s.standing.shown_since_end),
        0,
        "record",
    ),
    FeatureSpec(
        "usual_chars",
        "log1p chars",
        "how long the texts are that this user takes",
        lambda s: s.standing.usual_ln_chars,
        0,
        "record",
    ),
)
