"""What of a project goes into the sandbox's copy, and what never does."""

import json
import os
from pathlib import Path

import pytest

from tactful_server.checks import packing
from tactful_server.checks.packing import Packed, TooLargeError, packed


def places(copy: Packed) -> set[str]:
    """What was packed."""
    size = os.fstat(copy.file).st_size
    length = int.from_bytes(os.pread(copy.file, 8, size - 8), "little")
    return {entry[0] for entry in json.loads(os.pread(copy.file, length, size - 8 - length))}


def project(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_code_and_data_are_packed_and_keys_caches_and_environments_are_not(tmp_path: Path) -> None:
    kept = {"a.py", "src/b.py", "tests/data/c.json", "setup.cfg", ".coverage"}
    left = {".env", "id_rsa", "keys/server.pem", ".git/config", "src/__pycache__/b.pyc", "node_modules/x/i.js"}
    folder = project(tmp_path, *kept, *left, "mine/pyvenv.cfg", "mine/bin/python", "conda/conda-meta/x", "conda/x.py")
    with packed(folder) as copy:
        assert places(copy) == kept
        assert copy.n_files == 5


def test_what_the_user_excludes_is_left_out_and_what_git_ignores_is_not(tmp_path: Path) -> None:
    folder = project(tmp_path, "a.py", "secret/b.py", "made/c.py", "private.py")
    (folder / ".gitignore").write_text("made/\n")
    (folder / ".tactfulignore").write_text("private.py\n")
    with packed(folder, exclude=["secret/"]) as copy:
        assert places(copy) == {"a.py", "made/c.py", ".gitignore", ".tactfulignore"}


def test_links_that_lead_out_and_what_is_no_file_are_left_out(tmp_path: Path) -> None:
    folder = project(tmp_path / "project", "a.py")
    (tmp_path / "outside").write_text("x")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "in.py").symlink_to("a.py")
    os.mkfifo(folder / "pipe")
    with packed(folder) as copy:
        assert places(copy) == {"a.py", "in.py"}


def test_links_that_lead_in_a_circle_are_packed_as_they_are(tmp_path: Path) -> None:
    folder = project(tmp_path / "project", "a.py")
    (folder / "one").symlink_to("other")
    (folder / "other").symlink_to("one")
    with packed(folder) as copy:
        assert places(copy) == {"a.py", "one", "other"}


def test_the_archive_cannot_be_changed_by_who_gets_it(tmp_path: Path) -> None:
    with packed(project(tmp_path, "a.py")) as copy, pytest.raises(PermissionError):
        os.pwrite(copy.file, b"x", 0)


def test_a_project_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(packing.MOST_BYTES + 1)
    with pytest.raises(TooLargeError), packed(tmp_path):
        pass
