"""`tactful report --html` as a user calls it."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from making_records import Record, record
from tactful_models.errors import InterchangeError, LogError
from tactful_models.feedback import FeedbackLog
from tactful_server.commands.report import report


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of a week."""
    path = tmp_path_factory.mktemp("log") / "feedback.db"
    with FeedbackLog.open(path) as log:
        log.append(record(Record(weeks=1)))
    return path


def tactful(db: Path, *arguments: str | Path) -> Result:
    options = ["--db", db, "--registry", db.parent / "gates", *arguments]
    return CliRunner().invoke(report, [str(each) for each in options])


def headings(page: Path) -> list[str | None]:
    text = page.read_text("utf-8").removeprefix("<!doctype html>\n")
    return [each.text for each in ElementTree.fromstring(text).iter("h2")]


def test_the_page_is_written_and_it_is_said_where(db: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    told = tactful(db, "--html", page)
    assert told.exit_code == 0, told.exception
    assert told.stdout == f"The report is in {page}; open it in a browser.\n"
    assert headings(page)[:2] == ["What happened", "Acceptance over time"]
    assert "ablations" not in page.read_text("utf-8")


def test_a_stored_evaluation_comes_into_the_page(db: Path, tmp_path: Path) -> None:
    stored, page = tmp_path / "evaluation.json", tmp_path / "report.html"
    card = {"name": "gate", "stage": 2, "auc": {"value": 0.741, "low": 0.7, "high": 0.78}}
    stored.write_text(json.dumps({"scorecards": [card]}), "utf-8")
    assert tactful(db, "--html", page, "--evaluation", stored).exit_code == 0
    assert "0.741" in page.read_text("utf-8")
    assert "What each group of features is worth" in headings(page)


def test_programs_get_their_values_and_people_the_page(db: Path, tmp_path: Path) -> None:
    told = tactful(db, "--html", tmp_path / "report.html", "--json")
    found = json.loads(told.stdout, parse_constant=pytest.fail)
    assert found["total"]["made"] == found["amounts"][0]["made"] == 84
    assert found == json.loads(tactful(db, "--json").stdout)


def test_without_it_the_report_is_the_text_it_was(db: Path) -> None:
    assert tactful(db).stdout.startswith("2026-01-05")


@pytest.mark.parametrize("content", ["", "[1]", '{"cut', "[" * 100_000])
def test_what_is_no_evaluation_is_said_in_a_line(content: str, db: Path, tmp_path: Path) -> None:
    stored = tmp_path / "evaluation.json"
    stored.write_text(content, "utf-8")
    told = tactful(db, "--html", tmp_path / "report.html", "--evaluation", stored)
    assert isinstance(told.exception, InterchangeError)
    assert "tactful evaluate --json" in str(told.exception)
    assert not (tmp_path / "report.html").exists()


def test_an_evaluation_without_a_page_is_a_misunderstanding(db: Path, tmp_path: Path) -> None:
    told = tactful(db, "--evaluation", tmp_path / "evaluation.json")
    assert told.exit_code == 2
    assert "--html" in told.stderr


def test_where_no_page_can_be_written_it_says_so(db: Path, tmp_path: Path) -> None:
    told = tactful(db, "--html", tmp_path / "nowhere" / "report.html")
    assert isinstance(told.exception, LogError)
    assert "cannot be written" in str(told.exception)


def test_a_gate_that_cannot_be_read_is_said_on_the_page(db: Path, tmp_path: Path) -> None:
    gates = tmp_path / "gates"
    gates.mkdir()
    (gates / "current").write_text("{", "utf-8")
    page = tmp_path / "report.html"
    assert CliRunner().invoke(report, ["--db", str(db), "--registry", str(gates), "--html", str(page)]).exit_code == 0
    assert "The gate in force cannot be read" in page.read_text("utf-8")
