"""`tactful doctor`: what is right, what is not, and what to do about it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from tactful_server.examination import Finding, Level, Places, examine
from tactful_server.install import data_dir, default_db, default_registry
from tactful_server.probing import endpoint_of, probe

_USUAL = {"llamacpp": "http://127.0.0.1:8080", "openai": "http://127.0.0.1:8000", "ollama": "http://127.0.0.1:11434"}
_PATH = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """Which model server to ask."""

    provider: str
    address: str
    model: str
    key: str
    file: Path | None


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
@click.option("--db", type=_PATH, default=default_db, show_default="the installation's log", help="The feedback log.")
@click.option("--registry", type=_PATH, default=default_registry, show_default="the installation's", help="The gates.")
@click.option("--provider", type=click.Choice(["embedded", *_USUAL, "none"]), default="embedded", show_default=True)
@click.option("--address", default="", help="The model server's address; the usual local one where it is left out.")
@click.option("--name", "model", default="", help="The model's name, as its server knows it.")
@click.option("--key", default="", help="Where its key is: env:NAME or keyring:SERVICE/USER.")
@click.option("--model", "file", type=_PATH, help="A GGUF file for the embedded runtime to serve.")
def doctor(as_json: bool, db: Path, registry: Path, **model: Any) -> None:
    """Look at the machine, the packages, the log, the gate and the model server. Exits with 1 if anything fails."""
    places = Places(data_dir(), db, registry)
    findings = []
    for finding in _found(places, ModelOptions(**model)):
        findings.append(finding)
        if not as_json:
            _say(finding)
    failed = any(finding.level is Level.FAIL for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": not failed, "findings": [asdict(finding) for finding in findings]}))
    if failed:
        sys.exit(1)


def _found(places: Places, options: ModelOptions) -> Iterator[Finding]:
    yield from examine(places)
    if options.provider == "none":
        return
    endpoint = None
    if options.provider != "embedded":
        endpoint = endpoint_of(options.address or _USUAL[options.provider], options.model, options.key)
    yield probe(options.provider, endpoint, options.file, places.data_dir)


def _say(finding: Finding) -> None:
    colour = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}[finding.level]
    click.echo(f"{click.style(f'{finding.level:<4}', fg=colour)}  {finding.name}: {finding.message}")
    if finding.advice:
        click.echo(f"      → {finding.advice}")
