"""From settings to a model that can be asked."""

from contextlib import aclosing
from pathlib import Path

import pytest

from drawn import at
from model_server import ModelServer, Script, saying
from tactful_models.errors import ProviderError, SettingsError
from tactful_server.asking import ModelDesk, Unavailable, model_desk
from tactful_server.providers.faults import EmbeddedError, FirstTokenTimeoutError, SlowError
from tactful_server.settings import ModelSettings
from tactful_server.templates import profile_for


async def said(desk: ModelDesk, code: str) -> str:
    async with aclosing(desk.ask("file:///a.py", at(code))) as chunks:
        return "".join([chunk.text async for chunk in chunks])


@pytest.mark.parametrize("provider", ["openai", "llamacpp", "ollama"])
async def test_each_kind_of_server_is_asked_with_a_healed_prompt(provider: str) -> None:
    with ModelServer(Script(answer=saying(" a + b\n"))) as server:
        desk = model_desk(ModelSettings(provider, server.address, "m"), lambda uri: ())
        assert await said(desk, "x = █") == "a + b\n"
        await desk.aclose()

    assert desk.key == f"{provider}:m"
    assert desk.status.state == "ready"
    assert server.records[0].prompt.endswith("x =")


async def test_the_most_tokens_are_those_of_the_settings() -> None:
    with ModelServer(Script(answer=saying(" a"))) as server:
        desk = model_desk(ModelSettings("openai", server.address, "m", max_tokens=17), lambda uri: ())
        await said(desk, "x =█")
        await desk.aclose()

    assert server.records[0].max_tokens == 17


async def test_other_files_stand_in_the_prompt_where_they_resemble() -> None:
    other = "def connect(address, timeout):\n    return open_socket(address, timeout)\n"
    with ModelServer(Script(answer=saying(" a"))) as server:
        desk = model_desk(ModelSettings("openai", server.address, "m"), lambda uri: [("other.py", other)])
        await said(desk, "def connect(address, timeout):\n    socket =█")
        await desk.aclose()

    assert "open_socket(address, timeout)" in server.records[0].prompt


async def test_the_time_limit_is_that_of_the_settings_for_the_whole_answer() -> None:
    with ModelServer(Script(answer=saying("word " * 50), per_token_s=0.1)) as server:
        desk = model_desk(ModelSettings("openai", server.address, "m", timeout_ms=400), lambda uri: ())
        with pytest.raises(SlowError, match=r"over 0\.4 s"):
            await said(desk, "x =█")
        await desk.aclose()


async def test_the_time_limit_holds_for_the_embedded_model_too() -> None:
    desk = model_desk(ModelSettings(timeout_ms=100), lambda uri: ())
    with pytest.raises(FirstTokenTimeoutError, match=r"0\.1 s"):
        await said(desk, "def f(a, b, c):\n    return a * b + c\n" * 100 + "x =█")
    await desk.aclose()


async def test_a_prompt_for_the_users_own_file_fits_into_the_window_it_is_served_with(tmp_path: Path) -> None:
    file = tmp_path / "qwen2.5-coder-7b.gguf"
    file.write_bytes(b"GGUF")
    desk = model_desk(ModelSettings(file=str(file), prefix_tokens=30_000), lambda uri: ())
    budget = desk._profile.budget

    assert budget.prefix_tokens + budget.suffix_tokens + budget.snippet_tokens + budget.max_tokens < 4096
    await desk.aclose()


def test_ollama_needs_a_models_name() -> None:
    with pytest.raises(SettingsError, match="Ollama needs the name"):
        model_desk(ModelSettings("ollama"), lambda uri: ())


@pytest.mark.parametrize("address", ["localhost:8080", "ftp://host", "http://user:password@host", "http://h?api_key=x"])
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        model_desk(ModelSettings("openai", address, "m"), lambda uri: ())

    assert "password@" not in str(refused.value)


async def test_a_provider_that_could_not_be_made_says_why_to_whoever_asks() -> None:
    desk = ModelDesk(Unavailable("llamacpp:embedded", EmbeddedError("no runtime")), profile_for("m"), lambda uri: ())
    with pytest.raises(ProviderError, match="no runtime"):
        await said(desk, "x =█")

    assert desk.status.state == "embedded_failed"
    await desk.aclose()


async def test_a_model_file_that_is_not_there_leaves_a_desk_that_says_so(tmp_path: Path) -> None:
    desk = model_desk(ModelSettings(file=str(tmp_path / "missing.gguf")), lambda uri: ())
    with pytest.raises(ProviderError):
        await said(desk, "x =█")

    await desk.aclose()
