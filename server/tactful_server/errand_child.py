"""The process that does an errand; started by `errands.py` and by nothing else.

`python -P -m tactful_server.errand_child train …` does what `tactful train …` does, at the lowest priority, on Linux
for reading and writing too: there it gets the disk when nobody else wants it. It lives as long as its standard input is
open: when the server ends, however it ends, the pipe closes, and so does everything that was started here.
"""

from tactful_server.background import hang_on, step_back


def main() -> None:
    """Steps back, hangs on to the server, and runs the command."""
    step_back()
    hang_on()
    from tactful_server.cli import main as run

    run()


if __name__ == "__main__":
    main()
