"""`tactful check`: a change in a file is sent up the ladder, and what is on record is listed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from checks.sample_project import lay_out
from logged import checked, session
from tactful_models.feedback import FeedbackLog
from tactful_server.checks.sandbox import Sandbox
from tactful_server.cli import group


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    yield lay_out(tmp_path)


def test_a_change_that_breaks_a_test_is_told_with_what_it_said(shop: Path, sandbox: Sandbox) -> None:
    path = shop / "src/shop/prices.py"
    path.write_text(path.read_text("utf-8").replace("net + tax(net, kind)", "net - tax(net, kind)"), "utf-8")
    told = CliRunner().invoke(group, ["check", str(path)])

    assert told.exit_code == 1
    assert "old tests       BROKE" in told.output
    assert "2 broke" in told.output
    assert "assert gross(200) == 238" in told.output


def test_the_checks_on_record_are_listed(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append([*session(2), checked(0), checked(1)])
    listed = CliRunner().invoke(group, ["check", "--db", str(tmp_path / "a.db")])
    told = CliRunner().invoke(group, ["check", "--db", str(tmp_path / "a.db"), "--limit", "1", "--json"])

    assert listed.exit_code == 0
    assert len(listed.output.splitlines()) == 4
    assert [one["suggestion_id"] for one in json.loads(told.output)] == ["g1"]


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"# coding: latin-1\n# \xe4\n"])
def test_a_file_is_read_as_python_reads_it(mark: bytes, tmp_path: Path) -> None:
    path = tmp_path / "shop.py"
    path.write_bytes(mark + b"def size():\r\n    return 1\r\n")
    told = CliRunner().invoke(group, ["check", str(path), "--json"])
    [found] = json.loads(told.stdout)
    assert found["standings"]["parses"] == found["standings"]["compiles"] == "held"
