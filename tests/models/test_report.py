"""What the report counts, and how it looks."""

import json
from dataclasses import replace

import pytest

from tactful_models.errors import LogError
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    GateChanged,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    Reviewed,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
    Trigger,
    Verdict,
)
from tactful_models.report import Report, Reviews, report
from tactful_models.report_rates import Rate, rate
from tactful_models.report_text import text


def session(name: str, user: str = "u") -> SessionStarted:
    return SessionStarted(name, 0.0, user)


def request(name: str, result: Result = Result.PRODUCED, **more: object) -> RequestEnded:
    given = {"session_id": "s1", "at": 60.0, "facts": ContextFacts(), "suggestion_id": f"of-{name}", **more}
    return RequestEnded(name, result=result, **given)  # type: ignore[arg-type]


def suggestion(name: str, chars: int = 10, **more: str) -> SuggestionMade:
    given = {"session_id": "s1", "language": "python", "model_key": "m", **more}
    return SuggestionMade(name, "r", at=60.0, facts=SuggestionFacts(chars, 1, generation_s=0.5), **given)


def outcome(name: str, end: End, **more: object) -> OutcomeSeen:
    return OutcomeSeen(name, "s1", 61.0, end, Known.CLIENT, **more)  # type: ignore[arg-type]


def decision(stage: int, action: Action, would: Action, exploring: bool = False) -> Decided:
    return Decided("d", "r", "s1", 60.0, stage, 0.1, 0.2, action, would, 1.0, "on", exploring)


def shown(name: str, end: End, **more: object) -> list[Event]:
    return [suggestion(name), outcome(name, End.SHOWN), outcome(name, end, **more)]


def test_requests_are_counted_by_result_and_reason_and_those_by_hand_apart() -> None:
    by_hand = request("r4", facts=ContextFacts(trigger=Trigger.MANUAL))
    found = report(
        [session("s1"), request("r1"), request("r2", Result.WITHHELD, reason="stage1"), request("r3"), by_hand]
    )
    assert (found.requests, found.manual) == (3, 1)
    assert found.results == {"produced": 2, "withheld": 1}
    assert found.reasons == {"withheld: stage1": 1}


def test_a_suggestion_counts_once_by_its_final_end() -> None:
    found = report([*shown("a", End.ACCEPTED, accepted_chars=10), *shown("b", End.REJECTED), *shown("c", End.IGNORED)])
    assert (found.total.made, found.total.shown) == (3, 3)
    assert (found.total.accepted, found.total.rejected, found.total.ignored) == (1, 1, 1)
    assert found.total.acceptance.value == pytest.approx(1 / 3)
    assert found.total.chars_accepted.value == pytest.approx(1 / 3)


def test_what_was_replaced_unjudged_or_is_still_open_does_not_lower_the_rate() -> None:
    still_open: list[Event] = [suggestion("c"), outcome("c", End.SHOWN)]
    found = report([*shown("a", End.ACCEPTED), *shown("b", End.SUPERSEDED), *still_open])
    assert (found.total.shown, found.total.superseded, found.total.still_open) == (3, 1, 1)
    assert found.total.acceptance.value == 1.0


def test_a_suggestion_that_never_came_on_screen_was_not_shown() -> None:
    found = report([suggestion("a"), suggestion("b"), outcome("b", End.SUPERSEDED)])
    assert (found.total.made, found.total.shown) == (2, 0)


def test_characters_taken_in_parts_count() -> None:
    partly: list[Event] = [suggestion("a"), outcome("a", End.PARTIAL, accepted_chars=4), outcome("a", End.REJECTED)]
    assert report(partly).total.chars_accepted.value == pytest.approx(0.4)


def test_suggestions_of_requests_by_hand_are_left_out() -> None:
    by_hand = request("a", facts=ContextFacts(trigger=Trigger.MANUAL), suggestion_id="a")
    assert report([*shown("a", End.ACCEPTED), by_hand]).total.made == 0


def test_languages_and_models_come_with_the_most_frequent_first() -> None:
    found = report([suggestion("a", language="go"), suggestion("b"), suggestion("c"), suggestion("d", model_key="")])
    assert [line.name for line in found.languages] == ["python", "go"]
    assert [line.name for line in found.models] == ["m", "unknown"]


def test_what_was_kept_is_a_mean_of_known_shares() -> None:
    checks = [PersistenceSeen(name, "s1", 90.0, 30, kept) for name, kept in (("a", 1.0), ("b", 0.5), ("c", None))]
    (kept,) = report([suggestion("a"), suggestion("b"), suggestion("c"), *checks]).kept
    assert (kept.after_s, kept.checks, kept.censored, kept.ratio.value) == (30, 2, 1, 0.75)


def test_calls_spared_are_what_stage_one_withheld_and_shadow_is_counted_apart() -> None:
    show, withhold = Action.SHOW, Action.WITHHOLD
    decisions = [
        decision(1, withhold, withhold),
        decision(1, withhold, withhold),
        decision(2, withhold, withhold),
        decision(1, show, withhold),
        decision(2, show, withhold, exploring=True),
        decision(2, show, show),
    ]
    spared = report([request("r", model_called=True, n_tokens=7), suggestion("a"), *decisions]).spared
    assert (spared.calls, spared.tokens, spared.calls_spared, spared.suggestions_withheld) == (1, 7, 2, 1)
    assert (spared.would_spare_calls, spared.would_withhold, spared.explored) == (1, 1, 1)
    assert spared.seconds_spared == pytest.approx(1.0)


def test_intervals_come_from_whole_sessions_and_only_with_five_of_them() -> None:
    parts = [(f"s{i % 10}", float(i % 10 < 3), 1.0) for i in range(100)]
    found = rate(parts)
    assert found.value == pytest.approx(0.3)
    assert found.low is not None
    assert found.high is not None
    assert 0.0 <= found.low < 0.15 < 0.45 < found.high < 0.8
    assert rate(parts[:4]) == Rate(0.75, None, None, 4.0)
    assert rate([]) == Rate(None, None, None, 0.0)


def full() -> Report:
    gate = GateChanged(120.0, "20231114T221320250Z-abcdef", "promoted", "better by 9 points")
    check = PersistenceSeen("a", "s1", 90.0, 30, 1.0)
    return report([session("s1"), request("r1"), *shown("a", End.ACCEPTED, accepted_chars=10), check, gate])


def test_the_report_as_text_names_everything() -> None:
    told = text(full())
    for part in (
        "1 requests",
        "Requests by result",
        "By language",
        "By model",
        "Kept of",
        "spared",
        "better by 9 points",
    ):
        assert part in told


def review(name: str, verdict: Verdict, reviewer: str = "u", **more: str) -> Reviewed:
    return Reviewed(f"{name}-{verdict}-{reviewer}", name, "s1", 70.0, verdict, reviewer, **more)


def test_reviews_are_counted_by_verdict_and_source_and_a_reviewers_last_word_counts() -> None:
    said = [
        review("g1", Verdict.REVERT),
        review("g1", Verdict.KEEP),
        review("g2", Verdict.REVERT),
        review("g2", Verdict.REWRITE, "other", source="thread"),
        review("g2", Verdict.KEEP, "a-model", source="import", reviewer_kind="model"),
        review("g2", Verdict.KEEP, "a-model", source="model", reviewer_kind="model", method="verdict-1"),
        review("g2", Verdict.REVERT, "a-model", source="model", reviewer_kind="model", method="bug-1"),
        review("g2", Verdict.KEEP, "git", source="git", reviewer_kind="git"),
    ]
    found = report([session("s1"), request("r1"), *said])
    assert found.reviews == (
        Reviews("git", 1, 0, 0),
        Reviews("import (model)", 1, 0, 0),
        Reviews("model", 1, 0, 1),
        Reviews("thread", 0, 1, 0),
        Reviews("thumbs", 1, 0, 1),
    )
    told = text(found)
    assert "Reviews" in told and "rewrite" in told
    assert "Reviews" not in text(report([session("s1"), request("r1")]))


def test_an_empty_log_is_said_in_one_line() -> None:
    assert text(report([])) == "The log holds no requests yet."


def test_the_report_as_json_holds_no_nan() -> None:
    for found in (full(), report([])):
        assert json.loads(json.dumps(found.to_json(), allow_nan=False))["requests"] == found.requests


@pytest.mark.parametrize("at", [1e300, float("inf"), -1e15])
def test_a_time_that_no_calendar_has_is_told_in_a_line(at: float) -> None:
    with pytest.raises(LogError, match="no calendar"):
        report([session("s1"), request("r1", at=at)])
    with pytest.raises(LogError, match="no calendar"):
        report([GateChanged(at, "v1", "promoted")])


def test_what_was_shown_taken_and_kept_is_counted_by_suggestions_lines_and_characters() -> None:
    def made(name: str, chars: int, lines: int) -> SuggestionMade:
        return SuggestionMade(name, "r", "s1", 60.0, SuggestionFacts(chars, lines))

    seen: list[Event] = [
        *(made("a", 40, 4), outcome("a", End.ACCEPTED, accepted_chars=40)),
        PersistenceSeen("a", "s1", 90.0, 30, 0.25),
        *(made("b", 20, 2), outcome("b", End.PARTIAL, accepted_chars=10), outcome("b", End.REJECTED)),
        *(made("c", 7, 1), replace(decision(2, Action.WITHHOLD, Action.WITHHOLD), suggestion_id="c")),
    ]
    suggestions, lines, characters = report(seen).amounts
    assert [each.unit for each in (suggestions, lines, characters)] == ["suggestions", "lines", "characters"]
    assert [(each.made, each.withheld, each.shown) for each in (suggestions, lines, characters)] == [
        (3, 1, 2),
        (7, 1, 6),
        (67, 7, 60),
    ]
    assert [each.accepted.value for each in (suggestions, lines, characters)] == [1 / 2, 5 / 6, 50 / 60]
    assert [each.kept.value for each in (suggestions, lines, characters)] == [0.0, 0.25, 0.25]


def spread(n_days: int, sessions_a_day: int) -> Report:
    cases = [
        [
            suggestion(f"{day}-{n}", session_id=f"{day}-{n}"),
            outcome(f"{day}-{n}", End.ACCEPTED if n % 2 else End.REJECTED),
        ]
        for day in range(n_days)
        for n in range(sessions_a_day)
    ]
    at = {f"{day}-{n}": 1_700_000_000.0 + 86_400 * day for day in range(n_days) for n in range(sessions_a_day)}
    return report(
        [
            replace(event, at=at[event.suggestion_id])
            for case in cases
            for event in case
            if isinstance(event, SuggestionMade | OutcomeSeen)
        ]
    )


@pytest.mark.parametrize(
    ("n_days", "sessions_a_day", "unit"),
    [(1, 1, "hour"), (10, 1, "day"), (10, 6, "day"), (35, 1, "week"), (200, 1, "week"), (2000, 1, "year")],
)
def test_time_is_cut_as_finely_as_the_sessions_bear(n_days: int, sessions_a_day: int, unit: str) -> None:
    found = spread(n_days, sessions_a_day).periods
    assert {period.unit for period in found} == {unit}
    assert sum(period.line.made for period in found) == n_days * sessions_a_day
    starts = [period.start_at for period in found]
    assert starts == sorted(set(starts)) and len(starts) <= 41
