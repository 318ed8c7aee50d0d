"""`tactful serve`: the language server on standard input and output."""

import gc
import logging
import sys
from pathlib import Path

import click

from tactful_server import install
from tactful_server.discretion import WithoutValues
from tactful_server.starting import Options


@click.command()
@click.option("--db", type=click.Path(path_type=Path), help="Feedback log.  [default: in the data directory]")
@click.option("--registry", type=click.Path(path_type=Path), help="Gates.  [default: in the data directory]")
@click.option("--model", "model_file", default="", help="A GGUF file to serve in place of the embedded model.")
@click.option("--source", default="live", type=click.Choice(["live", "demo"]), help="Who types.")
@click.option("--prior/--no-prior", default=True, help="Whether the gate that comes with Tactful decides at first.")
@click.option("--seed", type=int, help="Seed of the exploration.  [default: random]")
@click.option("--log", type=click.Path(), help="File to log to.  [default: standard error]")
@click.option("--verbose", is_flag=True, help="Log more, for finding faults.")
def serve(log: str | None, verbose: bool, **options: str | int | Path | None) -> None:
    """Serve an editor over standard input and output."""
    _log_to(log, logging.DEBUG if verbose else logging.INFO)
    from tactful_server.leaving import Leaving
    from tactful_server.lsp import create_server

    install.install_key()
    server = create_server(_options(options))
    leaving = Leaving(server.stop)
    server.introduced = leaving.watch
    _keep_answers_quick()
    server.start_io()
    leaving.finish()


def _keep_answers_quick() -> None:
    """What has been imported stays, so garbage collection need not look at it again (0.1 s each time); and a thread
    that computes lets the one that answers go on after a millisecond, not five.
    """
    gc.freeze()
    sys.setswitchinterval(0.001)


def _log_to(path: str | None, level: int) -> None:
    """Standard output belongs to the protocol; a line a request of the libraries' is none of the user's."""
    to = logging.FileHandler(path) if path else logging.StreamHandler(sys.stderr)
    to.addFilter(WithoutValues())
    logging.basicConfig(handlers=[to], level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("pygls", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # Editors cancel what has just been answered, many times a minute; pygls warns of each.
    logging.getLogger("pygls.protocol.json_rpc").setLevel(logging.ERROR)


def _options(given: dict[str, str | int | Path | None]) -> Options:
    return Options(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
