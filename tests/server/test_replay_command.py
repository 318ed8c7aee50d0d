"""`tactful replay`, as it is called."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import making_gates
import making_logs
from tactful_models import simulated_log, simulation
from tactful_models.errors import TrainingError
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import Registry
from tactful_models.simulation import Logging, Size, World
from tactful_server.cli import group


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay") / "feedback.db"
    drawn = simulation.draw(World(tastes=(0.0,)), Size(1, 12, 40), 3)
    with FeedbackLog.open(path) as log:
        log.append(simulated_log.events(drawn, Logging(0.2, 0.3, exploration=0.1), 3))
    return path


def replay(db: Path, registry: Path, *arguments: str) -> str:
    words = ["replay", "--db", str(db), "--registry", str(registry), *arguments]
    return CliRunner().invoke(group, words, catch_exceptions=False).output


def test_it_answers_in_words(db: Path, tmp_path: Path) -> None:
    told = replay(db, tmp_path, "--threshold", "0.3")
    assert "480 opportunities, by the probabilities in the log; good is kept_30." in told
    assert "withhold below 0.300 before the call, below 0.300 before showing" in told
    for name in ("asked about", "show everything", "as it was", "own rate, last k", "log-probability"):
        assert name in told


def test_it_answers_programs(db: Path, tmp_path: Path) -> None:
    told = json.loads(replay(db, tmp_path, "--stage2", "0.3", "--json"))
    assert told["thresholds"] == {"stage1": 0.0, "stage2": 0.3}
    asked = told["answers"][0]
    assert asked["calls_avoided"] == 0.0
    assert 0.0 < asked["accepts_lost"]["value"] < 0.5
    assert asked["value"]["dr"]["low"] < asked["value"]["dr"]["value"] < asked["value"]["dr"]["high"]


def test_a_gate_judges_anew_and_says_what_it_learned_from(db: Path, tmp_path: Path) -> None:
    version = Registry(tmp_path).save(making_gates.artifact(sessions=("s3-0", "s3-1", "s3-2")))
    told = replay(db, tmp_path, "--gate", version)
    assert f"judged anew by gate {version}" in told
    assert "withhold below 0.050 before the call, below 0.125 before showing" in told
    assert f"25% of this is from sessions that gate {version} learned from" in told


def test_eagerness_moves_the_thresholds_of_the_gate_in_service(db: Path, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    registry.promote(registry.save(making_gates.artifact()))
    quiet = json.loads(replay(db, tmp_path, "--eagerness", "quiet", "--json"))["thresholds"]
    assert quiet["stage2"] == pytest.approx(0.3)


def test_without_a_gate_or_a_threshold_it_says_what_to_name(db: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="name --threshold"):
        replay(db, tmp_path)


def test_a_time_without_opportunities_is_an_error(db: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no opportunity"):
        replay(db, tmp_path, "--threshold", "0.3", "--since", "2040-01-01")


def test_a_log_that_no_gate_judged_is_asked_of_with_a_gate_to_judge_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    with FeedbackLog.open(path) as log:
        log.append(making_logs.events(making_logs.Shape(users=1, sessions=3)))
    with pytest.raises(TrainingError, match=r"no gate judged what the log holds, .* `tactful train` makes one"):
        replay(path, tmp_path, "--threshold", "0.3")
    version = Registry(tmp_path).save(making_gates.artifact())
    with pytest.raises(TrainingError, match=f"name one that is to judge it anew: --gate {version}"):
        replay(path, tmp_path, "--threshold", "0.3")
    assert f"judged anew by gate {version}" in replay(path, tmp_path, "--threshold", "0.3", "--gate", version)


def test_what_a_newer_tactful_decided_counts_as_shown_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "feedback.db"
    with FeedbackLog.open(path) as log:
        later = making_logs.events(making_logs.Shape(users=1, sessions=1, prefix="b"))
        log.append([*making_logs.events(making_logs.Shape(users=1, sessions=3)), *map(making_logs.newer, later)])
    version = Registry(tmp_path).save(making_gates.artifact())
    told = replay(path, tmp_path, "--threshold", "0.3", "--gate", version)
    assert "decisions cannot be judged anew and count as shown, made by features of version" in told
    everything = json.loads(replay(path, tmp_path, "--threshold", "1", "--gate", version, "--json").splitlines()[-1])
    assert everything["unjudged"] == everything["answers"][0]["shown"] == pytest.approx(0.25)
