"""`tactful import reviews` and the way out again, as a person or a program calls them."""

import gzip
import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from logged import placed, reviewed, session
from tactful_models.errors import InterchangeError, LogError
from tactful_models.events import Reviewed, Verdict
from tactful_models.feedback import FeedbackLog
from tactful_models.review_lines import MOST_TOLD, MOST_WORDS_CHARS
from tactful_server.commands import log as commands
from tactful_server.install import reviewer_name

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return filled(tmp_path / "a.db")


def filled(path: Path) -> Path:
    with FeedbackLog.open(path) as log:
        log.append([*session(3), placed(1)])
    return path


def run(*words: object) -> Result:
    group = click.Group(commands=[commands.import_group, commands.export, commands.purge])
    return CliRunner().invoke(group, [str(word) for word in words])


def said(*words: object) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def written(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def reviews(db: Path) -> list[Reviewed]:
    with FeedbackLog.open(db, read_only=True) as log:
        return [one.event for one in log.events(kinds=[Reviewed]) if isinstance(one.event, Reviewed)]


LINE = {"suggestion_id": "g1", "verdict": "rewrite", "reviewer": "ada"}


def test_a_line_becomes_a_review_of_its_suggestions_session(db: Path, tmp_path: Path) -> None:
    more = {"words": "slow", "expertise": "owner", "at": "2026-11-23T10:00:00+01:00", "source": "thread"}
    done = said("import", "reviews", written(tmp_path / "r.jsonl", LINE | more, ""), "--db", db)

    assert (done["events"], done["skipped"], done["bad_lines"]) == (1, 0, [])
    [review] = reviews(db)
    assert review == Reviewed(
        review.review_id, "g1", "s1", 1_795_424_400.0, Verdict.REWRITE, "ada", "person", "thread", "slow", "owner"
    )


def test_the_same_file_again_changes_nothing(db: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "r.jsonl", LINE, LINE | {"words": "indeed"}, LINE)
    first, again = said("import", "reviews", file, "--db", db), said("import", "reviews", file, "--db", db)

    assert (first["events"], first["skipped"]) == (2, 1)
    assert (again["events"], again["skipped"]) == (0, 3)
    assert [review.words for review in reviews(db)] == ["", "indeed"]


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_reviews_go_out_and_into_another_log_as_they_are(db: Path, tmp_path: Path, name: str) -> None:
    with FeedbackLog.open(db) as log:
        log.append([reviewed(0), reviewed(1, verdict=Verdict.REVERT)])
        log.append([Reviewed("m1", "g2", "s1", 7.0, Verdict.KEEP, "m", "model", "model", method="critic-1")])
    out, other = tmp_path / name, filled(tmp_path / "b.db")

    assert said("export", "--db", db, "--format", "reviews", "--out", out) == {"events": 3, "path": str(out)}
    assert said("import", "reviews", out, "--db", other)["events"] == 3
    assert reviews(other) == reviews(db)
    assert said("import", "reviews", out, "--db", db)["skipped"] == 3


def test_every_bad_line_is_named_and_nothing_is_imported(db: Path, tmp_path: Path) -> None:
    bad: list[object] = [
        "{half",
        "[]",
        LINE | {"verdict": "love"},
        LINE | {"suggestion_id": "g77"},
        {"verdict": "keep", "reviewer": "ada"},
        LINE | {"stars": 5},
        LINE | {"words": 5},
        LINE | {"words": "x" * (MOST_WORDS_CHARS + 1)},
        LINE | {"at": "yesterday"},
        LINE | {"at": "2026-11-23T10:00:00"},
        LINE | {"at": 1e999},
        LINE | {"at": 1_764_000_000_000},
        LINE | {"at": -1},
        LINE | {"at": True},
        LINE | {"reviewer": ["ada"]},
        LINE | {"reviewer_kind": "saint"},
        LINE | {"source": "gossip"},
        LINE | {"review_id": "no name"},
    ]
    file = written(tmp_path / "r.jsonl", LINE, *bad)
    result = run("import", "reviews", file, "--db", db)

    assert isinstance(result.exception, InterchangeError)
    told = str(result.exception)
    assert [number for number in range(1, 30) if f"\n  line {number}: " in told] == list(range(2, 2 + len(bad)))
    assert "g77" in told and "stars" in told
    assert reviews(db) == []
    done = said("import", "reviews", file, "--db", db, "--skip-bad")
    assert (done["events"], len(done["bad_lines"])) == (1, len(bad))


def test_of_a_file_of_another_kind_only_the_first_lines_are_named(db: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "r.jsonl", *["what?"] * (MOST_TOLD + 1200))
    told = str(run("import", "reviews", file, "--db", db).exception)
    assert len(told.splitlines()) == MOST_TOLD + 2
    assert told.endswith("and 1,200 more")


def test_a_file_that_is_no_gzip_is_refused_in_a_line(db: Path, tmp_path: Path) -> None:
    result = run("import", "reviews", written(tmp_path / "r.jsonl.gz", LINE), "--db", db)

    assert isinstance(result.exception, InterchangeError)


def test_a_gzip_cut_short_imports_nothing(db: Path, tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(json.dumps(LINE | {"words": f"{n}"}).encode() + b"\n" for n in range(5000)))
    (tmp_path / "r.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    result = run("import", "reviews", tmp_path / "r.jsonl.gz", "--db", db)

    assert isinstance(result.exception, InterchangeError)
    assert reviews(db) == []


def test_a_log_that_is_not_there_is_not_begun(tmp_path: Path) -> None:
    result = run("import", "reviews", written(tmp_path / "r.jsonl", LINE), "--db", tmp_path / "none.db")

    assert isinstance(result.exception, LogError)
    assert not (tmp_path / "none.db").exists()


def test_of_a_reviewers_address_only_a_hash_is_kept(db: Path, tmp_path: Path) -> None:
    address = "Ada Lovelace <ada@example.org>"
    said("import", "reviews", written(tmp_path / "r.jsonl", LINE | {"reviewer": address}), "--db", db)

    [review] = reviews(db)
    assert review.reviewer == reviewer_name(address) != reviewer_name("Bob <bob@example.org>")
    assert b"Lovelace" not in b"".join(part.read_bytes() for part in tmp_path.glob("a.db*"))


def test_imported_reviews_go_with_their_file(db: Path, tmp_path: Path) -> None:
    said("import", "reviews", written(tmp_path / "r.jsonl", LINE | {"words": "needle"}), "--db", db)
    with FeedbackLog.open(db) as log:
        log.purge_file("f1")

    assert reviews(db) == []
    assert b"needle" not in b"".join(part.read_bytes() for part in tmp_path.glob("a.db*"))
