"""From what the editor wrote to what the server works with: settings, model, excluded files, projects."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tactful_models.errors import SettingsError
from tactful_server.asking import ModelDesk, OtherFiles, model_desk
from tactful_server.documents import Documents
from tactful_server.exclusion import path_of, read_exclusion
from tactful_server.rules import Excluded
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
        self.excluded: Excluded = _everything
        """Until the ignore files have been read, every file is left alone."""
        self._told: set[str] = set()

    def survey(self, settings: Settings) -> Callable[[], None]:
        """Reads the ignore files, which touches the disk, and returns what takes the finding over."""
        request = settings.request
        found = read_exclusion(request.exclude, self._folders, request.use_gitignore)

        def take_over() -> None:
            for pattern in found.unusable:
                if pattern not in self._told:
                    logger.warning("%r is no pattern: what it was to exclude is not excluded", pattern)
            self._told |= set(found.unusable)
            self.excluded = found

        return take_over

    def project_of(self, uri: str) -> str:
        """The workspace folder a file is in; empty when it is in none."""
        if (path := path_of(uri)) is None:
            return ""
        return next((str(folder) for folder in self._folders if path.is_relative_to(folder)), "")

    def others(self, uri: str) -> Sequence[tuple[str, str]]:
        """Name and text of the other documents, the last edited first; never of an excluded one."""
        others = [buffer for buffer in self._documents.others(uri) if not self.excluded(buffer.uri)]
        return [(self._name(buffer.uri), buffer.text) for buffer in others]

    def _name(self, uri: str) -> str:
        """The file's name as the model sees it: relative to its folder, never the path on this machine."""
        path, project = path_of(uri), self.project_of(uri)
        if path is None:
            return "untitled"
        return str(path.relative_to(project)) if project else path.name


def _everything(uri: str) -> bool:
    return True
