"""What `tactful review` tells of git, of a model and of the reviewers, in words."""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Final

from tactful_models.events import Verdict
from tactful_models.reviewers import VERDICTS, Rates
from tactful_models.tables import table
from tactful_server.reviews.by_model import ByModel
from tactful_server.reviews.from_git import FromGit

_BY_GIT: Final = MappingProxyType(
    {"keep": "committed and still there", "rewrite": "rewritten since", "revert": "taken back"}
)
_NOT_KNOWN: Final = MappingProxyType(
    {
        "short": "their lines are too short to be told from others",
        "uncommitted": "less than half of their lines reached a commit unchanged",
        "no_history": "git has no history of their files, or could not tell it in time",
        "excluded": "their files are left alone by your ignore files",
        "elsewhere": "their files are not in this workspace",
    }
)
_KEEP: Final = VERDICTS.index(Verdict.KEEP)


def told(found: FromGit | ByModel) -> dict[str, Any]:
    """Either for programs."""
    counts = {name: dict(getattr(found, name)) for name in ("verdicts", "unknown") if hasattr(found, name)}
    return {spec.name: counts.get(spec.name, getattr(found, spec.name)) for spec in fields(found)}


def from_git(found: FromGit) -> str:
    """What git said, and of how much it said nothing."""
    verdicts = ", ".join(f"{n:,} {_BY_GIT[verdict]}" for verdict, n in sorted(found.verdicts.items()))
    lines = [f"Of what you accepted here, by git: {verdicts or 'nothing is known'}. {found.new:,} of it is new."]
    lines += [f"Not known of {n:,}: {_NOT_KNOWN[why]}." for why, n in sorted(found.unknown.items())]
    return "\n".join(lines)


def by_model(found: ByModel) -> str:
    """What the model said, and where it said nothing."""
    verdicts = ", ".join(f"{n:,} {verdict}" for verdict, n in sorted(found.verdicts.items()))
    lines = [f"{found.model} was asked {found.asked:,} questions: {verdicts or 'no verdict'}."]
    if found.abstained:
        lines.append(f"{found.abstained:,} of its answers said nothing.")
    for method in found.unfit:
        lines.append(f"Asked by {method}, it did not tell right code from wrong, so it was asked nothing of yours.")
    if found.fault:
        lines.append(f"Left off: {found.fault}")
    return "\n".join(lines)


def reviewers(rates: Mapping[str, Rates]) -> str:
    """How far each reviewer is believed."""
    if not rates:
        return "Nobody has reviewed anything yet."
    names = ["", "reviews", "refuses good ones", "keeps bad ones", "worth, -1 to 1"]
    rows = [[name, f"{each.n:,}", *_errors(each), f"{each.worth:+.2f}"] for name, each in sorted(rates.items())]
    return table("Reviewers, as tests and each other have them", names, rows)


def _errors(rates: Rates) -> tuple[str, str]:
    return f"{1.0 - rates.given_good[_KEEP]:.0%}", f"{rates.given_bad[_KEEP]:.0%}"


def reviewers_told(rates: Mapping[str, Rates]) -> dict[str, Any]:
    """The same for programs."""
    found = [
        {
            "reviewer": name,
            "reviews": each.n,
            "refuses_good": 1.0 - each.given_good[_KEEP],
            "keeps_bad": each.given_bad[_KEEP],
            "worth": each.worth,
        }
        for name, each in sorted(rates.items())
    ]
    return {"reviewers": found}
