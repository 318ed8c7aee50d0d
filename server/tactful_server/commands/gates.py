"""The commands on gates; `promote` and `rollback` stand here, the longer ones in files of their own."""

import json
from pathlib import Path
from time import time

import click

from tactful_models.events import GateChanged
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import PRIOR, Registry
from tactful_server.commands.evaluate import evaluate
from tactful_server.commands.options import db_option, json_option, registry_option
from tactful_server.commands.report import report
from tactful_server.commands.train import train

__all__ = ["evaluate", "promote", "report", "rollback", "train"]


@click.command("promote")
@click.argument("version")
@registry_option
@db_option
@json_option
def promote(version: str, registry: Path, db: Path, as_json: bool) -> None:
    """Put a saved gate in force; a running server takes it up by itself."""
    Registry(registry).promote(version)
    _write_down(db, GateChanged(time(), version, "promoted", "by hand"))
    _say({"version": version, "serving": True}, f"Gate {version} is in force.", as_json)


@click.command("rollback")
@registry_option
@db_option
@json_option
def rollback(registry: Path, db: Path, as_json: bool) -> None:
    """Put the gate before this one in force again."""
    version = Registry(registry).rollback()
    _write_down(db, GateChanged(time(), version, "rolled_back", "by hand"))
    words = "No trained gate is left: everything is shown." if version == PRIOR else f"Gate {version} is in force."
    _say({"version": version}, words, as_json)


def _write_down(db: Path, change: GateChanged) -> None:
    """Into the log, where there is one."""
    if db.is_file():
        with FeedbackLog.open(db) as log:
            log.append([change])


def _say(values: dict[str, object], words: str, as_json: bool) -> None:
    click.echo(json.dumps(values) if as_json else words)
