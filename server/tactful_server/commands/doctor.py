"""`tactful doctor`: what is right, what is not, and what to do about it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tactful_server.examination import Finding, Level, Places, examine
from tactful_server.install import data_dir, default_db, default_registry
from tactful_server.probing import probe, running
from tactful_server.providing import USUAL_ADDRESSES
from tactful_server.settings import ModelSettings

_PATH = click.Path(path_type=Path)
_PROVIDERS = ("embedded", *USUAL_ADDRESSES, "mistral", "none")
_PATIENCE_MS = 60_000


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
@click.option("--db", type=_PATH, default=default_db, show_default="the installation's log", help="The feedback log.")
@click.option("--registry", type=_PATH, default=default_registry, show_default="the installation's", help="The gates.")
@click.option("--provider", type=click.Choice(_PROVIDERS), default="embedded", show_default=True)
@click.option("--address", default="", help="The model server's address; the usual local one where it is left out.")
@click.option("--name", default="", help="The model's name, as its server knows it.")
@click.option("--key", default="", help="Where its key is: env:NAME or keyring:SERVICE/USER.")
@click.option("--model", "file", default="", help="A GGUF file for the embedded runtime to serve.")
def doctor(as_json: bool, db: Path, registry: Path, **model: Any) -> None:
    """Look at the machine, the packages, the log, the gate and the model server. Exits with 1 if anything fails."""
    places = Places(data_dir(), db, registry)
    findings = []
    for finding in _found(places, ModelSettings(**model, timeout_ms=_PATIENCE_MS)):
        findings.append(finding)
        if not as_json:
            _say(finding)
    failed = any(finding.level is Level.FAIL for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": not failed, "findings": [asdict(finding) for finding in findings]}))
    if failed:
        sys.exit(1)


def _found(places: Places, model: ModelSettings) -> Iterator[Finding]:
    yield from examine(places)
    if model.provider != "none":
        yield running()
        yield probe(model)


def _say(finding: Finding) -> None:
    colour = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}[finding.level]
    click.echo(f"{click.style(f'{finding.level:<4}', fg=colour)}  {finding.name}: {finding.message}")
    if finding.advice:
        click.echo(f"      → {finding.advice}")
