"""A project's Python is found by looking, with the directories it needs and no home."""

from pathlib import Path

from tactful_server.checks.interpreters import find


def made(path: Path) -> Path:
    """A program that would say so if it were run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return path


def test_the_projects_environment_comes_before_the_active_one_and_the_path(tmp_path: Path) -> None:
    own = made(tmp_path / "project/.venv/bin/python")
    made(tmp_path / "active/bin/python")
    environ = {"VIRTUAL_ENV": str(tmp_path / "active"), "PATH": "/usr/bin"}
    found = find(tmp_path / "project", environ)
    assert found is not None
    assert found.program == own
    elsewhere = find(tmp_path, environ)
    assert elsewhere is not None and elsewhere.program == tmp_path / "active/bin/python"


def test_an_environment_brings_the_installation_it_was_made_from(tmp_path: Path) -> None:
    base = made(tmp_path / "versions/3.12/bin/python3.12")
    made(tmp_path / "versions/3.12/lib/python3.12/os.py")
    (tmp_path / "project/.venv/bin").mkdir(parents=True)
    (tmp_path / "project/.venv/bin/python").symlink_to(base)
    (tmp_path / "project/.venv/pyvenv.cfg").write_text(f"home = {base.parent}\nversion = 3.12\n")
    found = find(tmp_path / "project", {})
    assert found is not None
    installed = tmp_path / "versions/3.12"
    assert set(found.readable) == {tmp_path / "project/.venv", installed / "bin", installed / "lib"}


def test_of_a_prefix_that_python_shares_with_a_persons_own_things_only_python_is_shown(tmp_path: Path) -> None:
    home = tmp_path / "home/ada/.local"
    made(home / "lib/python3.12/os.py")
    made(home / "share/keyrings/login.keyring")
    found = find(tmp_path / "project", {"PATH": str(made(home / "bin/python3").parent)})
    assert found is not None
    assert set(found.readable) == {home / "bin", home / "lib"}


def test_a_project_cannot_have_any_folder_shown_by_calling_it_an_installation(tmp_path: Path) -> None:
    made(tmp_path / "home/ada/.ssh/id_ed25519")
    made(tmp_path / "project/.venv/bin/python")
    (tmp_path / "project/.venv/pyvenv.cfg").write_text(f"home = {tmp_path}/home/ada/.ssh/bin\n")
    found = find(tmp_path / "project", {})
    assert found is not None
    assert set(found.readable) == {tmp_path / "project/.venv"}


def test_pyenvs_shims_are_seen_through(tmp_path: Path) -> None:
    made(tmp_path / ".pyenv/shims/python3")
    version = made(tmp_path / ".pyenv/versions/3.11.7/bin/python")
    other = made(tmp_path / ".pyenv/versions/3.13.1/bin/python")
    (tmp_path / ".pyenv/version").write_text("3.11.7\n")
    environ = {"HOME": str(tmp_path), "PATH": str(tmp_path / ".pyenv/shims")}
    found = find(tmp_path / "a", environ)
    assert found is not None and found.program == version
    (tmp_path / "b").mkdir()
    (tmp_path / "b/.python-version").write_text("3.13.1\n")
    found = find(tmp_path / "b", environ)
    assert found is not None and found.program == other


def test_one_that_is_named_is_the_only_one(tmp_path: Path) -> None:
    made(tmp_path / ".venv/bin/python")
    assert find(tmp_path, {}, named=str(tmp_path / "no/python")) is None
