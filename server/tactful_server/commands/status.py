"""`tactful status`: what the log holds and which gate is promoted, seen from the files, without a running server."""

import json
from pathlib import Path
from typing import Any

import click

from tactful_models.errors import GateError
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import PRIOR, Registry
from tactful_server.commands.options import db_option, json_option, registry_option


@click.command("status")
@db_option
@registry_option
@json_option
def status(db: Path, registry: Path, as_json: bool) -> None:
    """Say what has been recorded and which gate is promoted. A running server tells more: `tactful/status`."""
    found = {"log": _log(db), "gate": _gate(Registry(registry))}
    if as_json:
        click.echo(json.dumps(found))
        return
    for area, values in found.items():
        click.echo(area)
        for name, value in values.items():
            click.echo(f"  {name:<12}{value}")


def _log(db: Path) -> dict[str, Any]:
    if not db.is_file():
        return {"path": str(db), "events": 0, "note": "nothing has been recorded yet"}
    with FeedbackLog.open(db, read_only=True) as log:
        return {"path": str(db), "events": log.count(), "last": log.last_seq(), "bytes": db.stat().st_size}


def _gate(registry: Registry) -> dict[str, Any]:
    version = registry.current_version()
    if version is None:
        return {"path": str(registry.path), "version": PRIOR, "note": "no gate is promoted: everything is shown"}
    try:
        artifact = registry.artifact(version)
    except GateError as error:
        return {"path": str(registry.path), "version": version, "note": f"cannot be served: {error}"}
    thresholds = artifact.thresholds
    return {
        "path": str(registry.path),
        "version": version,
        "label": artifact.label,
        "stage1": thresholds.stage1,
        "stage2": thresholds.stage2,
        "note": thresholds.promise.reason,
    }
