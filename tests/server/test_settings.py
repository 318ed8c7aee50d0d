"""Settings: wrong values fall back and are named, and nothing raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_server.settings import Settings, camel, catalogue, parse

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)


def test_nothing_written_gives_the_defaults_without_complaint() -> None:
    parsed = parse(None)

    assert parsed.settings == Settings()
    assert parsed.problems == ()


def test_camel_case_and_snake_case_name_the_same_setting() -> None:
    assert parse({"request": {"delayMs": 75}}).settings.request.delay_ms == 75
    assert parse({"request": {"delay_ms": 75}}).settings.request.delay_ms == 75


def test_a_wrong_value_falls_back_and_is_named_while_the_others_hold() -> None:
    parsed = parse({"gate": {"mode": "loud", "exploration": 0.1}})

    assert parsed.settings.gate.mode == "auto"
    assert parsed.settings.gate.exploration == 0.1
    assert parsed.problems == ("tactful.gate.mode: 'loud' is not one of auto, on, shadow, off; using 'auto'",)


def test_a_value_out_of_bounds_falls_back() -> None:
    parsed = parse({"request": {"delayMs": -1}})

    assert parsed.settings.request.delay_ms == 0
    assert parsed.problems == ("tactful.request.delayMs: -1 is not between 0 and 5000; using 0",)


def test_true_is_no_number_and_one_is_no_flag() -> None:
    parsed = parse({"enabled": 1, "model": {"maxTokens": True}})

    assert parsed.settings == Settings()
    assert len(parsed.problems) == 2


@pytest.mark.parametrize("written", ["sk-CANARY", ["sk-CANARY"], {"value": "sk-CANARY"}, 5])
def test_nothing_written_about_the_model_is_repeated(written: object) -> None:
    names = [setting.name.rpartition(".")[2] for setting in catalogue() if setting.name.startswith("tactful.model.")]
    problems = [*parse({"model": written}).problems]
    for name in names:
        problems += parse({"model": {name: written}}).problems

    assert len(problems) > 1
    assert "CANARY" not in " ".join(problems)


def test_a_long_value_is_repeated_in_part() -> None:
    parsed = parse({"gate": {"mode": "x" * 9999, "exploration": 10**400}, "y" * 9999: 1, "log": "z" * 9999})

    assert len(parsed.problems) == 4
    assert max(map(len, parsed.problems)) < 160


def test_an_unknown_setting_is_named_and_ignored() -> None:
    assert parse({"gaet": {}}).problems == ("tactful.gaet: no such setting; ignored",)


def test_a_list_of_texts_must_hold_texts() -> None:
    assert parse({"request": {"languagesOff": ["python"]}}).settings.request.languages_off == ("python",)
    assert parse({"request": {"languagesOff": ["python", 3]}}).settings.request.languages_off == ()


@given(json_values)
def test_anything_at_all_may_be_written(written: object) -> None:
    parsed = parse(written)

    assert isinstance(parsed.settings, Settings)
    assert all(problem.startswith("tactful") for problem in parsed.problems)


@given(st.sampled_from(list(catalogue())), json_values)
def test_any_value_may_be_written_to_any_setting(setting: object, value: object) -> None:
    name = setting.name  # type: ignore[attr-defined]
    written = value
    for part in reversed(name.split(".")[1:]):
        written = {part: written}

    assert isinstance(parse(written).settings, Settings)


def test_the_catalogue_writes_back_as_the_defaults() -> None:
    written: dict[str, object] = {}
    for setting in catalogue():
        branch = written
        *path, leaf = setting.name.split(".")[1:]
        for part in path:
            branch = branch.setdefault(part, {})  # type: ignore[assignment]
        branch[leaf] = setting.default

    parsed = parse(written)

    assert parsed.settings == Settings()
    assert parsed.problems == ()


def test_names_are_spelled_as_editors_spell_them() -> None:
    assert camel("use_gitignore") == "useGitignore"
