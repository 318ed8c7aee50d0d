"""The history of what the user did."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful_models.bounded import Bounded
from tactful_models.events import End, Event, Known, OutcomeSeen, SessionStarted, SuggestionFacts, SuggestionMade
from tactful_models.history import History, Where
from tactful_models.standing import PRIOR_RATE, TYPICAL_LN_CHARS, Standing


def made(name: str, n_chars: int = 10, file_key: str = "f", language: str = "python") -> SuggestionMade:
    return SuggestionMade(
        name, f"r{name}", "s", 0.0, SuggestionFacts(n_chars, 1), language, file_key, "p", place_key=f"place-{name}"
    )


def seen(name: str, end: End, at: float = 1.0, chars: int | None = None, session_id: str = "s") -> OutcomeSeen:
    return OutcomeSeen(name, session_id, at, end, Known.CHANGE, shown_s=0.5, accepted_chars=chars)


def after(*events: Event) -> History:
    history = History()
    history.observe(SessionStarted("s", 0.0, "me"))
    for event in events:
        history.observe(event)
    return history


def standing(history: History, at: float = 10.0, file_key: str = "f") -> Standing:
    return history.standing(Where(at, "python", file_key, "p"))


def test_a_new_user_starts_from_the_prior() -> None:
    found = standing(after())
    assert (found.own_rate, found.recent_rate, found.n_ended) == (PRIOR_RATE, PRIOR_RATE, 0)
    assert (found.file_rate, found.since_shown_s, found.last_ends) == (None, None, (None,) * 5)
    assert found.session_age_s == 10.0


def test_rates_move_from_the_prior_to_the_users_own() -> None:
    few = standing(after(made("a"), seen("a", End.ACCEPTED)))
    many = standing(after(*(event for i in range(200) for event in (made(str(i)), seen(str(i), End.ACCEPTED)))))
    assert PRIOR_RATE < few.own_rate < many.own_rate
    assert many.own_rate > 0.95


def test_a_files_rate_is_shrunk_to_the_users_own() -> None:
    history = after(made("a", file_key="f"), seen("a", End.ACCEPTED), made("b", file_key="g"), seen("b", End.REJECTED))
    here, there = standing(history, file_key="f"), standing(history, file_key="g")
    assert there.file_rate is not None
    assert here.file_rate is not None
    assert there.file_rate < here.own_rate < here.file_rate
    assert standing(history, file_key="never").file_rate is None


def test_seconds_are_counted_from_the_last_of_each_end() -> None:
    found = standing(after(made("a"), seen("a", End.SHOWN, 2.0), seen("a", End.ACCEPTED, 4.0)), at=10.0)
    assert (found.since_shown_s, found.since_accepted_s, found.since_rejected_s) == (8.0, 6.0, None)


def test_the_last_ends_come_newest_first() -> None:
    history = after(made("a"), seen("a", End.ACCEPTED), made("b"), seen("b", End.IGNORED))
    assert standing(history).last_ends == (0.0, 1.0, None, None, None)
    assert standing(history).refused_in_a_row == 1


def test_a_suggestion_taken_in_part_counts_for_that_part() -> None:
    history = after(made("a", 10), seen("a", End.PARTIAL, chars=4), seen("a", End.REJECTED))
    assert standing(history).last_ends[0] == 0.4


def test_a_superseded_suggestion_says_nothing_of_the_user() -> None:
    found = standing(after(made("a"), seen("a", End.SHOWN), seen("a", End.SUPERSEDED)))
    assert (found.n_ended, found.session_shown) == (0, 1)


def test_what_was_rejected_at_a_place_is_remembered() -> None:
    history = after(made("a"), seen("a", End.REJECTED), made("b"), seen("b", End.ACCEPTED))
    assert history.was_rejected_here("place-a")
    assert not history.was_rejected_here("place-b")


def test_a_session_of_someone_else_leaves_the_users_rates_alone() -> None:
    history = History()
    history.observe(SessionStarted("theirs", 0.0, "other"))
    for i in range(20):
        history.observe(seen(str(i), End.ACCEPTED, session_id="theirs"))
    history.observe(SessionStarted("s", 0.0, "me"))
    assert standing(history).own_rate == PRIOR_RATE
    history.observe(seen("late", End.ACCEPTED, session_id="theirs"))
    assert standing(history).n_ended == 0


def test_a_new_session_of_the_same_user_keeps_the_rates_and_counts_anew() -> None:
    history = after(made("a"), seen("a", End.SHOWN), seen("a", End.ACCEPTED))
    history.observe(SessionStarted("next", 50.0, "me"))
    found = standing(history, at=60.0)
    assert (found.n_ended, found.session_shown, found.session_rate, found.session_age_s) == (1, 0, None, 10.0)


def test_a_copy_goes_its_own_way() -> None:
    history = after(made("a"))
    copy = history.copy()
    copy.observe(seen("a", End.REJECTED))
    assert standing(history).n_ended == 0
    assert standing(copy).n_ended == 1


NAMES = st.sampled_from("abcdef")
EVENTS = st.lists(
    st.one_of(
        st.builds(made, NAMES, st.integers(0, 40), st.sampled_from("fgh")),
        st.builds(seen, NAMES, st.sampled_from(End), st.floats(0, 1e6), st.none() | st.integers(0, 50)),
        st.builds(SessionStarted, NAMES, st.floats(0, 1e6), st.sampled_from(["me", "other"])),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(EVENTS, st.integers(0, 40))
def test_the_same_events_make_the_same_history_copied_midway_or_not(events: list[Event], at: int) -> None:
    straight, first = after(*events), after(*events[:at])
    second = first.copy()
    for event in events[at:]:
        second.observe(event)
    assert standing(straight) == standing(second)


@settings(deadline=None)
@given(EVENTS)
def test_every_rate_lies_between_0_and_1(events: list[Event]) -> None:
    found = standing(after(*events))
    rates = (found.own_rate, found.recent_rate, found.file_rate, found.language_rate, found.session_rate)
    assert all(rate is None or 0.0 <= rate <= 1.0 for rate in (*rates, *found.last_ends))


@pytest.mark.parametrize("limit", [1, 3])
def test_a_bounded_dictionary_forgets_what_was_set_longest_ago(limit: int) -> None:
    entries: Bounded[int, int] = Bounded(limit)
    for number in range(10):
        entries.put(number, number)
    assert len(entries) == limit
    assert (9 in entries, 9 - limit in entries) == (True, False)
    assert entries.pop(9) == 9
    assert entries.get(9) is None


def test_showings_without_an_answer_are_counted_until_one_comes() -> None:
    shown = [event for name in "abc" for event in (made(name), seen(name, End.SHOWN), seen(name, End.SUPERSEDED))]
    assert standing(after(*shown)).shown_since_end == 3
    assert standing(after(*shown, made("d"), seen("d", End.SHOWN), seen("d", End.REJECTED))).shown_since_end == 0


def test_the_usual_length_is_that_of_what_was_taken_shrunk_to_the_typical_one() -> None:
    nothing = standing(after()).usual_ln_chars
    refused = standing(after(made("a", 400), seen("a", End.REJECTED))).usual_ln_chars
    taken = [event for i in range(50) for event in (made(str(i), 400), seen(str(i), End.ACCEPTED))]
    assert nothing == refused == TYPICAL_LN_CHARS
    assert standing(after(*taken)).usual_ln_chars == pytest.approx(math.log(401), abs=0.3)


def told(name: str, logprob: float, model_key: str = "m") -> SuggestionMade:
    return replace(made(name), facts=SuggestionFacts(10, 1, logprob_mean=logprob), model_key=model_key)


def test_what_a_model_said_of_the_latest_ones_shown_is_remembered_by_model() -> None:
    events = [event for n in range(25) for event in (told(str(n), -float(n)), seen(str(n), End.SHOWN))]
    history = after(told("other", -9.0, "n"), seen("other", End.SHOWN), *events, told("unseen", -99.0))
    found = history.standing(Where(10.0, model_key="m")).recent_logprob
    assert (found.n, found.taken) == (20, -float(sum(range(5, 25))))
    assert history.standing(Where(10.0, model_key="never")).recent_logprob.n == 0
