"""From what the editor wrote to what the server works with."""

from pathlib import Path

import pytest

from tactful_server.buffers import Edit, Encoding, Spot
from tactful_server.configuring import Surveyor, configure
from tactful_server.documents import Documents, Opened
from tactful_server.settings import parse

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


def test_until_the_ignore_files_have_been_read_every_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".tactfulignore").write_text("private.py\n")
    surveyor = Surveyor(Documents(lambda: 0.0), [tmp_path])
    public, private = (tmp_path / "a.py").as_uri(), (tmp_path / "private.py").as_uri()
    assert surveyor.excluded(public)

    surveyor.survey(parse({}).settings)()

    assert not surveyor.excluded(public)
    assert surveyor.excluded(private)


def test_other_files_are_named_below_their_folder_and_excluded_ones_left_out(tmp_path: Path) -> None:
    documents = Documents(lambda: 0.0)
    for name in ("sub/a.py", ".env", "b.py"):
        uri = (tmp_path / name).as_uri()
        documents.open(Opened(uri, "python", 1, f"text of {name}"))
        documents.change(uri, 2, [Edit(Spot(0, 0), Spot(0, 0), "#")], Encoding.UTF16)
    surveyor = Surveyor(documents, [tmp_path])
    surveyor.survey(parse({}).settings)()

    assert list(surveyor.others((tmp_path / "b.py").as_uri())) == [("sub/a.py", "#text of sub/a.py")]


def test_a_file_belongs_to_the_folder_it_is_in(tmp_path: Path) -> None:
    surveyor = Surveyor(Documents(lambda: 0.0), [tmp_path])

    assert surveyor.project_of((tmp_path / "a.py").as_uri()) == str(tmp_path)
    assert surveyor.project_of("file:///elsewhere/a.py") == ""
    assert surveyor.project_of("untitled:1") == ""


def test_a_line_that_is_no_pattern_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".gitignore").write_text("[z-a]\n")
    surveyor = Surveyor(Documents(lambda: 0.0), [tmp_path])
    for _ in range(2):
        surveyor.survey(parse({}).settings)()

    assert caplog.text.count("[z-a]") == 1
