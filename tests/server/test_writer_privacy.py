"""What the writer lets through to the disk at each privacy level."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from logged import checked, opportunity, placed, reviewed, started, suggested
from secrets_planted import PLANTED, code, needles
from tactful_models.events import Decided, Event, OutcomeSeen, RequestEnded, SessionStarted, SuggestionMade
from tactful_models.names import plain_model, plain_name
from tactful_server.writer import Writer, WriterState
from writing import Desk, eventually


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path / "a.db") as made:
        yield made


def raw(path: Path) -> bytes:
    return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))


def planted(session_id: str = "s1") -> Iterator[Event]:
    yield started(session_id)
    for n, name in enumerate(PLANTED):
        yield suggested(n, session_id, text=code(name))
        for event in opportunity(1000 + n, session_id):
            if isinstance(event, Decided | RequestEnded | OutcomeSeen):
                yield replace(event, reason=f"Traceback: {PLANTED[name][0]}")
        yield replace(suggested(2000 + n, session_id), file_key=f"/home/me/{PLANTED[name][0]}", language=code(name))


@pytest.mark.parametrize("privacy", ["features", "redacted"])
def test_no_planted_secret_reaches_the_disk(tmp_path: Path, privacy: str) -> None:
    desk = Desk(tmp_path / "a.db", privacy)
    desk.writer.start()
    desk.record(*planted())
    assert desk.writer.flush(30)
    open_bytes = raw(desk.path)  # with what is still in the write-ahead log
    desk.writer.close(5)
    for secret, _ in PLANTED.values():
        for needle in needles(secret):
            assert needle.encode() not in open_bytes + raw(desk.path), secret
    assert (b"def connect(url)" in open_bytes) == (privacy == "redacted")
    assert len(desk.stored()) == desk.writer.status().durable


def test_at_the_level_features_no_code_reaches_the_disk(desk: Desk) -> None:
    desk.record(started(), *(suggested(n, text="def fibonacci(n):\n    return n") for n in range(50)))
    assert desk.writer.flush(10)
    assert b"fibonacci" not in raw(desk.path)
    assert b"return" not in raw(desk.path)


@pytest.mark.parametrize(("privacy", "kept"), [("features", ""), ("redacted", "assert"), ("code", "correct-horse")])
def test_what_a_check_printed_is_kept_as_the_level_allows(tmp_path: Path, privacy: str, kept: str) -> None:
    desk = Desk(tmp_path / "a.db", privacy)
    desk.writer.start()
    desk.record(checked(1, output='assert password == "correct-horse-battery"'))
    desk.writer.close(10)
    [found] = desk.stored()
    assert kept in found.output if kept else found.output == ""  # type: ignore[union-attr]
    assert ("correct-horse" in found.output) == (privacy == "code")  # type: ignore[union-attr]


def test_at_the_level_code_the_text_is_kept_as_it_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a.db", "code")
    events = list(planted())
    desk.record(*events)
    desk.writer.start()
    desk.writer.close(10)
    assert repr(desk.stored()) == repr(events)


def test_the_level_can_change_while_it_runs(desk: Desk) -> None:
    desk.record(suggested(1, text="first"))
    assert desk.writer.flush(10)
    desk.writer.set_privacy("code")
    desk.record(suggested(2, text="second"))
    assert desk.writer.flush(10)
    assert [event.text for event in desk.stored() if isinstance(event, SuggestionMade)] == ["", "second"]


def test_what_waited_for_a_locked_log_is_written_at_the_level_that_then_holds(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a.db", "code")
    desk.writer.start()
    desk.record(started())
    assert desk.writer.flush(10)
    holder = sqlite3.connect(desk.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    desk.record(suggested(1, text="def needle(): pass"))
    assert eventually(lambda: desk.writer.status().state is WriterState.TROUBLED)
    desk.writer.set_privacy("features")
    holder.execute("ROLLBACK")
    holder.close()
    assert desk.writer.flush(10)
    desk.writer.close(5)
    assert [event.text for event in desk.stored() if isinstance(event, SuggestionMade)] == [""]
    assert b"needle" not in raw(desk.path)


@pytest.mark.parametrize("privacy", ["features", "redacted", "code"])
def test_a_reviewers_words_are_kept_at_every_level(tmp_path: Path, privacy: str) -> None:
    desk = Desk(tmp_path / "a.db", privacy)
    desk.writer.start()
    said = replace(reviewed(1), words="`return n` belongs one level out", expertise="owner of this file")
    desk.record(started(), suggested(1), said)
    desk.writer.close(10)
    assert desk.stored()[-1] == said


def test_a_reviewer_that_is_no_name_is_not_kept(desk: Desk) -> None:
    desk.record(started(), replace(reviewed(1), reviewer="Ada Lovelace <ada@example.org>", source="import"))
    assert desk.writer.flush(10)
    assert b"Lovelace" not in raw(desk.path)
    assert b"needless, but right" in raw(desk.path)


def test_of_where_a_text_stood_nothing_is_kept_but_hashes(desk: Desk) -> None:
    desk.record(started(), placed(1), replace(placed(2), line_hashes="return needle", text_hash="def needle(): pass"))
    assert desk.writer.flush(10)
    assert b"needle" not in raw(desk.path)
    assert desk.stored()[1:] == [placed(1), replace(placed(2), line_hashes="", text_hash="unnamed")]


def test_an_unknown_level_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="everything"):
        Writer(tmp_path / "a.db", "everything", print)


def test_ordinary_reasons_and_keys_pass_every_level(desk: Desk) -> None:
    event = replace(
        suggested(1, text=""), model_key="openai:org/some-model@q4+x", file_key="0" * 24, language="objective-cpp"
    )
    started_there = SessionStarted("01J", 1.0, "u", client="Visual Studio Code 1.139.1 (web)")
    desk.record(started_there, event)
    assert desk.writer.flush(10)
    assert desk.stored() == [started_there, event]


def test_a_sign_that_does_not_fit_goes_alone(desk: Desk) -> None:
    request = next(event for event in opportunity(1) if isinstance(event, RequestEnded))
    facts = replace(request.facts, language="two words", last_char="(", last_visible_char="xy", last_keyword="def")
    desk.record(replace(request, facts=facts))
    assert desk.writer.flush(10)
    (stored,) = desk.stored()
    assert stored == replace(request, facts=replace(facts, language="unnamed", last_visible_char=None))


@pytest.mark.parametrize("odd", ["c++", "plain text", "Zeilen\nweise", "x" * 200, "ollama:my model [q4]"])
def test_names_once_plain_are_kept_with_all_signs(desk: Desk, odd: str) -> None:
    request = next(event for event in opportunity(1) if isinstance(event, RequestEnded))
    facts = replace(request.facts, language=plain_name(odd), last_char="(", last_keyword="def")
    events: list[Event] = [
        replace(request, facts=facts, model_key=plain_model(odd)),
        replace(suggested(1, text=""), language=plain_name(odd), model_key=plain_model(odd)),
    ]
    desk.record(*events)
    assert desk.writer.flush(10)
    assert desk.stored() == events
