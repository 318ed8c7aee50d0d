"""Out and in again: the same events, or a plain word about which line is wrong."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from logged import any_events, checked, gate_promoted, reviewed, session, started, suggested
from tactful_models.errors import InterchangeError
from tactful_models.events import Event
from tactful_models.feedback import FeedbackLog
from tactful_models.interchange import Reading, export_log, import_log, plain
from tactful_models.parsing import event_of
from tactful_models.plain_json import dumps


def stored(log: FeedbackLog) -> list[Event]:
    return [one.event for one in log.events()]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    with FeedbackLog.open(":memory:") as log:
        log.append([*session(2), gate_promoted()])
        export_log(log, tmp_path / "log.jsonl", with_text=True)
    return tmp_path / "log.jsonl"


def imported(path: Path, skip_bad: bool = False) -> tuple[list[Event], list[int]]:
    reading = Reading(path, skip_bad)
    with FeedbackLog.open(":memory:") as log:
        import_log(log, reading)
        return stored(log), reading.bad_lines


@given(any_events)
@settings(max_examples=50, deadline=None)
def test_any_event_survives_the_line_it_is_written_on(events: list[Event]) -> None:
    lines = [dumps(plain(event, with_text=True)) for event in events]
    assert repr([event_of(json.loads(line)) for line in lines]) == repr(events)


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_an_exported_log_imports_into_another_as_the_same_events(tmp_path: Path, name: str) -> None:
    events = [*session(5), *session(5, "s2"), gate_promoted()]
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append(events)
        assert export_log(log, tmp_path / name, with_text=True) == len(events)
    assert repr(imported(tmp_path / name)[0]) == repr(events)
    assert sorted(one.name for one in tmp_path.iterdir() if "log" in one.name) == [name]


def test_every_line_is_json_that_any_reader_takes(exported: Path) -> None:
    def no(constant: str) -> None:
        raise AssertionError(constant)

    objects = [json.loads(line, parse_constant=no) for line in exported.read_text().splitlines()]
    assert objects[0] == {"format": "tactful-log", "version": 1, "events": 14}
    assert [one["kind"] for one in objects[1:4]] == ["session", "decision", "suggestion"]
    assert objects[2]["features"] == [0.5, None, 0.0]


def test_text_stays_out_of_an_export_unless_asked_for(tmp_path: Path) -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([suggested(1, text="needle")])
        export_log(log, tmp_path / "without.jsonl")
        export_log(log, tmp_path / "with.jsonl", with_text=True)
    assert "needle" not in (tmp_path / "without.jsonl").read_text()
    assert "needle" in (tmp_path / "with.jsonl").read_text()


def test_importing_twice_adds_nothing_and_says_so(exported: Path) -> None:
    with FeedbackLog.open(":memory:") as log:
        first = import_log(log, Reading(exported))
        second = import_log(log, Reading(exported))
        assert (first.events, first.skipped) == (14, 0)
        assert (second.events, second.skipped, second.sessions_skipped) == (0, 14, {"s1"})


def test_reviews_are_exported_with_their_words(tmp_path: Path) -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([*session(1), reviewed(0)])
        export_log(log, tmp_path / "log.jsonl")
    assert imported(tmp_path / "log.jsonl")[0][-1] == reviewed(0)
    assert '"kind":"review"' in (tmp_path / "log.jsonl").read_text()


def test_checks_are_exported_and_what_they_printed_only_when_asked_for(tmp_path: Path) -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([*session(1), checked(0, output="1 failed")])
        export_log(log, tmp_path / "bare.jsonl")
        export_log(log, tmp_path / "all.jsonl", with_text=True)
    assert imported(tmp_path / "bare.jsonl")[0][-1] == checked(0)
    assert imported(tmp_path / "all.jsonl")[0][-1] == checked(0, output="1 failed")


def test_checks_that_came_after_an_import_are_taken_once() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append(session(2))
        for n_new in (1, 0):
            added = log.append_new([*session(2), checked(1)])
            assert (added.events, added.skipped) == (n_new, 14 - n_new)


def test_reviews_that_came_after_an_import_are_taken_by_the_next_one_and_nothing_else(tmp_path: Path) -> None:
    with FeedbackLog.open(":memory:") as theirs, FeedbackLog.open(":memory:") as ours:
        theirs.append(session(2))
        export_log(theirs, tmp_path / "before.jsonl", with_text=True)
        theirs.append([reviewed(0), *session(1, "s2"), reviewed(1)])
        export_log(theirs, tmp_path / "after.jsonl", with_text=True)
        import_log(ours, Reading(tmp_path / "before.jsonl"))
        added = import_log(ours, Reading(tmp_path / "after.jsonl"))
        assert (added.events, added.skipped) == (9, 13)
        assert repr(stored(ours)[13:]) == repr(stored(theirs)[13:])
        again = import_log(ours, Reading(tmp_path / "after.jsonl"))
        assert (again.events, again.skipped) == (0, 22)


def test_reviews_alone_do_not_open_the_door_to_a_session_that_is_there(tmp_path: Path) -> None:
    events = [reviewed(0), *session(2)]
    with FeedbackLog.open(":memory:") as log:
        log.append(session(2))
        added = log.append_new(events)
        assert (added.events, added.skipped) == (1, 13)


def test_a_review_of_what_was_purged_here_is_left_out() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([started(), suggested(0, file_key="gone"), suggested(1)])
        log.purge_file("gone")
        added = log.append_new([reviewed(0), reviewed(1)])
        assert (added.events, added.skipped) == (1, 1)


def test_an_empty_log_exports_and_imports(tmp_path: Path) -> None:
    with FeedbackLog.open(":memory:") as log:
        export_log(log, tmp_path / "log.jsonl")
    assert imported(tmp_path / "log.jsonl") == ([], [])


def _refused(path: Path, match: str) -> None:
    with FeedbackLog.open(":memory:") as log:
        with pytest.raises(InterchangeError, match=match):
            import_log(log, Reading(path))
        assert stored(log) == []  # all or nothing


def test_a_half_written_last_line_is_named_and_nothing_is_imported(exported: Path) -> None:
    exported.write_bytes(exported.read_bytes()[:-20])
    _refused(exported, "line 15: the last line is cut short")


def test_a_file_cut_between_lines_is_noticed_by_its_count(exported: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    exported.write_bytes(b"".join(lines[:-1]))
    _refused(exported, "line 14: the file ends after 13 of 14 events")


def test_a_cut_gzip_file_is_refused(exported: Path) -> None:
    packed = exported.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(exported.read_bytes())[:-30])
    _refused(packed, "cannot be read on")


def test_lines_nested_deeper_than_anyone_writes_are_refused(exported: Path) -> None:
    lines = exported.read_text().splitlines()
    exported.write_text("\n".join([lines[0], "[" * 100_000, *lines[1:]]))
    _refused(exported, "line 2: it is nested too deeply")
    exported.write_text("[" * 100_000)
    _refused(exported, "line 1: .*no header")


def test_a_gzip_file_damaged_inside_is_refused(exported: Path) -> None:
    packed = exported.with_suffix(".jsonl.gz")
    content = bytearray(gzip.compress(exported.read_bytes()))
    content[40:80] = b"\xff" * 40
    packed.write_bytes(content)
    _refused(packed, "cannot be read on|no header")


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_an_unknown_version_is_refused(exported: Path, version: object) -> None:
    lines = exported.read_text().splitlines()
    lines[0] = json.dumps({"format": "tactful-log", "version": version})
    exported.write_text("\n".join(lines))
    _refused(exported, f"line 1: version {version} is unknown")


@pytest.mark.parametrize("content", [b"", b"hello\n", b"[]\n", b'{"kind":"session"}\n', b"\xff\xfe\x00\n"])
def test_a_file_in_another_format_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.jsonl").write_bytes(content)
    _refused(tmp_path / "log.jsonl", "line 1: the first line is no header")


BAD = [
    ('{"kind":"sausage"}', "kind 'sausage' is unknown"),
    ("{}", "kind None is unknown"),
    ("7", "expected an object"),
    ('{"kind":["x"]}', "kind \\['x'\\] is unknown"),
    ('{"kind":{}}', "kind {} is unknown"),
    ('{"kind":"session","session_id":"s9","at":1' + "0" * 400 + ',"user_key":"u"}', "at: a number is too large"),
    ('{"kind":"session","session_id":"s9","at":1.0}', "user_key is missing"),
    ('{"kind":"session","session_id":"s9","at":"noon","user_key":"u"}', "at: expected float, found 'noon'"),
    ('{"kind":"session","session_id":"s9","at":true,"user_key":"u"}', "at: expected float, found True"),
    ('{"kind":"session","session_id":"s9","at":null,"user_key":"u"}', "at: expected float, found None"),
    ('{"kind":"session","session_id":"s9","at":1,"user_key":"u","mood":"good"}', "'mood' is no field"),
    ('{"kind":"outcome","suggestion_id":"g","session_id":"s1","at":1,"end":"eaten","known":"client"}', "end: expected"),
    (
        '{"kind":"suggestion","suggestion_id":"g","request_id":"r","session_id":"s1","at":1,"facts":{"n_chars":1}}',
        "facts: n_lines is missing",
    ),
]


@pytest.mark.parametrize(("line", "complaint"), BAD)
def test_a_line_that_makes_no_sense_is_named_with_its_fault(exported: Path, line: str, complaint: str) -> None:
    lines = exported.read_text().splitlines()
    lines.insert(3, line)
    exported.write_text("\n".join(lines) + "\n")
    _refused(exported, f"line 4: {complaint}")


def test_bad_lines_are_left_out_and_counted_when_asked(exported: Path) -> None:
    good, _ = imported(exported)
    lines = exported.read_text().splitlines()
    lines[5:5] = [line for line, _ in BAD]
    exported.write_text("\n".join(lines) + '\n{"kind":"ses')
    events, bad = imported(exported, skip_bad=True)
    assert repr(events) == repr(good)
    assert bad == [*range(6, 6 + len(BAD)), len(lines) + 1]


def test_an_event_that_the_log_refuses_is_named_by_its_line(exported: Path) -> None:
    lines = exported.read_text().splitlines()
    exported.write_text("\n".join([*lines[:3], lines[1], *lines[3:]]) + "\n")
    _refused(exported, "line 4: the feedback log refuses the row: UNIQUE")


def test_an_unwritable_place_is_named_and_no_draft_is_left(tmp_path: Path) -> None:
    with FeedbackLog.open(":memory:") as log, pytest.raises(InterchangeError, match="nowhere"):
        export_log(log, tmp_path / "nowhere" / "log.jsonl")
    (tmp_path / "taken.jsonl").mkdir()
    with FeedbackLog.open(":memory:") as log, pytest.raises(InterchangeError, match="taken"):
        export_log(log, tmp_path / "taken.jsonl")
    assert [one.name for one in tmp_path.iterdir()] == ["taken.jsonl"]
