"""Features of the place: known before a model is asked."""

from tactful_models.events import ContextFacts
from tactful_models.feature_spec import FeatureSpec, log1p, number, one_of
from tactful_models.lexicon import KEYWORDS, keyword_group

_OPENERS = frozenset("([{")
_CLOSERS = frozenset(")]}")
_OPERATORS = frozenset("=+-*/%<>&|!^~?@")
_SEPARATORS = frozenset(",;:")
_DOT = frozenset(".")
_BLANK = frozenset(" ^")
_WORD = frozenset("a0_u")
_CALL = frozenset(("call",))
_COLLECTION = frozenset(("collection",))
_SIGNATURE = frozenset(("signature",))
_BROKEN = frozenset(("broken",))


def _announcing(group: str) -> frozenset[str]:
    return frozenset(word for word in KEYWORDS if keyword_group(word) == group)


_IMPORT, _DEFINE, _LEAVE = _announcing("import"), _announcing("define"), _announcing("leave")
_FLOW = _announcing("branch") | _announcing("loop")


def _offset_ratio(facts: ContextFacts) -> float | None:
    if facts.offset_chars is None or facts.document_chars is None:
        return None
    return (facts.offset_chars + 0.5) / (facts.document_chars + 1.0)


def _chars_below(facts: ContextFacts) -> float | None:
    if facts.offset_chars is None or facts.document_chars is None:
        return None
    return log1p(facts.document_chars - facts.offset_chars)


def _at_line_start(facts: ContextFacts) -> float | None:
    if facts.line_before_trimmed_chars is None:
        return None
    return float(facts.line_before_trimmed_chars == 0)


PLACE: tuple[FeatureSpec, ...] = (
    FeatureSpec(
        "document_chars",
        "log1p chars",
        "a longer file gives the model more to go by",
        lambda s: log1p(s.context.document_chars),
        0,
        "place",
    ),
    FeatureSpec(
        "document_lines",
        "log1p count",
        "the same in lines, whatever their length",
        lambda s: log1p(s.context.document_lines),
        0,
        "place",
    ),
    FeatureSpec(
        "line_index",
        "log1p count",
        "the head of a file holds imports, its body code",
        lambda s: log1p(s.context.line_index),
        0,
        "place",
    ),
    FeatureSpec(
        "offset_chars",
        "log1p chars",
        "the text before the caret is most of the prompt",
        lambda s: log1p(s.context.offset_chars),
        0,
        "place",
    ),
    FeatureSpec(
        "offset_ratio",
        "share",
        "at the end one writes, in the middle one edits",
        lambda s: _offset_ratio(s.context),
        0,
        "place",
    ),
    FeatureSpec(
        "chars_below",
        "log1p chars",
        "code below the caret is there to stay",
        lambda s: _chars_below(s.context),
        0,
        "place",
    ),
    FeatureSpec(
        "line_before_chars",
        "log1p chars",
        "what is begun is easier to finish",
        lambda s: log1p(s.context.line_before_trimmed_chars),
        0,
        "place",
    ),
    FeatureSpec(
        "line_after_chars",
        "log1p chars",
        "text right of the caret gets in the way",
        lambda s: log1p(s.context.line_after_trimmed_chars),
        -1,
        "place",
    ),
    FeatureSpec(
        "previous_line_chars",
        "log1p chars",
        "in Amazon's published trigger",
        lambda s: log1p(s.context.previous_line_chars),
        0,
        "place",
    ),
    FeatureSpec("indent_chars", "log1p chars", "depth of nesting", lambda s: log1p(s.context.indent_chars), 0, "place"),
    FeatureSpec(
        "only_closers_after",
        "flag",
        "nothing of the line is left to keep",
        lambda s: number(s.context.only_closers_after),
        1,
        "place",
    ),
    FeatureSpec(
        "in_comment",
        "flag",
        "prose is guessed worse and wanted less",
        lambda s: number(s.context.in_comment),
        -1,
        "place",
    ),
    FeatureSpec("in_string", "flag", "the same of strings", lambda s: number(s.context.in_string), -1, "place"),
    FeatureSpec(
        "at_line_start",
        "flag",
        "a whole line is asked for, without a hint",
        lambda s: _at_line_start(s.context),
        0,
        "place",
    ),
    FeatureSpec(
        "after_blank", "flag", "a word has just ended", lambda s: one_of(s.context.last_char, _BLANK), 0, "place"
    ),
    FeatureSpec(
        "after_word", "flag", "in the middle of a word", lambda s: one_of(s.context.last_char, _WORD), 0, "place"
    ),
    FeatureSpec(
        "after_dot",
        "flag",
        "a member's name comes next",
        lambda s: one_of(s.context.last_visible_char, _DOT),
        0,
        "place",
    ),
    FeatureSpec(
        "after_opener",
        "flag",
        "arguments or a body come next",
        lambda s: one_of(s.context.last_visible_char, _OPENERS),
        0,
        "place",
    ),
    FeatureSpec(
        "after_closer",
        "flag",
        "a statement has probably ended",
        lambda s: one_of(s.context.last_visible_char, _CLOSERS),
        0,
        "place",
    ),
    FeatureSpec(
        "after_operator",
        "flag",
        "an expression comes next",
        lambda s: one_of(s.context.last_visible_char, _OPERATORS),
        0,
        "place",
    ),
    FeatureSpec(
        "after_separator",
        "flag",
        "the next item, or a block after a colon",
        lambda s: one_of(s.context.last_visible_char, _SEPARATORS),
        0,
        "place",
    ),
    FeatureSpec(
        "after_import_word",
        "flag",
        "names of modules are hard to guess",
        lambda s: one_of(s.context.last_keyword, _IMPORT),
        0,
        "place",
    ),
    FeatureSpec(
        "after_define_word",
        "flag",
        "new names are hard to guess",
        lambda s: one_of(s.context.last_keyword, _DEFINE),
        0,
        "place",
    ),
    FeatureSpec(
        "after_flow_word", "flag", "a condition comes next", lambda s: one_of(s.context.last_keyword, _FLOW), 0, "place"
    ),
    FeatureSpec(
        "after_leave_word",
        "flag",
        "what is returned is often clear",
        lambda s: one_of(s.context.last_keyword, _LEAVE),
        0,
        "place",
    ),
    FeatureSpec(
        "in_call",
        "flag",
        "what fits between the brackets of a call is often clear",
        lambda s: one_of(s.context.node, _CALL),
        0,
        "place",
    ),
    FeatureSpec(
        "in_collection",
        "flag",
        "lists and tables go on in their pattern",
        lambda s: one_of(s.context.node, _COLLECTION),
        0,
        "place",
    ),
    FeatureSpec(
        "in_signature",
        "flag",
        "names and parameters are the author's own choice",
        lambda s: one_of(s.context.node, _SIGNATURE),
        0,
        "place",
    ),
    FeatureSpec(
        "in_broken_code",
        "flag",
        "what does not parse is in the middle of a change",
        lambda s: one_of(s.context.node, _BROKEN),
        0,
        "place",
    ),
    FeatureSpec(
        "node_depth",
        "log1p count",
        "deep inside, the surroundings say what fits",
        lambda s: log1p(s.context.node_depth),
        0,
        "place",
    ),
    FeatureSpec(
        "echo_chars",
        "log1p chars",
        "where the same words stood before, what follows them is often settled",
        lambda s: log1p(s.context.echo_chars),
        1,
        "place",
    ),
    FeatureSpec(
        "echo_line_chars",
        "log1p chars",
        "the less followed there, the less there is to guess",
        lambda s: log1p(s.context.echo_line_chars),
        0,
        "place",
    ),
    FeatureSpec(
        "echo_agree",
        "share",
        "the same words always went on in the same way",
        lambda s: s.context.echo_agree,
        1,
        "place",
    ),
    FeatureSpec(
        "indent_change",
        "chars",
        "a block begins, goes on or ends",
        lambda s: number(s.context.indent_change_chars),
        0,
        "place",
    ),
)
