"""Every provider against a server that speaks its protocol, well or badly."""

import asyncio
import json
import logging
import math
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from model_server import ModelServer, Script, deaf_address, refused_address, saying
from model_wire import Spoken
from provided import PATIENT, QUICK, provider_of, whole
from tactful_models.errors import SettingsError
from tactful_server.providers import Chunk, Prompt, faults
from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.connect import DIALECTS, connect
from tactful_server.providers.faults import ModelServerError
from tactful_server.providers.guarded import GuardedProvider
from tactful_server.providers.keys import KeyName, Secret, parse_key

KINDS = ("openai", "llamacpp", "ollama", "mistral")
TELLING = ("openai", "llamacpp", "ollama")
"""Those whose protocol has log-probabilities."""
TESTS = Path(__file__).parent.parent
PLANTED = "sk-planted-7f3a9c"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(Script(answer=saying("return a + b\n"))) as running:
        yield running


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


# Keys


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
