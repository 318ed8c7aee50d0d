"""`tactful import`, `export` and `purge`, as a person or a program calls them."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from logged import opportunity, session, started
from tactful_models.errors import InterchangeError, LogError, TactfulError
from tactful_models.events import Event, RequestEnded
from tactful_models.feedback import FeedbackLog
from tactful_server.commands import log as commands
from tactful_server.install import default_db, file_key

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append(session(3))
    return tmp_path / "a.db"


def run(*words: object, answer: str = "") -> Result:
    group = click.Group(commands=[commands.import_group, commands.export, commands.purge])
    return CliRunner().invoke(group, [str(word) for word in words], input=answer)


def said(*words: object) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def refused(kind: type[TactfulError], *words: object) -> str:
    result = run(*words)
    assert isinstance(result.exception, kind), result.output
    return str(result.exception)


def stored(db: Path) -> list[Event]:
    with FeedbackLog.open(db, read_only=True) as log:
        return [one.event for one in log.events()]


def test_a_log_goes_out_and_into_another_one(db: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "log.jsonl", tmp_path / "b.db"
    assert said("export", "--db", db, "--out", out, "--with-text") == {"events": 19, "path": str(out)}
    nothing_skipped = {"events": 19, "skipped": 0, "sessions_skipped": 0, "bad_lines": []}
    assert said("import", "log", out, "--db", other) == nothing_skipped
    assert repr(stored(other)) == repr(stored(db))
    assert said("import", "log", out, "--db", other)["skipped"] == 19


def test_people_are_told_in_words(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.jsonl"
    assert run("export", "--db", db, "--out", out).stdout == f"19 events written to {out}.\n"
    imported = run("import", "log", out, "--db", db).stdout
    assert imported == f"0 events imported into {db}. 19 skipped: they were there already (1 sessions).\n"


def test_bad_lines_are_skipped_when_asked_and_refused_otherwise(db: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "log.jsonl", tmp_path / "b.db"
    said("export", "--db", db, "--out", out)
    with out.open("a") as file:
        file.write("{}\n")
    assert "line 21" in refused(InterchangeError, "import", "log", out, "--db", other)
    assert said("import", "log", out, "--db", other, "--skip-bad")["bad_lines"] == [21]


def test_parquet_goes_into_a_directory(db: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert said("export", "--db", db, "--format", "parquet", "--out", tmp_path / "out")["events"] == 19
    assert (tmp_path / "out" / "decisions.parquet").is_file()


def test_without_a_database_named_it_is_the_installations(home: Path, db: Path, tmp_path: Path) -> None:
    assert "no feedback log" in refused(LogError, "export", "--out", tmp_path / "x.jsonl")
    said("export", "--db", db, "--out", tmp_path / "x.jsonl")
    said("import", "log", tmp_path / "x.jsonl")
    assert len(stored(default_db())) == 19
    assert default_db().parent == home


@pytest.mark.skipif("TACTFUL_CUPS" not in os.environ, reason="TACTFUL_CUPS does not name the telemetry")
def test_the_cups_telemetry_is_imported_once(tmp_path: Path) -> None:
    first = said("import", "cups", os.environ["TACTFUL_CUPS"], "--db", tmp_path / "a.db")
    assert first["events"] > 2000 and first["skipped"] == 0
    again = said("import", "cups", os.environ["TACTFUL_CUPS"], "--db", tmp_path / "a.db")
    assert (again["events"], again["skipped"]) == (0, first["events"])


def test_continues_record_is_imported_without_its_code(tmp_path: Path) -> None:
    line = {
        "timestamp": "2026-05-01T10:00:00Z", "accepted": True, "prefix": "x = ", "suffix": "", "completion": "needle()",
        "filepath": (tmp_path / "a.py").as_uri(), "completionId": "c1", "modelProvider": "ollama", "modelName": "m",
    }  # fmt: skip
    (tmp_path / "autocomplete.jsonl").write_text(json.dumps(line) + "\n{half\n")
    db = tmp_path / "a.db"
    assert "line 2" in refused(InterchangeError, "import", "continue", tmp_path / "autocomplete.jsonl", "--db", db)
    done = said("import", "continue", tmp_path / "autocomplete.jsonl", "--db", db, "--skip-bad")
    assert (done["events"], done["bad_lines"]) == (7, [2])
    assert b"needle" not in db.read_bytes()
    assert said("purge", "--db", db, "--file", tmp_path / "a.py", "--yes")["events"] == 6


def test_the_log_itself_is_no_place_to_export_to(db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = db.read_bytes()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to(db)
    for out in (db, "a.db", "../" + tmp_path.name + "/a.db", "link.db", "a.db-wal"):
        assert "is the feedback log itself" in refused(InterchangeError, "export", "--db", db, "--out", out)
    assert db.read_bytes() == before
    assert len(stored(db)) == 19


# Purge


def fill(db: Path, events: Iterator[Event] | list[Event]) -> None:
    with FeedbackLog.open(db) as log:
        log.append(events)


def test_a_file_is_purged_by_its_path_however_it_is_spelt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = tmp_path / "a.db"
    uri = (tmp_path / "secret plan.py").as_uri()
    fill(db, [started(), *opportunity(1, file_key=file_key(uri)), *opportunity(2, file_key=file_key("/other.py"))])
    monkeypatch.chdir(tmp_path)
    assert said("purge", "--db", db, "--file", "secret plan.py", "--yes")["events"] == 6
    assert [event.request_id for event in stored(db) if isinstance(event, RequestEnded)] == ["r2"]


def test_a_notebook_is_purged_with_its_cells(tmp_path: Path) -> None:
    db, notebook = tmp_path / "a.db", tmp_path / "nb.ipynb"
    cells = [f"vscode-notebook-cell:{notebook.as_posix()}#W{n}s" for n in (0, 1)]
    fill(db, [started(), *(event for n in (0, 1) for event in opportunity(n, file_key=file_key(cells[n])))])
    assert said("purge", "--db", db, "--file", notebook, "--yes")["events"] == 12


def test_a_day_is_a_local_day(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    midnight = datetime(2026, 3, 1).timestamp()
    moments = [midnight - 1, midnight, midnight + 86_399, midnight + 86_400]
    requests = [event for event in opportunity(1) if isinstance(event, RequestEnded)] * 4
    events = [replace(event, at=at, request_id=str(at)) for event, at in zip(requests, moments, strict=True)]
    fill(db, [started(at=midnight - 9), *events])
    assert said("purge", "--db", db, "--day", "2026-03-01", "--yes")["events"] == 2
    assert [event.at for event in stored(db)] == [midnight - 9, midnight - 1, midnight + 86_400]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_clock_reaches_is_refused_in_a_line(db: Path, day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"{day} is beyond" in refused(LogError, "purge", "--db", db, "--day", day, "--yes")
    assert len(stored(db)) == 19


def test_what_is_older_than_so_many_days_is_purged(tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    recent = [replace(event, at=time.time()) for event in opportunity(2) if isinstance(event, RequestEnded)]
    fill(db, [started(), *opportunity(1), *recent])
    assert said("purge", "--db", db, "--older-than", 30, "--yes")["events"] == 6
    assert stored(db) == [started(), *recent]
    assert said("purge", "--db", db, "--older-than", 0, "--yes")["events"] == 2


def test_everything_goes_with_the_damaged_logs_that_were_set_aside(db: Path) -> None:
    aside = db.with_name("a.db.corrupt-20260101T000000Z")
    aside.write_text("needle")
    assert said("purge", "--db", db, "--older-than", 1, "--yes")["set_aside"] == [str(aside)]
    assert aside.exists()
    assert said("purge", "--db", db, "--all", "--yes") == {"events": 0, "traces_left": False, "set_aside": []}
    assert not aside.exists()


def test_nothing_is_purged_without_a_yes(db: Path) -> None:
    result = run("purge", "--db", db, "--all", answer="n\n")
    assert result.exit_code == 1
    assert f"Erase everything from {db}?" in result.stderr
    assert len(stored(db)) == 19
    assert run("purge", "--db", db, "--all", answer="y\n").stdout == f"19 events erased from {db}.\n"
    assert stored(db) == []


@pytest.mark.parametrize("words", [[], ["--all", "--older-than", "3"], ["--file", "x", "--day", "2026-01-01"]])
def test_exactly_one_choice_is_asked_for(db: Path, words: list[str]) -> None:
    result = run("purge", "--db", db, "--yes", *words)
    assert (result.exit_code, "exactly one" in result.output) == (2, True)
    assert len(stored(db)) == 19


def test_a_log_that_does_not_exist_is_not_made_by_purging(tmp_path: Path) -> None:
    assert "no feedback log" in refused(LogError, "purge", "--db", tmp_path / "b.db", "--all", "--yes")
    assert not (tmp_path / "b.db").exists()
