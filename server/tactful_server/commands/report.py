"""`tactful report`: what was asked, shown, taken and spared."""

import json
from pathlib import Path

import click

from tactful_models.feedback import FeedbackLog
from tactful_server.commands.options import bar, db_option, json_option
from tactful_server.commands.reading import events


@click.command("report")
@db_option
@json_option
def report(db: Path, as_json: bool) -> None:
    """Show what was asked, shown, taken and spared, in plain tables."""
    from tactful_models.report import report as reported
    from tactful_models.report_text import text

    with FeedbackLog.open(db, read_only=True) as log, bar("Reading", log.count()) as progress:
        found = reported(events(log, progress))
    click.echo(json.dumps(found.to_json(), allow_nan=False) if as_json else text(found))
