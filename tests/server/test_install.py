"""Where an installation keeps its things, and its key."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tactful_models.errors import SettingsError
from tactful_server.install import (
    data_dir,
    default_db,
    default_registry,
    file_key,
    install_key,
    keyed_hash,
    project_key,
    user_key,
)

pytestmark = pytest.mark.usefixtures("home")


def test_everything_stands_in_the_directory_that_the_environment_names(home: Path) -> None:
    assert (data_dir(), default_db(), default_registry()) == (home, home / "feedback.db", home / "gates")
    assert not home.exists()


def test_without_the_variable_it_is_the_platforms_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TACTFUL_HOME")
    assert data_dir().name == "tactful" and data_dir().is_absolute()


def test_the_key_is_random_and_stays(home: Path) -> None:
    key = install_key()
    assert len(key) == 32 and key == (home / "install.key").read_bytes()
    assert [one.name for one in home.iterdir()] == ["install.key"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_can_read_the_key_even_if_others_once_could(home: Path) -> None:
    install_key()
    assert stat.S_IMODE((home / "install.key").stat().st_mode) == 0o600
    (home / "install.key").chmod(0o644)
    assert _hash_in_a_process(home, "x") == keyed_hash("x")
    assert stat.S_IMODE((home / "install.key").stat().st_mode) == 0o600


def test_hashes_agree_between_processes_and_differ_between_installations(home: Path, tmp_path: Path) -> None:
    here = keyed_hash("return x")
    assert len(here) == 24 and int(here, 16)
    assert _hash_in_a_process(home, "return x") == here
    assert _hash_in_a_process(tmp_path / "elsewhere", "return x") != here
    assert keyed_hash("return y") != here


def test_processes_that_make_the_key_at_once_agree(home: Path) -> None:
    processes = [_hashing(home, "x") for _ in range(6)]
    hashes = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert hashes == {keyed_hash("x")}


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_file_that_is_no_key_is_refused_with_a_way_out(home: Path, content: bytes) -> None:
    home.mkdir()
    (home / "install.key").write_bytes(content)
    with pytest.raises(SettingsError, match=r"install\.key is not a key .* delete it"):
        keyed_hash("x")


def test_a_key_that_cannot_be_made_is_named(home: Path) -> None:
    home.write_text("a file where the directory should be")
    with pytest.raises(SettingsError, match="cannot be read or made"):
        install_key()


def test_a_document_has_one_key_however_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    monkeypatch.chdir(tmp_path / "a b")
    path = tmp_path / "a b" / "é.py"
    spellings = [path.as_uri(), str(path), "é.py", "./é.py", "../a b/é.py", f"file://localhost{path.as_uri()[7:]}"]
    assert {file_key(spelling) for spelling in spellings} == {file_key(str(path))}


def test_other_documents_projects_and_users_have_other_keys() -> None:
    keys = [file_key("/a/b"), file_key("/a/c"), project_key("/a/b"), keyed_hash("/a/b"), user_key()]
    keys += [file_key("untitled:Untitled-1"), file_key("untitled:Untitled-2")]
    assert len(set(keys)) == len(keys)


def test_text_that_is_no_valid_unicode_has_a_hash_too() -> None:
    assert keyed_hash("half an emoji \ud83d") != keyed_hash("half an emoji ")


def _hash_in_a_process(home: Path, text: str) -> str:
    return _hashing(home, text).communicate(timeout=60)[0].strip()


def _hashing(home: Path, text: str) -> "subprocess.Popen[str]":
    script = "import sys; from tactful_server.install import keyed_hash; print(keyed_hash(sys.argv[1]))"
    environment = {**os.environ, "TACTFUL_HOME": str(home)}
    return subprocess.Popen([sys.executable, "-c", script, text], stdout=subprocess.PIPE, text=True, env=environment)


def test_a_notebooks_cells_have_the_notebooks_key() -> None:
    cells = [f"vscode-notebook-cell:/a/my%20nb.ipynb#W{n}sZmlsZQ%3D%3D" for n in (0, 1)]
    remote = "vscode-notebook-cell://ssh-remote%2Bbox/a/my%20nb.ipynb#W0s"
    assert {file_key(uri) for uri in [*cells, remote, "file:///a/my%20nb.ipynb"]} == {file_key("/a/my nb.ipynb")}
    assert file_key("vscode-notebook-cell:Untitled-1.ipynb#W0s") != file_key("Untitled-1.ipynb")


def test_what_no_uri_looks_like_has_a_key_too() -> None:
    assert file_key("file://[a/b.py") == file_key("file://[a/b.py") != file_key("file://[a/c.py")
