"""A project's own Python and linter may be any program: they are started in the sandbox or not at all."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checks.shop import broke, climbs, held, taken
from tactful_models.checked import Stands
from tactful_server.checks.interpreters import find
from tactful_server.checks.sandbox import Sandbox, Unavailable

REAL = Path(sys.executable).resolve()
RUFF = Path(sys.executable).parent / "ruff"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With an environment that has nothing in it."""
    folder = tmp_path / "project"
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/pyvenv.cfg").write_text(f"home = {REAL.parent}\n")
    (folder / "shop.py").write_text("def size(kind):\n    return len(kind)\n")
    return folder


@pytest.mark.parametrize("is_sandboxed", [True, False])
def test_programs_that_lie_in_a_project_never_run_outside(is_sandboxed: bool, project: Path, sandbox: Sandbox) -> None:
    sprung = project.parent / "sprung"
    for name in ("python", "ruff", "mypy"):
        (project / ".venv/bin" / name).write_text(f"#!/bin/sh\necho {name} >> {sprung}\necho '[]'\n")
        (project / ".venv/bin" / name).chmod(0o755)
    wanted = taken(project, "shop.py", "len(kind)", "len(kind) + 1")
    found = climbs(wanted, sandbox if is_sandboxed else Unavailable("there is none"))
    assert not sprung.exists()
    assert found.standings["parses"] is (Stands.FAILED if is_sandboxed else Stands.HELD)


def test_an_environments_python_is_started_past_its_links_and_settings(project: Path) -> None:
    (project / ".venv/bin/python").symlink_to(REAL)
    found = find(project, {})
    assert found is not None
    assert found.itself(project) == REAL


@pytest.mark.parametrize("program", ["/usr/bin/env", ".venv/bin/mine"])
def test_a_link_to_something_else_is_no_python(program: str, project: Path) -> None:
    shutil.copy("/bin/sh", project / ".venv/bin/mine")
    (project / ".venv/bin/python").symlink_to(project / program)
    found = find(project, {})
    assert found is not None
    assert found.itself(project) is None


def test_a_python_that_was_copied_into_the_project_compiles_in_the_sandbox(project: Path, sandbox: Sandbox) -> None:
    shutil.copy(REAL, project / ".venv/bin/python")
    wanted = replace(taken(project, "shop.py", "len(kind)", "len(kind) + 1"), runs_tests=False)
    assert held(climbs(wanted, sandbox))[:2] == ["parses", "compiles"]
    wrong = taken(project, "shop.py", "len(kind)", "len(kind")
    assert broke(climbs(wrong, sandbox)) == ["parses"]


@pytest.mark.skipif(not RUFF.exists(), reason="there is no ruff beside this Python")
def test_a_linter_that_is_installed_in_the_project_lints_in_the_sandbox(project: Path, sandbox: Sandbox) -> None:
    (project / ".venv/bin/python").symlink_to(REAL)
    shutil.copy(RUFF, project / ".venv/bin/ruff")
    (project / "ruff.toml").write_text('[lint]\nselect = ["F"]\n')
    wanted = replace(taken(project, "shop.py", "len(kind)", "len(kidn)"), runs_tests=False)
    found = climbs(wanted, sandbox)
    assert "lints" in broke(found)
    assert "kidn" in "".join(found.notes)
    assert "lints" in held(climbs(replace(wanted, text=wanted.text.replace("kidn", "kind")), sandbox))
