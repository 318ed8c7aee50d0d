"""Every bench, one after the other: `make bench`. Best on a machine that has nothing else to do."""

import subprocess
import sys
from pathlib import Path

BENCHES = ("bench_decision", "bench_answer", "bench_closing", "bench_start", "bench_writer")


def main() -> None:
    """Run them; the exit code is the first failure's."""
    for bench in BENCHES:
        done = subprocess.run([sys.executable, str(Path(__file__).parent / f"{bench}.py"), *sys.argv[1:]], check=False)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
