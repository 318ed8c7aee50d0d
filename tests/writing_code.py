"""Code to be replayed, in folders with and without a history, and a model that is mostly right."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from model_server import Answer, continuing
from model_wire import Spoken

_WORDS = ("total", "price", "count", "name", "width", "height", "offset", "margin", "left", "right", "depth", "speed")


def module(n: int, n_functions: int = 6) -> str:
    """A file's text; no line of one is in another."""
    return "\n\n".join(_function(n, at) for at in range(n_functions)) + "\n"


def _function(n: int, at: int) -> str:
    first, second = _WORDS[(n + at) % len(_WORDS)], _WORDS[(n * 5 + at * 3 + 1) % len(_WORDS)]
    return (
        f"def {first}_{n}_{at}(items_{n}, {second}_{at}):\n"
        f"    {first} = sum(item.{second}_{n} for item in items_{n})\n"
        f"    if {first} > {second}_{at} * {n + at}:\n"
        f"        {first} -= {second}_{at}\n"
        f"    return round({first} / {n + at + 1}, {at})"
    )


def written(folder: Path, modules: Sequence[int], name: str = "part_{}.py") -> dict[str, str]:
    """Files of such code in a folder; their texts by name."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {name.format(n): module(n) for n in modules}
    for path, text in texts.items():
        (folder / path).write_text(text, "utf-8")
    return texts


def git(folder: Path, *arguments: str) -> str:
    """Git, as somebody whose settings are nobody's."""
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main")
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def committed(folder: Path, message: str = "more") -> None:
    """All that is in the folder, as one more commit; the first makes the repository."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)


def mostly_right(texts: Sequence[str]) -> Answer:
    """Goes on as the code does at two of three lines, mostly surely; else nearly so, mostly unsurely."""
    truth = continuing("\n".join(texts))

    def answer(prompt: str) -> str | Sequence[Spoken]:
        line = str(truth(prompt)).partition("\n")[0]
        sure = bool(line) and len(line) % 3 != 0
        doubt = crc32(prompt.encode()) % 100 / 100
        return [Spoken(f"{line}\n", -0.1 - doubt) if sure else Spoken(f"{line[:-1]}9\n", -0.9 - 2 * doubt)]

    return answer
