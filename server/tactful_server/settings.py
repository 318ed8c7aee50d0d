"""Every setting, in one defaulted tree.

What the user writes may be wrong in any way: a wrong value falls back to its default and is reported in one sentence,
an unknown name is reported and ignored, and nothing here raises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, get_args, get_type_hints


def _one_of(default: str, *choices: str) -> Any:
    return field(default=default, metadata={"choices": choices})


def _between(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True, slots=True)
class GateSettings:
    """When to show."""

    mode: str = _one_of("auto", "auto", "on", "shadow", "off")
    """`auto` is `shadow` (decide and log, withhold nothing) until a gate was promoted on your own data, then `on`.
    `off` shows everything."""
    exploration: float = _between(0.02, 0.0, 0.5)
    """Share of withheld suggestions shown anyway, so that the gate can learn from them; 0 for none."""
    eagerness: str = _one_of("balanced", "quiet", "balanced", "eager", "always")
    """How readily to suggest: `quiet` takes an unwanted suggestion for three times as bad, `eager` for a third as bad,
    `always` holds nothing back. Until the gate holds something back, `quiet` waits for a pause and offers lines."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model is asked, and how."""

    provider: str = _one_of("embedded", "embedded", "llamacpp", "openai", "ollama", "mistral")
    """What serves the model: the embedded one, or a server of yours."""
    address: str = ""
    """Address of your server, such as `http://127.0.0.1:8080`; empty for the usual local one (Mistral has none)."""
    name: str = ""
    """The model's name, as its server knows it; empty where an OpenAI-compatible server or llama.cpp has only one."""
    file: str = ""
    """A GGUF file for the embedded runtime to serve in place of its own weights."""
    key: str = ""
    """Where the server's key is: `env:NAME` or `keyring:SERVICE/USER`. The key itself is never a setting."""
    template: str = ""
    """Fill-in-the-middle template: a family's name, `plain` for the text before the caret alone, `server` where the
    server places the text; empty to go by the model's name."""
    max_tokens: int = _between(64, 4, 1024)
    """Most tokens of one suggestion."""
    prefix_tokens: int = _between(0, 0, 32768)
    """Most tokens of text before the caret in the prompt; 0 for what suits the model."""
    timeout_ms: int = _between(10_000, 100, 120_000)
    """Milliseconds after which a request to the model is given up."""


@dataclass(frozen=True, slots=True)
class RequestSettings:
    """When to ask at all."""

    delay_ms: int = _between(0, 0, 5_000)
    """Milliseconds to wait after a keystroke before asking; editors have a delay of their own."""
    hold_ms: int = _between(300, 0, 5_000)
    """Milliseconds after the first token for which an answer is held back to be longer."""
    max_file_chars: int = _between(1_000_000, 1_000, 100_000_000)
    """Files longer than this are left alone."""
    exclude: tuple[str, ...] = ()
    """Patterns, written as in `.gitignore`, of files that are never read or sent."""
    use_gitignore: bool = True
    """Whether files that `.gitignore` names are left alone too (`.tactfulignore` always counts)."""
    languages_off: tuple[str, ...] = ()
    """Language ids in which nothing is suggested."""
    in_comments: bool = True
    """Whether to suggest inside comments."""
    length: str = _one_of("auto", "auto", "line", "block")
    """How much to suggest: a line, a block, or a block only where one begins."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """When a gate is trained in the background."""

    after_labels: int = _between(200, 0, 1_000_000)
    """Suggestions that have to end before a gate is trained in the background, and again before the next; 0 for
    never."""
    idle_s: int = _between(60, 1, 86_400)
    """Seconds without a keystroke after which training in the background may begin."""
    priority: str = _one_of("idle", "idle", "normal")
    """`idle` trains in the background when nobody else wants the processor; `normal` gives way less, for a machine that
    is always busy."""


@dataclass(frozen=True, slots=True)
class ChecksSettings:
    """What is found out about a suggestion that was taken."""

    mode: str = _one_of("on", "on", "static", "off")
    """`on` also imports the file and runs the tests that reach it, in a sandbox and where you trust the workspace;
    `static` runs none of its code; `off` checks nothing."""
    seconds_per_hour: int = _between(600, 0, 3_600)
    """Seconds of an hour that checks may take."""
    priority: str = _one_of("idle", "idle", "normal")
    """`idle` runs them when nobody else wants the processor, so that typing never waits for them; `normal` like any
    other program, where a busy machine has no such moment."""
    python: str = ""
    """The project's Python; empty to look for its environment."""
    commands: tuple[str, ...] = ()
    """For other languages a command that has to succeed, run in the sandbox: `go: go vet ./...`."""
    readable: tuple[str, ...] = ()
    """Directories that checks may read besides the project and its Python, such as `~/.cargo`."""


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is recorded."""

    privacy: str = _one_of("features", "features", "redacted", "code")
    """`features` keeps numbers and keyed hashes; `redacted` also suggested text, without secrets; `code` all of it."""
    retention_days: int = _between(0, 0, 36_500)
    """Days after which records are deleted; 0 to keep them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole tree. In an editor's configuration each is `tactful.<area>.<name>` in camel case."""

    enabled: bool = True
    """Whether to suggest anything."""
    gate: GateSettings = field(default_factory=GateSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    request: RequestSettings = field(default_factory=RequestSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    checks: ChecksSettings = field(default_factory=ChecksSettings)
    log: LogSettings = field(default_factory=LogSettings)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Settings that can be used, and what was wrong with those that were written."""

    settings: Settings
    problems: tuple[str, ...] = ()
    """A sentence a problem."""


def parse(written: object) -> Parsed:
    """Reads what the editor sent. Never raises.

    >>> parse({"gate": {"mode": "loud"}}).problems
    ("tactful.gate.mode: 'loud' is not one of auto, on, shadow, off; using 'auto'",)
    """
    problems: list[str] = []
    if written is not None and not isinstance(written, Mapping):
        problems.append(f"tactful: expected an object of settings, got {written!r:.60}; using the defaults")
        written = None
    settings = _tree(Settings, written or {}, "tactful", problems)
    return Parsed(settings, tuple(problems))


def camel(name: str) -> str:
    """The editor's spelling of a setting's name.

    >>> camel("max_file_chars")
    'maxFileChars'
    """
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True, slots=True)
class Setting:
    """One leaf of the tree, for documentation and checks."""

    name: str
    """`tactful.<area>.<name>`."""
    default: Any
    choices: tuple[str, ...]


def catalogue(tree: object | None = None, path: str = "tactful") -> Iterator[Setting]:
    """Every setting with its default, in the order of the tree."""
    tree = Settings() if tree is None else tree
    for part in fields(tree):  # type: ignore[arg-type]
        value, name = getattr(tree, part.name), f"{path}.{camel(part.name)}"
        if is_dataclass(value):
            yield from catalogue(value, name)
        else:
            yield Setting(name, value, part.metadata.get("choices", ()))


def _tree(kind: type, written: Mapping[str, object], path: str, problems: list[str]) -> Any:
    hints = get_type_hints(kind)
    by_name = {spelling: part for part in fields(kind) for spelling in (part.name, camel(part.name))}
    values: dict[str, Any] = {}
    for name, value in written.items():
        if (part := by_name.get(name)) is None:
            problems.append(f"{path}.{name:.60}: no such setting; ignored")
        elif is_dataclass(hints[part.name]):
            values[part.name] = _branch(hints[part.name], value, f"{path}.{camel(part.name)}", problems)
        elif (fault := _fault(value, hints[part.name], part.metadata)) is None:
            values[part.name] = _as_kind(value, hints[part.name])
        else:
            problems.append(f"{path}.{camel(part.name)}: {_shown(value, path)} {fault}; using {part.default!r}")
    return kind(**values)


def _branch(kind: Any, value: object, path: str, problems: list[str]) -> Any:
    if isinstance(value, Mapping):
        return _tree(kind, value, path, problems)
    if value is not None:
        problems.append(f"{path}: expected an object, got {_shown(value, path)}; using the defaults")
    return kind()


def _shown(value: object, path: str) -> str:
    """The beginning of the value; nothing of what was written about the model, where people put keys."""
    return "what is written" if path.startswith("tactful.model") else f"{value!r:.60}"


def _fault(value: object, kind: Any, bounds: Mapping[str, Any]) -> str | None:
    """What is wrong with the value, as the end of a sentence, or None."""
    if not _is_kind(value, kind):
        return f"is not {_SPOKEN[_origin(kind)]}"
    if (choices := bounds.get("choices")) and value not in choices:
        return f"is not one of {', '.join(choices)}"
    if "low" in bounds and not bounds["low"] <= value <= bounds["high"]:
        return f"is not between {bounds['low']} and {bounds['high']}"
    return None


_SPOKEN = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", tuple: "a list of texts"}


def _origin(kind: Any) -> Any:
    return tuple if get_args(kind) else kind


def _is_kind(value: object, kind: Any) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is float:
        return isinstance(value, int | float)
    if _origin(kind) is tuple:
        return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    return isinstance(value, kind)


def _as_kind(value: Any, kind: Any) -> Any:
    return tuple(value) if _origin(kind) is tuple else kind(value)
