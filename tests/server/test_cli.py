"""The command line: what there is, and how it fails."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tactful_server import __version__
from tactful_server.cli import COMMANDS, group


def run(*arguments: str, home: Path | None = None) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": "/usr/bin:/bin", **({"TACTFUL_HOME": str(home)} if home else {})}
    command = [sys.executable, "-P", "-m", "tactful_server", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=env, check=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_says_what_it_does(name: str) -> None:
    result = CliRunner().invoke(group, [name, "--help"])

    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_all_commands_are_listed_with_the_version_at_hand() -> None:
    listed = CliRunner().invoke(group, ["--help"])

    assert all(name in listed.output for name in COMMANDS)
    assert __version__ in CliRunner().invoke(group, ["--version"]).output


def test_an_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(group, ["unheard-of"]).exit_code == 2


def test_what_goes_wrong_on_purpose_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    done = run("export", "--out", str(tmp_path / "out.jsonl"), "--db", str(tmp_path / "missing.db"), home=tmp_path)

    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("tactful: ")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_starting_to_serve_writes_nothing_but_the_protocol_to_standard_output(tmp_path: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "TACTFUL_HOME": str(tmp_path)}
    command = [sys.executable, "-P", "-m", "tactful_server", "serve"]
    done = subprocess.run(command, input="", capture_output=True, text=True, timeout=60, env=env, check=False)

    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_command_keeps_its_algebra_to_one_thread() -> None:
    """What is learned here is small: more threads would only wait for one another, and be busy doing so."""
    program = """
from contextlib import suppress
from tactful_server.cli import main
with suppress(SystemExit):
    main()
import numpy, threadpoolctl
print([each["num_threads"] for each in threadpoolctl.threadpool_info() if each["user_api"] == "blas"])
"""
    command = [sys.executable, "-P", "-c", program, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={}, check=True)

    assert done.stdout.splitlines()[-1] in ("[1]", "[]")


def test_a_command_does_not_wait_for_libraries_that_lightgbm_would_import_if_they_happen_to_be_installed() -> None:
    """Scikit-learn takes more than a second and 67 MB, for classes that nobody uses here."""
    program = """
import sys
from contextlib import suppress
from tactful_server.cli import main
with suppress(SystemExit):
    main()
import lightgbm
print([name for name in ("sklearn", "pandas", "dask", "matplotlib", "scipy.stats") if sys.modules.get(name)])
"""
    command = [sys.executable, "-P", "-c", program, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={}, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
