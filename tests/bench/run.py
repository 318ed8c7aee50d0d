"""The quick benches, one after the other: `make bench`. Best on a machine that has nothing else to do.

The long ones have commands of their own:

    python tests/bench/bench_keystroke.py --full    # 400 keys each in three real editors: a quarter of an hour
    python tests/bench/bench_day.py                 # eight hours of typing in 15 minutes
    python tests/bench/bench_feedback.py            # gates told of wrong code by tests and reviewers: some minutes
    python tests/bench/bench_replay.py collect      # 24 packages typed, 4,700 places asked at: an hour or two
    python tests/bench/bench_replay.py evaluate     # the gate on packages it did not learn from: some minutes
"""

import subprocess
import sys
from pathlib import Path

BENCHES = (
    ("bench_decision",),
    ("bench_answer",),
    ("bench_closing",),
    ("bench_start",),
    ("bench_rollback",),
    ("bench_writer",),
    ("bench_beside_checks",),
    ("bench_keystroke", "--rounds", "2"),
    ("bench_day", "--minutes", "1"),
)


def main() -> None:
    """Run them; the exit code is the first failure's."""
    for name, *arguments in BENCHES:
        done = subprocess.run([sys.executable, str(Path(__file__).parent / f"{name}.py"), *arguments], check=False)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
