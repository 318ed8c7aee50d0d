"""The ladder's arithmetic, and what checks say to those who weigh words."""

from tactful_models.checked import RUNGS, Checked, Stands, climbed, credit
from tactful_models.trials import trials

HELD, BROKE, FAILED, UNKNOWN = Stands.HELD, Stands.BROKE, Stands.FAILED, Stands.UNKNOWN


def test_the_climb_ends_at_the_first_rung_that_broke() -> None:
    assert climbed([HELD] * 6) == 6
    assert climbed([HELD, HELD, BROKE, HELD]) == 2
    assert climbed([BROKE, HELD]) == 0


def test_what_is_not_known_or_failed_before_neither_counts_nor_ends_the_climb() -> None:
    assert climbed([HELD, UNKNOWN, FAILED, HELD]) == 2


def test_nothing_known_has_no_credit() -> None:
    assert credit({}, {}) is None
    assert credit(dict.fromkeys(RUNGS, FAILED), {}) is None


def test_what_cannot_be_parsed_has_none_of_the_credit_and_what_holds_all_of_it() -> None:
    assert credit({"parses": BROKE}, {}) == 0.0
    assert credit(dict.fromkeys(RUNGS, HELD), {}) == 1.0


def test_a_nearly_right_suggestion_has_more_credit_than_one_that_fails_at_once() -> None:
    nearly = credit(dict.fromkeys(RUNGS, HELD) | {"old_tests": BROKE}, {"old_tests": 0.9})
    no_import = credit({"parses": HELD, "compiles": HELD, "lints": HELD, "imports": BROKE}, {})
    assert nearly is not None and no_import is not None
    assert 1.0 > nearly > no_import == 0.5


def checked(**stands: Stands) -> Checked:
    return Checked("c", "s", "x", 0.0, ran_ratio=0.5, **stands)  # type: ignore[arg-type]


def test_a_broken_test_is_a_failed_trial_whatever_else_held() -> None:
    [told] = trials(checked(old_tests=BROKE, reaching_tests=HELD))
    assert (told.check, told.passed, told.is_test) == ("tests", False, True)


def test_passing_tests_say_as_much_as_they_ran_of_it() -> None:
    [told] = trials(checked(reaching_tests=HELD))
    assert (told.passed, told.reach) == (True, 0.5)
    [unmeasured] = trials(Checked("c", "s", "x", 0.0, old_tests=HELD))
    assert (unmeasured.passed, unmeasured.reach) == (True, 0.0)


def test_what_failed_before_as_well_is_no_trial() -> None:
    assert trials(checked(compiles=FAILED, old_tests=FAILED)) == ()
