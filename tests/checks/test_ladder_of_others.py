"""Projects as they are found: what is broken or odd in them hides nothing of what a suggestion breaks."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checks.sample_project import environment
from checks.shop import broke, climbs, held, job, taken
from tactful_models.checked import Stands
from tactful_server.checks.job import Climb, Job
from tactful_server.checks.sandbox import Sandbox

SHOP = "KINDS = ['a']\n\n\ndef size(kind):\n    return len(kind)\n"
TESTS = """import pytest
import shop


@pytest.mark.parametrize("kind", shop.KINDS)
def test_size(kind):
    assert shop.size(kind) == 1


def test_kinds():
    assert len(shop.KINDS) == 1
"""


def made(folder: Path, **files: str) -> Path:
    """A project of these files, whose names have `__` for a slash."""
    for name, text in {"shop.py": SHOP, "tests__test_shop.py": TESTS, **files}.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


Climbs = Callable[[Job], Climb]
Climbed = Callable[[Path, str, str, str], Climb]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(environment(tmp_path_factory.mktemp("environment") / ".venv"))


@pytest.fixture
def climb(sandbox: Sandbox, python: str) -> Climbs:
    return lambda made: climbs(replace(made, python=python), sandbox)


@pytest.fixture
def climbed(climb: Climbs) -> Climbed:
    """Takes a suggestion in the place of a text which a project's file has once."""
    return lambda folder, place, before, suggestion: climb(taken(folder, place, before, suggestion))


def test_a_test_that_is_new_with_the_suggestion_does_not_hide_what_it_breaks(tmp_path: Path, climb: Climbs) -> None:
    found = climb(job(made(tmp_path), "shop.py", SHOP.replace("'a'", "'a', 'bb'"), ", 'bb'"))
    assert broke(found) == ["old_tests", "reaching_tests"]
    assert found.n_broke == 1
    assert "test_kinds" in "".join(found.notes)


def test_a_file_of_tests_that_cannot_be_collected_does_not_hide_the_others(tmp_path: Path, climbed: Climbed) -> None:
    folder = made(tmp_path, **{"tests__test_another.py": "import shop\nimport not_installed\n"})
    assert "old_tests" in held(climbed(folder, "shop.py", "len(kind)", "len( kind)"))
    assert climbed(folder, "shop.py", "len(kind)", "len(kind) + 1").n_broke == 1


def test_a_project_that_ends_at_the_first_failure_is_tested_to_the_end(tmp_path: Path, climbed: Climbed) -> None:
    failing = "import shop\n\n\ndef test_wish():\n    assert shop.size('a') == 9\n"
    settings = "[pytest]\naddopts = -x\n"
    folder = made(tmp_path, **{"tests__test_a_wish.py": failing, "pytest.ini": settings})
    assert climbed(folder, "shop.py", "len(kind)", "len(kind) + 1").n_broke == 1


def test_tests_below_settings_of_their_own_are_found_again_by_their_names(tmp_path: Path, climbed: Climbed) -> None:
    settings = "[pytest]\npythonpath = .\n"
    parts = {"back__shop.py": SHOP, "back__tests__test_shop.py": TESTS, "back__pytest.ini": settings}
    made(tmp_path, **parts)
    (tmp_path / "shop.py").unlink()
    (tmp_path / "tests/test_shop.py").unlink()
    found = climbed(tmp_path, "back/shop.py", "len(kind)", "len(kind) + 1")
    assert broke(found) == ["old_tests", "reaching_tests"]
    assert "back/tests/test_shop.py::test_size" in "".join(found.notes)


@pytest.mark.parametrize("ends", ["1 / 0", "import os\nos._exit(0)"])
def test_a_conftest_that_takes_all_tests_along_has_broken_them(ends: str, tmp_path: Path, climbed: Climbed) -> None:
    folder = made(tmp_path, **{"tests__conftest.py": "import shop\n\nSIZE = shop.size('a')\n"})
    found = climbed(folder, "tests/conftest.py", "SIZE = shop.size('a')", ends)
    assert "old_tests" in broke(found)
    assert (found.n_broke, found.stopped) == (2, "")


def test_a_conftest_that_took_all_along_before_says_nothing_against_it(tmp_path: Path, climbed: Climbed) -> None:
    folder = made(tmp_path, **{"tests__conftest.py": "import shop\n\nSIZE = shop.size('a')\n1 / 0\n"})
    found = climbed(folder, "tests/conftest.py", "SIZE = shop.size('a')", "SIZE = 1")
    assert (broke(found), found.stopped) == ([], "no_tests")


def test_more_tests_than_a_command_line_has_room_for_are_tried_without_it(tmp_path: Path, climbed: Climbed) -> None:
    many = TESTS.replace("shop.KINDS)", "[f'{n:>02000}' for n in range(70)])").replace("== 1", "== 2000", 1)
    found = climbed(made(tmp_path, **{"tests__test_shop.py": many}), "shop.py", "len(kind)", "len(kind) + 1")
    assert broke(found) == ["old_tests", "reaching_tests"]


def test_what_only_its_tests_can_import_is_still_tested(tmp_path: Path, climbed: Climbed) -> None:
    guarded = f"import sys\n\nif 'conftest' not in sys.modules:\n    raise RuntimeError('set up first')\n\n{SHOP}"
    folder = made(tmp_path, **{"shop.py": guarded, "tests__conftest.py": "import shop\n"})
    found = climbed(folder, "shop.py", "len(kind)", "len(kind) + 1")
    assert found.standings["imports"] is Stands.FAILED
    assert found.n_broke == 1


def test_what_tests_say_is_told_without_what_a_terminal_would_obey(tmp_path: Path, climbed: Climbed) -> None:
    folder = made(tmp_path)
    found = climbed(folder, "shop.py", "return len(kind)", "raise KeyError('\\x1b[2J\\x07\\udc80 here')")
    told = "".join(found.notes)
    assert "here" in told
    assert all(sign.isprintable() or sign == "\n" for sign in told)


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"test":["a"],"outcome":1,"lines":[[1]],"said":{}}', '{"done":1e999}']
)
def test_findings_that_the_projects_code_made_up_are_borne(line: str, tmp_path: Path, climbed: Climbed) -> None:
    forged = f"import os\n    [os.write(pipe, {line!r}.encode() + b'\\n') for pipe in range(3, 9) if _is(pipe)]\n    "
    folder = made(tmp_path, **{"shop.py": f"{SHOP}\n\n{IS_PIPE}"})
    found = climbed(folder, "shop.py", "return len(kind)", f"{forged}return len(kind)")
    assert found.standings["imports"] is Stands.HELD


IS_PIPE = """def _is(number):
    import os, stat
    try:
        return stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError:
        return False
"""
