"""`tactful bootstrap` without its words: the user's own code through their own model, into their own log."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tactful_models.errors import SettingsError, TactfulError
from tactful_models.feedback import FeedbackLog
from tactful_server.bootstrap.files_of_folder import files
from tactful_server.bootstrap.history_of_git import commits, has_history
from tactful_server.bootstrap.neighbours import Neighbours
from tactful_server.bootstrap.planning import Done, Wanted, done_before, planned
from tactful_server.bootstrap.positions import Spot
from tactful_server.bootstrap.recording import recording, started
from tactful_server.bootstrap.replaying import Desk, Replay, typed_between
from tactful_server.bootstrap.running import Budget, Runner, Tally
from tactful_server.bootstrap.typed_clock import LOOK_S, TypedClock, gap_s
from tactful_server.configuring import configure
from tactful_server.exclusion import Exclusion, Rulebook, survey
from tactful_server.settings import Settings

SPARE = 2
"""Spots planned for each suggestion wanted: the model has not something to say everywhere."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done."""

    folder: Path
    """Whose code is replayed; absolute."""
    db: Path
    """The feedback log."""
    written: Mapping[str, object]
    """The user's settings, as an editor writes them."""
    budget: Budget
    seed: int = 1
    """Fixes which places are asked about."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Places to be asked about, and where they come from."""

    spots: Sequence[Spot]
    from_history: bool
    """Whether from commits rather than from files as they are."""
    n_done: int
    """Places asked about in earlier runs."""


class Bootstrapping:
    """One run."""

    def __init__(self, job: Job) -> None:
        """Raises SettingsError when a setting cannot be used: nothing is begun with another in its place."""
        self._job = job
        self._neighbours = Neighbours(job.folder)
        configured = configure(job.written, self._neighbours)
        for problem in configured.problems:
            raise SettingsError(problem)
        self._settings, self.model = configured.settings, configured.model
        self.tally = Tally()
        """What was done so far, also after an end in the middle."""

    def plan(self) -> Planned:
        """The places not asked about before, newest code first. Blocks: it reads the repository and the log.

        Raises:
            TactfulError: there is no code, or none is left.
        """
        job = self._job
        from_history = has_history(job.folder)
        done = _done(job.db, self.model.key)
        code = commits(job.folder) if from_history else files(job.folder)
        found = planned(code, self._excluded, Wanted(SPARE * job.budget.suggestions, job.seed, done))
        if not found:
            raise TactfulError(_nothing(job, from_history, bool(done)))
        return Planned(found, from_history, len(done))

    async def replay(self, found: Planned, progress: Callable[[int], None]) -> None:
        """Asks at the places until the budget is spent; what was asked is in the log, however this ends.

        Raises:
            TactfulError: the model cannot be asked, or the log not be written.
            asyncio.CancelledError: somebody had enough.
        """
        excluded = self._excluded({spot.piece.uri for spot in found.spots})
        begun = started(time.time() - _span_s(found.spots), self._settings.log.privacy)
        desk = Desk(_by_line(self._settings), self.model, excluded, str(self._job.folder), self._neighbours.wrote)
        try:
            async with recording(self._job.db, begun) as session:
                runner = Runner(Replay(session, desk, TypedClock(begun.at)), self.model, self._job.budget, progress)
                self.tally = runner.tally
                await runner.run(found.spots)
        finally:
            await self.model.aclose()

    def _excluded(self, uris: Iterable[str]) -> Exclusion:
        request = self._settings.request
        rulebook = Rulebook(request.exclude, (self._job.folder,), request.use_gitignore)
        return survey(rulebook, sorted(uris))


def _done(db: Path, model_key: str) -> frozenset[Done]:
    if not db.is_file():
        return frozenset()
    with FeedbackLog.open(db) as log:
        return done_before(log, model_key)


def _nothing(job: Job, from_history: bool, was_done: bool) -> str:
    if was_done:
        return f"all code below {job.folder} was replayed already; `--seed {job.seed + 1}` asks at other places of it"
    where = "Git history" if from_history else "files"
    beside = "besides what your rules exclude; name another folder"
    return f"there is no code to replay in the {where} below {job.folder}, {beside}"


def _span_s(spots: Sequence[Spot]) -> float:
    """Seconds that the replay takes by its own clock, at most."""
    return sum(gap_s(n_chars) + LOOK_S for n_chars in typed_between(spots))


def _by_line(settings: Settings) -> Settings:
    """The first line is what is judged and compared: more is not waited for."""
    return replace(settings, request=replace(settings.request, length="line", delay_ms=0))
