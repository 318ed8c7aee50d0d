"""`tactful train`, `evaluate`, `promote`, `rollback` and `report` as a user calls them."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from making_logs import Shape, events, newer
from tactful_models.errors import GateError, LogError, NotFoundError, SchemaError, TactfulError, TrainingError
from tactful_models.events import GateChanged
from tactful_models.features import FEATURES_VERSION
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import Registry
from tactful_server.commands import gates

COMMANDS: dict[str, click.Command] = {
    name: getattr(gates, name) for name in ("train", "evaluate", "promote", "rollback", "report")
}


ALONE = Shape(users=1, sessions=4, decisions=200)
"""One user, with enough accepts for the bound."""


def tactful(command: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(COMMANDS[command], [str(each) for each in arguments])


def told(result: Result) -> str:
    assert result.exit_code == 0, result.exception
    return result.stdout


def values(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(result), parse_constant=pytest.fail)
    return found


def error(result: Result) -> TactfulError:
    assert isinstance(result.exception, TactfulError), result.exception
    return result.exception


def write(path: Path, shape: Shape, seed: int = 0) -> Path:
    with FeedbackLog.open(path) as log:
        log.append(events(shape, seed))
    return path


def changes(db: Path) -> list[GateChanged]:
    with FeedbackLog.open(db, read_only=True) as log:
        return [each.event for each in log.events(kinds=[GateChanged]) if isinstance(each.event, GateChanged)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    """A log of six users, a registry with a gate learned from it, and what training printed."""
    place = tmp_path_factory.mktemp("trained")
    db = write(place / "feedback.db", Shape(decisions=60))
    return db, place / "gates", values(tactful("train", "--db", db, "--registry", place / "gates", "--json"))


def test_training_fits_judges_and_promotes_what_is_better(trained: tuple[Path, Path, dict[str, Any]]) -> None:
    db, registry, found = trained
    assert found["promoted"]
    assert Registry(registry).current_version() == found["version"]
    assert found["promise"]["met"]
    assert found["metrics"]["stage2"]["auc"]["low"] > 0.8
    assert found["data"]["sources"] == ["live"]
    assert [change.change for change in changes(db)] == ["trained", "promoted"]


def test_the_manifest_keeps_what_training_measured(trained: tuple[Path, Path, dict[str, Any]]) -> None:
    _, registry, found = trained
    assert Registry(registry).artifact(found["version"]).metrics == found["metrics"]


def test_training_again_on_the_same_log_promotes_nothing_and_says_why(tmp_path: Path) -> None:
    db, registry = write(tmp_path / "feedback.db", ALONE), tmp_path / "gates"
    first = values(tactful("train", "--db", db, "--registry", registry, "--json"))
    again = told(tactful("train", "--db", db, "--registry", registry))
    assert "Not promoted: the gate in force learned from all of these sessions" in again
    assert Registry(registry).current_version() == first["version"]
    assert [change.change for change in changes(db)][-2:] == ["trained", "refused"]


@pytest.mark.parametrize("arguments", [("train",), ("evaluate", "--cv", "programmer"), ("evaluate", "--feedback")])
def test_a_log_of_a_newer_tactful_is_said_to_be_that(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with FeedbackLog.open(tmp_path / "feedback.db") as log:
        log.append(map(newer, events()))
    found = error(tactful(*arguments, "--db", tmp_path / "feedback.db", "--registry", tmp_path / "gates"))
    assert isinstance(found, SchemaError)
    assert f"features of version {FEATURES_VERSION + 1}" in str(found)
    assert "update this one" in str(found)


def test_what_a_newer_tactful_decided_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "feedback.db") as log:
        log.append([*events(ALONE), *map(newer, events(Shape(users=1, prefix="b")))])
    found = tactful("train", "--db", tmp_path / "feedback.db", "--registry", tmp_path / "gates", "--json")
    assert values(found)["data"]["n_groups"] == 1
    assert found.stderr.startswith("tactful: 100 of 1,700 decisions are left out")


def test_a_log_that_says_nothing_makes_a_gate_that_is_not_promoted(tmp_path: Path) -> None:
    db = write(tmp_path / "feedback.db", Shape(users=1, sessions=4, sharpness=0.0))
    found = values(tactful("train", "--db", db, "--registry", tmp_path / "gates", "--promise", "plain", "--json"))
    assert not found["promoted"]
    assert Registry(tmp_path / "gates").current() is None


def test_a_worse_gate_is_refused_with_a_sentence_and_the_one_in_service_stays(tmp_path: Path) -> None:
    registry = tmp_path / "gates"
    good = write(tmp_path / "feedback.db", Shape(users=8, decisions=60))
    first = values(tactful("train", "--db", good, "--registry", registry, "--json"))
    other = write(tmp_path / "other.db", Shape(users=8, decisions=40, prefix="b"), seed=1)
    worse = told(tactful("train", "--db", other, "--registry", registry))
    assert first["promoted"]
    assert "Not promoted: on 640 decisions kept apart" in worse
    assert "What it would show:" in worse
    assert Registry(registry).current_version() == first["version"]
    assert changes(other)[-1].change == "refused"


def test_one_user_is_judged_on_what_came_later(tmp_path: Path) -> None:
    db = write(tmp_path / "feedback.db", replace(ALONE, decisions=150, sharpness=4.0))
    words = told(tactful("train", "--db", db, "--registry", tmp_path / "gates", "--promise", "plain"))
    assert "from 480 decisions of 1 user" in words
    assert "plain threshold" in words
    assert "Promoted: on 120 decisions kept apart" in words


def test_where_the_bound_needs_more_accepts_it_says_how_many_and_shows_everything(tmp_path: Path) -> None:
    db = write(tmp_path / "feedback.db", Shape(users=1, sessions=2, decisions=50))
    found = values(tactful("train", "--db", db, "--registry", tmp_path / "gates", "--json"))
    assert not found["promoted"]
    assert found["thresholds"] == {"stage1": 0.0, "stage2": 0.0}
    assert found["promise"]["more_accepts"] > 0
    words = told(tactful("train", "--db", db, "--registry", tmp_path / "gates"))
    assert f"at least {found['promise']['more_accepts']} more are needed" in words
    assert "--promise plain" in words


def test_asked_not_to_promote_it_only_saves(tmp_path: Path) -> None:
    db = write(tmp_path / "feedback.db", ALONE)
    words = told(tactful("train", "--db", db, "--registry", tmp_path / "gates", "--no-promote"))
    assert "Saved only:" in words
    assert Registry(tmp_path / "gates").current() is None
    assert [change.change for change in changes(db)] == ["trained"]


def test_too_small_a_log_is_said_with_its_numbers(tmp_path: Path) -> None:
    db = write(tmp_path / "feedback.db", Shape(users=1, sessions=1, decisions=10))
    problem = error(tactful("train", "--db", db, "--registry", tmp_path / "gates"))
    assert isinstance(problem, TrainingError)
    assert "\n" not in str(problem)


@pytest.mark.parametrize("command", ["train", "evaluate", "report"])
def test_a_log_that_is_not_there_is_said_and_none_is_begun(command: str, tmp_path: Path) -> None:
    assert isinstance(error(tactful(command, "--db", tmp_path / "none.db")), LogError)
    assert not (tmp_path / "none.db").exists()


def test_a_gate_in_service_that_cannot_be_loaded_does_not_stop_training(tmp_path: Path) -> None:
    db, registry = write(tmp_path / "feedback.db", ALONE), tmp_path / "gates"
    first = values(tactful("train", "--db", db, "--registry", registry, "--json"))
    (registry / first["version"] / "calibration.json").unlink()
    result = tactful("train", "--db", db, "--registry", registry, "--json")
    assert values(result)["promoted"]
    assert "compared with showing everything" in result.stderr


# Evaluating


def test_a_gate_is_scored_on_a_log_it_has_not_seen(trained: tuple[Path, Path, dict[str, Any]], tmp_path: Path) -> None:
    other = write(tmp_path / "other.db", Shape(users=3, prefix="b"), seed=1)
    found = values(tactful("evaluate", "--db", other, "--registry", trained[1], "--json"))
    assert found["n"] == 150
    assert 0.3 < found["accept_rate"] < 0.6
    for stage in ("stage1", "stage2"):
        assert {"auc", "brier", "ece", "rejections_withheld"} <= found[stage].keys()
        assert found[stage]["rejections_withheld"].keys() == {"0.95", "0.90"}
    assert found["stage2"]["auc"] > 0.8 > found["stage1"]["auc"] > 0.5
    assert found["policy"].keys() == {"withheld", "accepts_lost", "rejections_withheld", "calls_avoided"}
    assert found["policy"]["rejections_withheld"] > 0.05
    assert found["gate"] == trained[2]["version"]


def test_a_gate_is_refused_a_score_on_a_log_it_was_trained_on(trained: tuple[Path, Path, dict[str, Any]]) -> None:
    problem = error(tactful("evaluate", "--db", trained[0], "--registry", trained[1], "--json"))
    assert isinstance(problem, GateError)
    assert "was trained on 12 of the log's 12 sessions" in str(problem)


def test_an_older_version_can_be_scored_by_name(trained: tuple[Path, Path, dict[str, Any]], tmp_path: Path) -> None:
    other = write(tmp_path / "other.db", Shape(users=2, prefix="b"))
    words = told(tactful("evaluate", "--db", other, "--registry", trained[1], "--version", trained[2]["version"]))
    assert words.startswith(f"Gate {trained[2]['version']} on 100 decisions")
    problem = error(tactful("evaluate", "--db", other, "--registry", trained[1], "--version", "missing"))
    assert isinstance(problem, NotFoundError)


def test_with_no_gate_it_says_how_to_make_one(trained: tuple[Path, Path, dict[str, Any]], tmp_path: Path) -> None:
    problem = error(tactful("evaluate", "--db", trained[0], "--registry", tmp_path / "none"))
    assert "`tactful train` makes one" in str(problem)


def test_leaving_one_person_out_prints_the_baselines_beside_the_gate(tmp_path: Path) -> None:
    db = write(tmp_path / "feedback.db", Shape(users=3))
    words = told(tactful("evaluate", "--db", db, "--cv", "programmer"))
    for name in ("gate, stage 1", "gate, stage 2", "mean log-probability", "show everything", "fares worst"):
        assert name in words


# Serving


def test_promoting_and_rolling_back_by_hand_is_written_down(tmp_path: Path) -> None:
    db, registry = write(tmp_path / "feedback.db", ALONE), tmp_path / "gates"
    saved = values(tactful("train", "--db", db, "--registry", registry, "--no-promote", "--json"))["version"]
    assert "is in force" in told(tactful("promote", saved, "--registry", registry, "--db", db))
    assert Registry(registry).current_version() == saved
    assert "No trained gate is left" in told(tactful("rollback", "--registry", registry, "--db", db))
    assert Registry(registry).current_version() is None
    assert [change.change for change in changes(db)] == ["trained", "promoted", "rolled_back"]
    assert isinstance(error(tactful("rollback", "--registry", registry, "--db", db)), NotFoundError)


def test_promoting_begins_no_log(trained: tuple[Path, Path, dict[str, Any]], tmp_path: Path) -> None:
    told(tactful("promote", trained[2]["version"], "--registry", trained[1], "--db", tmp_path / "none.db"))
    assert not (tmp_path / "none.db").exists()


def test_a_version_that_is_not_there_is_not_promoted(tmp_path: Path) -> None:
    assert isinstance(
        error(tactful("promote", "missing", "--registry", tmp_path, "--db", tmp_path / "n")), NotFoundError
    )


# Reporting


def test_the_report_tells_of_suggestions_and_gates(trained: tuple[Path, Path, dict[str, Any]]) -> None:
    words = told(tactful("report", "--db", trained[0]))
    assert "720 requests" in words
    assert trained[2]["version"] in words
    found = values(tactful("report", "--db", trained[0], "--json"))
    assert found["total"]["shown"] == 720
    assert found["total"]["acceptance"]["low"] < found["total"]["acceptance"]["high"]


def test_a_real_study_goes_all_the_way(tmp_path: Path) -> None:
    if "TACTFUL_CUPS" not in os.environ:
        pytest.skip("TACTFUL_CUPS does not name the study's events.jsonl.gz")
    from tactful_models.cups import read_events

    with FeedbackLog.open(tmp_path / "feedback.db") as log:
        log.append_new(read_events(Path(os.environ["TACTFUL_CUPS"])))
    found = values(
        tactful(
            "train", "--db", tmp_path / "feedback.db", "--registry", tmp_path / "g", "--label", "accepted", "--json"
        )
    )
    assert found["promoted"]
    assert found["metrics"]["stage2"]["auc"]["value"] > 0.70
    assert found["data"]["sources"] == ["cups"]
