"""The vectors of both stages."""

import json
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_features import CASES, PATH, golden, vectors
from logged import any_events, any_of
from tactful_models import features
from tactful_models.events import ContextFacts, Event, SuggestionFacts
from tactful_models.features import Opportunity, as_float32, extract_stage1, extract_stage2, names, specs
from tactful_models.history import History


def test_the_golden_vectors_come_out_to_the_bit() -> None:
    stored = json.loads(PATH.read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(golden()))


@pytest.mark.parametrize("case", CASES)
def test_a_stage_2_vector_begins_with_that_of_stage_1(case: str) -> None:
    found = vectors(case)
    first, second = (struct.pack(f"<{len(each)}f", *each) for each in (found["stage1"], found["stage2"]))
    assert second.startswith(first)


def test_nothing_measured_leaves_everything_but_the_record_unknown() -> None:
    told = {spec.name for spec, value in zip(specs(2), vectors("unknown")["stage2"], strict=True) if value == value}
    assert {spec.group for spec in specs(2) if spec.name in told} == {"record", "text"}


def test_everything_measured_leaves_nothing_unknown() -> None:
    assert not any(math.isnan(value) for value in vectors("full")["stage2"])


def test_each_feature_says_what_it_is() -> None:
    assert len(set(names(2))) == len(names(2))
    for spec in specs(2):
        assert spec.why
        assert spec.unit.removeprefix("log1p ") in {
            "chars",
            "s",
            "chars/s",
            "nats",
            "probability",
            "share",
            "flag",
            "count",
        }
        assert spec.group in {"place", "rhythm", "record", "text", "model"}
        assert spec.sign in (-1, 0, 1)


def test_log_probability_columns_belong_to_stage_2_alone() -> None:
    assert set(features.logprob_columns()) <= set(names(2)) - set(names(1))
    assert "logprob_mean" in features.logprob_columns()


def test_the_fingerprint_is_short_and_stays_the_same() -> None:
    assert len(features.fingerprint()) == 16
    assert features.fingerprint() == json.loads(PATH.read_text(encoding="utf-8"))["fingerprint"]


def test_there_are_two_stages() -> None:
    with pytest.raises(ValueError, match="no stage 3"):
        names(3)


@settings(deadline=None)
@given(any_of(ContextFacts), any_of(SuggestionFacts), any_events, st.floats(0, 4e9))
def test_any_facts_after_any_history_make_vectors_of_float32(
    context: ContextFacts, suggestion: SuggestionFacts, events: list[Event], at: float
) -> None:
    history = History()
    for event in events:
        history.observe(event)
    opportunity = Opportunity(context, context.language, "f1", "p", "m", at)
    for stage, vector in (
        (1, extract_stage1(opportunity, history)),
        (2, extract_stage2(opportunity, suggestion, history)),
    ):
        assert len(vector) == len(names(stage))
        assert not any(map(math.isinf, vector))
        packed = struct.pack(f"<{len(vector)}f", *vector)
        assert struct.pack(f"<{len(vector)}f", *struct.unpack(f"<{len(vector)}f", packed)) == packed
        assert all(math.isnan(a) or a == b for a, b in zip(vector, as_float32(vector), strict=True))


@settings(deadline=None)
@given(any_of(ContextFacts), any_of(SuggestionFacts))
def test_extracting_does_not_change_the_history(context: ContextFacts, suggestion: SuggestionFacts) -> None:
    history, opportunity = History(), Opportunity(context, at=5.0)
    once = extract_stage2(opportunity, suggestion, history)
    extract_stage1(opportunity, history)
    twice = extract_stage2(opportunity, suggestion, history)
    assert struct.pack(f"<{len(once)}f", *once) == struct.pack(f"<{len(twice)}f", *twice)
