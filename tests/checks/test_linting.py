"""Whether a project is set up for the type checker is read from its settings, whatever is in their place."""

import os
from pathlib import Path

import pytest

from tactful_server.checks.linting import uses_mypy


@pytest.mark.parametrize(
    ("name", "text", "is_set_up"),
    [
        ("pyproject.toml", b"[tool.mypy]\nstrict = true\n", True),
        ("setup.cfg", b"[mypy]\n", True),
        (".mypy.ini", b"", True),
        ("pyproject.toml", b"[tool.ruff]\n", False),
        ("pyproject.toml", b"tool = 5\n", False),
        ("pyproject.toml", b"name = '\xff'\n", False),
        ("pyproject.toml", b"deep = " + b"[" * 5000, False),
        ("pyproject.toml", b"[tool", False),
    ],
)
def test_a_project_is_set_up_for_mypy_where_its_settings_say_so(
    name: str, text: bytes, is_set_up: bool, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(text)
    assert uses_mypy(tmp_path) is is_set_up


def test_a_pipe_in_the_place_of_settings_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "setup.cfg"):
        os.mkfifo(tmp_path / name)
    assert not uses_mypy(tmp_path)
