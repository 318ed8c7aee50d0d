"""`tactful demo`: the whole loop with a real model, the real server and a real log, by a simulated developer."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tactful_models.errors import SettingsError
from tactful_models.feedback import FeedbackLog
from tactful_server import install
from tactful_server.commands.options import bar
from tactful_server.demo.counting import Counts, Span, count
from tactful_server.demo.developer import Developer, Source
from tactful_server.demo.editor import Editor
from tactful_server.demo.sample import PROJECT, sources
from tactful_server.demo.table import table
from tactful_server.demo.tour import Part, Plan, Size, Tick, count_lost, gate_in_force, running, tactful, type_part


@click.command()
@click.option(
    "--home", type=click.Path(path_type=Path), help="New directory for what it makes.  [default: data directory]"
)
@click.option(
    "--looks",
    default=(220, 110),
    type=(int, int),
    metavar="N N",
    show_default=True,
    help="How often the developer pauses and looks, before and after training.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the developer and of exploration.")
@click.option("--model", "model_file", default="", help="A GGUF file to use in place of the embedded model.")
def demo(home: Path | None, looks: tuple[int, int], seed: int, model_file: str) -> None:
    """Show the whole loop on this machine, in a few minutes."""
    asyncio.run(_show(Plan(_emptied(home or install.data_dir() / "demo"), seed, model_file), looks))


def _emptied(home: Path) -> Path:
    """The directory without what an earlier demonstration left; any other that is not empty is not touched.

    Raises:
        SettingsError: it holds something else.
    """
    mark = home / ".tactful-demo"
    if home.exists() and any(home.iterdir()) and not mark.exists():
        raise SettingsError(f"{home} is not empty and no earlier demonstration made it; name another with --home.")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    mark.touch()
    return home


async def _show(plan: Plan, looks: tuple[int, int]) -> None:
    files = sources(plan.seed)
    half = len(files) // 2
    _introduce(len(files))
    async with running(plan) as editor:
        first = await _typed(editor, files[:half], Size(looks[0]), ("1. Typing, gate in shadow", plan.seed))
        promise = await _trained(editor, plan)
        second = await _typed(editor, files[half:], Size(looks[1]), ("3. Typing other files, gate on", plan.seed + 1))
        missed = second.diary.missed
        with _bar("4. Asking by hand where the gate kept quiet", len(missed)) as tick:
            lost = await count_lost(editor, missed, tick)
    _conclude(plan, (_counts(plan, first.span), _counts(plan, second.span)), lost, promise)


def _introduce(n_files: int) -> None:
    click.echo(
        f"The developer in this demonstration is simulated. It types real files ({n_files} of {PROJECT}'s) at a human\n"
        "rhythm, compressed, with prose line by line. It accepts a suggestion when its first line is what the file\n"
        "goes on to say, and types over it when not. Model, server, log, training and gate are the real ones.\n"
    )


async def _typed(editor: Editor, files: list[Source], size: Size, named: tuple[str, int]) -> Part:
    label, seed = named
    with _bar(label, size.looks) as tick:
        return await type_part(Developer(editor, seed), files, size, tick)


async def _trained(editor: Editor, plan: Plan) -> str:
    """Trains and promotes; returns what is in force, and on which terms."""
    click.echo("2. Training on that record …", err=True)
    terms = ", with the bound that holds on new data"
    found = await _train(plan)
    if not found["promoted"]:
        _explain("With the bound", found)
        terms = ", with a plain threshold: it held on the tuning data, nothing is promised for new data"
        found = await _train(plan, "--promise", "plain")
    if not found["promoted"]:
        _explain("With a plain threshold", found)
        terms += ";\n  promoted by hand for this demonstration"
        await tactful(plan, "promote", found["version"], "--registry", str(plan.registry), "--db", str(plan.db))
    mode = await gate_in_force(editor, found["version"])
    return f"gate {found['version']} (mode {mode}){terms}"


async def _train(plan: Plan, *promise: str) -> dict[str, Any]:
    """The label is acceptance alone: no minute passes in the demonstration after which the rest could be looked at."""
    where = ("--db", str(plan.db), "--registry", str(plan.registry), "--label", "accepted")
    return await tactful(plan, "train", *where, *promise)


def _explain(terms: str, found: dict[str, Any]) -> None:
    data, promise = found["data"], found["promise"]
    click.echo(f"   {data['n_rows']} decisions, {data['n_accepted']} accepted. {terms}: {promise['reason']}.")
    if promise["met"]:
        click.echo(f"   Not promoted by itself: {found['reason']}.")


def _counts(plan: Plan, span: Span) -> Counts:
    with FeedbackLog.open(plan.db, read_only=True) as log:
        return count((stored.event for stored in log.events()), span)


def _conclude(plan: Plan, counts: tuple[Counts, Counts], lost: int, promise: str) -> None:
    click.echo(f"\nIn force in the second column: {promise}\n")
    for line in table(*counts, lost):
        click.echo(line)
    click.echo(
        f"\nThe log: {plan.db}\nIts server's log: {plan.home / 'server.log'}\n"
        f"Look closer:  tactful report --db {plan.db}\n"
        f"              tactful status --db {plan.db} --registry {plan.registry}\n"
        "Your own:     let your editor start `tactful serve` as a language server (README.md says how), use it for\n"
        "              some days, then `tactful train`"
    )


@contextmanager
def _bar(label: str, length: int) -> Iterator[Tick]:
    click.echo(f"{label} …", err=True)
    with bar(label, length) as progress:
        yield progress
