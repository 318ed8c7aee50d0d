"""The demonstration's parts: what it counts, what it types, and what it must not touch."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tactful_models.errors import SettingsError
from tactful_models.events import ContextFacts, End, Event, Known, OutcomeSeen, RequestEnded, Result, Trigger
from tactful_server import cli
from tactful_server.demo.counting import Span, count
from tactful_server.demo.developer import is_right
from tactful_server.demo.editor import Ghost
from tactful_server.demo.sample import sources
from tactful_server.demo.table import table


def request(named: str, result: Result, trigger: Trigger = Trigger.AUTOMATIC, reason: str = "") -> RequestEnded:
    return RequestEnded(
        named, "s", 10.0, ContextFacts(trigger=trigger), result, reason, suggestion_id=f"s{named}", model_called=True
    )


def outcome(named: str, end: End) -> OutcomeSeen:
    return OutcomeSeen(f"s{named}", "s", 11.0, end, Known.CLIENT)


def test_a_directory_that_holds_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")

    told = CliRunner().invoke(cli.group, ["demo", "--home", str(tmp_path)])

    assert isinstance(told.exception, SettingsError)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_requests_by_hand_and_other_times_are_not_counted() -> None:
    events: list[Event] = [
        request("1", Result.PRODUCED),
        outcome("1", End.SHOWN),
        outcome("1", End.ACCEPTED),
        request("2", Result.PRODUCED),
        outcome("2", End.SHOWN),
        request("3", Result.WITHHELD, reason="stage1"),
        request("4", Result.PRODUCED, Trigger.MANUAL),
        outcome("4", End.SHOWN),
    ]
    counts = count(events, Span(0.0, 20.0))

    assert (counts.requests, counts.shown, counts.accepted, counts.rejected) == (3, 2, 1, 1)
    assert (counts.withheld, counts.calls_avoided) == (1, 1)
    assert count(events, Span(20.0, 30.0)).requests == 0


def test_a_suggestion_is_right_when_its_first_line_is_what_the_file_says() -> None:
    assert is_right(Ghost("s", "a + b\nmore", 0.1), "a + b")
    assert not is_right(Ghost("s", "a + b", 0.1), "a + b + c")


def test_the_sample_is_real_code_in_an_order_that_the_seed_fixes() -> None:
    one, other = sources(1), sources(1)

    assert one == other != sources(2)
    assert all(0 < source.given_chars < len(source.text) for source in one)


def test_the_table_says_what_is_not_known() -> None:
    nothing = count([], Span(0.0, 1.0))

    assert any("accepted of shown" in line and "–" in line for line in table(nothing, nothing, 0))


@pytest.mark.parametrize("row", ["requests", "model calls", "shown", "accepted", "rejected", "tokens spent"])
def test_the_table_has_the_rows_that_matter(row: str) -> None:
    nothing = count([], Span(0.0, 1.0))

    assert any(line.strip().startswith(row) for line in table(nothing, nothing, 0))
