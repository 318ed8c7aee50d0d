"""The CUPS telemetry as events. The lines here are made up in its format."""

import contextlib
import gzip
import json
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful_models import cups, replay
from tactful_models.cups_format import rows
from tactful_models.errors import InterchangeError
from tactful_models.events import (
    Decided,
    End,
    Event,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    SessionStarted,
    SuggestionMade,
)
from tactful_models.feedback import FeedbackLog
from telemetry import cups_path

MEASUREMENTS = {
    "documentLength": 100.0,
    "promptEndPos": 80.0,
    "promptCharLen": 120.0,
    "numTokens": 4.0,
    "meanLogProb": -0.25,
    "meanAlternativeLogProb": -3.0,
    "timeSinceIssuedMs": 300.0,
    "timeSinceDisplayedMs": 0.0,
}


def line(index: int, event: str, *, programmer: int = 1, text: str = "return x", **measured: float | None) -> str:
    """One line of the telemetry."""
    found: dict[str, Any] = {
        "programmer": programmer,
        "index": index,
        "time": f"2022-08-08T16:05:{index:02d}.5Z",
        "event": event,
        "activity": "UserTyping" if event == "Shown" else "UserBeforeAction",
        "seconds_in_state": 0.5,
        "suggestion": text,
        "prompt": "",
        "measurements": MEASUREMENTS | measured,
        "still_in_code_edit_fraction": [0.0, 0.75, 0.5, 1.0, 1.25],
        "labeled_state": "Thinking",
        "task": "Classes",
    }
    return json.dumps(found)


def events(*lines: str) -> list[Event]:
    return list(cups.events(rows(lines)))


T = TypeVar("T")


def of_kind(kind: type[T], *lines: str) -> list[T]:
    return [event for event in events(*lines) if isinstance(event, kind)]


STORY = (
    line(0, "Shown"),
    line(1, "Accepted"),
    line(2, "Shown", text="pass", documentLength=130.0, promptEndPos=110.0),
    line(3, "Replay", text="pass"),
    line(4, "Rejected", text="pass"),
    line(5, "Shown", text="other"),
    line(6, "Shown", text="last"),
)


def test_each_showing_is_a_request_a_suggestion_and_two_decisions() -> None:
    assert len(of_kind(SuggestionMade, *STORY)) == len(of_kind(RequestEnded, *STORY)) == 4
    decided = of_kind(Decided, *STORY)
    assert [decision.stage for decision in decided] == [1, 2] * 4
    assert {(each.action, each.propensity, each.mode, each.gate_version, each.reason) for each in decided} == {
        ("show", 1.0, "off", "", "imported")
    }


def test_a_showing_ends_as_the_user_ended_it() -> None:
    ends = [outcome.end for outcome in of_kind(OutcomeSeen, *STORY)]
    shown = End.SHOWN
    assert ends == [shown, End.ACCEPTED, shown, End.REJECTED, shown, End.SUPERSEDED, shown]


def test_what_remained_of_an_accepted_text_is_told_at_five_checks() -> None:
    found = [(each.after_s, each.kept_ratio) for each in of_kind(PersistenceSeen, *STORY)]
    assert found == [(15, 1.0), (30, 0.25), (120, 0.5), (300, 0.0), (600, 0.0)]


def test_typing_is_what_grew_before_the_caret_less_what_was_accepted() -> None:
    facts = [request.facts for request in of_kind(RequestEnded, *STORY)]
    assert [each.typed_since_shown_chars for each in facts] == [None, 30 - len("return x"), 0, 0]
    assert [each.deleted_since_shown_chars for each in facts] == [None, 0, 30, 0]


def test_nothing_from_after_the_showing_changes_what_was_known_at_it() -> None:
    def told(*lines: str) -> list[object]:
        made = of_kind(SuggestionMade, *lines)[0]
        first, second = of_kind(Decided, *lines)[:2]
        return [made.facts, repr(first.features), repr(second.features)]

    assert told(line(0, "Shown")) == told(*STORY) == told(line(0, "Shown"), line(1, "Rejected", meanLogProb=-9.0))


def test_no_text_is_kept() -> None:
    assert all(made.text == "" for made in of_kind(SuggestionMade, *STORY))


def test_missing_measurements_are_unknown_rather_than_nought() -> None:
    facts = of_kind(SuggestionMade, line(0, "Shown", meanLogProb=None, numTokens=0.0))[0].facts
    assert (facts.logprob_mean, facts.logprob_sum, facts.n_tokens) == (None, None, None)
    assert (facts.known_identifiers_ratio, facts.repeats_above) == (None, None)


def test_importing_twice_gives_the_same_events() -> None:
    assert [repr(event) for event in events(*STORY)] == [repr(event) for event in events(*STORY)]


def test_every_programmer_is_a_user_with_one_session() -> None:
    started = of_kind(SessionStarted, line(0, "Shown"), line(0, "Shown", programmer=7))
    assert [(each.session_id, each.user_key, each.source) for each in started] == [
        ("cups-01", "cups-01", "cups"),
        ("cups-07", "cups-07", "cups"),
    ]


def test_a_replay_of_the_imported_log_gives_every_vector_again() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append(events(*STORY, *(each.replace('"programmer": 1', '"programmer": 2') for each in STORY)))
        found = replay.check(log.events())
    assert (found.n_checked, found.mismatches) == (16, ())


NAMELESS = line(1, "Shown").replace('"suggestion"', '"something"')
UNDATED = line(1, "Shown").replace("2022", "no")


@pytest.mark.parametrize("bad", ["{", "[]", "3", "{}", line(1, "Dreamt"), NAMELESS, UNDATED])
def test_a_bad_line_is_named(bad: str) -> None:
    with pytest.raises(InterchangeError, match="line 2"):
        events(line(0, "Shown"), bad)


@settings(deadline=None)
@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_any_other_line_is_refused_or_blank(text: str) -> None:
    with contextlib.suppress(InterchangeError):
        assert not events(text)


def test_events_out_of_order_are_refused() -> None:
    with pytest.raises(InterchangeError, match="out of order"):
        events(line(2, "Shown"), line(1, "Rejected"))
    with pytest.raises(InterchangeError, match="grouped"):
        events(line(0, "Shown"), line(0, "Shown", programmer=2), line(1, "Rejected"))


def test_plain_and_compressed_files_are_read_alike(tmp_path: Path) -> None:
    plain, compressed = tmp_path / "events.jsonl", tmp_path / "events.jsonl.gz"
    text = "\n".join(STORY) + "\n\n"
    plain.write_text(text, encoding="utf-8")
    compressed.write_bytes(gzip.compress(text.encode()))
    assert repr(list(cups.read_events(plain))) == repr(list(cups.read_events(compressed)))


@pytest.mark.parametrize("content", [b"not gzip", gzip.compress(b"x" * 99)[:12], gzip.compress(b"\xff\xfe")])
def test_a_broken_file_is_told_by_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "events.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(InterchangeError, match="events"):
        list(cups.read_events(path))
    with pytest.raises(InterchangeError, match="missing"):
        list(cups.read_events(tmp_path / "missing.jsonl"))


def test_the_real_telemetry_is_read_whole_and_replays() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append(cups.read_events(cups_path()))
        told = [stored.event for stored in log.events()]
        found = replay.check(log.events())
    ends = [event.end for event in told if isinstance(event, OutcomeSeen)]
    assert (ends.count(End.SHOWN), ends.count(End.ACCEPTED), ends.count(End.REJECTED)) == (745, 239, 468)
    assert (found.n_checked, found.mismatches) == (1490, ())
