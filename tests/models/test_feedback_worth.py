"""Feedback that is switched off in a recorded log, and what each kind is worth to the gate."""

import json
from dataclasses import replace
from functools import cache

import pytest

from tactful_models import dataset, feedback_kinds, feedback_worth, labels, simulated_feedback
from tactful_models.boosting import Recipe
from tactful_models.cases import Reader
from tactful_models.checked import Checked, Stands
from tactful_models.errors import TrainingError
from tactful_models.events import Reviewed, Verdict
from tactful_models.feedback_kinds import CHECKS, EVERYTHING, NINE, NOTHING, Execution, Feedback, Heeded, Words
from tactful_models.feedback_worth import FeedbackWorth
from tactful_models.simulated_feedback import PANEL, Wrongs
from tactful_models.simulated_reviews import Suite
from tactful_models.simulation import Size
from tactful_models.training import Plan

PLAN = Plan(label="kept_30", recipe=Recipe(n_trees=40, learning_rate=0.1, seeds=(1,), sums=False))
CHECK = Checked(
    "c", "s", "x", 1.0, parses=Stands.HELD, compiles=Stands.HELD, imports=Stands.HELD, old_tests=Stands.BROKE
)


def review(expertise: str, kind: str = "person") -> Reviewed:
    return Reviewed(f"v-{expertise}", "s", "x", 2.0, Verdict.REVERT, "ada", kind, expertise=expertise)


def heeded(of: Heeded, *feedback: Feedback) -> list[Feedback]:
    return list(of.of(feedback))


def recorded() -> tuple[Reader, list[Feedback]]:
    code = simulated_feedback.draw(Wrongs(0.5, 8.0), Size(1, 5, 100), 1)
    reader = Reader()
    for event in simulated_feedback.events(code, 1):
        reader.see(event)
    return reader, list(simulated_feedback.feedback(code, PANEL, Suite(), 1))


@cache
def measured() -> FeedbackWorth:
    reader, feedback = recorded()
    told: list[str] = []
    found = feedback_worth.measure(reader, feedback, PLAN, told.append)
    assert len(told) == feedback_worth.count(feedback)
    return found


def test_without_execution_only_parsing_and_compiling_are_left_of_a_check() -> None:
    [left] = heeded(Heeded(execution=Execution.NONE), CHECK)
    assert left == replace(CHECK, imports=Stands.UNKNOWN, old_tests=Stands.UNKNOWN)


def test_with_partial_coverage_tests_that_ran_every_line_are_not_heeded() -> None:
    half, whole = (replace(CHECK, old_tests=Stands.HELD, ran_ratio=ratio) for ratio in (0.5, 1.0))
    partial = Heeded(execution=Execution.PARTIAL)
    assert heeded(partial, CHECK, half) == [CHECK, half]
    assert heeded(partial, whole) == [replace(whole, old_tests=Stands.UNKNOWN, ran_ratio=None)]
    assert heeded(EVERYTHING, whole) == [whole]


def test_words_are_those_of_who_says_to_know_the_code_or_of_the_others_and_never_the_repositorys() -> None:
    owner, expert, novice, unsaid, git = (
        review("owner"), review("Expert "), review("novice"), review(""), review("", "git"),
    )  # fmt: skip
    everyone = (owner, expert, novice, unsaid, git)
    assert heeded(Heeded(words=Words.EXPERT), *everyone) == [owner, expert]
    assert heeded(Heeded(words=Words.NOVICE), *everyone) == [novice, unsaid]
    assert heeded(Heeded(words=Words.NONE), *everyone) == []
    assert heeded(EVERYTHING, *everyone) == list(everyone)


def test_there_are_nine_combinations_and_compile_feedback_is_in_each() -> None:
    assert len(set(NINE)) == 9
    assert all(each.compiles for each in NINE)
    assert Words.ALL not in {each.words for each in NINE}


def test_what_was_switched_off_can_be_switched_on_again() -> None:
    reader, feedback = recorded()
    definition, found = labels.find("kept_30"), []
    for each in (EVERYTHING, NOTHING, CHECKS, EVERYTHING):
        hearing = feedback_kinds.heed(reader, feedback, each)
        found.append(dataset.rows(reader, definition, hearing).label.tolist())
    assert found[0] == found[3]
    assert found[1] != found[2] != found[0]


def test_what_moves_labels_is_worth_something_to_the_gate() -> None:
    kinds = {each.name: each for each in measured().kinds}
    assert list(kinds) == ["behaviour alone", "and persistence", "and checks", "and reviews"]
    assert kinds["behaviour alone"].moved == 0 == kinds["and persistence"].turned
    assert kinds["and checks"].turned > 0 < kinds["and reviews"].turned
    checks, everything = (kinds[name].difference.value or 0.0 for name in ("and checks", "and reviews"))
    assert everything > checks and everything > 0.04


def test_of_the_nine_combinations_full_coverage_turns_more_labels_than_none() -> None:
    nine = {each.name: each for each in measured().nine}
    assert len(nine) == 10
    assert nine["compile, no execution, no words"].moved == 0
    assert nine["compile, full coverage, no words"].turned > 0
    assert nine["compile, full coverage, expert"].turned > nine["compile, no execution, novice"].turned


def test_it_is_told_as_json_and_a_log_without_feedback_is_measured_by_behaviour_and_persistence() -> None:
    reader, _ = recorded()
    told = json.loads(json.dumps(feedback_worth.measure(reader, [], PLAN).to_json(), allow_nan=False))["feedback"]
    assert told["holds"] == {"checks": 0, "tests": 0, "expert": 0, "others": 0}
    assert [each["moved"] for each in told["kinds"]] == [0, 0, 0, 0]
    assert told["nine"] == []


def test_a_label_that_only_accepting_moves_is_refused_and_another_is_taken_for_it() -> None:
    reader, feedback = recorded()
    with pytest.raises(TrainingError, match="accepting alone"):
        feedback_worth.measure(reader, feedback, replace(PLAN, label="accepted"))
    assert feedback_worth.definition("accepted") == labels.DEFAULT
    assert feedback_worth.definition("kept_120") == "kept_120"
