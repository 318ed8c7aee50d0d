"""What was accepted, as a review needs it."""

from dataclasses import replace

from logged import opportunity, placed, reviewed, session, started, suggested
from tactful_models import taken
from tactful_models.events import End, OutcomeSeen, PersistenceSeen, Verdict
from tactful_models.feedback import FeedbackLog


def test_what_was_accepted_comes_the_newest_first_with_all_that_is_known_of_it() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([*session(3), placed(1), reviewed(1), replace(reviewed(1, verdict=Verdict.REVERT), review_id="w1")])
        log.append([PersistenceSeen("g1", "s1", 700.0, 600, 0.5), PersistenceSeen("g1", "s1", 700.0, 300, None)])
        last, middle, _ = taken.read(log)

    assert (last.suggestion_id, middle.suggestion_id) == ("g2", "g1")
    assert middle.kept == {30: 1.0, 600: 0.5, 300: None}
    assert middle.last_kept == (600, 0.5)
    assert (middle.at, middle.n_chars, middle.made.facts.n_lines) == (2.0, 4, 1)
    assert (middle.made.file_key, middle.made.language, middle.made.text) == ("f1", "python", "pass")
    assert (middle.spot, middle.line_hashes) == ((1, 4), (f"{1:016x}", "-"))
    assert [one.verdict for one in middle.reviews] == [Verdict.KEEP, Verdict.REVERT]
    said = middle.said_by("person")
    assert said is not None and said.verdict is Verdict.REVERT
    assert middle.said_by("git") is None


def test_where_no_place_was_noted_it_is_where_the_caret_was() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([started(), *opportunity(7)])
        [one] = taken.read(log)

    assert (one.placed, one.spot, one.line_hashes, one.text_hash) == (None, (7, 0), (), "")


def test_what_was_not_accepted_is_not_there() -> None:
    with FeedbackLog.open(":memory:") as log:
        ends = [replace(one, end=End.REJECTED) for one in opportunity(1) if isinstance(one, OutcomeSeen)]
        log.append([started(), suggested(1), *ends, suggested(2), reviewed(2)])

        assert taken.read(log) == []
