"""Facts of a place and of a suggested text."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful_models.events import ContextFacts, Trigger
from tactful_models.facts import CaretView, Place, RecentTexts, Timing, Token, context_facts, occurs, suggestion_facts
from tactful_models.lexicon import SYNTAX
from tactful_models.similarity import grams
from tactful_models.typing_rhythm import RhythmFacts

LANGUAGES = st.sampled_from([*sorted(SYNTAX), "", "unknown"])


def facts_at(drawn: str, language: str = "python") -> ContextFacts:
    """The facts where `|` stands in the text."""
    before, _, after = drawn.partition("|")
    return context_facts(CaretView(before, after, language), Trigger.AUTOMATIC, RhythmFacts())


def test_lengths_are_counted_around_the_caret() -> None:
    facts = facts_at("import os\n\ndef f(a):\n    return |  a\nx\n")
    assert (facts.document_chars, facts.document_lines, facts.line_index, facts.offset_chars) == (38, 6, 3, 32)
    assert (facts.line_before_chars, facts.line_before_trimmed_chars) == (11, 6)
    assert (facts.line_after_chars, facts.line_after_trimmed_chars) == (3, 1)
    assert (facts.previous_line_chars, facts.indent_chars) == (9, 4)
    assert (facts.last_char, facts.last_visible_char, facts.last_keyword) == (" ", "a", "return")


def test_the_first_line_has_none_above() -> None:
    facts = facts_at("|")
    assert (facts.previous_line_chars, facts.document_lines, facts.last_char) == (None, 1, "^")
    assert facts.last_visible_char == "^"


@pytest.mark.parametrize(("after", "expected"), [("", True), ("):", True), ('"])  ', True), (" + 1", False)])
def test_only_closers_after_the_caret_leave_room(after: str, expected: bool) -> None:
    assert facts_at(f"f(|{after}").only_closers_after is expected


def test_a_word_that_is_no_keyword_is_not_told() -> None:
    assert facts_at("password|").last_keyword == ""
    assert facts_at("secret = if |").last_keyword == "if"


def test_the_last_visible_character_may_stand_on_a_line_above() -> None:
    assert facts_at("def f():\n    |").last_visible_char == ":"


def test_the_rhythm_is_carried_over_whole() -> None:
    rhythm = RhythmFacts(0.1, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7, 8)
    facts = context_facts(CaretView("", "", ""), Trigger.MANUAL, rhythm)
    assert [getattr(facts, each.name) for each in fields(RhythmFacts)] == [
        getattr(rhythm, each.name) for each in fields(RhythmFacts)
    ]
    assert facts.trigger is Trigger.MANUAL


def test_lines_that_the_caller_knows_are_not_counted_again() -> None:
    view = CaretView("a\nb", "c\n", "python", line_index=1, document_lines=3)
    counted = CaretView("a\nb", "c\n", "python")
    told, found = (context_facts(each, Trigger.AUTOMATIC, RhythmFacts()) for each in (view, counted))
    assert told == found


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300), LANGUAGES)
def test_no_text_makes_the_context_facts_fail(before: str, after: str, language: str) -> None:
    facts = context_facts(CaretView(before, after, language), Trigger.AUTOMATIC, RhythmFacts())
    assert facts.document_chars == len(before) + len(after)
    assert facts.document_lines == (before + after).count("\n") + 1


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200), LANGUAGES)
def test_no_text_makes_the_suggestion_facts_fail(text: str, before: str, after: str, language: str) -> None:
    recent = RecentTexts()
    recent.shown(before)
    recent.accepted(after)
    recent.rejected(text)
    place = Place(CaretView(before, after, language), recent)
    facts = suggestion_facts(text, [Token(text, -1.0, None)], Timing(), place)
    ratios = (facts.repeats_above, facts.repeats_below, facts.similarity_shown, facts.similarity_accepted)
    assert all(ratio is None or 0.0 <= ratio <= 1.0 for ratio in (*ratios, facts.known_identifiers_ratio))
    assert facts.similarity_rejected == 1.0
    assert facts.n_lines == text.count("\n") + 1


def place_at(drawn: str, recent: RecentTexts | None = None) -> Place:
    before, _, after = drawn.partition("|")
    return Place(CaretView(before, after, "python"), recent or RecentTexts())


def test_identifiers_known_nearby_are_counted_as_whole_words() -> None:
    place = place_at("total = price\n|\nrows = 3")
    facts = suggestion_facts("total + row + price", (), Timing(), place)
    assert facts.known_identifiers_ratio == pytest.approx(2 / 3)
    assert suggestion_facts("if (1 + 2):", (), Timing(), place).known_identifiers_ratio is None


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("row", "rows", False),
        ("row", "xrow(", False),
        ("row", "(row", True),
        ("row", "row_1 row", True),
        ("row", "", False),
    ],
)
def test_a_word_occurs_only_by_itself(word: str, text: str, expected: bool) -> None:
    assert occurs(word, text) is expected


def test_a_line_repeated_from_above_or_below_is_seen() -> None:
    place = place_at("print(total)\nx = 1\n|\ny = 2\nreturn total\n")
    facts = suggestion_facts("print(total)\n", (), Timing(), place)
    assert facts.repeats_above == 1.0
    assert facts.repeats_below is not None
    assert facts.repeats_below < 0.7
    assert suggestion_facts("return total", (), Timing(), place).repeats_below == 1.0


def test_the_line_of_the_caret_itself_is_no_repetition() -> None:
    assert suggestion_facts("total)", (), Timing(), place_at("print(|total)")).repeats_above is None


def test_log_probabilities_are_summed_up() -> None:
    tokens = [Token("\n", -0.5, -1.0), Token("ab", -0.1, -3.0), Token("\n", -0.2, None), Token("c", -2.0, -0.5)]
    facts = suggestion_facts("\nab\nc", tokens, Timing(0.1, 0.4), place_at("|"))
    assert facts.logprob_sum == pytest.approx(-2.8)
    assert facts.logprob_mean == pytest.approx(-0.7)
    assert (facts.logprob_min, facts.logprob_first) == (-2.0, -0.5)
    assert facts.logprob_line_sum == pytest.approx(-0.8)
    assert facts.alternative_mean == pytest.approx(-1.5)
    assert facts.gap_min == pytest.approx(-1.5)
    assert (facts.first_token_s, facts.generation_s, facts.n_tokens) == (0.1, 0.4, 4)


def test_a_model_without_log_probabilities_leaves_them_unknown() -> None:
    facts = suggestion_facts("ab", [Token("ab", None, None)], Timing(), place_at("|"))
    assert (facts.logprob_mean, facts.logprob_sum, facts.gap_mean, facts.n_tokens) == (None, None, None, 1)


@pytest.mark.parametrize("logprob", [float("-inf"), float("nan"), -1e300])
def test_a_log_probability_that_is_no_number_counts_as_the_least(logprob: float) -> None:
    assert suggestion_facts("a", [Token("a", logprob, None)], Timing(), place_at("|")).logprob_sum == -100.0


def test_only_the_last_five_rejected_texts_are_remembered() -> None:
    recent = RecentTexts()
    recent.rejected("return alpha")
    assert recent.similarities(grams("return alpha")) == (None, None, 1.0)
    for text in ["zzz1", "zzz2", "zzz3", "zzz4", "zzz5"]:
        recent.rejected(text)
    assert recent.similarities(grams("return alpha"))[2] == 0.0


def test_brackets_and_comments_are_told() -> None:
    facts = suggestion_facts("  # call f([\n", (), Timing(), place_at("|"))
    assert (facts.bracket_balance, facts.is_comment) == (2, True)


def test_the_very_same_text_is_counted_whatever_blanks_are_around_it() -> None:
    recent = RecentTexts()
    for text in ("f(x)", " f(x)\n", "g(x)"):
        recent.shown(text)
    recent.rejected("f(x)")
    facts = suggestion_facts("  f(x)", (), Timing(), Place(CaretView("", "", ""), recent))
    assert (facts.times_shown, facts.times_accepted, facts.times_rejected) == (2, 0, 1)


@pytest.mark.parametrize(("text", "expected"), [("tal(x)", True), ("total(x)", False), ("sum", False), ("", False)])
def test_the_rest_of_the_text_last_shown_continues_it(text: str, expected: bool) -> None:
    recent = RecentTexts()
    assert recent.continues(text) is None
    recent.shown("total(x)")
    assert recent.continues(text) is expected


def test_a_text_in_a_circle_repeats_itself() -> None:
    place = place_at("|")
    calm, circle = (suggestion_facts(text, (), Timing(), place).repeats_itself for text in ("abcdefg", "ab " * 30))
    assert calm == 0.0
    assert circle is not None
    assert circle > 0.9
    assert suggestion_facts("ab", (), Timing(), place).repeats_itself is None


def test_the_node_around_the_caret_and_whether_a_text_fits_in_are_facts() -> None:
    facts = facts_at("print(a, |)\n")
    assert facts.node == "call"
    assert facts.node_depth is not None
    place = place_at("print(a, |)\n")
    told = [suggestion_facts(text, (), Timing(), place).parses for text in ("b", "b)")]
    assert told == [True, False]
    assert facts_at("x|", "klingon").node is None
