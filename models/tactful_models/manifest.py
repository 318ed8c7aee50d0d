"""A gate's files: the artifact as names and texts, and back. Text and JSON only; what is not whole is refused."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from tactful_models import calibration
from tactful_models.artifact import GateArtifact, Linear, Norm, TrainingData, TreeSet
from tactful_models.errors import GateError, UnknownFormatError
from tactful_models.promise import Promise, Thresholds

FORMAT = 2
"""Written."""
READABLE = (1, 2)
"""Read: 1 had no sums beside the trees."""
SETS = ("stage1", "stage2", "stage2_plain")


def to_files(artifact: GateArtifact) -> dict[str, str]:
    """File names to texts. Raises GateError when a number is NaN or infinite."""
    trees = {name: getattr(artifact, name) for name in SETS}
    boosters = {f"{name}-{i}.txt": text for name, each in trees.items() for i, text in enumerate(each.boosters)}
    maps = {"format": FORMAT, **{name: each.calibration.to_json() for name, each in trees.items()}}
    files = {**boosters, "calibration.json": _json(maps)}
    return {**files, "manifest.json": _json(_manifest(artifact, files))}


def from_files(read: Callable[[str], str]) -> GateArtifact:
    """The artifact from its texts; `read` gives a file's text by name and raises OSError when it is not there.

    Raises UnknownFormatError for another format and GateError for files that are missing, cut short or changed.
    """
    try:
        manifest = json.loads(read("manifest.json"))
        _check_format(manifest)
        texts = {name: _whole(read, name, digest) for name, digest in manifest["files"].items()}
        maps = json.loads(texts["calibration.json"])
        return _checked(
            _artifact(manifest, {name: _trees(manifest["trees"][name], texts, maps[name]) for name in SETS})
        )
    except OSError as exc:
        raise GateError(f"a file of the gate is missing or cannot be read: {exc}") from exc
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as exc:
        raise GateError(f"the gate's files are not whole: {type(exc).__name__} {exc}") from exc


def _manifest(artifact: GateArtifact, files: Mapping[str, str]) -> dict[str, object]:
    return {
        "format": FORMAT,
        "created_at": artifact.created_at,
        "label": artifact.label,
        "features": {"version": artifact.features_version, "fingerprint": artifact.fingerprint},
        "data": asdict(artifact.data),
        "metrics": artifact.metrics,
        "libraries": artifact.libraries,
        "thresholds": asdict(artifact.thresholds),
        "norms": {key: asdict(norm) for key, norm in artifact.norms.items()},
        "trees": {name: _named(name, getattr(artifact, name)) for name in SETS},
        "files": {name: _digest(text) for name, text in files.items()},
    }


def _named(name: str, trees: TreeSet) -> dict[str, object]:
    linear = None if trees.linear is None else asdict(trees.linear)
    boosters = [f"{name}-{i}.txt" for i in range(len(trees.boosters))]
    return {"columns": trees.columns, "boosters": boosters, "linear": linear}


def _artifact(manifest: Mapping[str, Any], trees: Mapping[str, TreeSet]) -> GateArtifact:
    data: dict[str, Any] = {
        name: tuple(part) if isinstance(part, list) else part for name, part in manifest["data"].items()
    }
    thresholds = manifest["thresholds"]
    return GateArtifact(
        **trees,
        norms={
            key: Norm(**{name: tuple(part) for name, part in norm.items()}) for key, norm in manifest["norms"].items()
        },
        thresholds=Thresholds(thresholds["stage1"], thresholds["stage2"], Promise(**thresholds["promise"])),
        label=manifest["label"],
        features_version=manifest["features"]["version"],
        fingerprint=manifest["features"]["fingerprint"],
        created_at=manifest["created_at"],
        data=TrainingData(**data),
        metrics=manifest["metrics"],
        libraries=manifest["libraries"],
    )


def _trees(named: Mapping[str, Any], texts: Mapping[str, str], map_json: Mapping[str, object]) -> TreeSet:
    boosters = tuple(texts[name] for name in named["boosters"])
    return TreeSet(tuple(named["columns"]), boosters, calibration.from_json(map_json), _linear(named.get("linear")))


def _linear(found: Mapping[str, Any] | None) -> Linear | None:
    if found is None:
        return None
    centres, scales, slopes = (tuple(found[name]) for name in ("centres", "scales", "slopes"))
    return Linear(centres, scales, slopes, found["intercept"], found["share"])


def _checked(artifact: GateArtifact) -> GateArtifact:
    """The artifact, if its numbers are some that a gate can serve with; what is wrong raises GateError."""
    thresholds = artifact.thresholds
    _must(all(map(_is_share, (thresholds.stage1, thresholds.stage2))), "a threshold is no share")
    _check_promise(thresholds.promise)
    for key, norm in artifact.norms.items():
        _check_norm(key, norm)
    for name in SETS:
        trees: TreeSet = getattr(artifact, name)
        _must(all(isinstance(column, str) for column in trees.columns), f"a column of {name} is no name")
        _check_linear(name, trees)
    _must(all(_is_number(at) for at in (artifact.created_at, artifact.features_version)), "a number is none")
    _must(all(isinstance(text, str) for text in (artifact.label, artifact.fingerprint)), "a name is none")
    _must(_are_names(artifact.data.sources) and _are_names(artifact.data.session_digests), "its sessions are no names")
    return artifact


def _check_promise(promise: Promise) -> None:
    shares = (promise.accepts_lost, promise.confidence, promise.upper)
    counts = (promise.accepts, promise.lost, promise.more_accepts, promise.effective)
    _must(all(map(_is_share, shares)), "a share of its promise is none")
    _must(all(_is_number(count) and count >= 0 for count in counts), "a count of its promise is none")
    _must(_are_names((promise.kind, promise.reason)), "its promise has no reason")


def _check_norm(key: str, norm: Norm) -> None:
    _must(_are_names(norm.columns), f"a column of the norms of {key} is no name")
    _must(len(norm.columns) == len(norm.centres) == len(norm.scales), f"the norms of {key} are not one for each column")
    _must(all(map(_is_number, (*norm.centres, *norm.scales))), f"a norm of {key} is no number")
    _must(all(scale > 0 for scale in norm.scales), f"a scale of {key} is not above 0")


def _check_linear(name: str, trees: TreeSet) -> None:
    found = trees.linear
    if found is None:
        return
    parts = (found.centres, found.scales, found.slopes)
    is_whole = all(len(part) == len(trees.columns) for part in parts)
    _must(is_whole, f"the sum of {name} is not one for each column")
    _must(
        all(map(_is_number, (*found.centres, *found.scales, *found.slopes, found.intercept))),
        f"a term of {name} is none",
    )
    _must(all(scale > 0 for scale in found.scales), f"a scale of the sum of {name} is not above 0")
    _must(_is_share(found.share), f"the share of the sum of {name} is none")


def _must(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise GateError(f"the gate's files are not whole: {otherwise}")


def _are_names(values: object) -> bool:
    return isinstance(values, tuple) and all(isinstance(value, str) for value in values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_share(value: object) -> bool:
    return _is_number(value) and 0.0 <= value <= 1.0  # type: ignore[operator]


def _check_format(manifest: Mapping[str, object]) -> None:
    found = manifest.get("format")
    if found not in READABLE:
        raise UnknownFormatError(f"the gate is in format {found!r}, this version reads {FORMAT}; train a new one")


def _whole(read: Callable[[str], str], name: str, digest: str) -> str:
    _must("/" not in name and "\\" not in name, f"{name} is no file of its own")
    text = read(name)
    if _digest(text) != digest:
        raise GateError(f"the gate's file {name} is cut short or was changed")
    return text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _json(value: object) -> str:
    try:
        return json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n"
    except (TypeError, ValueError) as exc:
        raise GateError(f"the gate holds something that cannot be written as JSON: {exc}") from exc
