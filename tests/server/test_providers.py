"""Every provider against a server that speaks its protocol, well or badly."""

import asyncio
import json
import logging
import math
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from model_server import ModelServer, Script, deaf_address, refused_address, saying
from model_wire import Spoken
from tactful_models.errors import SettingsError
from tactful_server.providers import Chunk, Prompt, Provider, faults
from tactful_server.providers.addresses import Endpoint, Limits
from tactful_server.providers.connect import DIALECTS, connect
from tactful_server.providers.faults import ModelServerError
from tactful_server.providers.guarded import GuardedProvider
from tactful_server.providers.keys import KeyName, Secret, parse_key

KINDS = ("openai", "llamacpp", "ollama", "mistral")
TELLING = ("openai", "llamacpp", "ollama")
"""Those whose protocol has log-probabilities."""
PATIENT = Limits()
QUICK = Limits(connect_s=0.5, first_token_s=1.0, overall_s=1.5)
"""For what is tested by running into them; anything else gets the time it takes on a busy machine."""
TESTS = Path(__file__).parent.parent
PLANTED = "sk-planted-7f3a9c"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(Script(answer=saying("return a + b\n"))) as running:
        yield running


@asynccontextmanager
async def provider_of(kind: str, address: str, limits: Limits = PATIENT) -> AsyncIterator[Provider]:
    provider = connect(kind, Endpoint(address, model="m", limits=limits))
    try:
        yield provider
    finally:
        await provider.aclose()


async def whole(provider: Provider, prompt: Prompt | None = None) -> Chunk:
    chunks = [chunk async for chunk in provider.stream(prompt or Prompt("def add(a, b):\n    "))]
    return Chunk("".join(chunk.text for chunk in chunks), tuple(token for chunk in chunks for token in chunk.tokens))


@pytest.mark.parametrize("kind", TELLING)
async def test_an_answer_arrives_token_by_token_with_log_probabilities(kind: str, server: ModelServer) -> None:
    async with provider_of(kind, server.address) as provider:
        answer = await whole(provider)
    assert answer.text == "return a + b\n"
    assert "".join(token.text for token in answer.tokens) == answer.text
    assert {(token.logprob, token.best_other) for token in answer.tokens} == {(-0.1, -3.0)}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_server_without_log_probabilities_is_understood_too(kind: str, server: ModelServer) -> None:
    server.script = replace(server.script, logprobs=False)
    async with provider_of(kind, server.address) as provider:
        assert await whole(provider) == Chunk("return a + b\n")


@pytest.mark.parametrize("kind", TELLING)
@pytest.mark.parametrize(
    "odd", [math.inf, -math.inf, math.nan, 0.5, 10**400, -(10**400), -3.4e38], ids=lambda odd: str(odd)[:9]
)
async def test_a_number_that_is_no_log_probability_is_dropped(kind: str, server: ModelServer, odd: float) -> None:
    server.script = replace(server.script, answer=lambda prompt: (Spoken("a", odd, odd), Spoken("b", 1e-9, -1.0)))
    async with provider_of(kind, server.address) as provider:
        answer = await whole(provider)
    assert [token.logprob for token in answer.tokens] == [None, 0.0]
    assert answer.tokens[0].best_other is None


@pytest.mark.parametrize("kind", KINDS)
async def test_stop_strings_and_the_token_limit_reach_the_server(kind: str, server: ModelServer) -> None:
    async with provider_of(kind, server.address) as provider:
        assert (await whole(provider, Prompt("x", stop=("+",)))).text == "return a "
        assert (await whole(provider, Prompt("x", max_tokens=2))).text == "return a"


@pytest.mark.parametrize("kind", ["openai", "ollama", "mistral"])
async def test_a_finished_connection_is_used_again(kind: str, server: ModelServer) -> None:
    async with provider_of(kind, server.address) as provider:
        for _ in range(3):
            await whole(provider)
    assert [record.connection for record in server.records] == [1, 1, 1]


async def test_a_kept_connection_that_the_server_closed_meanwhile_is_replaced(server: ModelServer) -> None:
    async with provider_of("openai", server.address) as provider:
        await whole(provider)
        server.script = replace(server.script, fault="hang_up")
        with pytest.raises(faults.CutError):
            await whole(provider)
        server.script = replace(server.script, fault="")
        assert (await whole(provider)).text == "return a + b\n"


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_the_stream_closes_the_connection_at_once(kind: str, server: ModelServer) -> None:
    server.script = replace(server.script, answer=saying("word " * 500), per_token_s=0.01)
    async with provider_of(kind, server.address) as provider:
        async with aclosing(provider.stream(Prompt("x", max_tokens=400))) as chunks:
            await anext(chunks)
            left_at = time.monotonic()
        record = await asyncio.to_thread(server.wait_for, lambda record: record.closed_at)
    assert record.closed_at is not None
    assert record.closed_at - left_at < 0.5


@pytest.mark.parametrize("kind", KINDS)
async def test_cancelling_before_the_first_token_closes_the_connection_at_once(kind: str, server: ModelServer) -> None:
    server.script = replace(server.script, fault="stall")
    async with provider_of(kind, server.address, PATIENT) as provider:
        task = asyncio.create_task(whole(provider))
        await asyncio.to_thread(server.wait_for, lambda record: record.came_at)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        record = await asyncio.to_thread(server.wait_for, lambda record: record.closed_at)
    assert record.ended_at is None


@pytest.mark.parametrize("kind", KINDS)
async def test_however_late_and_often_a_stream_is_cancelled_no_connection_stays_open(
    kind: str, server: ModelServer
) -> None:
    server.script = replace(server.script, answer=saying("word " * 50), per_token_s=0.0005)
    async with provider_of(kind, server.address, PATIENT) as provider:
        for delay_ms in range(60):
            task = asyncio.create_task(whole(provider, Prompt("x", max_tokens=40)))
            await asyncio.sleep(delay_ms / 2000)
            while not task.done():
                task.cancel()
                await asyncio.sleep(0)
        for _ in range(200):
            if server.n_open <= 1:
                break
            await asyncio.sleep(0.02)
        assert server.n_open <= 1


async def test_a_second_stream_runs_beside_one_that_is_cancelled(server: ModelServer) -> None:
    server.script = replace(server.script, per_token_s=0.02)
    async with provider_of("llamacpp", server.address) as provider:
        first, second = asyncio.create_task(whole(provider)), asyncio.create_task(whole(provider))
        await asyncio.sleep(0.05)
        first.cancel()
        assert (await second).text == "return a + b\n"


BROKEN = {
    "401": faults.UnauthorizedError,
    "404": faults.NotFoundError,
    "429": faults.RateLimitedError,
    "400": faults.BadRequestError,
    "501": faults.UnsupportedError,
    "500": faults.ServerError,
    "503": faults.ServerError,
    "302": faults.RedirectError,
    "cut": faults.CutError,
    "cut_clean": faults.CutError,
    "hang_up": faults.CutError,
    "garbage": faults.GarbageError,
    "html": faults.GarbageError,
    "huge_line": faults.GarbageError,
    "error_object": faults.ServerError,
    "endless": faults.EndlessError,
    "drip": faults.SlowError,
    "stall": faults.FirstTokenTimeoutError,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", sorted(BROKEN))
async def test_each_fault_has_an_error_of_its_own_that_names_the_address(
    kind: str, fault: str, server: ModelServer
) -> None:
    server.script = replace(server.script, fault=fault)
    limits = QUICK if fault in ("stall", "drip") else PATIENT
    async with provider_of(kind, server.address, limits) as provider:
        with pytest.raises(ModelServerError) as caught:
            await whole(provider)
    assert type(caught.value) is BROKEN[fault]
    assert server.address in str(caught.value)
    assert str(caught.value).endswith(".")


async def test_a_server_that_is_not_there_is_refused() -> None:
    async with provider_of("openai", refused_address()) as provider:
        with pytest.raises(faults.RefusedError, match="start it or check the address"):
            await whole(provider)


async def test_an_address_that_does_not_answer_times_out() -> None:
    with deaf_address() as address:
        async with provider_of("openai", address, QUICK) as provider:
            with pytest.raises(faults.ConnectTimeoutError):
                await whole(provider)


def test_every_fault_has_a_word_for_the_status() -> None:
    kinds: list[type[ModelServerError]] = [ModelServerError, *ModelServerError.__subclasses__()]
    states = [kind.state for kind in kinds]
    assert len(set(states)) == len(states) - 1 > 10  # refused and not answering are both `unreachable`


@pytest.mark.parametrize("fault", ["500", "cut", "garbage"])
async def test_after_a_fault_the_next_answer_is_whole(fault: str, server: ModelServer) -> None:
    async with provider_of("llamacpp", server.address) as provider:
        server.script = replace(server.script, fault=fault)
        with pytest.raises(ModelServerError):
            await whole(provider)
        server.script = replace(server.script, fault="")
        assert (await whole(provider)).text == "return a + b\n"


async def test_an_endless_answer_ends_with_its_connection(server: ModelServer) -> None:
    server.script = replace(server.script, fault="endless")
    async with provider_of("openai", server.address) as provider:
        with pytest.raises(faults.EndlessError):
            await whole(provider, Prompt("x", max_tokens=8))
        record = await asyncio.to_thread(server.wait_for, lambda record: record.closed_at)
    assert record.ended_at is None


async def test_a_redirect_is_not_followed(server: ModelServer) -> None:
    with ModelServer() as elsewhere:
        server.script = replace(server.script, fault="302", redirect_to=f"{elsewhere.address}/v1/completions")
        async with provider_of("openai", server.address) as provider:
            with pytest.raises(faults.RedirectError):
                await whole(provider)
    assert elsewhere.records == []


async def test_a_loopback_server_is_asked_without_the_proxy(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", refused_address())
    async with provider_of("openai", server.address) as provider:
        assert (await whole(provider)).text


async def test_a_server_that_refuses_log_probabilities_is_asked_without_from_then_on(server: ModelServer) -> None:
    server.script = replace(server.script, fault="no_logprobs")
    async with provider_of("openai", server.address) as provider:
        assert await whole(provider) == Chunk("return a + b\n")
        await whole(provider)
    assert len(server.records) == 3


async def test_a_token_that_is_half_a_character_keeps_its_log_probability(server: ModelServer) -> None:
    server.script = replace(server.script, answer=lambda _: [Spoken("é", -0.5), Spoken("", -0.7)])
    async with provider_of("llamacpp", server.address) as provider:
        answer = await whole(provider)
    assert [token.logprob for token in answer.tokens] == [-0.5, -0.7]


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


# Keys


async def test_a_server_that_asks_for_a_key_where_none_is_set_is_told_how_to_set_one(server: ModelServer) -> None:
    server.script = replace(server.script, key="right")
    async with provider_of("mistral", server.address) as provider:
        with pytest.raises(faults.UnauthorizedError, match=r"asks for a key \(401\); .* tactful.model.key"):
            await whole(provider)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["", *sorted(set(BROKEN) - {"stall", "drip"})])
async def test_the_key_is_sent_and_shown_nowhere(
    kind: str, fault: str, server: ModelServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TACTFUL_TEST_KEY", PLANTED)
    caplog.set_level(logging.DEBUG)
    server.script = replace(server.script, fault=fault, key=PLANTED)
    endpoint = Endpoint(server.address + "/?who=me", key=parse_key("env:TACTFUL_TEST_KEY"))
    provider = GuardedProvider(connect(kind, endpoint))
    error = None
    try:
        await whole(provider)
    except ModelServerError as fault_seen:
        error = fault_seen
    await provider.aclose()
    assert server.records[0].authorization == f"Bearer {PLANTED}"
    told = f"{caplog.text} {endpoint!r} {vars(provider)!r} {provider.status!r} {error!r} {error}"
    assert PLANTED not in told
    assert "who=me" not in f"{error}"


async def test_a_wrong_key_is_told_from_no_answer(server: ModelServer) -> None:
    server.script = replace(server.script, key="right")
    provider = connect("openai", Endpoint(server.address, key=Secret("wrong")))
    with pytest.raises(faults.UnauthorizedError, match="refuses the key"):
        await whole(provider)
    await provider.aclose()


async def test_a_key_that_is_not_set_is_a_fault_before_anything_is_sent(server: ModelServer) -> None:
    provider = connect("openai", Endpoint(server.address, key=KeyName("env", "TACTFUL_NO_SUCH_KEY")))
    with pytest.raises(faults.UnauthorizedError, match="not where the settings say"):
        await whole(provider)
    assert server.records == []


def test_an_unknown_kind_of_provider_is_refused() -> None:
    with pytest.raises(SettingsError, match="openai, llamacpp, ollama, mistral"):
        connect("telepathy", Endpoint("http://h"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("line", [b"data: 1", b"data: []", b'data: {"choices": 3}', b"[" * 9999, b"null"])
def test_no_line_however_odd_is_taken_for_text(kind: str, line: bytes) -> None:
    try:
        piece = DIALECTS[kind].read(line)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return
    assert piece is None or not piece.chunk.text


async def test_the_model_server_runs_as_a_process_that_can_be_told_what_to_say() -> None:
    command = [sys.executable, "-m", "model_server", json.dumps({"text": "one\n"})]
    process = await asyncio.create_subprocess_exec(*command, cwd=TESTS, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    address = json.loads(await process.stdout.readline())["address"]
    async with provider_of("openai", address) as provider, httpx.AsyncClient(trust_env=False) as client:
        assert (await whole(provider)).text == "one\n"
        await client.post(f"{address}/_script", json={"document": "def f():\n    return 1\n"})
        assert (await whole(provider, Prompt("def f():\n   "))).text == " return 1\n"
        records = (await client.get(f"{address}/_records")).json()
    assert [record["n_tokens"] for record in records] == [2, 3]
    process.terminate()
    await process.wait()
