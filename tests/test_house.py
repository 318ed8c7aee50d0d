"""The house's rules, as far as a program can see to them."""

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for part in ("models", "server") for path in (ROOT / part).rglob("*.py"))
ALL = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
LONGEST_LINES = 400
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCES:
        with tokenize.open(path) as file:
            yield path, ast.parse(file.read())


def test_arrows_point_down_and_every_module_has_a_room(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 80


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_a_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_LINES


def test_a_file_has_a_name_of_its_own() -> None:
    assert [path for path in ALL if path.stem in FORBIDDEN_NAMES] == []


def test_nothing_prints() -> None:
    assert [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ] == []


def test_nothing_is_global() -> None:
    found = [
        f"{path}:{node.lineno}" for path, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Global)
    ]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    assert [str(path) for path, tree in trees() if tree.body and not ast.get_docstring(tree)] == []


def test_no_module_holds_what_changes() -> None:
    """An empty list, dictionary or set at a module's level is made to be filled."""
    assert [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_empty_container(node.value)
    ] == []


def test_every_constant_and_field_is_read_somewhere() -> None:
    words = Counter(word for path in ALL for word in re.findall(r"\w+", path.read_text(encoding="utf-8")))
    found = [
        f"{path}:{node.lineno} {name}"
        for path, tree in trees()
        for node in [*tree.body, *(line for room in tree.body if isinstance(room, ast.ClassDef) for line in room.body)]
        if (name := _named(node)) and words[name] == 1
    ]
    assert found == []


def test_functions_are_short_or_few() -> None:
    """At most 40 lines each, docstring included."""
    long = [
        f"{path}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 40
    ]
    assert long == []


def _named(node: ast.stmt) -> str:
    """What an assignment names; empty for anything else."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return next((target.id for target in targets if isinstance(target, ast.Name)), "")


def _is_empty_container(value: ast.expr | None) -> bool:
    if isinstance(value, ast.List | ast.Set):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in {"list", "dict", "set"}
        and not value.args
        and not value.keywords
    )
