"""When checks are wanted: once a suggestion was taken, when its file is saved with another text; and when no longer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tactful_models.events import End, Event, Known, OutcomeSeen, SessionStarted
from tactful_server.buffers import Buffer, Edit, Encoding, Splice, Spot
from tactful_server.checks.checking import Around, Checking, command_for
from tactful_server.persistence import Kept, Persistence
from tactful_server.screen import Live, Told
from tactful_server.session import Session
from tactful_server.settings import Settings, parse
from tactful_server.starting import Clock

URI = "file:///project/src/a.py"
TEXT = "def add(a, b):\n    return a + b\n"
START = TEXT.index(" a + b")


@dataclass
class Desk:
    """A document in which a suggestion was taken."""

    buffer: Buffer = field(default_factory=lambda: Buffer(URI, "python", 1, TEXT))
    settings: Settings = field(default_factory=Settings)
    folder: str = "/project"
    trusted: bool = True
    waiting: list[Callable[[], None]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.persistence = Persistence("s1", self.events.append)
        session = Session(SessionStarted("s1", 0.0, "u1"), self.events.append, str)
        around = Around(
            session,
            Clock(),
            lambda uri: self.buffer if uri == URI else None,
            lambda uri: self.folder,
            lambda: self.settings,
            lambda seconds, call: self.waiting.append(call),
            lambda: None,
            lambda wanted, checked: None,
        )
        self.checking = Checking(self.persistence, around, self.trusted)

    def take(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        """The suggestion is accepted, and a moment passes."""
        self.persistence.follow(Kept("g1", URI, START, START + 6, " a + b", 0.0))
        live = Live("g1", URI, " a + b", START, START, "", 1)
        self.checking.told(Told(OutcomeSeen("g1", "s1", 1.0, End.ACCEPTED, Known.COMMAND), live))
        meanwhile()
        while self.waiting:
            self.waiting.pop()()

    def edit(self, line: int, start: int, end: int, text: str) -> list[Splice]:
        """The document changes."""
        splices = self.buffer.apply([Edit(Spot(line, start), Spot(line, end), text)], 2, Encoding.UTF16)
        self.persistence.changed(self.buffer, splices, 2.0)
        self.checking.changed(self.buffer)
        return splices

    @property
    def n_waiting(self) -> int:
        waiting: int = self.checking.status()["waiting"]
        return waiting


def test_a_suggestion_that_was_taken_is_checked_where_it_stands() -> None:
    desk = Desk()
    desk.take()
    [wanted] = desk.checking.wanted
    assert (wanted.suggestion_id, wanted.trigger) == ("g1", "accept")
    assert (wanted.job.place, wanted.job.folder, wanted.job.runs_code) == ("src/a.py", "/project", True)
    assert wanted.job.text[wanted.job.start : wanted.job.end] == " a + b"


@pytest.mark.parametrize(
    "desk", [Desk(trusted=False), Desk(folder=""), Desk(settings=parse({"checks": {"mode": "static"}}).settings)]
)
def test_no_code_is_run_without_trust_without_a_folder_or_where_that_is_switched_off(desk: Desk) -> None:
    desk.take()
    [wanted] = desk.checking.wanted
    assert not wanted.job.runs_code
    assert Path(wanted.job.folder, wanted.job.place) == Path("/project/src/a.py")


@pytest.mark.parametrize(("priority", "gives_way"), [("idle", True), ("normal", False)])
def test_a_check_gives_way_to_everybody_unless_the_user_says_otherwise(priority: str, gives_way: bool) -> None:
    desk = Desk(settings=parse({"checks": {"priority": priority}}).settings)
    desk.take()
    assert [one.job.gives_way for one in desk.checking.wanted] == [gives_way]


def test_nothing_is_checked_where_checks_are_off() -> None:
    desk = Desk(settings=parse({"checks": {"mode": "off"}}).settings)
    desk.take()
    desk.checking.saved(URI)
    assert desk.n_waiting == 0


def test_what_was_taken_right_before_checks_were_switched_off_is_not_checked() -> None:
    desk = Desk()
    desk.take(lambda: setattr(desk, "settings", parse({"checks": {"mode": "off"}}).settings))
    assert desk.n_waiting == 0


def test_a_file_that_is_saved_as_it_was_checked_is_not_checked_again_and_one_with_another_text_is() -> None:
    desk = Desk()
    desk.take()
    desk.checking.saved(URI)
    assert [one.trigger for one in desk.checking.wanted] == ["accept"]
    desk.edit(0, 0, 0, "# adds\n")
    desk.checking.saved(URI)
    [wanted] = desk.checking.wanted
    assert wanted.trigger == "save"
    assert wanted.job.text[wanted.job.start : wanted.job.end] == " a + b"


def test_a_suggestion_that_is_gone_is_checked_no_more() -> None:
    desk = Desk()
    desk.take()
    desk.edit(1, 10, 16, "")
    assert desk.n_waiting == 0
    desk.checking.saved(URI)
    assert desk.n_waiting == 0


def test_a_document_that_was_closed_is_checked_no_more() -> None:
    desk = Desk()
    desk.take()
    desk.checking.closed(URI)
    assert desk.n_waiting == 0


def test_settings_that_switch_checks_off_clear_the_queue() -> None:
    desk = Desk()
    desk.take()
    desk.settings = parse({"checks": {"mode": "off"}}).settings
    desk.checking.configured()
    assert desk.n_waiting == 0


def test_a_language_has_the_command_that_was_named_for_it() -> None:
    commands = ("rust: cargo check", "go : go vet ./... && echo a:b")
    assert command_for("go", commands) == "go vet ./... && echo a:b"
    assert command_for("python", commands) == ""
