"""What a suggestion is worth in the user's own seconds, and what that rests on."""

import math

import pytest

from tactful_models.events import (
    ContextFacts,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    Trigger,
)
from tactful_models.utility import Term, Terms, words, worth
from tactful_models.utility_terms import LONGEST_LOOK_S, ON_SCREEN, SPEED, STAYS, Pace


def asked(at: float, offset: int, session: str = "s", file_key: str = "f", manual: bool = False) -> RequestEnded:
    trigger = Trigger.MANUAL if manual else Trigger.AUTOMATIC
    facts = ContextFacts(trigger=trigger, offset_chars=offset)
    return RequestEnded(f"r{at}", session, at, facts, Result.EMPTY, file_key=file_key)


def ended(name: str, end: End, shown_s: float | None = 0.5, session: str = "s") -> OutcomeSeen:
    return OutcomeSeen(name, session, 1.0, end, Known.CLIENT, shown_s, 9 if end is End.ACCEPTED else None)


def kept(name: str, ratio: float | None, after_s: int = 30) -> PersistenceSeen:
    return PersistenceSeen(name, "s", 31.0, after_s, ratio)


def terms(*events: Event) -> Terms:
    pace = Pace()
    for event in events:
        pace.observe(event)
    return pace.terms()


def typing(n: int, gap_s: float, session: str = "s") -> list[Event]:
    return [asked(gap_s * at, 100 + at, session) for at in range(n)]


def test_without_a_record_everything_is_as_usual() -> None:
    found = terms()
    assert [each.value for each in (found.speed, found.stays, found.on_screen)] == [
        SPEED.value, STAYS.value, ON_SCREEN.value,
    ]  # fmt: skip
    assert not found.is_own
    assert found.speed.low < SPEED.value < found.speed.high


def test_typing_is_timed_from_key_to_key_and_moves_to_the_users_own() -> None:
    few, many = terms(*typing(10, 0.1)).speed, terms(*typing(5000, 0.1)).speed
    assert SPEED.value < few.value < many.value
    assert many.value == pytest.approx(10.0, rel=0.06)
    assert many.high - many.low < few.high - few.low


def test_pauses_jumps_other_files_and_what_is_asked_by_hand_are_no_typing() -> None:
    odd = [asked(0.0, 10), asked(5.0, 11), asked(5.1, 90), asked(5.2, 91, file_key="g"), asked(5.3, 92, manual=True)]
    assert terms(*odd).speed.n == 0


def test_text_that_a_suggestion_put_in_is_no_typing() -> None:
    assert terms(asked(0.0, 10), ended("a", End.ACCEPTED), asked(0.2, 20)).speed.n == 0


def test_what_stays_is_what_was_there_when_last_looked() -> None:
    early = terms(ended("a", End.ACCEPTED), kept("a", 1.0)).stays
    late = terms(ended("a", End.ACCEPTED), kept("a", 1.0), kept("a", 0.6, 300)).stays
    assert (early.n, late.n) == (1, 1)
    assert late.value < STAYS.value < early.value


def test_an_accept_that_was_thrown_out_at_once_is_no_part_of_what_stays() -> None:
    assert terms(ended("a", End.ACCEPTED), kept("a", 0.1)).stays.n == 0


def test_a_look_ends_when_one_has_turned_to_something_else() -> None:
    away = terms(*(ended(str(at), End.IGNORED, 900.0) for at in range(500))).on_screen
    assert away.value == pytest.approx(LONGEST_LOOK_S, rel=0.05)
    assert terms(ended("a", End.ACCEPTED), ended("b", End.REJECTED, None)).on_screen.n == 0


def test_the_time_to_the_next_key_is_no_look() -> None:
    same = Term(0.25, 0.25, 0.25, 9, 1.0)
    assert Terms(Term(4.0, 4.0, 4.0, 9, 4.0), same, same).look_s == 0.0


def test_intervals_are_over_sessions_where_there_are_five() -> None:
    one = [ended(str(at), End.REJECTED, 0.2 if at % 2 else 2.0) for at in range(100)]
    apart = [ended(str(at), End.REJECTED, 0.2 if at < 50 else 2.0, f"s{at // 10}") for at in range(100)]
    alike, different = terms(*one).on_screen, terms(*apart).on_screen
    assert alike.value == pytest.approx(different.value)
    assert different.high - different.low > 2.0 * (alike.high - alike.low)


def exactly(value: float, error: float = 0.0) -> Term:
    return Term(value, value - 1.96 * error, value + 1.96 * error, 9, value)


def test_worth_is_the_typing_saved_less_the_look() -> None:
    own = Terms(exactly(4.0), exactly(0.9), exactly(0.85))
    found = worth(0.34, 40, own)
    assert found.value_s == pytest.approx(0.34 * 40 * 0.9 / 4.0 - 0.6)
    assert (found.low_s, found.high_s) == pytest.approx((found.value_s, found.value_s))


def test_eagerness_multiplies_the_look_and_nothing_else() -> None:
    own = Terms(exactly(4.0), exactly(0.9), exactly(0.85))
    assert worth(0.3, 40, own, 3.0).value_s == pytest.approx(worth(0.3, 40, own).value_s - 2 * own.look_s)
    assert worth(0.3, 40, own, 0.0).look_s == 0.0


def test_the_break_even_chance_moves_by_the_same_odds_ratio_as_the_thresholds_when_chances_are_small() -> None:
    own = Terms(exactly(4.0), exactly(1.0), exactly(0.75))
    even = own.look_s / own.saved_s(200)
    assert worth(3.0 * even, 200, own, 3.0).value_s == pytest.approx(0.0, abs=1e-9)


def test_uncertain_terms_make_an_uncertain_worth() -> None:
    own = Terms(exactly(4.0, 0.4), exactly(0.9, 0.05), exactly(0.85, 0.1))
    found = worth(0.34, 40, own)
    saved = 0.34 * 40 * 0.9 / 4.0
    error = math.hypot(saved * math.hypot(0.1, 0.05 / 0.9), 0.1)
    assert found.high_s - found.value_s == pytest.approx(1.96 * error)


def test_it_is_told_in_one_line() -> None:
    own = Terms(exactly(4.1), exactly(0.92), exactly(0.84))
    assert words(worth(0.34, 41, own), own) == (
        "worth about +2.5 s: 34 % of 41 characters at your 4.1 a second, 92 % of which stays, against 0.6 s to look"
    )
