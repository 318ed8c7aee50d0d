"""`tactful review`: verdicts on what was accepted, in the terminal or by flags."""

import json
import sys
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from tactful_models.events import Verdict
from tactful_models.feedback import FeedbackLog
from tactful_models.heard import estimated
from tactful_models.review_lines import MOST_EXPERTISE_CHARS, MOST_WORDS_CHARS
from tactful_server.commands import review_text
from tactful_server.commands.options import db_option, existing_log, json_option
from tactful_server.providing import USUAL_ADDRESSES
from tactful_server.reviews import desk
from tactful_server.reviews.by_model import Budget, ByModel, Errand, review_by_model
from tactful_server.reviews.critics import CRITICS
from tactful_server.reviews.finding import Seen
from tactful_server.reviews.from_git import review_from_git
from tactful_server.reviews.showing import heading, row
from tactful_server.reviews.walking import Said, Terminal, walk
from tactful_server.settings import ModelSettings

_ASKED = 20
"""Suggestions that a model is asked about where no limit is given."""
_PATIENCE_MS = 60_000
_MODEL = ("provider", "address", "name", "key", "file")
_WAYS = MappingProxyType(
    {
        "as_list": "--list",
        "suggestion_id": "--id",
        "from_git": "--from-git",
        "by_model": "--model",
        "reviewers": "--reviewers",
    }
)
"""Options that each want something else done, by their parameters."""
_OF_A_MODEL = MappingProxyType({"critics": 1, "provider": "embedded"} | dict.fromkeys(_MODEL[1:], ""))
"""Options that only --model heeds, with what they are where nobody says otherwise."""
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("review")
@db_option
@click.option("--workspace", type=_FOLDER, default=Path(), show_default="this folder", help="Where the files are.")
@click.option("--list", "as_list", is_flag=True, help="List what was accepted and not reviewed, and ask nothing.")
@click.option("--all", "everything", is_flag=True, help="Also what was reviewed, and what is in another workspace.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many suggestions.")
@click.option("--id", "suggestion_id", default="", help="The suggestion to judge, with --verdict; no terminal needed.")
@click.option("--verdict", type=click.Choice([str(verdict) for verdict in Verdict]))
@click.option("--words", default="", help="A word on it.")
@click.option("--expertise", help="How well you know this code.")
@click.option("--from-git", is_flag=True, help="Ask git what became of the lines: committed, rewritten, reverted.")
@click.option("--model", "by_model", is_flag=True, help="Ask a model about what stands there unchanged.")
@click.option(
    "--critics", type=click.IntRange(1, len(CRITICS)), default=1, show_default=True, help="Ways of asking it."
)
@click.option("--provider", type=click.Choice(("embedded", *USUAL_ADDRESSES, "mistral")), default="embedded")
@click.option("--address", default="", help="The model server's address; the usual local one where it is left out.")
@click.option("--name", default="", help="The model's name, as its server knows it.")
@click.option("--key", default="", help="Where its key is: env:NAME or keyring:SERVICE/USER.")
@click.option("--file", default="", help="A GGUF file for the embedded runtime to serve.")
@click.option("--reviewers", is_flag=True, help="Say how far each reviewer is believed, and ask nothing.")
@json_option
def review(db: Path, as_json: bool, **given: Any) -> None:
    """Judge what you accepted: keep, rewrite or revert, with a word.

    Walks through it, the newest first, with the lines around and how much of it was kept. What you say is kept as you
    say it; q ends. Texts are read from the workspace, since the log has none at its usual level.
    """
    _check(given)
    if given["suggestion_id"]:
        _judge(db, given, as_json)
        return
    with existing_log(db) as log:
        if given["reviewers"]:
            reviewers = estimated(log).reviewers
            _say(review_text.reviewers_told(reviewers), review_text.reviewers(reviewers), as_json)
            return
        if given["from_git"]:
            by_git = review_from_git(log, given["workspace"], given["limit"])
            _say(review_text.told(by_git), review_text.from_git(by_git), as_json)
            return
        if given["by_model"]:
            by_model = _by_model(log, given)
            _say(review_text.told(by_model), review_text.by_model(by_model), as_json)
            return
        found = desk.found(log, given["workspace"], desk.Choice(given["everything"], given["limit"]))
        if given["as_list"] or as_json:
            _list(found, as_json)
        else:
            _walk(log, found, given["expertise"])


def _check(given: dict[str, Any]) -> None:
    if bool(given["suggestion_id"]) != bool(given["verdict"]):
        raise click.UsageError("--id and --verdict belong together.")
    if given["words"] and not given["suggestion_id"]:
        raise click.UsageError("--words are said of one suggestion: name it with --id.")
    if len(ways := [option for name, option in _WAYS.items() if given[name]]) > 1:
        raise click.UsageError(f"{' and '.join(ways)} are ways of their own: choose one.")
    named = [f"--{name}" for name, usual in _OF_A_MODEL.items() if given[name] != usual]
    if named and not given["by_model"]:
        raise click.UsageError(f"{' and '.join(named)} tell which model to ask: say --model, too.")
    if len(given["words"]) > MOST_WORDS_CHARS or len(given["expertise"] or "") > MOST_EXPERTISE_CHARS:
        most = f"{MOST_WORDS_CHARS:,} characters of words and {MOST_EXPERTISE_CHARS} of expertise"
        raise click.UsageError(f"A review has room for {most}.")


def _judge(db: Path, given: dict[str, Any], as_json: bool) -> None:
    said = Said(Verdict(given["verdict"]), given["words"].strip(), (given["expertise"] or "").strip())
    with existing_log(db) as log:
        review = desk.record(log, given["suggestion_id"], said, time.time())
    told = {"reviewed": review.suggestion_id, "verdict": str(review.verdict)}
    click.echo(json.dumps(told) if as_json else f"{review.suggestion_id}: {review.verdict}.")


def _list(found: desk.Found, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"suggestions": [row(one) for one in found.seen], "elsewhere": found.n_elsewhere}))
        return
    for one in found.seen:
        click.echo(f"{one.taken.suggestion_id}  {one.state}  {heading(one, time.time())}")
    if rest := _rest(found):
        click.echo(rest)


def _walk(log: FeedbackLog, found: desk.Found, expertise: str | None) -> None:
    def record(one: Seen, said: Said) -> None:
        desk.record(log, one.taken.suggestion_id, said, time.time())

    n_judged = walk(found.seen, Terminal(_ask, click.echo, record), time.time(), expertise)
    told = f"\n{n_judged} of {len(found.seen)} judged. " if found.seen else ""
    click.echo(f"{told}{_rest(found)}".strip())


def _ask(question: str) -> str:
    click.echo(question, nl=False)
    if not (line := sys.stdin.readline()):
        raise EOFError
    return line.rstrip("\n")


def _by_model(log: FeedbackLog, given: dict[str, Any]) -> ByModel:
    seen = desk.found(log, given["workspace"], desk.Choice(everything=True)).seen
    model = ModelSettings(**{name: given[name] for name in _MODEL}, timeout_ms=_PATIENCE_MS)
    budget = Budget(given["limit"] or _ASKED)
    errand = Errand(model, CRITICS[: given["critics"]], budget, lambda review: desk.new_reviews(log, [review]))
    return review_by_model(seen, errand)


def _say(told: dict[str, Any], words: str, as_json: bool) -> None:
    click.echo(json.dumps(told) if as_json else words)


def _rest(found: desk.Found) -> str:
    nothing = "" if found.seen else "Nothing that was accepted in this workspace waits for a review. "
    elsewhere = f"{found.n_elsewhere:,} more were accepted in files that are not in this workspace."
    return f"{nothing}{elsewhere if found.n_elsewhere else ''}".strip()
