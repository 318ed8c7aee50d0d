"""What `tactful doctor` says of a machine."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from model_server import ModelServer, Script, refused_address
from tactful_models import simulation
from tactful_models.feedback import FeedbackLog
from tactful_models.simulated_serving import lived
from tactful_models.simulation import Logging, Size, World
from tactful_server.commands.doctor import doctor
from tactful_server.examination import Level, sandboxed
from tactful_server.probing import running

Told = Callable[..., tuple[int, dict[str, Any]]]


pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def told() -> Told:
    """Runs it on an installation of its own; the exit code and the findings by name."""

    def run(*options: str) -> tuple[int, dict[str, Any]]:
        result = CliRunner().invoke(doctor, ["--json", *options])
        findings = json.loads(result.stdout)["findings"]
        return result.exit_code, {finding["name"]: finding for finding in findings}

    return run


def test_a_fresh_installation_is_well(told: Told) -> None:
    code, findings = told("--provider", "none")
    assert code == 0
    looked_at = {"python", "packages", "libgomp", "avx2", "sqlite", "sandbox", "data directory", "feedback log", "gate"}
    assert looked_at <= set(findings)


@pytest.mark.skipif(sys.platform != "linux", reason="there is a sandbox on Linux alone")
def test_a_missing_sandbox_is_a_warning_that_says_what_to_install_and_what_is_done_without() -> None:
    finding = sandboxed("no-such-bubblewrap")

    assert (finding.level, "install the package" in finding.message) == (Level.WARN, True)
    assert finding.advice == "The checks that run no code are done."


def test_a_sound_log_is_opened(told: Told, tmp_path: Path) -> None:
    FeedbackLog.open(tmp_path / "log.db").close()
    code, findings = told("--provider", "none", "--db", str(tmp_path / "log.db"))
    assert (code, findings["feedback log"]["level"]) == (0, "ok")
    assert "0 events" in findings["feedback log"]["message"]


@pytest.mark.parametrize(("step", "level"), [(0.0, "ok"), (-2.5, "warn")])
def test_a_gate_that_no_longer_fits_is_a_warning_to_train(told: Told, tmp_path: Path, step: float, level: str) -> None:
    drawn = simulation.draw(World(tastes=(0.0,), step=step), Size(1, 12, 50), 4)
    with FeedbackLog.open(tmp_path / "log.db") as log:
        log.append(event for moment in lived(drawn, Logging(), 4) for event in moment.events)
    code, findings = told("--provider", "none", "--db", str(tmp_path / "log.db"))
    assert (code, findings["calibration"]["level"]) == (0, level)
    assert findings["calibration"]["advice"] == ("Run `tactful train`." if step else "")
    assert "gate simulated" in findings["calibration"]["message"]


def test_a_damaged_log_fails(told: Told, tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"not a database, but long enough to be read as one" * 100)
    code, findings = told("--provider", "none", "--db", str(tmp_path / "log.db"))
    assert (code, findings["feedback log"]["level"]) == (1, "fail")


def test_a_key_that_others_may_read_fails_with_the_command_that_mends_it(told: Told, tmp_path: Path) -> None:
    key = tmp_path / "home" / "install.key"
    key.parent.mkdir()
    key.write_bytes(os.urandom(32))
    key.chmod(0o644)
    code, findings = told("--provider", "none")
    assert code == 1
    assert findings["installation key"]["advice"] == f"Run `chmod 600 {key}`."


def test_a_model_server_that_answers_with_log_probabilities_is_well(told: Told) -> None:
    with ModelServer() as server:
        code, findings = told("--provider", "llamacpp", "--address", server.address)
    assert (code, findings["model server"]["level"]) == (0, "ok")
    assert "with log-probabilities" in findings["model server"]["message"]


def test_a_model_server_without_log_probabilities_is_a_warning(told: Told) -> None:
    with ModelServer(Script(logprobs=False)) as server:
        code, findings = told("--provider", "ollama", "--address", server.address, "--name", "m")
    assert (code, findings["model server"]["level"]) == (0, "warn")


def test_a_model_server_that_is_not_there_fails_and_says_what_to_do(told: Told) -> None:
    code, findings = told("--provider", "openai", "--address", refused_address())
    assert code == 1
    assert findings["model server"]["advice"] == "Start it or check the address."


def test_a_provider_that_lacks_what_it_needs_fails_and_says_what(told: Told) -> None:
    code, findings = told("--provider", "mistral", "--address", "https://codestral.mistral.ai", "--name", "m")
    assert (code, findings["model server"]["level"]) == (1, "fail")
    assert findings["model server"]["advice"].startswith("Put it into an environment variable")


def test_another_kind_of_server_than_the_one_named_is_told(told: Told) -> None:
    pages = {"/api/tags": {"models": [{"name": "m:7b"}]}}
    with ModelServer(Script(fault="404", pages=pages)) as server:
        address = server.address
        code, findings = told("--provider", "llamacpp", "--address", address)
    assert code == 1
    assert findings["model server"]["message"] == f"At {address} is Ollama, not llama.cpp"
    assert findings["model server"]["advice"].startswith("Set tactful.model.provider to 'ollama'")


def test_the_models_that_run_on_this_machine_are_told() -> None:
    with ModelServer(Script(pages={"/api/tags": {"models": [{"name": f"m:{n}b"} for n in range(7)]}})) as server:
        address = server.address
        finding = running([address, refused_address()])
    assert finding.level is Level.OK
    assert finding.message.startswith(f"Ollama: m:0b at {address}; Ollama: m:1b")
    assert finding.message.endswith("; 2 more")
    assert running([refused_address()]).message == "none at the usual ports"


def test_a_model_file_that_is_none_fails(told: Told, tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_text("hello")
    code, findings = told("--model", str(tmp_path / "m.gguf"))
    assert (code, findings["model server"]["level"]) == (1, "fail")


def test_for_people_each_finding_is_a_line_with_advice_below_it() -> None:
    result = CliRunner().invoke(doctor, ["--provider", "openai", "--address", refused_address()])
    lines = result.stdout.splitlines()
    assert lines[0].startswith("ok    python: 3.")
    assert lines[-2].startswith("fail  model server: No model server can be reached at http://127.0.0.1:")
    assert lines[-1] == "      → Start it or check the address."
