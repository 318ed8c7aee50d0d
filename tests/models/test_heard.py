"""From a log's reviews and checks to how far each reviewer's word moves a label."""

from collections.abc import Iterator

from making_logs import Shape, events
from tactful_models.checked import Checked, Stands
from tactful_models.dataset import read
from tactful_models.events import End, Event, OutcomeSeen, Reviewed, Verdict
from tactful_models.feedback import FeedbackLog
from tactful_models.heard import estimated, heard, hearing
from tactful_models.labels import EVERYONE


def accepted() -> list[OutcomeSeen]:
    found = events(Shape(users=1, sessions=4, decisions=60))
    return [one for one in found if isinstance(one, OutcomeSeen) and one.end is End.ACCEPTED]


RIGHT = {one.suggestion_id: n % 3 != 0 for n, one in enumerate(accepted())}
"""Of what was accepted, whether it was right."""
UNTESTED = {name for n, name in enumerate(RIGHT) if n % 5 == 0}


def told() -> Iterator[Event]:
    """Tests say so of most that was accepted, Ada of all, Bob says the opposite."""
    yield from events(Shape(users=1, sessions=4, decisions=60))
    for one in accepted():
        name, session, at = one.suggestion_id, one.session_id, one.at + 60.0
        if name not in UNTESTED:
            stands = Stands.HELD if RIGHT[name] else Stands.BROKE
            yield Checked(f"c-{name}", name, session, at, parses=Stands.HELD, old_tests=stands, ran_ratio=1.0)
        for reviewer, agrees in (("ada", True), ("bob", False)):
            verdict = Verdict.KEEP if RIGHT[name] is agrees else Verdict.REVERT
            yield Reviewed(f"{reviewer}-{name}", name, session, at + 1.0, verdict, reviewer)


def test_one_who_agrees_with_tests_is_believed_and_one_who_contradicts_them_is_turned_round() -> None:
    found = heard(told())

    assert found.reviewers["ada"].worth > 0.6
    assert found.reviewers["bob"].worth < -0.6
    assert {name: found.good[name] > 0.5 for name in RIGHT} == RIGHT


def test_labels_heed_them_as_far_as_they_are_believed() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append(told())
        by_worth = hearing(log)
        assert by_worth.worth == {name: each.worth for name, each in estimated(log).reviewers.items()}
    rows, equally = (read(told(), hearing=each) for each in (by_worth, EVERYONE))
    labels = dict(zip(rows.suggestion_id, map(bool, rows.label), strict=True))
    taken_as_equals = dict(zip(equally.suggestion_id, map(bool, equally.label), strict=True))

    assert len(UNTESTED) > 10
    assert {name: labels[name] for name in UNTESTED} == {name: RIGHT[name] for name in UNTESTED}
    assert {name: taken_as_equals.get(name) for name in UNTESTED} != {name: RIGHT[name] for name in UNTESTED}


def test_of_several_checks_the_last_counts() -> None:
    broke = Checked("c1", "g1", "s1", 1.0, old_tests=Stands.BROKE)
    held = Checked("c2", "g1", "s1", 2.0, old_tests=Stands.HELD, ran_ratio=1.0)

    assert heard([broke, held]).good["g1"] > 0.5 > heard([held, broke]).good["g1"]


def test_a_log_without_reviews_believes_nobody_in_particular() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append(events(Shape(users=1, sessions=1, decisions=3)))
        assert hearing(log).worth == {}
