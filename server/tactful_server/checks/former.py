"""A file as it was: last saved, last committed."""

import io
import subprocess
import tokenize
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from tactful_server.checks.job import Job
from tactful_server.git import environment, git

_LIMIT_S: Final = 10


def former_texts(job: Job) -> Iterator[tuple[str, str]]:
    """The file as it was last `saved` and as last `committed`, where that is something else than it is now."""
    now = {job.text, job.filled("")}
    for name, text in (("saved", _saved(job)), ("committed", committed(job))):
        if text is not None and text not in now:
            now.add(text)
            yield name, text


def _saved(job: Job) -> str | None:
    try:
        return decoded(job.path.read_bytes())
    except OSError:
        return None


def committed(job: Job) -> str | None:
    """The file as it was last committed; None where it was not."""
    command = git(job.folder, "cat-file", "blob", f"HEAD:./{job.place}")
    try:
        ran = subprocess.run(command, env=environment(), capture_output=True, timeout=_LIMIT_S)
        return decoded(ran.stdout) if ran.returncode == 0 else None
    except (OSError, subprocess.SubprocessError):
        return None


def decoded(content: bytes) -> str | None:
    """A file's text as Python reads it: in the coding that its mark or its first lines name, else in UTF-8.

    With plain line ends; None of what is not in that coding.
    """
    with suppress(SyntaxError, LookupError, ValueError):
        coding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(coding).replace("\r\n", "\n")
    return None
