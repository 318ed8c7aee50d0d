"""From which chance on a suggestion is worth a look, by the utility alone: why it is shown and decides nothing.

    TACTFUL_CUPS=…/events.jsonl.gz python tests/bench/bench_utility.py

The terms are estimated from the CUPS telemetry, and each of its suggestions is asked from which chance on it would be
worth more than the look at it, by eagerness.
"""

import os
import sys
from pathlib import Path

import numpy as np

from tactful_models.cups import read_events
from tactful_models.events import SuggestionMade
from tactful_models.promise import COST_RATIOS
from tactful_models.utility import Term
from tactful_models.utility_terms import Pace

CHANCES = (0.02, 0.05, 0.10, 0.15, 0.20)


def main() -> None:
    """Measure and print."""
    if not (path := os.environ.get("TACTFUL_CUPS")):
        sys.exit("TACTFUL_CUPS does not name the CUPS telemetry (events.jsonl.gz)")
    pace, chars = Pace("accepted"), list[float]()
    for event in read_events(Path(path)):
        pace.observe(event)
        if isinstance(event, SuggestionMade):
            chars.append(event.facts.n_chars)
    terms = pace.terms()
    for name, term in (("speed", terms.speed), ("stays", terms.stays), ("on screen", terms.on_screen)):
        print(f"  {name:<12}{_told(term)}")
    print(f"  a look      {terms.look_s:.2f} s; {len(chars)} suggestions, median {np.median(chars):.0f} characters")
    saved = np.array([terms.saved_s(max(each, 1.0)) for each in chars])
    for word in ("quiet", "balanced", "eager"):
        even = COST_RATIOS[word] * terms.look_s / saved
        shares = "".join(f"{f'{chance:.0%}: {(even <= chance).mean():.0%}':>12}" for chance in CHANCES)
        print(f"  {word:<10}worth a look from a chance of{shares}   median break-even {np.median(even):.1%}")


def _told(term: Term) -> str:
    return f"{term.value:.2f} [{term.low:.2f}, {term.high:.2f}] from {term.n}, usually {term.usual:g}"


if __name__ == "__main__":
    main()
