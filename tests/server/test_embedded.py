"""The embedded model: what can go wrong before it starts, and the real one in its process."""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from drawn import at
from small_model import IS_THERE, WHERE_INSTALLED
from tactful_server.embedded import EmbeddedModel, embedded
from tactful_server.embedded_process import sizes_for
from tactful_server.machine import has_avx2
from tactful_server.prompt import build
from tactful_server.providers import Prompt
from tactful_server.providers.faults import EmbeddedError, ModelServerError
from tactful_server.providers.healing import heal
from tactful_server.templates import profile_for
from tactful_server.weights import SHA256, Weights, check_magic, own, packaged, verify

# Without the model


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"<!doctype html>")
    with pytest.raises(EmbeddedError, match="no GGUF model"):
        own(file)
    with pytest.raises(EmbeddedError, match="cannot be read"):
        own(tmp_path / "absent.gguf")


def test_the_users_own_file_is_named_after_itself(tmp_path: Path) -> None:
    file = tmp_path / "qwen2.5-coder-0.5b.gguf"
    file.write_bytes(b"GGUF and so on")
    assert own(file).name == "qwen2.5-coder-0.5b"
    assert embedded(file, tmp_path).key == "llamacpp:qwen2.5-coder-0.5b"


def test_weights_of_another_content_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "w.gguf"
    file.write_bytes(b"GGUF, but not ours")
    with pytest.raises(EmbeddedError, match="not the ones expected"):
        verify(Weights(file, "w", 2048, SHA256), tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_weights_are_hashed_once_until_the_file_changes(tmp_path: Path) -> None:
    file, content = tmp_path / "w.gguf", b"GGUF as it should be"
    file.write_bytes(content)
    weights = Weights(file, "w", 2048, hashlib.sha256(content).hexdigest())
    verify(weights, tmp_path)
    record = json.loads((tmp_path / "weights.json").read_text())
    verify(weights, tmp_path)
    file.write_bytes(b"GGUF as it should bE")
    os.utime(file, ns=(0, record["mtime_ns"] + 1))
    with pytest.raises(EmbeddedError, match="not the ones expected"):
        verify(weights, tmp_path)


def test_a_machine_without_avx2_is_recognised(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor: 0\nflags\t\t: fpu sse4_2 avx\n")
    assert has_avx2(cpuinfo) in (False, None)
    assert has_avx2(tmp_path / "absent") is None


def test_a_larger_machine_gives_more_threads() -> None:
    assert [(sizes_for(n).n_threads, sizes_for(n).n_threads_batch) for n in (1, 2, 8, 64)] == [
        (1, 1),
        (1, 2),
        (4, 8),
        (4, 8),
    ]


async def test_a_model_that_cannot_be_loaded_is_one_clear_error_and_leaves_no_process(tmp_path: Path) -> None:
    if not IS_THERE:
        pytest.skip("the embedded model's runtime is not installed")
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF" + bytes(64))
    check_magic(file)
    model = embedded(file, tmp_path)
    with pytest.raises(EmbeddedError, match="cannot be loaded"):
        await model.ensure()
    assert (model.state, model.pid) == ("failed", None)
    await model.close()


# With the model


@pytest.fixture
async def model(tmp_path: Path) -> AsyncIterator[EmbeddedModel]:
    running = embedded(None, tmp_path)
    yield running
    await running.close()


async def said(model: EmbeddedModel, prompt: Prompt) -> str:
    return "".join([chunk.text async for chunk in heal(model.stream(prompt), prompt.required_start)])


CODE = 'def mean(values):\n    """The mean of the values."""\n    return sum(values) / █'


@WHERE_INSTALLED
@pytest.mark.model
async def test_the_real_model_completes_code_with_log_probabilities(model: EmbeddedModel) -> None:
    assert model.state == "idle"
    prompt = replace(build(at(CODE), profile_for("SmolLM2-135M")), max_tokens=8)
    chunks = [chunk async for chunk in heal(model.stream(prompt), prompt.required_start)]
    assert "".join(chunk.text for chunk in chunks).startswith("len(values)")
    tokens = [token for chunk in chunks for token in chunk.tokens]
    assert "".join(token.text for token in tokens) == "".join(chunk.text for chunk in chunks)
    assert all(token.logprob is not None and token.logprob <= 0 for token in tokens)
    assert all(token.best_other is not None for token in tokens)
    assert model.state == "ready"


@WHERE_INSTALLED
@pytest.mark.model
async def test_token_healing_finds_what_a_prompt_ending_in_a_blank_does_not(model: EmbeddedModel) -> None:
    profile = profile_for("SmolLM2-135M")
    cases = {
        CODE: "len(values)",
        "import numpy as np\nimport pandas as █": "pd",
        "for i in range(10):\n    print(i)\n\nfor key, value in █": "d.items",
        "def f(x):\n    if x is █": "None",
        "class A:\n    def __init__(self, name):\n        self.name = █": "name",
        "try:\n    x()\nexcept ValueError as █": "e",
    }
    healed = raw = 0
    for code, expected in cases.items():
        prompt = replace(build(at(code), profile), max_tokens=6)
        healed += (await said(model, prompt)).startswith(expected)
        raw += (await said(model, Prompt(at(code).before, max_tokens=6))).startswith(expected)
    assert healed > raw


@WHERE_INSTALLED
@pytest.mark.model
async def test_callers_that_give_up_do_not_stop_the_start(model: EmbeddedModel) -> None:
    for _ in range(5):
        waiting = asyncio.create_task(model.ensure())
        await asyncio.sleep(0.01)
        waiting.cancel()
    await model.ensure()
    assert model.state == "ready"


@WHERE_INSTALLED
@pytest.mark.model
async def test_it_is_started_again_when_it_dies_and_left_alone_when_it_dies_too_often(tmp_path: Path) -> None:
    now = 0.0
    model = EmbeddedModel(packaged(), tmp_path, clock=lambda: now)
    seen = set()
    for _ in range(4):
        await model.ensure()
        pid = model.pid
        assert pid is not None
        seen.add(pid)
        os.kill(pid, signal.SIGKILL)
        await asyncio.wait_for(model._child.process.wait(), 5) if model._child else None
        now += 1
        if len(seen) == 1:
            assert await said(model, Prompt("import os", max_tokens=2))
    with pytest.raises(EmbeddedError, match="died 4 times"):
        await model.ensure()
    assert (model.state, len(seen)) == ("failed", 4)
    now += 3600
    await model.ensure()
    assert model.state == "ready"
    await model.close()


@WHERE_INSTALLED
@pytest.mark.model
async def test_death_in_mid_answer_is_a_fault(model: EmbeddedModel) -> None:
    stream = model.stream(Prompt("import os\n", max_tokens=200))
    await anext(stream)
    assert model.pid is not None
    os.kill(model.pid, signal.SIGKILL)
    with pytest.raises(ModelServerError):
        async for _ in stream:
            pass


@WHERE_INSTALLED
@pytest.mark.model
async def test_the_key_is_neither_in_arguments_nor_environment_and_is_needed(model: EmbeddedModel) -> None:
    import httpx

    await model.ensure()
    child = model._child
    assert child is not None
    place = Path(f"/proc/{model.pid}")
    assert child.key.reveal().encode() not in (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{child.address}/completion", json={"prompt": "x"})
    assert answer.status_code == 401


@WHERE_INSTALLED
@pytest.mark.model
async def test_closing_ends_the_process(tmp_path: Path) -> None:
    model = embedded(None, tmp_path)
    await model.ensure()
    pid = model.pid
    await model.close()
    assert not _runs(str(pid))
    assert model.state == "closed"
    with pytest.raises(EmbeddedError, match="shut down"):
        await model.ensure()


PARENT = """
import asyncio, os, pathlib, sys
from tactful_server.embedded import embedded
async def main():
    model = embedded(None, pathlib.Path(sys.argv[1]))
    starting = asyncio.ensure_future(model.ensure())
    children = pathlib.Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    while not children.read_text():
        await asyncio.sleep(0.01)
    await (starting if sys.argv[2] == "ready" else asyncio.sleep(0.1))
    sys.stdout.write("up\\n")
    sys.stdout.flush()
    await asyncio.sleep(60)
asyncio.run(main())
"""


@WHERE_INSTALLED
@pytest.mark.model
@pytest.mark.parametrize("moment", ["starting", "ready"])
def test_it_ends_with_a_parent_that_is_killed(moment: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path), moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.kill()
    assert children
    until = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < until:
        time.sleep(0.02)
    assert [child for child in children if _runs(child)] == []


def _runs(pid: str) -> bool:
    """Whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
