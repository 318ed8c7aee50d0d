"""What an eagerness comes to while no gate holds anything back."""

import pytest

from tactful_models.promise import COST_RATIOS
from tactful_server.eagerness import PATIENT_DELAY_MS, in_effect, in_words
from tactful_server.settings import Settings, catalogue, parse


def chosen(eagerness: str, delay_ms: int = 0) -> Settings:
    return parse({"gate": {"eagerness": eagerness}, "request": {"delayMs": delay_ms, "length": "block"}}).settings


def test_the_setting_offers_what_the_thresholds_know() -> None:
    [offered] = [one for one in catalogue() if one.name == "tactful.gate.eagerness"]
    assert offered.choices == tuple(COST_RATIOS)


@pytest.mark.parametrize(("own_ms", "delay_ms"), [(0, PATIENT_DELAY_MS), (1000, 1000)])
def test_quiet_waits_for_a_pause_and_offers_lines_while_nothing_is_held_back(own_ms: int, delay_ms: int) -> None:
    request = in_effect(chosen("quiet", own_ms), withholds=False).request
    assert (request.delay_ms, request.length) == (delay_ms, "line")


def test_quiet_goes_by_probability_once_it_can() -> None:
    assert in_effect(chosen("quiet"), withholds=True) == chosen("quiet")


@pytest.mark.parametrize("eagerness", ["balanced", "eager", "always"])
def test_the_others_leave_the_settings_alone(eagerness: str) -> None:
    assert in_effect(chosen(eagerness), withholds=False) == chosen(eagerness)


@pytest.mark.parametrize("withholds", [True, False])
def test_every_eagerness_says_in_a_sentence_what_it_does(withholds: bool) -> None:
    said = [in_words(eagerness, withholds) for eagerness in COST_RATIOS]
    assert all(one.endswith(".") for one in said)
    assert len(set(said)) == len(said)
