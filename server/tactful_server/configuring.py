"""From what the editor wrote to what the server works with: settings and model."""

from dataclasses import dataclass, replace

from tactful_models.errors import SettingsError
from tactful_server.asking import ModelDesk, OtherFiles, model_desk
from tactful_server.settings import ModelSettings, Settings, parse


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
