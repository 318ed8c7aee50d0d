"""`tactful report`: what was asked, shown, taken and spared, in plain tables, or as a page with charts."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tactful_models import durable
from tactful_models.errors import GateError, InterchangeError, LogError
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import Registry
from tactful_server.commands.options import bar, db_option, json_option, registry_option
from tactful_server.commands.reading import lived

if TYPE_CHECKING:
    from tactful_models.page_gate import InForce
    from tactful_models.report import Report

_file = click.Path(dir_okay=False, path_type=Path)


@click.command("report")
@db_option
@registry_option
@click.option("--html", "page", type=_file, metavar="FILE", help="Write it as one page with charts, and say where.")
@click.option("--evaluation", type=_file, metavar="FILE", help="For the page: what `tactful evaluate --json` printed.")
@json_option
def report(db: Path, registry: Path, page: Path | None, evaluation: Path | None, as_json: bool) -> None:
    """Show what was asked, shown, taken and spared, in plain tables or as a page."""
    from tactful_models.report_text import text

    if evaluation is not None and page is None:
        raise click.UsageError("--evaluation is for the page: name a file for it with --html.")
    found = _report(db) if page is None else _written(db, Registry(registry), page, _evaluation(evaluation))
    if as_json:
        click.echo(json.dumps(found.to_json(), allow_nan=False))
    else:
        click.echo(text(found) if page is None else f"The report is in {page}; open it in a browser.")


def _report(db: Path) -> "Report":
    from tactful_models.report import report as reported

    with FeedbackLog.open(db, read_only=True) as log, bar("Reading", log.count()) as progress:
        return reported(lived(log, progress))


def _written(db: Path, registry: Registry, page: Path, evaluation: dict[str, Any] | None) -> "Report":
    from tactful_models import page as pages

    with FeedbackLog.open(db, read_only=True) as log, bar("Reading", log.count()) as progress:
        found = pages.material(lived(log, progress), _in_force(registry), evaluation)
    try:
        durable.replace(page, pages.page(found))
    except OSError as error:
        raise LogError(f"the page cannot be written to {page}: {error.strerror or error}") from error
    return found.report


def _in_force(registry: Registry) -> "InForce":
    from tactful_models.page_gate import InForce

    try:
        version = registry.current_version()
        return InForce() if version is None else InForce(version, registry.artifact(version))
    except GateError as error:
        return InForce(trouble=str(error))


def _evaluation(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, RecursionError, ValueError) as error:
        raise InterchangeError(f"{path} cannot be read as an evaluation ({error}): {_MADE_BY}") from error
    if not isinstance(found, dict):
        raise InterchangeError(f"{path} holds no evaluation: {_MADE_BY}")
    return found


_MADE_BY = "give the file that `tactful evaluate --json > FILE` makes"
