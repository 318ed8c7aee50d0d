"""From what the editor wrote to what the server works with: settings, model, excluded files, projects."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tactful_models.errors import SettingsError
from tactful_server.asking import ModelDesk, OtherFiles, model_desk
from tactful_server.buffers import Buffer
from tactful_server.documents import Documents
from tactful_server.exclusion import Exclusion, Rulebook, path_of, survey, written_path
from tactful_server.settings import ModelSettings, Settings, parse

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Configured:
    """What the settings come to."""

    settings: Settings
    problems: tuple[str, ...]
    """What was wrong with them, a sentence each."""
    model: ModelDesk


def configure(
    written: object, others: OtherFiles, former: Configured | None = None, model_file: str = ""
) -> Configured:
    """Reads what the editor wrote. The model is kept where its settings are as they were.

    `model_file`, when given, is served by the embedded runtime whatever was written. Settings of the model that cannot
    be used together leave the model as it was, or the embedded one.
    """
    parsed = parse(written)
    if model_file:
        own = replace(parsed.settings.model, provider="embedded", file=model_file)
        parsed = replace(parsed, settings=replace(parsed.settings, model=own))
    if former is not None and former.settings.model == parsed.settings.model:
        return Configured(parsed.settings, parsed.problems, former.model)
    try:
        return Configured(parsed.settings, parsed.problems, model_desk(parsed.settings.model, others))
    except SettingsError as error:
        fallback = former.settings.model if former else ModelSettings()
        settings = replace(parsed.settings, model=fallback)
        model = former.model if former else model_desk(fallback, others)
        return Configured(settings, (*parsed.problems, str(error)), model)


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
