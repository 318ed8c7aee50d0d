"""From settings to a model that can be asked."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drawn import at
from model_server import ModelServer, Script, refused_address, saying
from tactful_models.errors import ProviderError, SettingsError
from tactful_server.asking import ModelDesk, model_desk
from tactful_server.providers.faults import EmbeddedError, FirstTokenTimeoutError, NotFoundError, SlowError
from tactful_server.providing import Unavailable
from tactful_server.settings import ModelSettings
from tactful_server.templates import profile_for


async def said(desk: ModelDesk, code: str) -> str:
    async with aclosing(desk.ask("file:///a.py", at(code))) as chunks:
        return "".join([chunk.text async for chunk in chunks])


KINDS = ("openai", "llamacpp", "ollama", "mistral")


@pytest.mark.parametrize("provider", KINDS)
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


@pytest.mark.parametrize("provider", KINDS)
async def test_the_time_limit_is_that_of_the_settings_for_the_whole_answer(provider: str) -> None:
    with ModelServer(Script(answer=saying("word " * 50), per_token_s=0.1)) as server:
        desk = model_desk(ModelSettings(provider, server.address, "m", timeout_ms=900), lambda uri: ())
        with pytest.raises(SlowError, match=r"over 0\.9 s"):
            await said(desk, "x =█")
        await desk.aclose()


@pytest.mark.parametrize("provider", KINDS)
async def test_the_time_limit_is_that_of_the_settings_for_a_server_that_says_nothing(provider: str) -> None:
    with ModelServer(Script(fault="stall")) as server:
        desk = model_desk(ModelSettings(provider, server.address, "m", timeout_ms=500), lambda uri: ())
        with pytest.raises(FirstTokenTimeoutError, match=r"0\.5 s"):
            await said(desk, "x = █\ny\n")
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


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (ModelSettings("ollama"), "Ollama needs the name of a model"),
        (ModelSettings("mistral", name="m", key="env:K"), "Mistral needs the address that your code may be sent to"),
        (ModelSettings("mistral", "https://api.mistral.ai", key="env:K"), "Mistral needs the name of a model"),
        (ModelSettings("mistral", "https://api.mistral.ai", "m"), "Mistral needs a key; put it into"),
        (ModelSettings("mistral", "http://127.0.0.1:1", "m", template="codellama"), "Mistral places the text itself"),
        (ModelSettings(template="server"), "the embedded runtime reads too little at once"),
    ],
)
def test_what_cannot_be_used_together_is_said_in_a_sentence_that_names_the_setting(
    settings: ModelSettings, sentence: str
) -> None:
    with pytest.raises(SettingsError, match=rf"^tactful\.model\.\w+: {sentence}"):
        model_desk(settings, lambda uri: ())


# Who places what follows the caret

PLACED = "def f():\n    return █\n\nf()\n"
LISTED = "/v1/models"


def listing(*names: str, owner: str = "llamacpp") -> dict[str, Any]:
    return {LISTED: {"object": "list", "data": [{"id": name, "owned_by": owner} for name in names]}}


async def asked(settings: ModelSettings, script: Script, times: int = 1) -> tuple[ModelDesk, ModelServer]:
    """A desk that has asked a server so often, and the server, both closed."""
    with ModelServer(script) as server:
        desk = model_desk(replace(settings, address=server.address), lambda uri: ())
        for _ in range(times):
            assert await said(desk, PLACED) == "a"
        await desk.aclose()
    return desk, server


@pytest.mark.parametrize(
    ("settings", "path", "prompt"),
    [
        (ModelSettings("mistral", name="codestral-latest"), "/v1/fim/completions", "def f():\n    return "),
        (ModelSettings("llamacpp", name="mine"), "/infill", "def f():\n    return "),
        (ModelSettings("llamacpp", name="qwen2.5-coder", template="server"), "/infill", "def f():\n    return "),
        (ModelSettings("ollama", name="mine:7b"), "/api/generate", "def f():\n    return "),
        (ModelSettings("openai", name="deepseek-chat"), "/v1/completions", "def f():\n    return "),
    ],
    ids=lambda value: value.provider if isinstance(value, ModelSettings) else "",
)
async def test_the_server_places_what_follows_where_only_it_knows_how(
    settings: ModelSettings, path: str, prompt: str
) -> None:
    _, server = await asked(settings, Script(answer=saying("a")))
    [record] = server.records
    assert (record.path, record.prompt, record.suffix) == (path, prompt, "\n\nf()\n")


@pytest.mark.parametrize("provider", ["llamacpp", "ollama", "openai"])
async def test_a_known_model_gets_its_own_template_from_any_server(provider: str) -> None:
    _, server = await asked(ModelSettings(provider, name="codellama:7b-code"), Script(answer=saying(" a")))
    [record] = server.records
    assert (record.prompt, record.suffix) == ("<PRE> def f():\n <SUF>\n\nf()\n <MID>    return", "")


@pytest.mark.parametrize(("provider", "said"), [("llamacpp", "…"), ("ollama", "m does not support insert")])
async def test_a_model_that_fills_in_no_middle_is_asked_without_and_that_is_said_once(
    provider: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    script = Script(answer=lambda prompt: " a" if prompt.endswith("return") else "a", fault="no_middle", refusal=said)
    desk, server = await asked(ModelSettings(provider, name="mine"), script, times=3)

    assert [record.suffix for record in server.records] == ["\n\nf()\n", "", "", ""]
    assert [record.prompt for record in server.records[1:]] == ["def f():\n    return"] * 3
    assert desk.status.state == "ready"
    assert [one.message for one in caplog.records if one.levelname == "WARNING"] == [
        f"The model at {server.address} fills in no middle "
        f"({501 if provider == 'llamacpp' else 400}); asking it without what follows."
    ]


# The name of a model that the settings do not name


async def test_an_unnamed_server_is_asked_for_its_model_before_the_first_prompt_is_written() -> None:
    script = Script(answer=saying(" a"), pages=listing("/home/me/models/qwen2.5-coder-1.5b-q8_0.gguf"))
    desk, server = await asked(ModelSettings("llamacpp"), script, times=2)

    assert [record.path for record in server.records] == ["/completion"] * 2
    assert server.records[0].prompt.startswith("<|fim_prefix|>def f():")
    assert server.records[0].model == "/home/me/models/qwen2.5-coder-1.5b-q8_0.gguf"
    assert desk.key == "llamacpp:qwen2.5-coder-1.5b-q8_0"
    assert server.looked.count(LISTED) == 1


async def test_opening_a_document_is_enough_to_learn_the_name() -> None:
    with ModelServer(Script(pages=listing("bigcode/starcoder2-3b", owner="vllm"))) as server:
        desk = model_desk(ModelSettings("openai", server.address), lambda uri: ())
        assert desk.key == "openai:unnamed"
        await desk.prepare(at("█"))
        assert desk.key == "openai:bigcode/starcoder2-3b"
        assert server.records == []
        await desk.aclose()


@pytest.mark.parametrize("pages", [{}, listing("a", "b"), listing(), {LISTED: b"<html>"}], ids=str)
async def test_a_server_that_does_not_say_one_name_is_asked_without_one(pages: dict[str, Any]) -> None:
    desk, server = await asked(ModelSettings("openai"), Script(answer=saying(" a"), pages=pages), times=4)
    assert desk.key == "openai:unnamed"
    assert len(server.records) == 4
    assert server.looked.count(LISTED) <= 3


async def test_a_server_that_comes_later_is_asked_for_its_name_too() -> None:
    address = refused_address()
    desk = model_desk(ModelSettings("llamacpp", address), lambda uri: ())
    for _ in range(4):
        await desk.prepare(at("█"))
    with ModelServer(Script(pages=listing("starcoder2-3b")), port=int(address.rpartition(":")[2])):
        await desk.prepare(at("█"))
        assert desk.key == "llamacpp:unnamed"
        desk.forgive()
        await desk.prepare(at("█"))
        assert desk.key == "llamacpp:starcoder2-3b"
        await desk.aclose()


async def test_requests_at_once_look_once_and_all_get_the_template() -> None:
    script = Script(answer=saying(" a"), pages=listing("starcoder2-3b"))
    with ModelServer(script) as server:
        desk = model_desk(ModelSettings("llamacpp", server.address), lambda uri: ())
        first = asyncio.create_task(said(desk, PLACED))
        others = [asyncio.create_task(said(desk, PLACED)) for _ in range(3)]
        await asyncio.sleep(0)
        first.cancel()
        assert await asyncio.gather(*others) == ["a"] * 3
        await desk.aclose()
    assert server.looked.count(LISTED) == 1
    assert all(record.prompt.startswith("<fim_prefix>") for record in server.records)


# What is at the address


@pytest.mark.parametrize(
    ("settings", "pages", "sentence"),
    [
        (
            ModelSettings("ollama", name="m"),
            listing("x.gguf"),
            r"is llama\.cpp, not Ollama; set tactful\.model\.provider to 'llamacpp'",
        ),
        (
            ModelSettings("llamacpp", name="m"),
            {"/api/tags": {"models": [{"name": "x"}]}},
            r"is Ollama, not llama\.cpp; set tactful\.model\.provider to 'ollama'",
        ),
        (ModelSettings("mistral", name="m"), listing("x", owner="vllm"), r"is vLLM, not Mistral; .* to 'openai'"),
        (
            ModelSettings("openai", name="m"),
            listing(*"abcdef", owner="vllm"),
            r"vLLM at http.* has no model 'm'; set tactful\.model\.name to one it has: a, b, c, d, e, …\.",
        ),
        (ModelSettings("openai"), listing("a", "b", owner="vllm"), r"has to be told which model; .*: a, b\."),
    ],
)
async def test_a_fault_is_told_with_what_is_found_at_the_address(
    settings: ModelSettings, pages: dict[str, Any], sentence: str
) -> None:
    with ModelServer(Script(fault="404", pages=pages)) as server:
        desk = model_desk(replace(settings, address=server.address), lambda uri: ())
        with pytest.raises(NotFoundError, match=sentence):
            await said(desk, PLACED)
        assert desk.status.state == "not_found"
        await desk.aclose()


@pytest.mark.parametrize("provider", ["llamacpp", "ollama"])
@pytest.mark.parametrize("refusal", ["<!doctype html>", '{"error": "Unexpected endpoint or method. (POST /x)"}'])
async def test_a_server_that_answers_the_wrong_path_with_200_is_told_too(provider: str, refusal: str) -> None:
    typed = {"object": "list", "data": [{"id": "x", "type": "llm", "state": "loaded"}]}
    script = Script(fault="200", refusal=refusal, pages={"/api/v0/models": typed})
    with ModelServer(script) as server:
        desk = model_desk(ModelSettings(provider, server.address, "m"), lambda uri: ())
        with pytest.raises(NotFoundError, match=r"is LM Studio, not .*; set tactful\.model\.provider to 'openai'"):
            await said(desk, PLACED)
        await desk.aclose()


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
