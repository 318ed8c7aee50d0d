"""The gate that comes with Tactful: of this version's features, of nobody's own record, and as its card says."""

from dataclasses import replace

import pytest

from making_gates import artifact
from shipped_prior import HERE
from tactful_models import features, prior
from tactful_models.artifact import OWN_SOURCES, GateArtifact
from tactful_models.errors import UnknownFormatError
from tactful_models.features import names


@pytest.fixture(scope="module")
def shipped() -> GateArtifact:
    found = prior.artifact()
    assert found is not None
    if found.fingerprint != features.fingerprint():
        pytest.skip("the gate that comes with Tactful is of an earlier version of the features: run `make prior`")
    return found


def test_it_serves(shipped: GateArtifact) -> None:
    gate = prior.ready(shipped)
    unknown = float("nan")

    assert gate.version == prior.SHIPPED
    assert 0.0 < gate.probability(1, [unknown] * len(names(1)), "") < 1.0
    assert 0.0 < gate.probability(2, [unknown] * len(names(2)), "ollama:a-model-it-has-not-met") < 1.0


def test_log_probabilities_of_a_model_it_has_not_met_change_nothing(shipped: GateArtifact) -> None:
    gate = prior.ready(shipped)
    sure, unsure = ([float("nan")] * len(names(2)) for _ in range(2))
    for name in features.logprob_columns():
        sure[names(2).index(name)], unsure[names(2).index(name)] = -0.01, -9.0

    assert gate.probability(2, sure, "ollama:new") == gate.probability(2, unsure, "ollama:new")
    for known in shipped.norms:
        assert gate.probability(2, sure, known) > gate.probability(2, unsure, known)


def test_it_is_of_nobodys_own_record_so_that_auto_stays_in_shadow(shipped: GateArtifact) -> None:
    assert shipped.data.sources
    assert not OWN_SOURCES & set(shipped.data.sources)


def test_the_card_is_the_gates(shipped: GateArtifact) -> None:
    card = (HERE / "CARD.md").read_text("utf-8")

    assert shipped.fingerprint in card
    assert f"{shipped.data.n_rows:,} decisions of {shipped.data.n_groups} people or packages" in card
    assert shipped.thresholds.promise.reason in card
    assert all(heading in card for heading in ("## Data", "## Figures", "## Licence", "must not be used for"))


def test_one_of_other_features_is_refused_with_the_reason() -> None:
    with pytest.raises(UnknownFormatError, match=r"was made for features version 1 .*make prior"):
        prior.ready(replace(artifact(n_trees=1), features_version=1, fingerprint="0" * 16))
