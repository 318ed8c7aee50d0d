"""`tactful import`, `export` and `purge`: the feedback log in, out and away."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from time import time
from types import MappingProxyType
from typing import Any

import click

from tactful_models import review_lines
from tactful_models.erasure import Erased
from tactful_models.errors import InterchangeError, LogError, TactfulError
from tactful_models.feedback import Appended, FeedbackLog, no_log
from tactful_models.interchange import Progress, Reading, export_log, import_log
from tactful_models.parquet import export_parquet
from tactful_models.review_lines import Receiving
from tactful_server.commands.options import db_option, existing_log, json_option
from tactful_server.install import file_key, keyed_hash, reviewer_name
from tactful_server.log_file import COMPANIONS, set_aside_files

DAY_S = 86_400.0
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WRITERS = MappingProxyType({"jsonl": export_log, "parquet": export_parquet, "reviews": review_lines.export_reviews})
_skip_bad = click.option(
    "--skip-bad", is_flag=True, help="Leave out lines that cannot be read, instead of importing nothing."
)


@click.group("import")
def import_group() -> None:
    """Bring events from elsewhere into the feedback log."""


@import_group.command("cups")
@click.argument("file", type=_FILE)
@db_option
@json_option
def import_cups(file: Path, db: Path, as_json: bool) -> None:
    """Import the CUPS telemetry (events.jsonl.gz). Sessions that are there already are skipped."""
    from tactful_models.cups import read_events

    with FeedbackLog.open(db) as log, _bar("Importing") as progress:
        done = log.append_new(_counted(read_events(file), progress))
    _say_imported(done, db, as_json, [])


@import_group.command("continue")
@click.argument("file", type=_FILE)
@db_option
@_skip_bad
@json_option
def import_continue(file: Path, db: Path, skip_bad: bool, as_json: bool) -> None:
    """Import Continue's dev_data/0.2.0/autocomplete.jsonl. Its code is measured, not kept."""
    from tactful_models.continue_dev import Keys, events
    from tactful_models.continue_format import Rows

    rows = Rows(file, skip_bad)
    with FeedbackLog.open(db) as log, _bar("Importing") as progress:
        done = log.append_new(_counted(events(rows, Keys(keyed_hash, file_key)), progress))
    _say_imported(done, db, as_json, rows.bad_lines)


@import_group.command("log")
@click.argument("file", type=_FILE)
@db_option
@_skip_bad
@json_option
def import_interchange(file: Path, db: Path, skip_bad: bool, as_json: bool) -> None:
    """Import a file in the interchange format, as `tactful export` writes it. All of it or nothing."""
    reading = Reading(file, skip_bad)
    with FeedbackLog.open(db) as log, _bar("Importing") as progress:
        done = import_log(log, reading, progress)
    _say_imported(done, db, as_json, reading.bad_lines)


@import_group.command("reviews")
@click.argument("file", type=_FILE)
@db_option
@_skip_bad
@json_option
def import_reviews(file: Path, db: Path, skip_bad: bool, as_json: bool) -> None:
    """Import verdicts on suggestions, one JSON object a line: suggestion_id, verdict, reviewer, and optional fields.

    README.md has the format. All of it or nothing; what is there already is skipped.
    """
    with existing_log(db) as log:
        received = review_lines.import_reviews(log, file, Receiving(time(), reviewer_name, skip_bad))
    _say_imported(received.done, db, as_json, list(received.bad))


@click.command("export")
@db_option
@click.option("--format", "form", type=click.Choice(list(_WRITERS)), default="jsonl", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The file; for parquet a directory, one file a table."
)
@click.option("--with-text", is_flag=True, help="Also the suggested texts, where the log has them; reviews carry none.")
@json_option
def export(db: Path, form: str, out: Path, with_text: bool, as_json: bool) -> None:
    """Write the whole feedback log as JSON lines or Parquet, or its reviews as `tactful import reviews` takes them."""
    if out.resolve() in {Path(f"{db.resolve()}{companion}") for companion in COMPANIONS}:
        raise InterchangeError(f"{out} is the feedback log itself; name another file with --out.")
    with FeedbackLog.open(db, read_only=True) as log, _bar("Exporting", log.count()) as progress:
        n_events = _WRITERS[form](log, out, with_text, progress)
    _say({"events": n_events, "path": str(out)}, f"{n_events:,} events written to {out}.", as_json)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What to erase; exactly one field is set."""

    file: Path | None
    day: datetime | None
    older_than: int | None
    everything: bool

    def words(self) -> str:
        """What would be erased, for the question."""
        if self.file is not None:
            return f"everything that happened in {self.file}"
        if self.day is not None:
            return f"everything of {self.day:%Y-%m-%d}"
        if self.older_than is not None:
            return f"everything older than {self.older_than} days"
        return "everything"


@click.command("purge")
@db_option
@click.option("--file", type=click.Path(path_type=Path), help="What happened in this file (which may be gone).")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="What happened on this day, local time.")
@click.option("--older-than", type=click.IntRange(min=0), metavar="DAYS", help="What is older than so many days.")
@click.option("--all", "everything", is_flag=True, help="Everything, also damaged logs that were set aside.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@json_option
def purge(db: Path, yes: bool, as_json: bool, **choices: Any) -> None:
    """Erase events from the feedback log for good, with all that hangs on them."""
    if sum(value is not None and value is not False for value in choices.values()) != 1:
        raise click.UsageError("Name exactly one of --file, --day, --older-than and --all.")
    choice = _Choice(**choices)
    if not db.is_file() and not (choice.everything and set_aside_files(db)):
        raise no_log(db)
    if not yes:
        click.confirm(f"Erase {choice.words()} from {db}? It cannot be brought back", abort=True, err=True)
    _erase_and_say(db, choice, as_json)


def _erase_and_say(db: Path, choice: _Choice, as_json: bool) -> None:
    with FeedbackLog.open(db) as log:
        erased = _erased(log, choice)
    aside = _without_aside(db, choice.everything)
    words = [f"{erased.events:,} events erased from {db}."]
    if erased.traces_left:
        words.append(
            "Another process is reading the log, so erased bytes may still be in it: purge again when it ends."
        )
    if aside:
        words.append(f"Not touched: {', '.join(str(path) for path in aside)} (damaged logs; delete them yourself).")
    _say({**asdict(erased), "set_aside": [str(path) for path in aside]}, " ".join(words), as_json)


def _erased(log: FeedbackLog, choice: _Choice) -> Erased:
    if choice.file is not None:
        keys = {file_key(str(choice.file)), file_key(str(choice.file.resolve()))}
        each = [log.purge_file(key) for key in sorted(keys)]
        return Erased(sum(one.events for one in each), each[-1].traces_left)
    if choice.day is not None:
        return log.purge_between(*_day_bounds(choice.day.date()))
    if choice.older_than is not None:
        return log.purge_between(float("-inf"), time() - choice.older_than * DAY_S)
    return log.purge_all()


def _day_bounds(day: date) -> tuple[float, float]:
    """Local midnight and the next one; not always 24 hours apart. Raises LogError for a day that no clock reaches."""
    try:
        return tuple(datetime.combine(day + timedelta(days=n), clock()).timestamp() for n in (0, 1))  # type: ignore[return-value]
    except (OSError, OverflowError, ValueError) as fault:
        raise LogError(f"{day} is beyond what this machine's clock can say; nothing was erased.") from fault


def _without_aside(db: Path, everything: bool) -> list[Path]:
    """The damaged logs left beside this one, after deleting them where everything is to go."""
    if everything:
        try:
            for path in set_aside_files(db):
                path.unlink()
        except OSError as fault:
            raise TactfulError(f"{fault.filename} cannot be deleted: {fault.strerror}.") from fault
    return set_aside_files(db)


def _say_imported(done: Appended, db: Path, as_json: bool, bad_lines: list[int]) -> None:
    words = [f"{done.events:,} events imported into {db}."]
    if done.skipped:
        words.append(f"{done.skipped:,} skipped: they were there already ({len(done.sessions_skipped)} sessions).")
    if bad_lines:
        words.append(f"{len(bad_lines):,} lines could not be read: {', '.join(map(str, bad_lines[:10]))}.")
    counts = {"events": done.events, "skipped": done.skipped, "sessions_skipped": len(done.sessions_skipped)}
    _say({**counts, "bad_lines": bad_lines}, " ".join(words), as_json)


def _say(result: dict[str, Any], words: str, as_json: bool) -> None:
    click.echo(json.dumps(result) if as_json else words)


def _counted(events: Iterator[Any], progress: Progress) -> Iterator[Any]:
    for event in events:
        yield event
        progress(1)


@contextmanager
def _bar(label: str, length: int | None = None) -> Iterator[Progress]:
    steps = (n for n in range(0))  # with no length given, the bar shows how far it is instead
    is_hidden = not sys.stderr.isatty()
    with click.progressbar(steps, length, label, is_hidden, file=sys.stderr, update_min_steps=500) as bar:
        yield bar.update


COMMANDS: tuple[click.Command, ...] = (import_group, export, purge)
"""What this room adds to `tactful`."""
