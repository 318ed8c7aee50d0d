"""Writes the golden vectors of the present features version: `python tests/golden_features.py`.

Do so only together with a new `FEATURES_VERSION`: a golden file that exists is never written over.
"""

import json
import math
from dataclasses import asdict
from pathlib import Path

from tactful_models.events import (
    ContextFacts,
    End,
    Event,
    Known,
    OutcomeSeen,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
    Trigger,
)
from tactful_models.features import FEATURES_VERSION, Opportunity, extract_stage1, extract_stage2, fingerprint, names
from tactful_models.history import History

PATH = Path(__file__).parent / f"models/golden/features_v{FEATURES_VERSION}.json"

FULL_CONTEXT = ContextFacts(
    language="python",
    trigger=Trigger.AUTOMATIC,
    document_chars=4213,
    document_lines=131,
    line_index=77,
    offset_chars=2504,
    line_before_chars=19,
    line_before_trimmed_chars=11,
    line_after_chars=2,
    line_after_trimmed_chars=1,
    previous_line_chars=34,
    indent_chars=8,
    last_char="(",
    last_visible_char="(",
    last_keyword="return",
    only_closers_after=True,
    in_comment=False,
    in_string=False,
    since_key_s=0.137,
    typed_1s=3.25,
    typed_2s=5.5,
    typed_5s=9.75,
    typed_30s=31.0,
    deleted_2s=0.5,
    deleted_30s=4.25,
    typed_since_shown_chars=17,
    deleted_since_shown_chars=3,
    prompt_chars=2400,
    paused=False,
    node="call",
    node_depth=3,
    echo_chars=23,
    echo_line_chars=12,
    echo_agree=0.75,
    indent_change_chars=-4,
)
FULL_SUGGESTION = SuggestionFacts(
    n_chars=42,
    n_lines=2,
    n_tokens=13,
    first_line_chars=27,
    logprob_mean=-0.43,
    logprob_sum=-5.59,
    logprob_min=-2.11,
    logprob_first=-0.07,
    logprob_line_sum=-3.3,
    alternative_mean=-3.9,
    gap_mean=3.47,
    gap_min=-0.2,
    first_token_s=0.041,
    generation_s=0.212,
    known_identifiers_ratio=0.75,
    repeats_above=0.31,
    repeats_below=0.12,
    similarity_shown=0.4,
    similarity_accepted=0.22,
    similarity_rejected=0.61,
    bracket_balance=-1,
    letters_ratio=0.58,
    is_comment=False,
    parses=True,
    times_shown=2,
    times_accepted=0,
    times_rejected=1,
    continues_shown=False,
    repeats_itself=0.04,
    echo_agreement=0.4,
    copied_pieces=5,
    logprob_end=-0.125,
)


def events() -> list[Event]:
    """A session with one of each end."""
    found: list[Event] = [SessionStarted("s1", 1_000.0, "me")]
    ends = (End.ACCEPTED, End.REJECTED, End.IGNORED, End.PARTIAL, End.SUPERSEDED, End.ACCEPTED, End.REJECTED)
    for number, end in enumerate(ends):
        name, at = f"x{number}", 1_010.0 + 7.5 * number
        facts = SuggestionFacts(20 + number, 1, logprob_mean=-0.25 * number)
        found.append(SuggestionMade(name, f"r{number}", "s1", at, facts, "python", f"f{number % 2}", "p", "m"))
        found.append(OutcomeSeen(name, "s1", at, End.SHOWN, Known.CLIENT))
        found.append(OutcomeSeen(name, "s1", at + 2.25, end, Known.CHANGE, 2.25, 9 if end is End.PARTIAL else None))
        if end is End.PARTIAL:
            found.append(OutcomeSeen(name, "s1", at + 3.0, End.REJECTED, Known.CHANGE, 3.0))
    return found


def vectors(case: str) -> dict[str, tuple[float, ...]]:
    """Both stages' vectors of `full`, `new_user` (nothing happened before) or `unknown` (nothing was measured)."""
    history = History()
    for event in events() if case == "full" else [SessionStarted("s1", 1_000.0, "me")]:
        history.observe(event)
    context = ContextFacts() if case == "unknown" else FULL_CONTEXT
    suggestion = SuggestionFacts(0, 1) if case == "unknown" else FULL_SUGGESTION
    opportunity = Opportunity(context, context.language, "f1", "p", "m", 1_100.5)
    return {
        "stage1": extract_stage1(opportunity, history),
        "stage2": extract_stage2(opportunity, suggestion, history),
    }


CASES = ("full", "new_user", "unknown")


def golden() -> dict[str, object]:
    """What stands in the file: vectors by name, NaN as null, beside the facts they came from."""
    cases = {}
    for case in CASES:
        found = vectors(case)
        cases[case] = {
            stage: dict(zip(names(int(stage[-1])), (None if math.isnan(x) else x for x in vector), strict=True))
            for stage, vector in found.items()
        }
    return {
        "features_version": FEATURES_VERSION,
        "fingerprint": fingerprint(),
        "context": asdict(FULL_CONTEXT),
        "suggestion": asdict(FULL_SUGGESTION),
        "vectors": cases,
    }


def main() -> None:
    """Writes the file unless it is there."""
    with PATH.open("x", encoding="utf-8") as file:
        json.dump(golden(), file, indent=1, allow_nan=False)
        file.write("\n")


if __name__ == "__main__":
    main()
