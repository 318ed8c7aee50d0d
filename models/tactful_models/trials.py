"""What checks say, in the words that labels and reviewers' reliability understand."""

from tactful_models.checked import Checked, Stands
from tactful_models.reviewers import Trial


def trials(checked: Checked) -> tuple[Trial, ...]:
    """One trial for each rung that says something: `parses`, `compiles`, `lints`, `imports`, `tests`.

    Tests fail where one that passed before no longer does, and pass where some passed; how much a pass says is the
    share of the suggestion's lines that they ran. Where the share was not measured, a pass says nothing (reach 0).

    >>> held = Checked("c", "s", "x", 0.0, parses=Stands.HELD, old_tests=Stands.HELD, ran_ratio=0.5)
    >>> [(trial.check, trial.passed, trial.reach) for trial in trials(held)]
    [('parses', True, 1.0), ('tests', True, 0.5)]
    """
    plain = ("parses", "compiles", "lints", "imports")
    found = [
        Trial(checked.suggestion_id, rung, getattr(checked, rung) is Stands.HELD)
        for rung in plain
        if getattr(checked, rung) in (Stands.HELD, Stands.BROKE)
    ]
    tests = (checked.old_tests, checked.reaching_tests)
    if Stands.BROKE in tests:
        found.append(Trial(checked.suggestion_id, "tests", False, is_test=True))
    elif Stands.HELD in tests:
        found.append(Trial(checked.suggestion_id, "tests", True, checked.ran_ratio or 0.0, is_test=True))
    return tuple(found)
