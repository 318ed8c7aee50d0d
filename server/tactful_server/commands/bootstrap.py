"""`tactful bootstrap`: a first gate from the user's own code, before there is a record of their own."""

import asyncio
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tactful_models.errors import TactfulError
from tactful_server.bootstrap.bootstrapping import Bootstrapping, Job, Planned
from tactful_server.bootstrap.running import Budget, Spending, Tally
from tactful_server.commands import train
from tactful_server.commands.options import bar, db_option, json_option, registry_option
from tactful_server.providing import USUAL_ADDRESSES

INTERRUPTED = 130
"""The exit code, as a shell has it."""
_PATIENCE_MS = 60_000
"""Nobody waits for an answer."""
_MODEL = ("provider", "address", "name", "key", "file", "template")


@click.command("bootstrap")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@db_option
@registry_option
@click.option("--minutes", type=click.FloatRange(0.01), default=20.0, show_default=True, help="At most so long.")
@click.option("--suggestions", type=click.IntRange(1), default=1500, show_default=True, help="At most so many.")
@click.option("--seed", default=1, show_default=True, help="Fixes which places are asked about.")
@click.option("--provider", type=click.Choice(["embedded", *USUAL_ADDRESSES, "mistral"]), default="embedded")
@click.option("--address", default="", help="The model server's address; the usual local one where it is left out.")
@click.option("--name", default="", help="The model's name, as its server knows it.")
@click.option("--key", default="", help="Where its key is: env:NAME or keyring:SERVICE/USER.")
@click.option("--model", "file", default="", help="A GGUF file for the embedded runtime to serve.")
@click.option("--template", default="", help="The fill-in-the-middle template, where the name does not tell.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Files to leave alone, as in .gitignore; repeatable.")
@click.option("--privacy", type=click.Choice(["features", "redacted", "code"]), default="features", show_default=True)
@click.option("--no-train", is_flag=True, help="Only replay.")
@json_option
def bootstrap(path: Path, db: Path, registry: Path, as_json: bool, no_train: bool, **asked: Any) -> None:
    """Replay your own repository at PATH through your own model, and train a first gate on what came of it.

    A suggestion counts as accepted when its first line is what your code really went on to say. Your exclusion rules
    hold. Stopped with Ctrl-C, it keeps what was done, and the same command goes on from there.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="tactful: %(message)s")
    job = Job(path.resolve(), db, _settings(asked), Budget(asked["minutes"], asked["suggestions"]), asked["seed"])
    tally = _replayed(job, as_json)
    found: dict[str, Any] = asdict(tally)
    if not as_json:
        click.echo(_words(tally))
    if tally.ended != "interrupted" and not no_train:
        found["training"] = _trained(db, registry, as_json)
    if as_json:
        click.echo(json.dumps(found))
    if tally.ended == "interrupted":
        sys.exit(INTERRUPTED)


def _settings(asked: dict[str, Any]) -> dict[str, object]:
    model = {name: asked[name] for name in _MODEL} | {"timeout_ms": _PATIENCE_MS}
    return {"model": model, "request": {"exclude": asked["exclude"]}, "log": {"privacy": asked["privacy"]}}


def _replayed(job: Job, as_json: bool) -> Tally:
    run = Bootstrapping(job)
    found = run.plan()
    if not as_json:
        click.echo(_introduction(job, found), err=True)
    try:
        with bar("Replaying", job.budget.suggestions) as progress:
            asyncio.run(run.replay(found, Spending(job.budget, progress)))
    except KeyboardInterrupt:
        run.tally.ended = "interrupted"
    return run.tally


def _introduction(job: Job, found: Planned) -> str:
    what = "lines that its commits added" if found.from_history else "its files, as there is no Git history to read"
    before = f"; {found.n_done:,} places were asked about before" if found.n_done else ""
    return f"{job.folder}: {what}, the newest first{before}."


def _words(tally: Tally) -> str:
    why = {
        "code": "the code is at its end",
        "minutes": "the time is up",
        "suggestions": "those are as many as were wanted",
        "interrupted": "interrupted; what was done is kept, and the same command goes on",
    }
    said = f"{tally.suggestions:,} suggestions at {tally.asked:,} places, {tally.right:,} of them what the code said"
    return f"{said} ({why[tally.ended]})."


def _trained(db: Path, registry: Path, as_json: bool) -> dict[str, Any]:
    """What came of training as `tactful train` does it: somebody waits for it."""
    try:
        outcome = train.as_usual(db, registry)
    except TactfulError as error:
        told = f"No gate: {error}"
        found: dict[str, Any] = {"failed": str(error)}
    else:
        told = train.words(outcome)
        found = {"promoted": outcome.promoted, "reason": outcome.decision.reason, "version": outcome.version}
    if not as_json:
        click.echo(f"\n{told}")
    return found
