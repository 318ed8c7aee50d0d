"""What follows the caret, told to servers that place it themselves; and what a server says when it refuses."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from model_server import ModelServer, Script, saying
from provided import PATIENT, provider_of, whole
from tactful_server.providers import Prompt, faults
from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.connect import DIALECTS, connect
from tactful_server.providers.guarded import GuardedProvider

KINDS = ("openai", "llamacpp", "ollama", "mistral")
PLANTED = "sk-planted-7f3a9c"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(Script(answer=saying("return a + b\n"))) as running:
        yield running


# A suffix that travels apart

BETWEEN = Prompt("def add(a, b):\n    return ", suffix="\n\nadd(1, 2)\n")
PLACES = {
    "openai": "/v1/completions",
    "llamacpp": "/infill",
    "ollama": "/api/generate",
    "mistral": "/v1/fim/completions",
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_suffix_that_travels_apart_reaches_the_server(kind: str, server: ModelServer) -> None:
    async with provider_of(kind, server.address) as provider:
        assert (await whole(provider, BETWEEN)).text == "return a + b\n"
    [record] = server.records
    assert (record.path, record.prompt, record.suffix) == (PLACES[kind], BETWEEN.text, BETWEEN.suffix)


async def test_llamacpp_s_infill_tells_log_probabilities_too(server: ModelServer) -> None:
    async with provider_of("llamacpp", server.address) as provider:
        answer = await whole(provider, BETWEEN)
    assert {(token.logprob, token.best_other) for token in answer.tokens} == {(-0.1, -3.0)}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("llamacpp", '{"error": {"code": 501, "message": "Infill is not supported by this model: …"}}'),
        ("ollama", '{"error": "registry.ollama.ai/library/llama3.2:latest does not support insert"}'),
        ("openai", '{"error": {"message": "suffix is not currently supported", "code": 400}}'),
    ],
)
async def test_a_model_that_fills_in_no_middle_is_told_from_a_bad_request_and_not_left_alone(
    kind: str, said: str, server: ModelServer
) -> None:
    server.script = replace(server.script, fault="no_middle", refusal=said)
    guarded = GuardedProvider(connect(kind, Endpoint(server.address, "m")))
    with pytest.raises(faults.UnsupportedError, match="fills in no middle"):
        await whole(guarded, BETWEEN)
    assert (await whole(guarded)).text == "return a + b\n"
    await guarded.aclose()


@pytest.mark.parametrize("kind", KINDS)
async def test_cancelling_while_the_server_reads_a_suffix_closes_the_connection(kind: str, server: ModelServer) -> None:
    server.script = replace(server.script, fault="stall")
    async with provider_of(kind, server.address, PATIENT) as provider:
        task = asyncio.create_task(whole(provider, BETWEEN))
        await asyncio.to_thread(server.wait_for, lambda record: record.came_at)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        record = await asyncio.to_thread(server.wait_for, lambda record: record.closed_at)
    assert (record.path, record.ended_at) == (PLACES[kind], None)


@pytest.mark.parametrize(
    "content", ["return 1", [{"type": "text", "text": "return "}, {"type": "reference"}, {"type": "text", "text": "1"}]]
)
@pytest.mark.parametrize("place", ["delta", "message"])
def test_mistral_s_text_is_read_wherever_it_stands(place: str, content: object) -> None:
    event = {"choices": [{"index": 0, place: {"content": content}, "finish_reason": "stop"}]}
    piece = DIALECTS["mistral"].read(b"data: " + json.dumps(event).encode())
    assert piece is not None
    assert (piece.chunk.text, piece.last) == ("return 1", True)


# What a refusal says


@pytest.mark.parametrize(
    ("status", "said", "sentence"),
    [
        ("404", '{"error": "model \'m\' not found"}', "has no model 'm' \\(404\\); load it there"),
        ("404", '{"error": {"message": "The model `m` does not exist.", "code": 404}}', "has no model 'm'"),
        ("400", '{"object": "error", "message": "Invalid model: m", "type": "invalid_model"}', "has no model 'm'"),
        ("400", '{"error": {"message": "No models loaded. Please load a model."}}', "has no model 'm'"),
        ("404", "404 page not found", "or not this protocol"),
        ("404", '{"error": {"message": "File Not Found", "type": "not_found_error"}}', "or not this protocol"),
        ("404", '{"detail": "Not Found"}', "or not this protocol"),
    ],
)
async def test_a_missing_model_is_told_from_a_missing_protocol(
    status: str, said: str, sentence: str, server: ModelServer
) -> None:
    server.script = replace(server.script, fault=status, refusal=said)
    async with provider_of("openai", server.address) as provider:
        with pytest.raises(faults.NotFoundError, match=sentence):
            await whole(provider)


async def test_what_a_server_says_of_a_refusal_is_not_repeated_nor_waited_for(server: ModelServer) -> None:
    server.script = replace(server.script, fault="400", refusal=PLANTED * 1000)
    async with provider_of("ollama", server.address) as provider:
        with pytest.raises(faults.BadRequestError) as caught:
            await whole(provider)
    assert PLANTED not in str(caught.value)


async def test_a_server_that_asks_for_a_key_where_none_is_set_is_told_how_to_set_one(server: ModelServer) -> None:
    server.script = replace(server.script, key="right")
    async with provider_of("mistral", server.address) as provider:
        with pytest.raises(faults.UnauthorizedError, match=r"asks for a key \(401\); .* tactful.model.key"):
            await whole(provider)
