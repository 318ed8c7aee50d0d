"""A gate's files: the artifact as names and texts, and back. Text and JSON only; what is not whole is refused."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from tactful_models import calibration
from tactful_models.artifact import GateArtifact, Norm, TrainingData, TreeSet
from tactful_models.errors import GateError, UnknownFormatError
from tactful_models.promise import Promise, Thresholds

FORMAT = 1
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
        return _artifact(manifest, {name: _trees(manifest["trees"][name], texts, maps[name]) for name in SETS})
    except OSError as exc:
        raise GateError(f"a file of the gate is missing or cannot be read: {exc}") from exc
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
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
    return {"columns": trees.columns, "boosters": [f"{name}-{i}.txt" for i in range(len(trees.boosters))]}


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
    return TreeSet(tuple(named["columns"]), boosters, calibration.from_json(map_json))


def _check_format(manifest: Mapping[str, object]) -> None:
    if manifest.get("format") != FORMAT:
        found = manifest.get("format")
        raise UnknownFormatError(f"the gate is in format {found!r}, this version reads {FORMAT}; train a new one")


def _whole(read: Callable[[str], str], name: str, digest: str) -> str:
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
