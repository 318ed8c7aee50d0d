"""`tactful evaluate` as a user calls it."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from tactful_models import simulated_log, simulation
from tactful_models.feedback import FeedbackLog
from tactful_models.simulation import Logging, Size, World
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


def test_ablations_alone_need_no_gate_and_are_told_as_a_table(tmp_path: Path) -> None:
    told = tactful(logged(tmp_path, Size(1, 5, 40)), "--ablate")
    assert told.exit_code == 0, told.exception
    assert "Trained without a group of features" in told.stdout
    assert "the typing rhythm, before the call" in told.stdout
