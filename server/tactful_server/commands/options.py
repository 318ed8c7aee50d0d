"""Options that several commands share, and progress for what takes over a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tactful_models.feedback import FeedbackLog, no_log
from tactful_models.labels import names
from tactful_server.install import default_db, default_registry

Progress = Callable[[int], None]
"""Told how many more steps are done."""

db_option = click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=default_db,
    show_default="the installation's log",
    help="The feedback log.",
)
registry_option = click.option(
    "--registry",
    type=click.Path(file_okay=False, path_type=Path),
    default=default_registry,
    show_default="the installation's gates",
    help="The directory of gates.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")


def label_option(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`--label` with that default."""
    return click.option("--label", type=click.Choice(names()), default=default, show_default=True, help="What is good.")


def existing_log(db: Path) -> FeedbackLog:
    """A log that is there, for writing; raises LogError when it is not, rather than beginning an empty one."""
    if not db.is_file():
        raise no_log(db)
    return FeedbackLog.open(db)


@contextmanager
def bar(label: str, length: int) -> Iterator[Progress]:
    """A progress bar on standard error, where that is a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, hidden=hidden, file=sys.stderr) as shown:
        yield shown.update
