"""The parts of the README that are made from the code: `python tests/readme.py` writes them, a test compares them."""

import ast
import inspect
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

from tactful_server import settings

ROOT = Path(__file__).parents[1]

MAP: dict[str, dict[str, str]] = {
    "models/tactful_models": {
        "what happened": "events measured checked placed trials errors names",
        "where text becomes numbers": "facts caret echoes grammar lexicon similarity logprobs typing_rhythm",
        "what is remembered of the user": "history standing bounded",
        "where a feature is born": "features feature_spec features_context features_record features_rhythm"
        " features_suggestion replay renewal",
        "the log in SQLite": "feedback migrations rows erasure sqlite_faults",
        "in and out of the log": "interchange review_lines parsing plain_json parquet imported cups cups_format"
        " cups_growth continue_dev continue_format",
        "the gate as it serves": "gate trees single_row calibration policy promise",
        "how its probabilities come out": "tracking recalibration drift settling",
        "what a suggestion is worth, in seconds": "utility utility_terms",
        "why it decided so, in words": "reasons feature_words phrases phrases_context phrases_record phrases_suggestion"
        " phrasing",
        "its versions on disk": "registry artifact manifest prior durable lock turns",
        "learning": "training dataset gathering feedback_kinds cases case_columns columns labels norms boosting"
        " sharpening linear_fitting calibration_fitting thresholds threshold_search dependence",
        "reviews, and who is to be believed": "taken provenance reviewers dawid_skene heard",
        "proving": "evaluation learning_curve scorecards differences ablation routing judging metrics baselines forms"
        " logistic verdict promotion guard feedback_worth",
        "what another policy would have been worth": "what_if ope paths clusters",
        "users with a known truth": "simulation simulated_log simulated_reviews simulated_feedback simulated_serving",
        "what people look at": "report report_cases report_rates report_amounts report_periods report_seconds"
        " report_text tables",
        "the report as a page": "page page_story page_record page_seconds page_gate page_proof page_evaluation"
        " page_feedback page_compared page_parts page_words page_style page_reading stored_curves scored reliability"
        " tradeoff charts chart_rows chart_scales markup",
    },
    "server/tactful_server": {
        "the door": "lsp hearing convert cli __main__ commands",
        "one server's state": "desk starting leaving session settings configuring quiet announcing tasks install",
        "the documents": "buffers documents exclusion surveying",
        "one request's life": "completion ask rules generation generations drawing suggesting judging trace ends"
        " partials",
        "what becomes of a suggestion": "reviewing outcomes screen following persistence landing",
        "what a machine finds out about it": "checks",
        "the gate in force": "gatekeeper eagerness status",
        "why it was so, in words": "explaining card reason_words verdict_words",
        "the prompt and the answer": "asking providing naming prompt templates snippets postprocess stops",
        "model servers": "providers detecting returning embedded embedded_process embedded_child weights machine",
        "writing the log": "writer log_file warming privacy redaction discretion",
        "reviews from the terminal, from git and from models": "reviews git",
        "checking and showing": "examination probing demo bootstrap",
        "commands from the editor": "errands errand_child background learning",
    },
}
"""Every module has a room; a module named here that is a folder stands for all in it."""


def settings_table() -> str:
    """One row a setting, from the tree itself."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    return "\n".join(rows + _rows(settings.Settings, "tactful"))


def house_map() -> str:
    """The rooms and what is in them."""
    lines: list[str] = []
    for package, rooms in MAP.items():
        lines += [f"| `{package}/` | |", "|---|---|"]
        lines += [f"| {room} | {' '.join(f'`{name}`' for name in names.split())} |" for room, names in rooms.items()]
        lines.append("")
    return "\n".join(lines).rstrip()


def modules(package: str) -> set[str]:
    """The modules and folders of a package."""
    inside = (ROOT / package).iterdir()
    return {path.stem for path in inside if (path.suffix == ".py" or (path / "__init__.py").exists())} - {"__init__"}


def with_parts(text: str) -> str:
    """The README with its made parts as they should be."""
    for name, made in (("settings", settings_table()), ("map", house_map())):
        opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, _, rest = text.partition(opening)
        text = f"{head}{opening}\n\n{made}\n\n{closing}{rest.partition(closing)[2]}"
    return text


def _rows(kind: type, path: str) -> list[str]:
    rows, meanings, hints = [], _meanings(kind), get_type_hints(kind)
    for part in fields(kind):
        name = f"{path}.{settings.camel(part.name)}"
        if is_dataclass(hints[part.name]):
            rows += _rows(hints[part.name], name)
        else:
            rows.append(f"| `{name}` | `{_shown(part.default)}` | {meanings[part.name]} |")
    return rows


def _shown(default: object) -> str:
    """As one writes it in an editor's settings."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return str(list(default))
    return f'"{default}"' if isinstance(default, str) else str(default)


def _meanings(kind: type) -> dict[str, str]:
    """The docstring line under each field."""
    [tree] = ast.parse(inspect.getsource(kind)).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for line, below in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(below, ast.Expr):
            assert isinstance(below.value, ast.Constant)
            found[line.target.id] = " ".join(str(below.value.value).split())
    return found


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(with_parts(path.read_text("utf-8")), "utf-8")
