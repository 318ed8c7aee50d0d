"""The gate in force: taken from the registry while the server runs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from making_gates import artifact
from tactful_models.artifact import GateArtifact
from tactful_models.errors import UnknownFormatError
from tactful_models.gate import LearnedGate
from tactful_models.promise import COST_RATIOS, Thresholds
from tactful_models.registry import Registry
from tactful_server.gatekeeper import Gatekeeper
from tactful_server.settings import GateSettings
from tactful_server.status import gate_status


@pytest.fixture(scope="module")
def made() -> Iterator[GateArtifact]:
    fitted = artifact(n_trees=2)
    yield replace(fitted, data=replace(fitted.data, sources=("cups",)))


def keeper(path: Path, mode: str = "auto", exploration: float = 0.02, eagerness: str = "balanced") -> Gatekeeper:
    return Gatekeeper(Registry(path), lambda: GateSettings(mode, exploration, eagerness), 7, lambda: None)


def promoted(path: Path, made: GateArtifact, at: float = 1_700_000_000.0) -> str:
    version = Registry(path).save(replace(made, created_at=at))
    Registry(path).promote(version)
    return version


async def test_without_a_registry_the_prior_serves_in_shadow(tmp_path: Path) -> None:
    one = keeper(tmp_path)
    await one.look()

    assert (one.in_force.gate.version, one.mode, one.in_force.refused) == ("prior", "shadow", "")
    assert one.bench().policy.thresholds == Thresholds(promise=one.in_force.gate.thresholds.promise)


async def test_a_promoted_gate_is_taken_over_and_auto_is_on_only_for_ones_own(
    tmp_path: Path, made: GateArtifact
) -> None:
    one = keeper(tmp_path)
    foreign = promoted(tmp_path, made)
    await one.look()
    assert (one.in_force.gate.version, one.mode) == (foreign, "shadow")

    own = promoted(tmp_path, replace(made, data=replace(made.data, sources=("cups", "live"))), 1_700_000_100.0)
    await one.look()
    assert (one.in_force.gate.version, one.mode) == (own, "on")


@pytest.mark.parametrize("mode", ["on", "shadow", "off"])
async def test_a_mode_that_the_user_chose_stands(tmp_path: Path, mode: str) -> None:
    assert keeper(tmp_path, mode).bench().policy.mode == mode


async def test_a_broken_gate_is_refused_with_its_reason_and_the_former_goes_on(
    tmp_path: Path, made: GateArtifact
) -> None:
    one = keeper(tmp_path)
    former = promoted(tmp_path, made)
    await one.look()
    broken = Registry(tmp_path).save(replace(made, created_at=1_700_000_200.0))
    (tmp_path / broken / "stage1-0.txt").write_text("no tree")
    pointer = json.loads((tmp_path / "current").read_text())
    (tmp_path / "current").write_text(json.dumps({**pointer, "version": broken}))
    await one.look()

    assert one.in_force.gate.version == former
    assert broken in gate_status(one)["refused"]


async def test_where_the_registry_has_none_the_shipped_gate_decides_and_withholds_nothing(
    tmp_path: Path, made: GateArtifact
) -> None:
    one = Gatekeeper(Registry(tmp_path), GateSettings, 7, lambda: LearnedGate(made, "shipped"))
    await one.look()

    assert (one.in_force.gate.version, one.mode, one.withholds, one.in_force.refused) == (
        "shipped",
        "shadow",
        False,
        "",
    )

    own = promoted(tmp_path, replace(made, data=replace(made.data, sources=("bootstrap",))))
    await one.look()
    assert (one.in_force.gate.version, one.mode) == (own, "on")


async def test_a_shipped_gate_of_other_features_is_refused_with_its_reason_and_everything_is_shown(
    tmp_path: Path,
) -> None:
    def outdated() -> LearnedGate:
        raise UnknownFormatError("made for features version 1")

    one = Gatekeeper(Registry(tmp_path), GateSettings, 7, outdated)
    await one.look()

    assert (one.in_force.gate.version, one.in_force.refused) == ("prior", "made for features version 1")
    assert not one.withholds


async def test_a_pointer_that_is_no_json_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("{")
    one = keeper(tmp_path)
    await one.look()

    assert one.in_force.gate.version == "prior"
    assert one.in_force.refused


async def test_the_status_says_what_the_gate_promises(tmp_path: Path, made: GateArtifact) -> None:
    one = keeper(tmp_path)
    promoted(tmp_path, made)
    await one.look()
    said = gate_status(one)

    assert said["thresholds"] == {"stage1": 0.05, "stage2": 0.125}
    assert said["promise"]["kind"] == "bound"
    json.dumps(said)


@pytest.mark.parametrize(
    ("eagerness", "stage2", "withholds"),
    [("quiet", 0.3, True), ("balanced", 0.125, True), ("eager", 0.0454545, True), ("always", 0.0, False)],
)
async def test_the_bench_decides_by_the_thresholds_at_the_users_eagerness(
    tmp_path: Path, made: GateArtifact, eagerness: str, stage2: float, withholds: bool
) -> None:
    one = keeper(tmp_path, mode="on", eagerness=eagerness)
    promoted(tmp_path, made)
    await one.look()

    assert one.bench().policy.thresholds.stage2 == pytest.approx(stage2, rel=1e-4)
    assert gate_status(one)["thresholds"]["stage2"] == one.bench().policy.thresholds.stage2
    assert one.withholds is withholds


async def test_nothing_is_withheld_before_there_is_a_gate_or_in_shadow(tmp_path: Path, made: GateArtifact) -> None:
    assert not keeper(tmp_path, mode="on").withholds
    promoted(tmp_path, made)
    foreign = keeper(tmp_path)
    await foreign.look()
    assert not foreign.withholds


async def test_quiet_says_that_the_promise_does_not_hold(tmp_path: Path, made: GateArtifact) -> None:
    promoted(tmp_path, made)
    met = {}
    for eagerness in COST_RATIOS:
        one = keeper(tmp_path, mode="on", eagerness=eagerness)
        await one.look()
        met[eagerness] = gate_status(one)["promise"]["met"]

    assert met == {"quiet": False, "balanced": True, "eager": True, "always": True}
