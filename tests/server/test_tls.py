"""A model server over TLS is spoken to only when its certificate is good."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tactful_server.providers import Prompt
from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.connect import connect
from tactful_server.providers.faults import RefusedError
from tactful_server.providers.keys import Secret


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody vouches for, and its key."""
    if (openssl := shutil.which("openssl")) is None:
        pytest.skip("openssl is not installed, and no certificate can be made without it")
    paths = folder / "certificate.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=elsewhere.example"]
    subprocess.run([*command, "-out", paths[0], "-keyout", paths[1]], check=True, capture_output=True, timeout=60)
    return paths


@asynccontextmanager
async def impostor(folder: Path, heard: list[bytes]) -> AsyncIterator[int]:
    """Listens with such a certificate; what it hears of a request is kept."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate(folder))

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(4096))
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("scheme", ["https", "HTTPS", "Https"])
async def test_a_server_whose_certificate_nobody_vouches_for_hears_nothing(tmp_path: Path, scheme: str) -> None:
    heard: list[bytes] = []
    async with impostor(tmp_path, heard) as port:
        provider = connect("openai", Endpoint(f"{scheme}://127.0.0.1:{port}", "m", Secret("sk-planted")))
        with pytest.raises(RefusedError):
            [chunk async for chunk in provider.stream(Prompt("x"))]
        await provider.aclose()

    assert heard == []
