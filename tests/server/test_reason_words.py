"""Every reason that the server can record has its sentence: the reasons are read out of the code itself."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tactful_server
from tactful_models.errors import ProviderError
from tactful_models.events import Result
from tactful_server.postprocess import FILTERS
from tactful_server.reason_words import SENTENCES, reason_words

SOURCE = Path(tactful_server.__file__).parent
ENDS = {"Withheld": Result.WITHHELD, "Cancelled": Result.CANCELLED, "Empty": Result.EMPTY, "Failed": Result.FAILED}


def trees() -> Iterator[tuple[str, ast.AST]]:
    for path in SOURCE.rglob("*.py"):
        yield path.stem, ast.parse(path.read_text("utf-8"))


def texts(node: ast.AST | None) -> Iterator[str]:
    """The names among the texts in an expression."""
    for inner in ast.walk(node) if node is not None else ():
        match inner:
            case ast.Constant(value=str(text)) if text.isidentifier() and text != "state":  # the name of an attribute
                yield text


def ends_made() -> Iterator[tuple[Result, str]]:
    """`Withheld("…")` and the like, wherever they are written, and the reasons that the ends have by themselves."""
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ENDS and node.args:
                yield from ((ENDS[node.func.id], text) for text in texts(node.args[0]))
            if isinstance(node, ast.ClassDef) and node.name in ENDS:
                defaults = [line.value for line in node.body if isinstance(line, ast.AnnAssign)]
                yield from ((ENDS[node.name], text) for value in defaults for text in texts(value))


def rules() -> Iterator[tuple[Result, str]]:
    for name, tree in trees():
        for node in ast.walk(tree):
            if name == "rules" and isinstance(node, ast.Yield):
                yield from ((Result.WITHHELD, text) for text in texts(node.value))
            if name == "quiet" and isinstance(node, ast.FunctionDef) and node.name == "reason":
                yield from ((Result.WITHHELD, text) for line in node.body[1:] for text in texts(line))


def filters() -> Iterator[tuple[Result, str]]:
    yield from ((Result.EMPTY, name) for name, _ in FILTERS)
    for name, tree in trees():
        for node in ast.walk(tree):
            if name == "postprocess" and isinstance(node, ast.Call) and ast.unparse(node.func) == "Polished":
                yield from ((Result.EMPTY, text) for argument in node.args[1:] for text in texts(argument))


def faults(kind: type[ProviderError] = ProviderError) -> Iterator[tuple[Result, str]]:
    for module in pkgutil.walk_packages([str(SOURCE)], "tactful_server."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for one in kind.__subclasses__():
        yield Result.FAILED, str(getattr(one, "state", "failed"))
        yield from faults(one)


EVERY = sorted({*ends_made(), *rules(), *filters(), *faults()})


def test_the_reasons_were_found_in_the_code() -> None:
    found = {reason for _, reason in EVERY}
    assert {"paused", "snoozed", "word_after", "stage1", "rejected_before", "client", "changed"} <= found
    assert {"blank", "loop", "internal", "unreachable", "resting", "failed"} <= found


@pytest.mark.parametrize(("result", "reason"), EVERY, ids=lambda value: str(value))
def test_every_reason_has_a_sentence(result: Result, reason: str) -> None:
    assert reason in SENTENCES[result]


def test_no_sentence_is_for_a_reason_that_there_is_not() -> None:
    told = {(result, reason) for result, sentences in SENTENCES.items() for reason in sentences}
    assert told == set(EVERY)


@pytest.mark.parametrize(("result", "reason"), EVERY, ids=lambda value: str(value))
def test_a_sentence_is_one_for_a_person(result: Result, reason: str) -> None:
    told = reason_words(result, reason)
    assert re.fullmatch(r"(Not asked|Not shown|Nothing to show|Nothing came): [a-z].+\.", told)
    assert not re.search(r"_|stage|threshold|probab|token|prompt|context|LSP|HTTP", told)
    assert len(told) <= 120


def test_no_two_reasons_of_a_result_read_the_same() -> None:
    for sentences in SENTENCES.values():
        assert len(set(sentences.values())) == len(sentences)


def test_a_reason_of_another_version_is_at_least_named() -> None:
    assert reason_words(Result.WITHHELD, "moonlight") == "Nothing was shown (moonlight)."
    assert reason_words(Result.PRODUCED, "") == "Nothing was shown (produced)."
