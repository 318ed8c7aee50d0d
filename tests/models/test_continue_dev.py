"""Continue's record of its completions becomes showings with outcomes, in the order in which they were known."""

import json
from pathlib import Path
from typing import Any

import pytest

from tactful_models.continue_dev import Keys, events
from tactful_models.continue_format import Rows
from tactful_models.errors import InterchangeError
from tactful_models.events import Decided, End, Event, OutcomeSeen, RequestEnded, SessionStarted, SuggestionMade
from tactful_models.feedback import FeedbackLog

KEYS = Keys(text=lambda text: f"key of {len(text)}", file=lambda uri: f"file of {len(uri)}")


def line(n: int, **changes: Any) -> dict[str, Any]:
    """A line as Continue 1.x writes it, without the fields that nobody reads here."""
    found = {
        "eventName": "autocomplete",
        "schema": "0.2.0",
        "timestamp": f"2026-05-01T10:00:{n:02}.000Z",
        "createdAt": f"2026-05-01T10:00:{n + 10:02}.000Z",
        "userId": "u",
        "accepted": False,
        "time": 250,
        "prefix": f"import os\n\ndef f{n}(path):\n    return ",
        "suffix": "\n\nprint(f)\n",
        "prompt": "<fim>",
        "completion": f"os.stat(path).st_size + {n}",
        "modelProvider": "ollama",
        "modelName": "qwen2.5-coder:1.5b",
        "cacheHit": False,
        "filepath": "file:///home/me/a.py",
        "gitRepo": "git@example.org:a/b",
        "completionId": f"c{n}",
        "uniqueId": "machine",
    }
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def read(tmp_path: Path, lines: list[dict[str, Any]], skip_bad: bool = False) -> list[Event]:
    path = tmp_path / "autocomplete.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))
    return list(events(Rows(path, skip_bad), KEYS))


def test_a_completion_becomes_a_request_with_two_decisions_and_its_outcome(tmp_path: Path) -> None:
    accepted = line(1, accepted=True, createdAt="2026-05-01T10:00:03.500Z")
    found = read(tmp_path, [accepted])
    kinds = [SessionStarted, Decided, SuggestionMade, Decided, RequestEnded, OutcomeSeen, OutcomeSeen]
    assert [type(event) for event in found] == kinds
    started, first, made, second, request, shown, end = found
    assert isinstance(made, SuggestionMade) and isinstance(request, RequestEnded) and isinstance(end, OutcomeSeen)
    assert (made.language, made.text, made.facts.n_chars) == ("python", "", len(accepted["completion"]))
    assert (made.model_key, made.file_key) == ("continue:ollama/qwen2.5-coder:1.5b", "file of 20")
    assert (request.facts.line_before_trimmed_chars, request.facts.document_chars) == (6, None)
    assert (end.end, end.at - made.at, end.accepted_chars) == (End.ACCEPTED, 2.5, made.facts.n_chars)
    assert isinstance(first, Decided) and isinstance(second, Decided) and len(second.features) > len(first.features) > 9
    assert isinstance(started, SessionStarted) and isinstance(shown, OutcomeSeen) and shown.end is End.SHOWN


def test_outcomes_stand_where_they_were_known(tmp_path: Path) -> None:
    lines = [line(1), line(5, accepted=True, createdAt="2026-05-01T10:00:06Z"), line(20)]
    ends = [(event.suggestion_id, event.end) for event in read(tmp_path, lines) if isinstance(event, OutcomeSeen)]
    assert ends == [
        ("c1", End.SHOWN),
        ("c5", End.SHOWN),
        ("c5", End.ACCEPTED),
        ("c1", End.IGNORED),
        ("c20", End.SHOWN),
        ("c20", End.IGNORED),
    ]


def test_lines_are_taken_in_the_order_of_showing_not_of_logging(tmp_path: Path) -> None:
    made = [event for event in read(tmp_path, [line(9), line(2), line(5)]) if isinstance(event, SuggestionMade)]
    assert [event.suggestion_id for event in made] == ["c2", "c5", "c9"]


def test_half_an_hour_without_a_showing_begins_a_session(tmp_path: Path) -> None:
    later = line(3, timestamp="2026-05-01T10:45:00Z", createdAt="2026-05-01T10:45:10Z")
    found = read(tmp_path, [line(1), line(2), later])
    assert [event.session_id for event in found if isinstance(event, SessionStarted)] == ["continue-c1", "continue-c3"]


def test_a_fate_that_is_not_told_has_no_outcome(tmp_path: Path) -> None:
    ends = [event.end for event in read(tmp_path, [line(1, accepted=None)]) if isinstance(event, OutcomeSeen)]
    assert ends == [End.SHOWN]


def test_older_lines_with_milliseconds_and_no_log_time_are_read(tmp_path: Path) -> None:
    old = line(1, timestamp=1_714_000_000_000, createdAt=None, eventName=None, schema=None, gitRepo=None)
    made = next(event for event in read(tmp_path, [old]) if isinstance(event, SuggestionMade))
    assert (made.at, made.project_key) == (1_714_000_000.0, "")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"prefix": None}, "prefix is missing"),
        ({"timestamp": None, "createdAt": None}, "timestamp is missing"),
        ({"timestamp": "yesterday"}, "yesterday"),
        ({"eventName": "chat"}, "no autocomplete event"),
    ],
)
def test_a_line_of_no_use_is_named_or_left_out(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InterchangeError, match=f"line 2: .*{complaint}"):
        read(tmp_path, [line(1), line(2, **changes)])
    assert len(read(tmp_path, [line(1), line(2, **changes)], skip_bad=True)) == 7


def test_importing_twice_gives_the_same_events_and_adds_nothing(tmp_path: Path) -> None:
    lines = [line(n, accepted=n % 3 == 0) for n in range(30)]
    first, second = read(tmp_path, lines), read(tmp_path, lines)
    assert repr(first) == repr(second)
    with FeedbackLog.open(":memory:") as log:
        assert log.append_new(first).events == len(first)
        assert log.append_new(second).events == 0
