"""Suggestions for the sample project, right ones and ones that went wrong, and where a person places each."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tactful_server.checks.job import Job

MODULES: Final = ("src/shop/prices.py", "src/shop/cart.py", "src/shop/codes.py")
PLACES: Final = {
    "right": "held",
    "slow": "held",
    "wrong name": "lints",
    "off by one": "old_tests",
    "broken syntax": "parses",
    "failing import": "imports",
    "infinite loop": "old_tests",
    "deleted behaviour": "old_tests",
}
"""The rung on which a person would say that each kind breaks."""
_STEPS: Final = (
    ("+ 50) // 100", "+ 49) // 100"),
    ("0 <= percent", "1 <= percent"),
    ("0 <= percent", "-1 <= percent"),
    ("percent <= 100", "percent < 100"),
    ("percent <= 100", "percent <= 101"),
    ("percent // 100", "percent // 101"),
    ("divmod(abs(cents), 100)", "divmod(abs(cents), 101)"),
    ("cents < 0", "cents < 200"),
    ("rest:02d", "rest:03d"),
    ("rest:02d", "rest:01d"),
    ("count < 1", "count < 0"),
    ("count < 1", "count < 2"),
    ('line["count"] += count', 'line["count"] += count + 1'),
    ("len(self.lines) < before", "len(self.lines) < before - 1"),
    ("place + 1", "place + 2"),
    ("% len(ALPHABET)", "% (len(ALPHABET) - 1)"),
    ("len(code) < 2", "len(code) < 3"),
    ("code[:-1]", "code[:-2]"),
    ("== code[-1]", "== code[-2]"),
    ("low, high = 0, len(codes)", "low, high = 1, len(codes)"),
    ("low = middle + 1", "low = middle + 2"),
    ("high = middle", "high = middle - 1"),
    ("else -1", "else -2"),
    ("total = 0", "total = 1"),
)
"""Numbers that are one off, each of which some test of the sample notices."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One suggestion where it was taken."""

    kind: str
    place: str
    """Of the file in the project."""
    text: str
    """The file with it."""
    start: int
    end: int
    name: str
    """The function it is in, or the module."""

    def job(self, folder: Path) -> Job:
        """The check of it in the project laid out in a folder."""
        at = {"text": self.text, "start": self.start, "end": self.end}
        return Job(str(folder), self.place, "python", test_s=1.0, budget_s=60.0, **at)  # type: ignore[arg-type]


def mutations(folder: Path) -> Iterator[Mutation]:
    """About two hundred, in a fixed order."""
    for place in MODULES:
        text = (folder / place).read_text("utf-8")
        for name, start, end in _bodies(text):
            yield from _of_body(place, text, (name, start, end))
        yield from _imports(place, text)


def _of_body(place: str, text: str, body: tuple[str, int, int]) -> Iterator[Mutation]:
    name, start, end = body
    whole, indent = text[start:end], " " * (len(text[:start]) - len(text[:start].rstrip(" ")))

    def suggested(kind: str, new: str, at: int = start, until: int = end) -> Mutation:
        return Mutation(kind, place, text[:at] + new + text[until:], at, at + len(new), name)

    yield suggested("right", whole)
    yield suggested("slow", f"__import__('time').sleep(0.05)\n{indent}{whole}")
    yield suggested("infinite loop", f"while True:\n{indent}    pass\n{indent}{whole}")
    yield suggested("deleted behaviour", "return None")
    if "raise" in whole:
        without = re.sub(r"raise \w+\([^\n]*\)", "pass", whole)
        yield suggested("deleted behaviour", without)
    for broken in (f"{whole})", f"{whole} =", f"{whole}\n{indent}  x"):
        yield suggested("broken syntax", broken)
    for before, after in _STEPS:
        if before in whole:
            yield suggested("off by one", whole.replace(before, after, 1))
    for at, until in _lines(text, start, end):
        yield suggested("right", text[at:until], at, until)
        if (wrong := _misnamed(text[at:until])) is not None:
            yield suggested("wrong name", wrong, at, until)


def _imports(place: str, text: str) -> Iterator[Mutation]:
    at = text.index("\n\n", text.index('"""', 3)) + 2
    for new in (
        "import no_such_rates\n\nEXTRA = no_such_rates.LIST\n",
        "from no_such_rates import LIST\n\nEXTRA = list(LIST)\n",
        "from shop.no_such import LIST\n\nEXTRA = list(LIST)\n",
        "from shop import no_such\n\nEXTRA = no_such.LIST\n",
    ):
        yield Mutation("failing import", place, f"{text[:at]}{new}\n{text[at:]}", at, at + len(new), "module")


def _bodies(text: str) -> Iterator[tuple[str, int, int]]:
    """Name, start and end of what each function does, without its docstring."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) else node.body[0]
            last = node.body[-1]
            assert last.end_lineno is not None and last.end_col_offset is not None
            end = _offset(text, starts[last.end_lineno - 1], last.end_col_offset)
            yield node.name, starts[first.lineno - 1] + first.col_offset, end


def _offset(text: str, start: int, n_bytes: int) -> int:
    return start + len(text[start:].encode()[:n_bytes].decode())


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each line of a body, without its indent."""
    at = start
    while at < end:
        until = min(text.find("\n", at), end) if "\n" in text[at:end] else end
        yield at, until
        at = until + 1
        at += len(text[at:end]) - len(text[at:end].lstrip(" "))


def _misnamed(line: str) -> str | None:
    """The line with a name that nobody has given anything."""
    found = re.search(
        r"(?<![\w.\"'])(self|net|kind|price|percent|cents|name|count|codes|code|body|wanted|paid)\b(?![\"'=])", line
    )
    if found is None or (found[1] in ("count", "name") and "for" in line):
        return None
    return f"{line[: found.start()]}{found[1]}_then{line[found.end() :]}"
