"""Versions of the gate on disk."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import making_gates as making
from tactful_models import features
from tactful_models.errors import GateError, NotFoundError, UnknownFormatError
from tactful_models.registry import PRIOR, Registry

FIXTURES = Path(__file__).parent / "gates"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "gates")


def saved(registry: Registry, created_at: float = 1_700_000_000.0) -> str:
    return registry.save(making.artifact(created_at, n_trees=2))


def manifest(registry: Registry, version: str) -> Path:
    return registry.path / version / "manifest.json"


# What is saved


def test_a_gate_saved_and_loaded_predicts_exactly_what_it_predicted(registry: Registry) -> None:
    from tactful_models.gate import LearnedGate

    artifact = making.artifact()
    before, after = LearnedGate(artifact), registry.load(registry.save(artifact))
    keys = [making.MODEL, "other"] * 50
    for stage in (1, 2):
        table = making.rows(stage, 100)
        assert before.probabilities(stage, table, keys).tolist() == after.probabilities(stage, table, keys).tolist()


def test_an_artifact_comes_back_equal(registry: Registry) -> None:
    artifact = making.artifact()
    assert registry.artifact(registry.save(artifact)) == artifact


def test_versions_sort_by_the_time_they_were_made(registry: Registry) -> None:
    later, earlier = saved(registry, 1_700_000_001.5), saved(registry, 1_700_000_000.25)
    assert registry.versions() == (earlier, later)
    assert earlier.startswith("20231114T221320250Z-")


def test_saving_the_same_gate_again_is_the_same_version(registry: Registry) -> None:
    assert saved(registry) == saved(registry)
    assert len(registry.versions()) == 1


def test_a_metric_that_is_no_number_is_refused_and_nothing_is_left(registry: Registry) -> None:
    with pytest.raises(GateError, match="JSON"):
        registry.save(replace(making.artifact(n_trees=2), metrics={"auc": float("nan")}))
    assert registry.versions() == ()


def test_a_registry_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GateError, match="could not be written"):
        saved(Registry(tmp_path / "file"))


# What is refused


def test_an_unknown_version_is_not_found(registry: Registry) -> None:
    for version in ("20231114T221320250Z-abcdef", "../elsewhere", "", "current"):
        with pytest.raises(NotFoundError):
            registry.load(version)


def test_who_names_an_unknown_version_is_told_of_those_there_are(registry: Registry) -> None:
    with pytest.raises(NotFoundError, match=r"there is no gate mine in .*; `tactful train` makes one"):
        registry.promote("mine")
    versions = [saved(registry, at) for at in (1.7e9, 1.71e9, 1.72e9, 1.73e9)]

    with pytest.raises(NotFoundError, match=f"the newest are {', '.join(versions[1:])}$"):
        registry.promote("mine")


@pytest.mark.parametrize("format_number", [0, 3, "1", None])
def test_a_format_of_another_number_is_refused(registry: Registry, format_number: object) -> None:
    version = saved(registry)
    found = json.loads(manifest(registry, version).read_text())
    manifest(registry, version).write_text(json.dumps({**found, "format": format_number}))
    with pytest.raises(UnknownFormatError, match=f"{version}.*format"):
        registry.load(version)


def test_other_features_are_refused_and_both_fingerprints_named(registry: Registry) -> None:
    version = registry.save(replace(making.artifact(n_trees=2), fingerprint="feedface", features_version=99))
    with pytest.raises(UnknownFormatError, match=f"feedface.*{features.fingerprint()}"):
        registry.load(version)
    assert registry.artifact(version).features_version == 99


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_manifest_cut_short_is_refused(registry: Registry, share: float) -> None:
    version = saved(registry)
    text = manifest(registry, version).read_text()
    manifest(registry, version).write_text(text[: int(len(text) * share)])
    with pytest.raises(GateError, match="not whole"):
        registry.load(version)


@pytest.mark.parametrize("content", ["[]", "3", "null", '{"format": 1}', '{"format": 1, "files": {}, "trees": {}}'])
def test_a_manifest_of_something_else_is_refused(registry: Registry, content: str) -> None:
    version = saved(registry)
    manifest(registry, version).write_text(content)
    with pytest.raises(GateError, match="not whole"):
        registry.load(version)


def test_a_manifest_nested_without_end_is_refused(registry: Registry) -> None:
    version = saved(registry)
    manifest(registry, version).write_text("[" * 100_000)
    with pytest.raises(GateError, match="not whole"):
        registry.load(version)


NOT_SOUND: list[tuple[list[str], object]] = [
    *((["thresholds", stage], value) for stage in ("stage1", "stage2") for value in ("x", None, float("nan"), 2, -0.1)),
    (["thresholds", "stage1"], True),
    (["thresholds", "promise", "upper"], "x"),
    (["thresholds", "promise", "upper"], float("inf")),
    (["thresholds", "promise", "accepts"], -1),
    (["thresholds", "promise"], {"mood": "good"}),
    (["thresholds", "promise", "reason"], 5),
    (["norms"], {"k": {"columns": ["logprob_mean"], "centres": [], "scales": []}}),
    (["norms"], {"k": {"columns": ["logprob_mean"], "centres": [0.0], "scales": [0.0]}}),
    (["norms"], {"k": {"columns": ["logprob_mean"], "centres": [float("nan")], "scales": [1.0]}}),
    (["norms"], {"k": {"columns": ["logprob_mean"], "centres": ["0"], "scales": [1.0]}}),
    (["norms"], {"k": {"columns": [3], "centres": [0.0], "scales": [1.0]}}),
    (["norms"], []),
    (["data", "sources"], 5),
    (["data", "session_digests"], [5]),
    (["created_at"], "x"),
    (["label"], None),
    (["files", "../../../etc/hostname"], "0"),
    (["trees", "stage1", "columns"], [1]),
    (["trees", "stage1"], 7),
]


@pytest.mark.parametrize(("path", "value"), NOT_SOUND, ids=str)
def test_a_manifest_whose_values_make_no_gate_is_refused_with_a_reason(
    registry: Registry, path: list[str], value: object
) -> None:
    version = saved(registry)
    found = json.loads(manifest(registry, version).read_text())
    place = found
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    manifest(registry, version).write_text(json.dumps(found))
    with pytest.raises(GateError, match=f"{version}: the gate's files are not whole"):
        registry.artifact(version)


@pytest.mark.parametrize("name", ["stage1-0.txt", "stage2_plain-2.txt", "calibration.json"])
def test_a_file_missing_or_cut_short_is_refused_by_name(registry: Registry, name: str) -> None:
    version = saved(registry)
    path = registry.path / version / name
    path.write_text(path.read_text()[:-20])
    with pytest.raises(GateError, match=f"{name} is cut short"):
        registry.load(version)
    path.unlink()
    with pytest.raises(GateError, match=name):
        registry.load(version)


def test_a_gate_of_the_first_format_is_still_read_and_refused_only_for_its_features(tmp_path: Path) -> None:
    version = "20231114T221320000Z-0f1ed5"
    shutil.copytree(FIXTURES / "format-1", tmp_path / version)
    registry = Registry(tmp_path)
    artifact = registry.artifact(version)
    assert artifact.label == "accepted"
    assert artifact.thresholds.stage2 == 0.125
    assert artifact.stage1.columns == ("typed_2s", "line_after_chars")
    with pytest.raises(UnknownFormatError, match="made for features version 0"):
        registry.load(version)


# What serves


def test_nothing_serves_until_it_is_promoted(registry: Registry) -> None:
    assert (registry.current(), registry.current_version(), registry.stamp()) == (None, None, None)
    version = saved(registry)
    assert registry.current() is None
    registry.promote(version)
    serving = registry.current()
    assert serving is not None
    assert serving.version == version


def test_the_stamp_changes_with_each_promotion_and_rollback(registry: Registry) -> None:
    versions = [saved(registry, 1_700_000_000.0 + i) for i in range(3)]
    stamps = [registry.stamp()]
    for version in versions:
        registry.promote(version)
        stamps.append(registry.stamp())
    registry.rollback()
    stamps.append(registry.stamp())
    assert len(set(stamps)) == len(stamps)


def test_what_cannot_be_loaded_cannot_be_promoted_and_the_former_stays(registry: Registry) -> None:
    good, bad = saved(registry), saved(registry, 1_700_000_009.0)
    registry.promote(good)
    before = registry.stamp()
    manifest(registry, bad).write_text("{")
    with pytest.raises(GateError):
        registry.promote(bad)
    assert (registry.current_version(), registry.stamp()) == (good, before)


def test_rolling_back_goes_through_the_former_ones_to_the_prior(registry: Registry) -> None:
    first, second, third = (saved(registry, 1_700_000_000.0 + i) for i in range(3))
    for version in (first, second, third):
        registry.promote(version)
    assert [registry.rollback(), registry.rollback(), registry.rollback()] == [second, first, PRIOR]
    assert registry.current() is None
    with pytest.raises(NotFoundError, match="nothing to roll back"):
        registry.rollback()


def test_rolling_back_passes_over_a_former_one_that_is_broken(registry: Registry) -> None:
    first, second, third = (saved(registry, 1_700_000_000.0 + i) for i in range(3))
    for version in (first, second, third):
        registry.promote(version)
    (registry.path / second / "calibration.json").unlink()
    assert registry.rollback() == first


def test_promoting_what_serves_already_changes_nothing(registry: Registry) -> None:
    version = saved(registry)
    registry.promote(version)
    before = registry.stamp()
    registry.promote(version)
    assert registry.stamp() == before
    assert registry.rollback() == PRIOR


def test_a_pointer_cut_short_is_an_error_that_promoting_mends(registry: Registry) -> None:
    version = saved(registry)
    registry.promote(version)
    (registry.path / "current").write_text('{"form')
    with pytest.raises(GateError, match="promote a version"):
        registry.current()
    registry.promote(version)
    assert registry.current_version() == version


def test_a_pointer_of_a_later_format_is_refused_and_kept(registry: Registry) -> None:
    version = saved(registry)
    later = '{"format": 2, "serving": []}'
    (registry.path / "current").write_text(later)
    for attempt in (registry.current, lambda: registry.promote(version)):
        with pytest.raises(UnknownFormatError):
            attempt()
    assert (registry.path / "current").read_text() == later


# Several processes, and a sudden end


IN_TURN = """
import sys
from tactful_models.registry import Registry
registry, versions = Registry(sys.argv[1]), sys.argv[2:]
for i in range(20):
    registry.promote(versions[i % len(versions)])
"""


def test_two_processes_promoting_at_once_lose_no_step_of_the_history(registry: Registry) -> None:
    versions = [saved(registry, 1_700_000_000.0 + i) for i in range(4)]
    command = [sys.executable, "-c", IN_TURN, str(registry.path)]
    workers = [subprocess.Popen([*command, *pair]) for pair in (versions[:2], versions[2:])]
    while any(worker.poll() is None for worker in workers):
        assert registry.current_version() in (None, *versions)
        time.sleep(0.005)
    assert [worker.returncode for worker in workers] == [0, 0]
    history = json.loads((registry.path / "current").read_text())["former"]
    assert len(history) == 39
    assert all(before != after for before, after in pairwise(history))


ENDLESS = """
import sys
sys.path[:0] = sys.argv[2:]
import making_gates
from dataclasses import replace
from tactful_models.registry import Registry
registry, artifact, i = Registry(sys.argv[1]), making_gates.artifact(n_trees=2), 0
print("ready", flush=True)
while True:
    i += 1
    registry.promote(registry.save(replace(artifact, created_at=1_800_000_000.0 + i)))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_killed_at_any_moment_what_serves_is_whole(registry: Registry) -> None:
    registry.promote(saved(registry))
    for round_number in range(3):
        arguments = [sys.executable, "-c", ENDLESS, str(registry.path), *filter(None, sys.path)]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.01 + 0.013 * round_number)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert registry.current() is not None
    for version in registry.versions():
        registry.load(version)
