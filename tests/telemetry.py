"""Where the CUPS telemetry lies on this machine, if it does."""

import os
from pathlib import Path

import pytest


def cups_path() -> Path:
    """The file that TACTFUL_CUPS names; skips the test when it names none."""
    found = os.environ.get("TACTFUL_CUPS", "")
    if not found:
        pytest.skip("TACTFUL_CUPS does not name the CUPS telemetry (events.jsonl.gz)")
    return Path(found)
