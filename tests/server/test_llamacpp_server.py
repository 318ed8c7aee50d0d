"""llama.cpp's real server, as the embedded runtime brings it: found, recognised, asked by /completion and /infill."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL

import pytest

from drawn import at
from provided import whole
from small_model import WHERE_INSTALLED
from tactful_server.asking import model_desk
from tactful_server.detecting import FoundModel, found_models
from tactful_server.embedded_process import Child, Sizes, start
from tactful_server.providers import Prompt
from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.connect import connect
from tactful_server.providers.faults import NotFoundError, UnauthorizedError, UnsupportedError
from tactful_server.settings import ModelSettings
from tactful_server.weights import Weights, packaged

pytestmark = [pytest.mark.model, WHERE_INSTALLED]

KEY = "TACTFUL_TEST_LLAMACPP_KEY"
PLACED = 'def mean(values):\n    """The mean of the values."""\n    return sum(values) / █\n\n\nprint(mean([1, 2]))\n'
MARKED = {
    b"<jupyter_text>": b"<|fim_prefix|>",
    b"<jupyter_code>": b"<|fim_suffix|>",
    b"<empty_output>": b"<|fim_middle|>",
}
"""Markers of the packaged model's vocabulary that it makes no use of, and others as long that llama.cpp knows."""


@pytest.fixture
async def plain() -> AsyncIterator[Child]:
    """A server whose model has no markers for filling in the middle."""
    child = await start(replace(packaged(), context_tokens=512), Sizes())
    yield child
    await child.stop()


@pytest.fixture
async def filling(tmp_path: Path) -> AsyncIterator[Child]:
    """A server whose model has them; it was never trained with them, so that it says anything."""
    data = packaged().path.read_bytes()
    for known, marker in MARKED.items():
        assert data.count(known) == 1
        data = data.replace(known, marker)
    file = tmp_path / "marked.gguf"
    file.write_bytes(data)
    child = await start(Weights(file, "marked", 512), Sizes(n_batch=256))
    yield child
    await child.stop()


def settings_for(child: Child, monkeypatch: pytest.MonkeyPatch, provider: str = "llamacpp") -> ModelSettings:
    monkeypatch.setenv(KEY, child.key.reveal())
    return ModelSettings(provider, child.address, "mine", key=f"env:{KEY}", max_tokens=8, timeout_ms=60_000)


@pytest.fixture
async def open_address() -> AsyncIterator[str]:
    """Where a server listens that wants no key."""
    pipe, weights = asyncio.subprocess.PIPE, packaged()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tactful_server.embedded_child"), stdin=pipe, stdout=pipe, stderr=DEVNULL
    )
    assert process.stdin is not None
    assert process.stdout is not None
    sizes = {"n_ctx": 512, "n_batch": 64, "n_threads": 1, "n_threads_batch": 2}
    order = {"parent": os.getpid(), "model": str(weights.path), "name": weights.name, "key": "", **sizes}
    process.stdin.write(json.dumps(order).encode() + b"\n")
    yield json.loads(await process.stdout.readline())["address"]
    process.stdin.close()
    await process.wait()


async def test_a_real_server_is_found_and_told_by_its_answer(open_address: str) -> None:
    [found] = await found_models([open_address], limit_s=10.0)

    assert found == FoundModel("llamacpp", open_address, "SmolLM2-135M", "llama.cpp: SmolLM2-135M", False)


async def test_a_real_server_that_wants_a_key_is_passed_over(plain: Child) -> None:
    assert await found_models([plain.address], limit_s=10.0) == ()


async def test_a_real_model_without_markers_is_asked_without_what_follows_and_that_is_said(
    plain: Child, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = model_desk(settings_for(plain, monkeypatch), lambda uri: ())
    texts = []
    for _ in range(2):
        async with aclosing(desk.ask("file:///a.py", at(PLACED))) as chunks:
            texts.append("".join([chunk.text async for chunk in chunks]))
    await desk.aclose()

    assert [text.startswith("len(values)") for text in texts] == [True, True]
    assert desk.status.state == "ready"
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == [f"The model at {plain.address} fills in no middle (501); asking it without what follows."]


async def test_a_real_unnamed_server_tells_its_model_s_name(plain: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = model_desk(replace(settings_for(plain, monkeypatch), name=""), lambda uri: ())
    await desk.prepare(at("█"))
    assert desk.key == "llamacpp:SmolLM2-135M"
    await desk.aclose()


async def test_a_real_server_of_another_kind_than_the_settings_say_is_told(
    plain: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = model_desk(settings_for(plain, monkeypatch, "ollama"), lambda uri: ())
    with pytest.raises(NotFoundError, match=r"is llama\.cpp, not Ollama; set tactful\.model\.provider to 'llamacpp'"):
        async with aclosing(desk.ask("file:///a.py", at(PLACED))) as chunks:
            await anext(chunks)
    await desk.aclose()


async def test_a_real_server_s_key_is_asked_for(plain: Child) -> None:
    provider = connect("llamacpp", Endpoint(plain.address, "mine"))
    with pytest.raises(UnauthorizedError, match="asks for a key"):
        await whole(provider)
    await provider.aclose()


async def test_a_real_model_with_markers_is_asked_by_infill_and_tells_log_probabilities(filling: Child) -> None:
    provider = connect("llamacpp", Endpoint(filling.address, "mine", filling.key))
    answer = await whole(provider, Prompt("def add(a, b):\n    return ", suffix="\n\nadd(1, 2)\n", max_tokens=6))
    await provider.aclose()

    assert 1 <= len(answer.tokens) <= 6
    assert all(token.logprob is not None and token.best_other is not None for token in answer.tokens)
    assert "".join(token.text for token in answer.tokens) == answer.text


async def test_a_real_server_without_markers_says_so_with_501(plain: Child) -> None:
    provider = connect("llamacpp", Endpoint(plain.address, "mine", plain.key))
    with pytest.raises(UnsupportedError, match="501"):
        await whole(provider, Prompt("x = ", suffix="\n"))
    await provider.aclose()
