"""`tactful check`: sends a change of a file up the ladder, or lists what was found out about what was taken."""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tactful_models.checked import RUNGS, Checked, Stands, credit
from tactful_models.feedback import FeedbackLog
from tactful_models.tables import number, share, table
from tactful_server.buffers import shared_start
from tactful_server.checks.former import committed, decoded
from tactful_server.checks.job import Climb, Job
from tactful_server.checks.ladder import climb
from tactful_server.checks.sandbox import Unavailable, find
from tactful_server.commands.options import db_option, json_option

_TOPS = (".git", "pyproject.toml", "setup.cfg", "setup.py", "package.json", "go.mod", "Cargo.toml")
_LANGUAGES = {
    **{".py": "python", ".js": "javascript", ".ts": "typescript", ".tsx": "typescriptreact", ".go": "go", ".c": "c"},
    **{".rs": "rust", ".java": "java", ".cpp": "cpp", ".rb": "ruby", ".php": "php", ".cs": "csharp", ".json": "json"},
    **{".sh": "shellscript", ".css": "css", ".html": "html"},
}
_WORDS = {
    Stands.HELD: "holds",
    Stands.BROKE: "BROKE",
    Stands.FAILED: "failed before as well",
    Stands.UNKNOWN: "nothing to say",
}


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--command", default="", help="What else has to succeed, run in the sandbox, such as 'go vet ./...'.")
@click.option("--python", default="", help="The project's Python; its environment is found where it is left out.")
@click.option("--budget", type=click.IntRange(min=1), default=120, show_default=True, help="Seconds for each file.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Of the list, without FILES.")
@db_option
@json_option
def check(files: tuple[Path, ...], db: Path, limit: int, as_json: bool, **given: Any) -> None:
    """Check what has changed in FILES since the last commit; without FILES, list the checks on record.

    The file is parsed, compiled, linted, imported, and the tests that reach it are run, in a sandbox; the same without
    the change is what it is compared with. The exit code is 1 when something broke that was whole.
    """
    if not files:
        _list(db, limit, as_json)
        return
    sandbox = find()
    if isinstance(sandbox, Unavailable):
        click.echo(sandbox.why, err=True)
    found = [(path, climb(_job(path, given), sandbox)) for path in files]
    if as_json:
        click.echo(json.dumps([{"file": str(path), **asdict(one)} for path, one in found]))
    else:
        click.echo("\n\n".join(_told(path, one) for path, one in found))
    sys.exit(any(Stands.BROKE in one.standings.values() for _, one in found))


def _job(path: Path, given: dict[str, Any]) -> Job:
    path = path.resolve()
    tops = (above for above in path.parents if any((above / name).exists() for name in _TOPS))
    folder = next(tops, path.parent)
    if (text := decoded(path.read_bytes())) is None:
        text = path.read_text("utf-8", errors="replace").replace("\r\n", "\n")
    job = Job(
        folder=str(folder),
        place=path.relative_to(folder).as_posix(),
        language=_LANGUAGES.get(path.suffix, path.suffix.lstrip(".")),
        text=text,
        start=0,
        end=len(text),
        budget_s=float(given["budget"]),
        python=given["python"],
        command=given["command"],
    )
    return _narrowed(job, committed(job))


def _narrowed(job: Job, before: str | None) -> Job:
    """The job with the part that has changed in the suggestion's place; all of a file that is new or as it was."""
    if before is None or before == job.text:
        return job
    start = shared_start(before, job.text)
    tail = shared_start(before[start:][::-1], job.text[start:][::-1])
    return Job.of({**asdict(job), "start": start, "end": len(job.text) - tail})


def _told(path: Path, found: Climb) -> str:
    lines = [f"{path} ({found.duration_s:.1f} s)"]
    for rung in RUNGS:
        stands = found.standings.get(rung, Stands.UNKNOWN)
        lines.append(f"  {rung.replace('_', ' '):<16}{_WORDS[stands]}")
    lines.append(f"  {found.n_passed} tests passed, {found.n_broke} broke; {found.n_reached} ran a line of the change")
    if found.ran_ratio is not None:
        lines.append(f"  {share(found.ran_ratio)} of its lines ran in tests that passed")
    if found.stopped:
        lines.append(f"  went no further: {found.stopped.replace('_', ' ')}")
    lines.append(f"  credit {number(credit(found.standings, found.parts))}")
    return "\n".join([*lines, *(f"\n{note}" for note in found.notes)])


def _list(db: Path, limit: int, as_json: bool) -> None:
    with FeedbackLog.open(db, read_only=True) as log:
        found = [one.event for one in log.events(kinds=[Checked]) if isinstance(one.event, Checked)][-limit:]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found]))
    elif not found:
        click.echo("Nothing has been checked yet: what you take is, in workspaces that you trust.")
    else:
        names = ["when", "for", "climbed", "credit", "broke", "passed", "ran", "took", "stopped"]
        click.echo(table("Checks of what was taken, the newest last", names, [_row(one) for one in found]))


def _row(one: Checked) -> list[str]:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at))
    numbers = [f"{one.climbed}", number(one.credit), f"{one.n_broke}", f"{one.n_passed}", share(one.ran_ratio)]
    return [when, one.trigger, *numbers, f"{one.duration_s:.1f} s", one.stopped or "–"]
