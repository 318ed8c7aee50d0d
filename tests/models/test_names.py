"""Names in the one spelling in which they are measured and logged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_models.names import MODEL_CHARS, NAME_CHARS, plain_model, plain_name


@given(st.text(max_size=300))
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain_name(plain_name(text)) == plain_name(text)
    assert plain_model(plain_model(text)) == plain_model(text)
    assert len(plain_name(text)) <= NAME_CHARS
    assert len(plain_model(text)) <= MODEL_CHARS


@pytest.mark.parametrize(
    "name", ["", "c", "c++", "c#", "objective-cpp", "python", "ollama:qwen2.5-coder:1.5b", "openai:org/m@q4+x"]
)
def test_ordinary_names_are_plain(name: str) -> None:
    assert plain_name(name) == name


def test_blanks_and_brackets_become_one_dash() -> None:
    assert plain_name("Plain \n Text") == "Plain-Text"
    assert plain_model("llamacpp:Some Model [Q4_K] (v2)") == "llamacpp:Some-Model-Q4_K-v2"
