"""Model servers found on this machine, told by what they answer."""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_server import ModelServer, Script, deaf_address, refused_address
from tactful_server.detecting import LIMIT_S, USUAL, FoundModel, found_answer, found_models
from tactful_server.providers.recognising import PAGES, recognised, writes_text

LISTED, TAGS, STUDIO = PAGES


def listed(*names: str, owner: str) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": owner} for name in names]}


def ollama(*names: str) -> dict[str, Any]:
    tags = {"models": [{"name": name, "model": name, "size": 1, "details": {"family": "x"}} for name in names]}
    return {TAGS: tags, LISTED: listed(*names, owner="library")}


def llamacpp(name: str) -> dict[str, Any]:
    own = {"models": [{"name": name, "model": name, "capabilities": ["completion"]}]}
    return {LISTED: {**own, **listed(name, owner="llamacpp")}}


def lm_studio(*typed: tuple[str, str]) -> dict[str, Any]:
    entries = [{"id": name, "object": "model", "type": kind, "state": "not-loaded"} for name, kind in typed]
    wrong = {"error": "Unexpected endpoint or method. (GET /api/tags)"}
    return {
        STUDIO: {"object": "list", "data": entries},
        TAGS: wrong,
        LISTED: listed(*(name for name, _ in typed), owner="organization_owner"),
    }


@contextlib.contextmanager
def serving(*pages: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The addresses of servers with those pages."""
    with contextlib.ExitStack() as stack:
        yield tuple(stack.enter_context(ModelServer(Script(pages=each))).address for each in pages)


def named(found: tuple[FoundModel, ...]) -> list[tuple[str, str]]:
    return [(model.provider, model.name) for model in found]


async def test_each_kind_of_server_is_told_by_its_answers_and_not_by_its_port() -> None:
    studio = lm_studio(("granite-4-h-tiny", "llm"), ("text-embedding-x", "embeddings"))
    vllm = {LISTED: listed("bigcode/starcoder2-3b", owner="vllm")}
    with serving(vllm, studio, llamacpp("/models/qwen2.5-coder-1.5b.gguf"), ollama("codellama:7b-code")) as addresses:
        found = await found_models(addresses)

    assert [(model.provider, model.address, model.label) for model in found] == [
        ("openai", addresses[0], "vLLM: bigcode/starcoder2-3b"),
        ("openai", addresses[1], "LM Studio: granite-4-h-tiny"),
        ("llamacpp", addresses[2], "llama.cpp: qwen2.5-coder-1.5b"),
        ("ollama", addresses[3], "Ollama: codellama:7b-code"),
    ]


async def test_models_that_fill_in_the_middle_come_first_and_others_in_the_server_s_order() -> None:
    with serving(ollama("llama3.2:3b", "qwen2.5-coder:7b", "gemma3:4b", "starcoder2:3b")) as addresses:
        found = await found_models(addresses)

    assert [model.name for model in found] == ["qwen2.5-coder:7b", "starcoder2:3b", "llama3.2:3b", "gemma3:4b"]


async def test_models_whose_name_says_that_they_write_no_text_are_left_out() -> None:
    others = ("nomic-embed-text:latest", "bge-m3", "llava:7b", "qwen2.5-vl:3b", "jina-reranker-v2", "whisper-large")
    with serving(ollama(*others, "qwen2.5-coder:1.5b")) as addresses:
        assert named(await found_models(addresses)) == [("ollama", "qwen2.5-coder:1.5b")]


@pytest.mark.parametrize(
    "name", ["qwen2.5-coder", "codellama/eval", "tiny-v1", "org/clippy-7b", "gtemplate", "devlin-v2"]
)
def test_a_name_that_only_resembles_one_is_kept(name: str) -> None:
    assert writes_text(name)


async def test_a_server_that_only_speaks_openai_s_protocol_is_found_too() -> None:
    with serving({LISTED: listed("m", owner="someone")}) as addresses:
        assert [model.label for model in await found_models(addresses)] == ["an OpenAI-compatible server: m"]


async def test_a_server_without_models_is_recognised_and_has_none() -> None:
    assert recognised({LISTED: {"object": "list", "data": None}, TAGS: {"models": []}}) is not None
    with serving({LISTED: {"object": "list", "data": None}, TAGS: {"models": []}}) as addresses:
        assert await found_models(addresses) == ()


@pytest.mark.parametrize(
    "page",
    [
        b"<!doctype html><html></html>",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"data": [1, 2]}',
        b'{"data": {"id": "x"}}',
        b'{"models": "many"}',
        b"null",
        b"7",
        b'{"data": [{"id": 7}, {"id": ""}, {"id": "a\\nb"}, {"name": "x"}, {"owned_by": []}]}',
        b'{"object": "list", "data": [{"id": "' + b"x" * 3_000_000 + b'"}]}',
        401,
        302,
        500,
    ],
    ids=lambda page: str(page)[:30],
)
async def test_what_answers_nonsense_is_passed_over_and_the_others_are_found(page: object) -> None:
    with serving(dict.fromkeys(PAGES, page), ollama("qwen2.5-coder:7b")) as addresses:
        assert named(await found_models(addresses)) == [("ollama", "qwen2.5-coder:7b")]


async def test_a_redirect_is_not_followed() -> None:
    with ModelServer(Script(pages=ollama("elsewhere"))) as elsewhere:
        pages = dict.fromkeys(PAGES, 302)
        with ModelServer(Script(pages=pages, redirect_to=f"{elsewhere.address}{TAGS}")) as server:
            assert await found_models([server.address]) == ()
    assert elsewhere.looked == []


@contextlib.contextmanager
def mute_address() -> Iterator[str]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as held:
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


async def test_what_hangs_delays_nothing_beyond_the_limit_and_hides_no_other() -> None:
    with deaf_address() as deaf, mute_address() as mute, serving(ollama("m:7b")) as addresses:
        began_at = time.monotonic()
        found = await found_models([deaf, mute, refused_address(), *addresses])
        took_s = time.monotonic() - began_at

    assert named(found) == [("ollama", "m:7b")]
    assert LIMIT_S * 0.9 <= took_s < LIMIT_S + 10  # a machine may be busy; without a limit it would be for ever


async def test_one_page_that_hangs_does_not_hide_what_the_other_says() -> None:
    with ModelServer(Script(pages={**ollama("m:7b"), LISTED: None}, slow_pages=frozenset({LISTED}))) as server:
        assert named(await found_models([server.address], limit_s=0.6)) == [("ollama", "m:7b")]


async def test_where_nobody_listens_nothing_is_found_at_once() -> None:
    assert await found_models([refused_address(), refused_address()]) == ()


async def test_an_address_that_the_http_library_refuses_is_passed_over() -> None:
    assert await found_models(("http://-ß.İ:1",)) == ()


async def test_neither_proxy_nor_key_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", refused_address())
    monkeypatch.setenv("ALL_PROXY", refused_address())
    with ModelServer(Script(pages=ollama("m:7b"))) as server:
        assert len(await found_models([server.address])) == 1
        assert server.records == []
        assert sorted(server.looked) == sorted(PAGES)


async def test_giving_up_ends_the_looking() -> None:
    with mute_address() as mute:
        task = asyncio.create_task(found_models([mute], limit_s=60))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_answer_to_the_editor_is_plain() -> None:
    with serving(ollama("m:7b")) as addresses:
        answer = await found_answer(addresses)
    model = {"provider": "ollama", "address": addresses[0], "name": "m:7b", "label": "Ollama: m:7b"}
    assert answer == {"models": [model], "looked": list(addresses)}
    assert json.loads(json.dumps(answer)) == answer


def test_only_loopback_is_looked_at() -> None:
    assert {address.rpartition(":")[0] for address in USUAL} == {"http://127.0.0.1"}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "models", "id", "name", "owned_by", "object", "error"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(PAGES), JSON))
def test_no_page_whatever_it_holds_breaks_the_telling(pages: dict[str, Any]) -> None:
    found = recognised(pages)
    assert found is None or all(name.isprintable() for name in found.names)
