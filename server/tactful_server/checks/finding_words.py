"""What a check found, in words: a sentence for a mark in the editor, and a page to read. Pure."""

from typing import Final

from tactful_models.checked import Checked, Stands
from tactful_server.checks.queue import WHY

NAMES: Final = {
    "parses": "it parses",
    "compiles": "it compiles",
    "lints": "linter and types",
    "imports": "it can be imported",
    "old_tests": "tests that passed",
    "reaching_tests": "tests that run it",
}
"""The rungs of the ladder, as a page names them."""
_STANDS: Final = {
    Stands.HELD: "whole",
    Stands.BROKE: "broken",
    Stands.FAILED: "failed before as well",
    Stands.UNKNOWN: "not known",
}
_TITLE: Final = "What a check found"
_BASELINES: Final = {"saved": "as it was last saved", "committed": "as it was last committed"}
_WHEN: Final = {"accept": "after you took it", "save": "when the file was saved"}
_NO_OUTPUT: Final = "The tools said nothing more."


def sentence(checked: Checked) -> str:
    """What broke that was whole before, the lowest rung of the ladder alone; that nothing did, where nothing did.

    >>> sentence(Checked("c", "g", "s", 1.0, old_tests=Stands.BROKE, n_broke=2))
    '2 tests that passed now fail.'
    """
    if not checked.broke:
        return "Nothing is broken that was whole."
    match checked.broke[0]:
        case "parses":
            return "The file parsed before and no longer does."
        case "compiles":
            return "The file compiled before and no longer does."
        case "lints":
            n = checked.n_findings
            return f"Linter and type checker find {n} {'thing' if n == 1 else 'things'} that they did not find before."
        case "imports":
            return "The file could be imported before and no longer can."
        case _:
            return _of_tests(checked.n_broke)


def _of_tests(n_broke: int) -> str:
    if n_broke == 0:
        return "Your command for this language succeeded before and now fails."
    return f"{n_broke} tests that passed now fail." if n_broke > 1 else "1 test that passed now fails."


def page(checked: Checked) -> str:
    """All that is known of a check, what the tools said included, as a page of plain text."""
    ladder = [f"  {NAMES[rung]:<20}{_STANDS[stands]}" for rung, stands in checked.standings().items()]
    parts = [
        f"{_TITLE}\n{'─' * len(_TITLE)}",
        sentence(checked),
        "\n".join(ladder),
        _circumstances(checked),
        checked.output.strip() or _NO_OUTPUT,
    ]
    return "\n\n".join(parts) + "\n"


def _circumstances(checked: Checked) -> str:
    when = _WHEN.get(checked.trigger, "")
    against = _BASELINES.get(checked.baseline, "without the suggestion")
    lines = [f"Checked {when}, in {checked.duration_s:.1f} s.".replace(" ,", ",")]
    lines.append(f"Compared with the file {against}.")
    if checked.n_passed:
        lines.append(f"Tests that passed: {checked.n_passed}; that ran a line of it: {checked.n_reached}.")
    return "\n".join([*lines, *([WHY[checked.stopped]] if checked.stopped in WHY else [])])
