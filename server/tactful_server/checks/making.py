"""One check in a process of its own, which gives way to everybody and ends when nobody waits for it any more."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from dataclasses import asdict
from typing import Final

from tactful_server.checks.job import Climb, Job

logger = logging.getLogger(__name__)

_GRACE: Final = 6
"""Times its budget after which a check is ended, however busy the machine is with other things."""
_MOST_BYTES: Final = 4_000_000


async def made(job: Job) -> Climb | None:
    """The findings, or None, which is logged. Cancelled, it takes the process along with all in it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tactful_server.checks.child", *(["idle"] if job.gives_way else [])),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=_MOST_BYTES,
    )
    try:
        async with asyncio.timeout(job.budget_s * _GRACE):
            return await _answer(process, job)
    except TimeoutError:
        logger.warning("a check was ended: it took longer than it was given")
        return None
    finally:
        await asyncio.shield(_ended(process))


async def _answer(process: asyncio.subprocess.Process, job: Job) -> Climb | None:
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
    await process.stdin.drain()
    told, trouble = await asyncio.gather(process.stdout.read(), process.stderr.read())
    with contextlib.suppress(ValueError):
        return Climb.of(json.loads(told))
    last = trouble.decode("utf-8", "replace").strip().splitlines()[-1:] or ["without a word"]
    logger.warning("a check could not be made: %s", last[0][:300])
    return None


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
