"""The process that does an errand; started by `errands.py` and by nothing else.

`python -P -m tactful_server.errand_child train …` does what `tactful train …` does, at a low priority; behind `idle`
at the lowest, on Linux for reading and writing too: there it gets processor and disk when nobody else wants them. It
lives as long as its standard input is open: when the server ends, however it ends, the pipe closes, and so does
everything that was started here.
"""

import sys

from tactful_server.background import hang_on, step_aside, step_back


def main() -> None:
    """Steps back, hangs on to the server, and runs the command."""
    if sys.argv[1:2] == ["idle"]:
        del sys.argv[1]
        step_back()
    else:
        step_aside()
    hang_on()
    from tactful_server.cli import main as run

    run()


if __name__ == "__main__":
    main()
