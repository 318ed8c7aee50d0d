"""What the log has about one file."""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from e2e.conftest import Home
from editor.waiting import until
from tactful_models.events import Decided, Event, OutcomeSeen, RequestEnded, Reviewed, SuggestionMade

Kind = TypeVar("Kind", bound=Event)
Became = TypeVar("Became", OutcomeSeen, Reviewed)


def named(*parts: str) -> str:
    """The parts that say something, with slashes between."""
    return "/".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Record:
    """The log's rows about one file, known by its key, so that tests which share a log don't see each other's."""

    home: Home
    file: Path

    @property
    def key(self) -> str:
        """The file's key, from the installation's secret as the README tells it."""
        secret = (self.home.path / "install.key").read_bytes()
        return blake2b(f"file:{self.file}".encode(), key=secret, digest_size=12).hexdigest()

    def requests(self) -> list[RequestEnded]:
        return [one for one in self._all(RequestEnded) if one.file_key == self.key]

    def suggestions(self) -> list[SuggestionMade]:
        return [one for one in self._all(SuggestionMade) if one.file_key == self.key]

    def decisions(self) -> list[Decided]:
        """Those of the requests and of the suggestions."""
        asked = {one.request_id for one in self.requests()}
        return [one for one in self._all(Decided) if one.request_id in asked]

    def outcomes(self) -> list[OutcomeSeen]:
        return self._of_suggestions(OutcomeSeen)

    def reviews(self) -> list[Reviewed]:
        return self._of_suggestions(Reviewed)

    async def comes_to(self, *ends: str) -> list[OutcomeSeen]:
        """Waits until the outcomes are these, in this order; gives them back."""
        try:
            await until(f"outcomes {ends}", lambda: self.ends() == list(ends))
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.ends()} after {self.results()}") from None
        return self.outcomes()

    def ends(self) -> list[str]:
        """Outcomes in order, as `end/known` or `end/known/reason`."""
        return [named(one.end.value, one.known.value, one.reason) for one in self.outcomes()]

    def results(self) -> list[str]:
        """Requests in order, as `result` or `result/reason`."""
        return [named(one.result.value, one.reason) for one in self.requests()]

    def _of_suggestions(self, kind: type[Became]) -> list[Became]:
        made = {one.suggestion_id for one in self.suggestions()}
        return [one for one in self._all(kind) if one.suggestion_id in made]

    def _all(self, kind: type[Kind]) -> list[Kind]:
        return self.home.events(kind) if self.home.db.exists() else []
