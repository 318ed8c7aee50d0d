"""Which tests can reach a file: by what imports what, or by what coverage measured when it was asked for contexts.

Found by reading, nothing is imported. Runs in the project's own Python, from 3.8 on.
"""

import ast
import fnmatch
import os
import re
import sqlite3
from typing import Dict, Iterator, List, Optional, Set, Tuple

_IMPORT = re.compile(r"^\s*(?:from\s+[\w.]+\s+import|import\s)", re.MULTILINE)
_TESTS = ("test_*.py", "*_test.py")
_ROOTS = ("", "src", "lib", "python", "app")
MOST_TESTS = 400


def is_test(place: str) -> bool:
    """Whether a file is one of tests, by its name."""
    return any(fnmatch.fnmatch(os.path.basename(place), pattern) for pattern in _TESTS)


def module_name(place: str) -> str:
    """The dotted name by which a file's module is imported: as deep as its packages go, below the usual roots.

    >>> module_name("src/shop/cart.py"), module_name("shop/__init__.py")
    ('shop.cart', 'shop')
    """
    parts = place[: -len(".py")].split("/")
    if len(parts) > 1 and parts[0] in _ROOTS:
        parts = parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tests_reaching(folder: str, place: str) -> List[str]:
    """The files of tests that import the file, directly or not, the nearest first; the file itself where it is one."""
    if is_test(place):
        return [place]
    importers = _importers(folder)
    distance = {place: 0}
    waiting = [place]
    while waiting:
        one = waiting.pop(0)
        for importer in sorted(importers.get(one, ())):
            if importer not in distance:
                distance[importer] = distance[one] + 1
                waiting.append(importer)
    found = [one for one in distance if is_test(one)]
    for one in [one for one in distance if os.path.basename(one) == "conftest.py"]:
        above = os.path.dirname(one)
        found += [test for test in importers["*tests*"] if test.startswith(above + "/" if above else "")]
    return sorted(set(found), key=lambda one: (distance.get(one, 99), one))[:MOST_TESTS]


def tests_measured(folder: str, place: str, lines: Set[int]) -> List[str]:
    """The tests that ran one of the lines when coverage last measured with a context for each test; none otherwise.

    None either where one of them is no longer there: then it was measured too long ago to rely on.
    """
    path = os.path.join(folder, ".coverage")
    if not os.path.isfile(path):
        return []
    try:
        connection = sqlite3.connect("file:" + path + "?mode=ro", uri=True)
        try:
            names = list(_contexts(connection, os.path.join(folder, place), lines))
        finally:
            connection.close()
    except sqlite3.Error:
        return []
    found = sorted({name.partition("|")[0] for name in names})
    return found[:MOST_TESTS] if all(_is_there(folder, name) for name in found) else []


def _is_there(folder: str, name: str) -> bool:
    """Whether its file still defines the test."""
    file, _, test = name.partition("[")[0].partition("::")
    try:
        with open(os.path.join(folder, file), encoding="utf-8", errors="replace") as opened:
            return re.search(r"\bdef\s+" + re.escape(test.rpartition("::")[2]) + r"\b", opened.read()) is not None
    except OSError:
        return False


def _contexts(connection: sqlite3.Connection, path: str, lines: Set[int]) -> Iterator[str]:
    query = (
        "SELECT context.context, line_bits.numbits FROM line_bits JOIN context ON context.id = line_bits.context_id"
        " JOIN file ON file.id = line_bits.file_id WHERE file.path = ? AND context.context LIKE '%::%'"
    )
    for name, bits in connection.execute(query, (path,)).fetchall():
        if any(line // 8 < len(bits) and bits[line // 8] & (1 << line % 8) for line in lines):
            yield name


def _importers(folder: str) -> Dict[str, Set[str]]:
    """By file, the files that import it; under `*tests*` all files of tests."""
    places = list(_python_files(folder))
    known = {module_name(place): place for place in places}
    found: Dict[str, Set[str]] = {"*tests*": {place for place in places if is_test(place)}}
    for place in places:
        for name in _imported(folder, place):
            target = _target(name, known)
            if target is not None and target != place:
                found.setdefault(target, set()).add(place)
    return found


def _python_files(folder: str) -> Iterator[str]:
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in ("venv", "node_modules")]
        here = os.path.relpath(above, folder)
        for name in files:
            if name.endswith(".py"):
                yield os.path.normpath(os.path.join(here, name)).replace(os.sep, "/")


def _imported(folder: str, place: str) -> Iterator[str]:
    try:
        with open(os.path.join(folder, place), encoding="utf-8", errors="replace") as file:
            text = file.read()
        if not _IMPORT.search(text):
            return
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return
    package = module_name(place) if place.endswith("__init__.py") else module_name(place).rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            above = _above(package, node.level) if node.level else ""
            base = ".".join(filter(None, (above, node.module)))
            yield base
            for alias in node.names:
                yield base + "." + alias.name


def _above(package: str, level: int) -> str:
    parts = package.split(".") if package else []
    return ".".join(parts[: len(parts) - (level - 1)])


def _target(name: str, known: Dict[str, str]) -> Optional[str]:
    """The file that an imported name is, or is in; also where the test's own folder is on the path."""
    if name in known:
        return known[name]
    ends: Tuple[str, ...] = ("." + name,)
    near = [place for module, place in known.items() if module.endswith(ends)] if name and "." not in name else []
    return near[0] if len(near) == 1 else None
