"""Which tests can reach a file: found by imports, and by what coverage measured."""

import sqlite3
from pathlib import Path

from tactful_server.checks.inside import reaching


def project(folder: Path, **texts: str) -> str:
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder)


def test_a_test_that_imports_the_file_comes_before_one_that_imports_its_importer(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        src__shop__prices="",
        src__shop__cart="from . import prices",
        src__shop__other="import os",
        tests__test_cart="from shop.cart import Cart",
        tests__test_prices="import shop.prices as p",
        tests__test_other="import shop.other",
    )
    assert reaching.tests_reaching(folder, "src/shop/prices.py") == ["tests/test_prices.py", "tests/test_cart.py"]
    assert reaching.tests_reaching(folder, "src/shop/other.py") == ["tests/test_other.py"]


def test_relative_imports_lead_up_and_down(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        a__b__one="",
        a__c__two="from ..b.one import x",
        a__c__three="from .two import y",
        test_three="from a.c import three",
    )
    assert reaching.tests_reaching(folder, "a/b/one.py") == ["test_three.py"]


def test_a_conftest_that_reaches_the_file_takes_the_tests_below_it_along(tmp_path: Path) -> None:
    folder = project(
        tmp_path, shop="", tests__conftest="import shop", tests__deep__test_a="", test_b="", tests__test_c="import os"
    )
    assert reaching.tests_reaching(folder, "shop.py") == ["tests/deep/test_a.py", "tests/test_c.py"]


def test_a_file_of_tests_is_reached_by_itself_and_broken_files_reach_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path, shop="", test_a="import shop\ndef broken(:", test_b="x = 1")
    assert reaching.tests_reaching(folder, "test_b.py") == ["test_b.py"]
    assert reaching.tests_reaching(folder, "shop.py") == []


def test_what_coverage_measured_with_contexts_says_which_tests_ran_the_lines(tmp_path: Path) -> None:
    tests = {"test_a": "def test_x(): pass", "test_b": "def test_y(): pass"}
    folder = project(tmp_path, shop="a = 1\nb = 2\n", **tests)
    connection = sqlite3.connect(tmp_path / ".coverage")
    connection.executescript(
        """CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT);
        CREATE TABLE context (id INTEGER PRIMARY KEY, context TEXT);
        CREATE TABLE line_bits (file_id INTEGER, context_id INTEGER, numbits BLOB);"""
    )
    connection.execute("INSERT INTO file VALUES (1, ?)", (str(tmp_path / "shop.py"),))
    connection.execute("INSERT INTO context VALUES (1, 'test_a.py::test_x|run'), (2, 'test_b.py::test_y|run'), (3, '')")
    connection.execute("INSERT INTO line_bits VALUES (1, 1, ?), (1, 2, ?), (1, 3, ?)", (b"\x02", b"\x04", b"\x06"))
    connection.commit()
    connection.close()
    assert reaching.tests_measured(folder, "shop.py", {1}) == ["test_a.py::test_x"]
    assert reaching.tests_measured(folder, "shop.py", {2}) == ["test_b.py::test_y"]
    assert reaching.tests_measured(folder, "other.py", {1}) == []
    (tmp_path / "test_a.py").write_text("def test_renamed(): pass")
    assert reaching.tests_measured(folder, "shop.py", {1}) == []
    assert reaching.tests_measured(folder, "shop.py", {2}) == ["test_b.py::test_y"]
