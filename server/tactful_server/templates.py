"""How each family of models wants its prompt laid out, read from `templates.json`.

The prompt's order is prefix, suffix, middle with the prefix ending at the start of the caret's line; what is typed of
the line itself stands after the middle marker. So a keystroke within a line leaves all but the prompt's end as it was
and the server's key-value cache holds, which the plain prefix-suffix-middle order loses at every key. A family that
was trained with the suffix first (Codestral, Mellum, Seed-Coder) gets it so; there too the line stands last.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from tactful_models.errors import SettingsError

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Family:
    """One way to lay out a prompt, with its markers."""

    name: str
    """As in the data: `qwen2.5-coder`, `codellama`, `plain`, `server`."""
    layout: str
    """`plain`: prefix only; `fim`: markers around prefix and suffix; `suffix-first`: the same, but the suffix stands
    before the prefix; `server`: the suffix travels as a field."""
    prefix: str = ""
    """Marker before the prefix."""
    suffix: str = ""
    """Marker before the suffix."""
    middle: str = ""
    """Marker after which the model answers."""
    file: str = ""
    """Header of another file, with `{name}`; empty where snippets are written as comments."""
    repository: str = ""
    """What stands before the first such header."""
    current: str = ""
    """What stands between the last snippet and the file being written."""
    heal: str = " "
    """Blanks of which one is taken off the prompt's end, to be required of the answer."""
    stop: tuple[str, ...] = ()
    """What the model writes as text where it ends."""
    specials: tuple[str, ...] = ()
    """Markers that are nothing else in any language: broken up in documents, cut from answers."""
    tags: tuple[str, ...] = ()
    """Markers that may be meant as text (`<filename>`): broken up in documents, left in answers."""

    @property
    def has_middle(self) -> bool:
        """Whether prefix and suffix have markers, so that any server can be asked for what is between."""
        return bool(self.suffix)

    @property
    def has_files(self) -> bool:
        """Whether other files stand in front of the prompt under headers of their own, and not as comments in it."""
        return bool(self.file)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of what goes into a prompt, in estimated tokens."""

    prefix_tokens: int = 1024
    """Left of the caret; at most 600 keeps a small CPU model quick."""
    suffix_tokens: int = 256
    """Right of the caret; only for families that can use it."""
    snippet_tokens: int = 512
    """From other files, all snippets together."""
    max_tokens: int = 96
    """Asked of the model in one answer."""


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """What has to be known about a model to write its prompts."""

    name: str
    """As the server calls it."""
    family: Family
    """Its layout."""
    context_tokens: int = 4096
    """The window of the model as served; prompt and answer fit into it."""
    budget: Budget = field(default_factory=Budget)
    """What each part of the prompt may take."""
    bytes_per_token: float = 3.0
    """For the estimate; code has 3.2 to 4 with most tokenizers, so 3 errs on the safe side."""
    stop: tuple[str, ...] = ()
    """Strings at which this model's answers end, beside those of the place."""
    is_known: bool = True
    """Whether the data, and not the default, says so."""

    @property
    def fills_in_the_middle(self) -> bool:
        """Whether what stands right of the caret can be told to the model."""
        return self.family.layout != "plain"


@dataclass(frozen=True, slots=True)
class ProfileOverrides:
    """What the user's settings say about the model; None leaves the data's value."""

    family: str | None = None
    """A family's name."""
    context_tokens: int | None = None
    """The server's window in tokens."""
    budget: Budget | None = None
    """The whole budget."""


def profile_for(model: str, overrides: ProfileOverrides | None = None) -> ModelProfile:
    """The profile of a model by its name (`qwen2.5-coder:1.5b`, `…/SmolLM2-135M-Instruct.Q4_1.gguf`).

    An unknown model is served with the plain layout, which every model understands.

    Raises:
        SettingsError: the overrides name a family that the data has not.
    """
    data = _data()
    rule = next((rule for rule in data["models"] if re.search(rule["match"], model, re.IGNORECASE)), data["default"])
    chosen = overrides or ProfileOverrides()
    layout = family(chosen.family or rule["family"])
    profile = ModelProfile(
        name=model,
        family=layout,
        context_tokens=chosen.context_tokens or rule["context_tokens"],
        budget=chosen.budget or Budget(**rule.get("budget", {})),
        stop=(*layout.stop, *rule.get("stop", ())),
        is_known=rule is not data["default"],
    )
    return replace(profile, budget=_fitting(profile))


def family(name: str) -> Family:
    """The family of that name.

    Raises:
        SettingsError: there is none.
    """
    data = _data()
    if name not in data["families"]:
        raise SettingsError(f"No prompt template is called so; there are {', '.join(sorted(family_names()))}.")
    written = data["families"][name]
    stop = tuple(written.get("stop", ()))
    return Family(name=name, specials=tuple(data["specials"]), tags=tuple(data["tags"]), **{**written, "stop": stop})


def family_names() -> tuple[str, ...]:
    """What `model.template` may name."""
    return tuple(_data()["families"])


def _fitting(profile: ModelProfile) -> Budget:
    """The budget, shrunk in proportion where prompt and answer would not fit into the model's window."""
    budget, room = profile.budget, profile.context_tokens * 9 // 10
    asked = budget.prefix_tokens + budget.suffix_tokens + budget.snippet_tokens + budget.max_tokens
    if asked <= room:
        return budget
    share = room / asked
    return Budget(
        prefix_tokens=int(budget.prefix_tokens * share),
        suffix_tokens=int(budget.suffix_tokens * share),
        snippet_tokens=int(budget.snippet_tokens * share),
        max_tokens=max(1, int(budget.max_tokens * share)),
    )


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(files("tactful_server").joinpath("templates.json").read_text("utf-8"))
    if data["format"] != FORMAT:
        raise SettingsError(
            f"templates.json has format {data['format']}, this version reads {FORMAT}; reinstall Tactful."
        )
    return data
