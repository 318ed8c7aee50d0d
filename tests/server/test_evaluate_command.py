"""`tactful evaluate` as a user calls it."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from tactful_models import simulated_feedback, simulated_log, simulation
from tactful_models.feedback import FeedbackLog
from tactful_models.feedback_worth import FeedbackWorth, Holds, Worth
from tactful_models.metrics import Estimate
from tactful_models.simulated_feedback import PANEL, Wrongs
from tactful_models.simulated_reviews import Suite
from tactful_models.simulation import Logging, Size, World
from tactful_server.commands import feedback_text
from tactful_server.commands.evaluate import evaluate


def logged(directory: Path, size: Size) -> Path:
    """A simulated log of so many users, sessions and suggestions."""
    path = directory / "feedback.db"
    with FeedbackLog.open(path) as log:
        log.append(simulated_log.events(simulation.draw(World(), size, 1), Logging(), 0))
    return path


def tactful(db: Path, *arguments: str) -> Result:
    return CliRunner().invoke(evaluate, ["--db", str(db), "--registry", str(db.parent / "gates"), *arguments])


def test_across_people_tells_differences_and_routing_beside_the_baselines(tmp_path: Path) -> None:
    told = tactful(logged(tmp_path, Size(3, 2, 20)), "--cv", "programmer", "--json")
    assert told.exit_code == 0, told.exception
    values = json.loads(told.stdout)
    against = {(each["against"], each["stage"]) for each in values["differences"]}
    assert against >= {("mean log-probability", 2), ("Amazon's form", 1), ("Copilot's form of 2022", 1)}
    assert {each["name"] for each in values["without_logprobs"]["scorecards"]} == {"gate", "CDHF's recipe (2)"}
    assert [set(each) for each in values["routing"]] == 2 * [
        {"name", "accepts_lost", "rejections_withheld", "calls_avoided", "gain"}
    ]
    assert values["baselines_left_out"] == []


def test_a_saved_gate_is_not_scored_across_people(tmp_path: Path) -> None:
    told = tactful(tmp_path / "no.db", "--cv", "programmer", "--version", "20231114T221320250Z-abcdef")

    assert (told.exit_code, "choose one" in told.output) == (2, True)


def test_ablations_alone_need_no_gate_and_are_told_as_a_table(tmp_path: Path) -> None:
    told = tactful(logged(tmp_path, Size(1, 5, 40)), "--ablate")
    assert told.exit_code == 0, told.exception
    assert "Trained without a group of features" in told.stdout
    assert "the typing rhythm, stage 1" in told.stdout


def test_feedback_is_switched_off_kind_by_kind_and_what_the_log_lacks_is_said(tmp_path: Path) -> None:
    db = tmp_path / "feedback.db"
    code = simulated_feedback.draw(Wrongs(), Size(1, 3, 60), 1)
    with FeedbackLog.open(db) as log:
        log.append(simulated_feedback.events(code, 1))
        log.append(simulated_feedback.feedback(code, PANEL[:1], Suite(), 1))
    told = tactful(db, "--feedback", "--json")
    assert told.exit_code == 0, told.exception
    found = json.loads(told.stdout)["feedback"]
    assert min(found["holds"]["tests"], found["holds"]["expert"]) > 30
    assert (found["holds"]["others"], found["label"]) == (0, "kept_30")
    assert [len(found[part]) for part in ("kinds", "nine")] == [4, 10]


def test_what_feedback_is_worth_is_told_as_tables_and_what_the_log_lacks_in_a_sentence() -> None:
    figure = Estimate(0.75, 0.7, 0.8)
    lines = [Worth(name, 30, 12, figure, figure, figure) for name in ("and checks", "compile, full coverage, expert")]
    found = FeedbackWorth("kept_30", 400, Holds(80, 0, 0, 7), tuple(lines[:1]), tuple(lines[1:]))
    told = feedback_text.worth(found)
    assert all(each in told for each in ("and checks", "compile, full coverage, expert", ".750", "400 suggestions"))
    lacking = "This log holds no checks that ran tests, no reviews by owners or experts;"
    assert told.endswith(f"{lacking} what rests on them is the same as without.")


def test_of_a_log_without_checks_and_reviews_that_is_said(tmp_path: Path) -> None:
    shown = tactful(logged(tmp_path, Size(1, 3, 60)), "--feedback")
    assert shown.exit_code == 0, shown.exception
    assert "This log holds neither checks nor reviews" in shown.stdout
