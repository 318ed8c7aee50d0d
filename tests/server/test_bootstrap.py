"""`tactful bootstrap`: the user's own code through their own model, into their log, and a first gate from it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from model_server import ModelServer, Script
from tactful_models import replay
from tactful_models.errors import SettingsError, TactfulError
from tactful_models.events import Decided, End, Event, Known, OutcomeSeen, RequestEnded, SessionStarted, SuggestionMade
from tactful_models.feedback import FeedbackLog
from tactful_models.history import History, Where
from tactful_models.registry import Registry
from tactful_server.bootstrap.bootstrapping import Bootstrapping, Job
from tactful_server.bootstrap.running import Budget, Spending, Tally
from tactful_server.gatekeeper import Gatekeeper
from tactful_server.install import user_key
from tactful_server.settings import GateSettings
from writing_code import committed, mostly_right, written

Kind = TypeVar("Kind", bound=Event)


@dataclass
class Desk:
    """A repository, a home for what is made of it, and the model."""

    repository: Path
    home: Path
    model: ModelServer

    @property
    def db(self) -> Path:
        return self.home / "feedback.db"

    @property
    def registry(self) -> Path:
        return self.home / "gates"

    def written(self, **request: Any) -> dict[str, Any]:
        model = {"provider": "openai", "address": self.model.address, "name": "scripted"}
        return {"model": model, "request": request}

    def job(self, suggestions: int = 20, minutes: float = 1.0, **request: Any) -> Job:
        return Job(self.repository, self.db, self.written(**request), Budget(minutes, suggestions))

    def run(self, job: Job | None = None) -> Tally:
        """Plans and replays, in this process."""
        run = Bootstrapping(job or self.job())
        asyncio.run(run.replay(run.plan(), lambda n: None))
        return run.tally

    def events(self, kind: type[Kind]) -> list[Kind]:
        with FeedbackLog.open(self.db, read_only=True) as log:
            return [one.event for one in log.events() if isinstance(one.event, kind)]

    def command(self, *more: str) -> list[str]:
        where = ("--db", str(self.db), "--registry", str(self.registry))
        model = ("--provider", "openai", "--address", self.model.address, "--name", "scripted")
        return [sys.executable, "-P", "-m", "tactful_server", "bootstrap", str(self.repository), *where, *model, *more]

    def call(self, *more: str) -> "subprocess.CompletedProcess[str]":
        """The command as a user gives it."""
        env = {**os.environ, "TACTFUL_HOME": str(self.home)}
        return subprocess.run(self.command(*more), capture_output=True, text=True, timeout=120, env=env, check=False)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("TACTFUL_HOME", str(tmp_path / "home"))
    repository = tmp_path / "repository"
    texts = written(repository, range(4))
    committed(repository)
    texts |= written(repository, range(4, 8))
    committed(repository)
    with ModelServer(Script(answer=mostly_right(list(texts.values())))) as model:
        yield Desk(repository, tmp_path / "home", model)


def test_a_suggestion_is_accepted_when_it_says_what_the_code_said_and_rejected_when_not(desk: Desk) -> None:
    tally = desk.run()
    ends = [one for one in desk.events(OutcomeSeen) if one.end.is_final]
    made = {one.suggestion_id: one.facts.logprob_mean for one in desk.events(SuggestionMade)}

    assert tally.suggestions == len(ends) == 20
    assert 0 < tally.right == sum(one.end is End.ACCEPTED for one in ends) < 20
    taken = [made[one.suggestion_id] for one in ends if one.end is End.ACCEPTED]
    assert all(sure is not None and sure >= -1.1 for sure in taken)
    assert {one.known for one in ends} == {Known.REPLAY}


def test_the_session_says_what_it_is_and_lies_in_the_past(desk: Desk) -> None:
    desk.run()
    [session] = desk.events(SessionStarted)
    requests = desk.events(RequestEnded)

    assert (session.source, session.privacy_level) == ("bootstrap", "features")
    assert [one.at for one in requests] == sorted(one.at for one in requests)
    assert requests[-1].at < (desk.db.stat().st_mtime)
    assert all(one.facts.since_key_s is None for one in requests), "nobody typed"


def test_every_stored_vector_comes_out_of_the_log_again(desk: Desk) -> None:
    desk.run()
    desk.run()
    with FeedbackLog.open(desk.db, read_only=True) as log:
        found = replay.check(log.events())

    assert found.n_checked == len([one for one in desk.events(Decided) if one.features]) > 40
    assert (found.mismatches, found.unchecked) == ((), ())


def test_the_users_own_record_is_not_touched(desk: Desk) -> None:
    desk.run()
    history = History()
    with FeedbackLog.open(desk.db, read_only=True) as log:
        for one in log.events():
            history.observe(one.event)
    history.observe(SessionStarted("mine", 2e9, user_key()))

    assert history.standing(Where(2e9, "python")).n_ended == 0


def test_no_code_is_kept_at_the_usual_level(desk: Desk) -> None:
    desk.run()

    assert all(one.text == "" for one in desk.events(SuggestionMade))
    raw = b"".join(path.read_bytes() for path in desk.home.iterdir() if path.is_file())
    assert b"round(" not in raw
    assert b"part_" not in raw


def test_what_the_rules_exclude_is_neither_sent_nor_recorded(desk: Desk) -> None:
    (desk.repository / ".gitignore").write_text("part_7.py\n")
    (desk.repository / ".tactfulignore").write_text("part_6.py\n")
    desk.run(desk.job(suggestions=500, exclude=["part_5.py"]))
    sent = "".join(record.prompt for record in desk.model.records)

    assert "items_4" in sent
    assert not any(f"items_{n}" in sent for n in (5, 6, 7))
    assert len({one.file_key for one in desk.events(RequestEnded)}) == 5


def test_a_second_run_goes_on_where_the_first_ended(desk: Desk) -> None:
    first = desk.run()
    second = Bootstrapping(desk.job()).plan()
    desk.run()
    asked = [(one.file_key, one.facts.document_chars, one.facts.offset_chars) for one in desk.events(RequestEnded)]

    assert second.n_done == first.asked
    assert len(asked) == len(set(asked)) > first.asked


def test_when_everything_was_replayed_it_says_so(desk: Desk) -> None:
    desk.run(desk.job(suggestions=1000))

    with pytest.raises(TactfulError, match="replayed already; `--seed 2`"):
        desk.run(desk.job(suggestions=1000))
    assert Bootstrapping(replace(desk.job(), seed=2)).plan().spots


def test_time_is_a_budget_too(desk: Desk) -> None:
    desk.model.script = replace(desk.model.script, first_token_s=0.1)
    tally = desk.run(desk.job(minutes=0.02))

    assert tally.ended == "minutes"
    assert 0 < tally.suggestions < 20


def test_progress_goes_by_what_is_spent_sooner_the_time_or_the_suggestions() -> None:
    now, told = [0.0], list[int]()
    spending = Spending(Budget(minutes=1.0, suggestions=100, monotonic=lambda: now[0]), told.append)
    for at, came in ((1.0, 0), (6.0, 1), (7.0, 30), (57.0, 1), (90.0, 1)):
        now[0] = at
        spending(came)

    assert told == [1, 9, 21, 64, 5]


def test_without_a_history_the_files_themselves_are_replayed(desk: Desk, tmp_path: Path) -> None:
    written(tmp_path / "plain", [2])
    job = replace(desk.job(), folder=tmp_path / "plain")

    assert not Bootstrapping(job).plan().from_history
    assert desk.run(job).suggestions > 5


def test_a_folder_without_code_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(TactfulError, match="there is no code to replay in the files below"):
        Bootstrapping(replace(desk.job(), folder=tmp_path / "empty")).plan()


def test_a_setting_that_cannot_be_used_is_told_before_anything_is_asked(desk: Desk) -> None:
    with pytest.raises(SettingsError, match="Ollama needs the name"):
        Bootstrapping(replace(desk.job(), written={"model": {"provider": "ollama"}}))
    assert not desk.model.records


def test_a_model_that_is_not_there_is_told_in_one_line(desk: Desk) -> None:
    told = desk.call("--address", "http://127.0.0.1:1")

    assert told.returncode == 1
    assert told.stderr.count("tactful: ") == 1
    assert "http://127.0.0.1:1" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_model_that_breaks_down_ends_it_and_what_was_done_is_kept(desk: Desk) -> None:
    run = Bootstrapping(desk.job())

    def broken(n: int) -> None:
        if run.tally.suggestions == 5:
            desk.model.script = replace(desk.model.script, fault="401")

    with pytest.raises(TactfulError):
        asyncio.run(run.replay(run.plan(), broken))
    assert len(desk.events(SuggestionMade)) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_control_c_keeps_what_was_done_and_the_same_command_goes_on(desk: Desk) -> None:
    desk.model.script = replace(desk.model.script, first_token_s=0.05)
    env = {**os.environ, "TACTFUL_HOME": str(desk.home)}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # started from a shell's background, it would be ignored
    with subprocess.Popen(desk.command("--json"), stdout=-1, stderr=-1, env=env, start_new_session=True) as process:
        try:
            desk.model.wait_for(lambda record: len(desk.model.records) == 10, 30.0)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    told = json.loads(out)

    assert process.returncode == 130, err
    assert told["ended"] == "interrupted"
    assert told["asked"] >= 9
    assert told["suggestions"] == len([one for one in desk.events(OutcomeSeen) if one.end.is_final]) > 0
    assert b"Traceback" not in err
    assert Bootstrapping(desk.job()).plan().n_done >= 9


async def test_the_gate_it_trains_counts_as_the_users_own_so_that_auto_turns_on(desk: Desk) -> None:
    texts = written(desk.repository, range(8, 48))
    committed(desk.repository)
    desk.model.script = Script(answer=mostly_right(list(texts.values())))
    done = await asyncio.to_thread(desk.call, "--json", "--suggestions", "700")
    told = json.loads(done.stdout)
    keeper = Gatekeeper(Registry(desk.registry), GateSettings, 1)
    await keeper.look()

    assert told["suggestions"] == 700, done.stderr
    assert told["training"]["promoted"] is True, told
    assert keeper.in_force.own
    assert keeper.mode == "on"
    assert Registry(desk.registry).artifact(told["training"]["version"]).data.sources == ("bootstrap",)


def test_too_little_for_a_gate_is_said_and_no_fault(desk: Desk) -> None:
    told = desk.call("--suggestions", "5")

    assert told.returncode == 0, told.stderr
    assert "No gate: " in told.stdout
