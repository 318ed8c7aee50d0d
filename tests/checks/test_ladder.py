"""How far suggestions climb, against what was there without them, in the real sandbox."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks.sample_project import lay_out
from checks.shop import broke, climbs, held, taken
from tactful_models.checked import RUNGS, Stands
from tactful_server.checks.sandbox import Sandbox, Unavailable

PRICES, CART = "src/shop/prices.py", "src/shop/cart.py"
MODULE = '"""Prices, in cents."""'
GROSS = "return net + tax(net, kind)"
NO_SANDBOX = Unavailable("there is none")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield lay_out(tmp_path_factory.mktemp("shop"))


def test_a_right_suggestion_climbs_to_the_top(shop: Path, sandbox: Sandbox) -> None:
    found = climbs(taken(shop, PRICES, GROSS, GROSS), sandbox)
    assert held(found) == list(RUNGS)
    assert (found.n_broke, found.ran_ratio, found.stopped) == (0, 1.0, "")
    assert found.n_reached == 2  # test_gross and test_total, of all that import the file


def test_a_wrong_result_breaks_the_tests_that_reach_it_and_no_other(shop: Path, sandbox: Sandbox) -> None:
    found = climbs(taken(shop, PRICES, GROSS, "return net - tax(net, kind)"), sandbox)
    assert broke(found) == ["old_tests", "reaching_tests"]
    assert found.n_broke == 2
    assert "test_gross" in "".join(found.notes)
    assert found.parts["old_tests"] > 0.8


def test_a_test_that_failed_before_says_nothing_against_it(shop: Path, sandbox: Sandbox) -> None:
    text = (shop / PRICES).read_text()
    (shop / "tests/test_wish.py").write_text(
        "from shop.prices import gross\n\n\ndef test_wish():\n    assert gross(1) == 9\n"
    )
    try:
        found = climbs(taken(shop, PRICES, GROSS, GROSS), sandbox)
    finally:
        (shop / "tests/test_wish.py").unlink()
    assert (broke(found), found.n_broke) == ([], 0)
    assert found.standings["old_tests"] is Stands.HELD
    assert (shop / PRICES).read_text() == text


def test_a_name_that_nobody_gave_is_found_by_the_linter(shop: Path, sandbox: Sandbox) -> None:
    made = replace(taken(shop, PRICES, GROSS, "return net + taxes(net, kind)"), runs_tests=False)
    found = climbs(made, sandbox)
    assert broke(found)[0] == "lints"
    assert any("taxes" in note for note in found.notes)


def test_broken_syntax_ends_the_climb_at_once(shop: Path, sandbox: Sandbox) -> None:
    found = climbs(taken(shop, PRICES, GROSS, "return net + (tax(net, kind)"), sandbox)
    assert broke(found) == ["parses"]
    assert set(found.standings) == {"parses"}


def test_what_parses_and_cannot_be_compiled_stands_one_rung_higher(shop: Path, sandbox: Sandbox) -> None:
    found = climbs(taken(shop, PRICES, MODULE, f"{MODULE}\n\nreturn 1"), sandbox)
    assert held(found) == ["parses"]
    assert broke(found) == ["compiles"]


def test_a_file_that_was_broken_elsewhere_says_nothing_against_it(shop: Path, sandbox: Sandbox) -> None:
    made = taken(shop, PRICES, GROSS, GROSS)
    found = climbs(replace(made, text=f"{made.text}\ndef half(:\n"), sandbox)
    assert found.standings == {"parses": Stands.FAILED}


def test_an_endless_loop_breaks_the_test_that_runs_into_it(shop: Path, sandbox: Sandbox) -> None:
    found = climbs(
        taken(shop, CART, 'return sum(line["count"] for line in self.lines)', "while True:\n            pass"), sandbox
    )
    assert broke(found) == ["old_tests", "reaching_tests"]
    assert "test_count" in "".join(found.notes)


def test_behaviour_that_was_there_in_the_saved_file_is_missed(shop: Path, sandbox: Sandbox) -> None:
    """A whole body was written anew: without the suggestion there is a hole in which every test of it fails."""
    found = climbs(
        taken(shop, PRICES, f'"""What is to be paid for a net price."""\n    {GROSS}', "return None"), sandbox
    )
    assert broke(found) == ["old_tests", "reaching_tests"]
    assert found.baseline == "saved"


def test_lines_that_no_test_runs_are_said_not_to_have_run(shop: Path, sandbox: Sandbox) -> None:
    more = f"if kind == 'secret':\n        return 0\n    {GROSS}"
    found = climbs(taken(shop, PRICES, GROSS, more), sandbox)
    assert broke(found) == []
    assert found.ran_ratio == pytest.approx(2 / 3)


def test_code_without_any_test_says_so(shop: Path, sandbox: Sandbox) -> None:
    (shop / "src/shop/alone.py").write_text("def twice(x):\n    return x + x\n")
    try:
        found = climbs(taken(shop, "src/shop/alone.py", "x + x", "2 * x"), sandbox)
    finally:
        (shop / "src/shop/alone.py").unlink()
    assert held(found) == ["parses", "compiles", "lints", "imports"]
    assert (found.stopped, found.n_passed) == ("no_tests", 0)


def test_a_suggestion_in_a_test_is_judged_by_that_test(shop: Path, sandbox: Sandbox) -> None:
    found = climbs(taken(shop, "tests/test_cart.py", "assert cart.count() == 4", "assert cart.count() == 5"), sandbox)
    assert broke(found) == ["old_tests", "reaching_tests"]
    assert found.n_passed == 6


def test_without_a_sandbox_no_code_of_the_project_runs(shop: Path) -> None:
    found = climbs(taken(shop, PRICES, GROSS, "return net - tax(net, kind)"), NO_SANDBOX)
    assert held(found) == ["parses", "compiles", "lints"]
    assert (broke(found), found.stopped) == ([], "no_sandbox")


def test_in_a_workspace_that_is_not_trusted_nothing_of_it_runs(shop: Path, sandbox: Sandbox) -> None:
    made = replace(taken(shop, PRICES, GROSS, "return taxes(net)"), runs_code=False, python="/bin/false")
    found = climbs(made, sandbox)
    assert held(found) == ["parses", "compiles"]
    assert (broke(found), found.stopped) == ([], "untrusted")


def test_a_suite_known_to_be_slow_is_skipped_and_the_import_still_tried(shop: Path, sandbox: Sandbox) -> None:
    found = climbs(replace(taken(shop, PRICES, GROSS, "return 0"), runs_tests=False), sandbox)
    assert held(found) == ["parses", "compiles", "lints", "imports"]
    assert found.stopped == "slow_suite"


def test_when_its_time_is_up_it_stops_with_what_is_known(shop: Path, sandbox: Sandbox) -> None:
    slow = "import time\n    time.sleep(60)\n    return 0"
    found = climbs(replace(taken(shop, PRICES, GROSS, slow), budget_s=3.0, test_s=60.0), sandbox)
    assert (broke(found), found.stopped) == ([], "slow")
    assert found.duration_s < 40  # what it runs would take sixty


def test_other_languages_have_the_command_that_the_user_named(shop: Path, sandbox: Sandbox) -> None:
    (shop / "run.sh").write_text("set -e\necho well\n")
    try:
        made = replace(taken(shop, "run.sh", "echo well", "echo done"), language="lua", command='sh "$TACTFUL_FILE"')
        assert held(climbs(made, sandbox)) == ["old_tests"]
        worse = replace(taken(shop, "run.sh", "echo well", "false"), language="lua", command='sh "$TACTFUL_FILE"')
        assert broke(climbs(worse, sandbox)) == ["old_tests"]
    finally:
        (shop / "run.sh").unlink()
