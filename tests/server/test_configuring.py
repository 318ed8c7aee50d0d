"""From what the editor wrote to what the server works with."""

from pathlib import Path

from tactful_server.configuring import configure

SERVER = {"model": {"provider": "openai", "address": "http://127.0.0.1:1", "name": "m"}}


def nobody(uri: str) -> list[tuple[str, str]]:
    return []


def test_a_model_is_kept_while_its_settings_are_as_they_were() -> None:
    first = configure(SERVER, nobody)
    second = configure({**SERVER, "request": {"delayMs": 50}}, nobody, first)
    third = configure({"model": {**SERVER["model"], "name": "other"}}, nobody, second)

    assert second.model is first.model
    assert second.settings.request.delay_ms == 50
    assert third.model is not first.model
    assert third.model.key == "openai:other"


def test_model_settings_that_do_not_go_together_leave_the_model_as_it_was() -> None:
    first = configure(SERVER, nobody)
    second = configure({"model": {"provider": "ollama"}}, nobody, first)

    assert second.model is first.model
    assert second.settings.model == first.settings.model
    assert ["Ollama" in problem for problem in second.problems] == [True]


def test_a_model_file_on_the_command_line_is_served_whatever_was_written(tmp_path: Path) -> None:
    configured = configure(SERVER, nobody, None, str(tmp_path / "own.gguf"))

    assert configured.settings.model.provider == "embedded"
    assert configured.settings.model.file.endswith("own.gguf")
