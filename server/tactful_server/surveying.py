"""What the server knows of the workspace: which files are left alone, whose folder one is in; and how it finds out."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from tactful_server.buffers import Buffer
from tactful_server.documents import Documents
from tactful_server.exclusion import Exclusion, Rulebook, path_of, survey, written_path
from tactful_server.settings import Settings

logger = logging.getLogger(__name__)

EVERY_S = 10.0
"""How often the ignore files are read again."""


class Surveyor:
    """Knows the workspace: which files are left alone, which folder a file belongs to, what other files look alike."""

    def __init__(self, documents: Documents, folders: Sequence[Path]) -> None:
        self._documents = documents
        self._folders = tuple(folders)
        self.excluded = Exclusion()
        """Until a document has been surveyed, it is left alone."""
        self._languages_off: frozenset[str] = frozenset()
        self._told: set[str] = set()

    def uris(self) -> tuple[str, ...]:
        """Of the documents that a survey has to look at."""
        return tuple(buffer.uri for buffer in self._documents.others(""))

    def survey(self, settings: Settings, uris: Sequence[str]) -> Callable[[], None]:
        """Finds out which documents are left alone, which touches the disk, and returns what takes the finding over.

        What was found before is forgotten but for documents that still are there.
        """
        request = settings.request
        found = survey(Rulebook(request.exclude, self._folders, request.use_gitignore), uris)

        def take_over() -> None:
            for problem in found.problems:
                if problem not in self._told:
                    logger.warning("%s", problem)
            self._told |= set(found.problems)
            still = {uri: self.excluded(uri) for uri in self.uris() if self.excluded.knows(uri)}
            self.excluded = Exclusion(still | dict(found.verdicts))
            self._languages_off = frozenset(language.lower() for language in request.languages_off)

        return take_over

    def project_of(self, uri: str) -> str:
        """The workspace folder a file is in; empty when it is in none."""
        if (path := path_of(uri)) is None:
            return ""
        return next((str(folder) for folder in self._folders if path.is_relative_to(folder)), "")

    def others(self, uri: str) -> Sequence[tuple[str, str]]:
        """Name and text of the other documents, the last edited first; never of one that is not suggested in."""
        return [
            (self._name(other.uri), other.text) for other in self._documents.others(uri) if self._may_be_told(other)
        ]

    def _may_be_told(self, buffer: Buffer) -> bool:
        is_saved = "/" in written_path(buffer.uri) and not buffer.uri.startswith("untitled:")
        return is_saved and buffer.language not in self._languages_off and not self.excluded(buffer.uri)

    def _name(self, uri: str) -> str:
        """The file's name as the model sees it: relative to its folder, never the path on this machine."""
        path, project = path_of(uri), self.project_of(uri)
        if path is None or not project:
            return written_path(uri).rpartition("/")[2]
        return str(path.relative_to(project))


class Surveying:
    """When the workspace is surveyed: every few seconds, under new settings, and for a document just opened."""

    def __init__(self, surveyor: Surveyor, settings: Callable[[], Settings]) -> None:
        self._surveyor = surveyor
        self._settings = settings
        self._one_at_a_time = asyncio.Lock()
        self.done = False
        """Whether there has been a first survey."""

    async def watch(self) -> None:
        """Surveys until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(EVERY_S)

    async def of(self, uri: str) -> None:
        """Waits until it is known whether a document is left alone, which is found out when it is opened."""
        if self._surveyor.excluded.knows(uri):
            return
        async with self._one_at_a_time:  # whoever waited here finds it known
            if not self._surveyor.excluded.knows(uri):
                await self.once()

    async def once(self) -> None:
        """Surveys now, off the event loop."""
        settings = self._settings()
        take_over = await asyncio.to_thread(self._surveyor.survey, settings, self._surveyor.uris())
        if settings is self._settings():  # else the survey for the new ones is under way
            take_over()
            self.done = True
