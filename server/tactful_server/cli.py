"""`tactful …`: parse, call, print. One line and exit code 1 for what goes wrong on purpose."""

import os
import sys
from importlib import import_module

import click

from tactful_models.errors import TactfulError
from tactful_server import __version__

COMMANDS = {
    "serve": "serve",
    "demo": "demo",
    "status": "status",
    "bootstrap": "bootstrap",
    "train": "train",
    "evaluate": "evaluate",
    "promote": "gates",
    "rollback": "gates",
    "report": "report",
    "replay": "replay",
    "import": "log",
    "export": "log",
    "review": "review",
    "check": "check",
    "purge": "log",
    "doctor": "doctor",
}
"""Command to the module below `commands` that has it. Imported when used: `tactful serve` must start fast."""


class Lazy(click.Group):
    """Imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None when there is no such."""
        if cmd_name not in COMMANDS:
            return None
        members = vars(import_module(f"tactful_server.commands.{COMMANDS[cmd_name]}")).values()
        return next(one for one in members if isinstance(one, click.Command) and one.name == cmd_name)


@click.group(cls=Lazy)
@click.version_option(__version__, prog_name="tactful")
def group() -> None:
    """Inline code suggestions that know when to stay quiet."""


UNUSED = ("sklearn", "pandas", "dask", "matplotlib")
"""What LightGBM imports where it is installed, for classes of its own that nobody uses here."""


def main() -> None:
    """The entry point of the console script."""
    for name in UNUSED:  # scikit-learn alone takes more than a second and 67 MB; None is how a process goes without it
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    # Matrices here are small, and threads that share them cost more than they give; read when NumPy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        group(standalone_mode=True)
    except TactfulError as error:
        click.echo(f"tactful: {error}", err=True)
        sys.exit(1)
