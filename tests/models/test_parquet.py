"""Parquet files of the log, as pyarrow reads them back."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from logged import gate_promoted, reviewed, session
from tactful_models.errors import InterchangeError
from tactful_models.feedback import FeedbackLog
from tactful_models.parquet import export_parquet
from tactful_models.rows import KINDS

parquet = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    with FeedbackLog.open(tmp_path / "a.db") as opened:
        opened.append([*session(3), gate_promoted(), reviewed(2)])
    return tmp_path / "a.db"


def exported(log: Path, with_text: bool = False) -> Path:
    with FeedbackLog.open(log, read_only=True) as opened:
        assert export_parquet(opened, log.parent / "out", with_text) == 21
    return log.parent / "out"


def test_there_is_one_file_a_table(log: Path) -> None:
    assert sorted(one.name for one in exported(log).iterdir()) == sorted(f"{kind.table}.parquet" for kind in KINDS)


def test_rows_have_the_events_fields_with_facts_as_a_struct(log: Path) -> None:
    rows = parquet.read_table(exported(log) / "requests.parquet").to_pylist()
    assert [row["request_id"] for row in rows] == ["r0", "r1", "r2"]
    assert rows[1]["facts"]["document_chars"] == 1001
    assert rows[1]["facts"]["in_comment"] is None
    assert rows[1]["result"] == "produced"


def test_vectors_are_float32_lists_with_nan(log: Path) -> None:
    table = parquet.read_table(exported(log) / "decisions.parquet")
    assert str(table.schema.field("features").type).startswith("list<") and "float" in str(table.schema)
    first = table.to_pylist()[0]["features"]
    assert (first[0], first[2]) == (0.5, 0.0) and math.isnan(first[1])


def test_text_stays_out_unless_asked_for(log: Path) -> None:
    for with_text, text in ((False, ""), (True, "pass")):
        rows = parquet.read_table(exported(log, with_text) / "suggestions.parquet").to_pylist()
        assert {row["text"] for row in rows} == {text}


def test_reviews_have_their_verdict_and_words(log: Path) -> None:
    [row] = parquet.read_table(exported(log) / "reviews.parquet").to_pylist()
    assert (row["suggestion_id"], row["verdict"], row["words"]) == ("g2", "keep", "needless, but right")


def test_a_place_that_cannot_be_written_is_named(log: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with FeedbackLog.open(log, read_only=True) as opened, pytest.raises(InterchangeError, match="file"):
        export_parquet(opened, tmp_path / "file")


def test_where_a_table_cannot_take_its_place_no_draft_is_left(log: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "sessions.parquet").mkdir(parents=True)
    with FeedbackLog.open(log, read_only=True) as opened, pytest.raises(InterchangeError, match=r"sessions\.parquet"):
        export_parquet(opened, tmp_path / "out")
    assert not list((tmp_path / "out").glob(".*"))


def test_without_pyarrow_the_message_says_what_to_install(log: Path) -> None:
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path\nfrom tactful_models.feedback import FeedbackLog\n"
        "from tactful_models.parquet import export_parquet\n"
        "export_parquet(FeedbackLog.open(sys.argv[1]), Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(log), str(log.parent / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "InterchangeError: Parquet needs pyarrow: pip install 'tactful[parquet]'." in done.stderr
