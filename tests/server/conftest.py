"""What tests of the server share: an installation of their own."""

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Tactful keeps its things in this test; nothing is there yet."""
    monkeypatch.setenv("TACTFUL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
