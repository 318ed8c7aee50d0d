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


def surveyed(surveyor: Surveyor, written: object = None) -> None:
    surveyor.survey(parse(written).settings, surveyor.uris())()


def opened(folder: Path, *names: str) -> Documents:
    """The documents, each edited once."""
    documents = Documents(lambda: 0.0)
    for name in names:
        uri = (folder / name).as_uri()
        documents.open(Opened(uri, "python", 1, f"text of {name}"))
        documents.change(uri, 2, [Edit(Spot(0, 0), Spot(0, 0), "#")], Encoding.UTF16)
    return documents


def test_until_a_document_has_been_surveyed_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".tactfulignore").write_text("private.py\n")
    public, private = (tmp_path / "a.py").as_uri(), (tmp_path / "private.py").as_uri()
    documents = opened(tmp_path, "a.py", "private.py")
    surveyor = Surveyor(documents, [tmp_path])
    assert surveyor.excluded(public)

    surveyed(surveyor)

    assert not surveyor.excluded(public)
    assert surveyor.excluded(private)


def test_what_was_found_is_kept_while_the_document_is_there(tmp_path: Path) -> None:
    first, second = (tmp_path / "a.py").as_uri(), (tmp_path / "b.py").as_uri()
    documents = Documents(lambda: 0.0)
    documents.open(Opened(first, "python", 1, ""))
    surveyor = Surveyor(documents, [tmp_path])
    surveyed(surveyor)
    documents.open(Opened(second, "python", 1, ""))
    surveyor.survey(parse({}).settings, [second])()
    assert [surveyor.excluded(uri) for uri in (first, second)] == [False, False]

    documents.close(first)
    surveyed(surveyor)
    assert not surveyor.excluded.knows(first)


def test_neighbours_in_languages_switched_off_and_unsaved_ones_are_not_told(tmp_path: Path) -> None:
    documents = opened(tmp_path, "a.py", "b.py")
    documents.open(Opened((tmp_path / "c.md").as_uri(), "markdown", 1, "prose"))
    documents.open(Opened("untitled:Untitled-1", "python", 1, "pasted"))
    documents.open(Opened("untitled:/new/d.py", "python", 1, "pasted"))
    documents.open(Opened("vscode-remote://box/p/e.py", "python", 1, "remote"))
    surveyor = Surveyor(documents, [tmp_path])
    surveyed(surveyor, {"request": {"languagesOff": ["Markdown"]}})

    told = surveyor.others((tmp_path / "a.py").as_uri())
    assert list(told) == [("e.py", "remote"), ("b.py", "#text of b.py")]


def test_other_files_are_named_below_their_folder_and_excluded_ones_left_out(tmp_path: Path) -> None:
    surveyor = Surveyor(opened(tmp_path, "sub/a.py", ".env", "b.py"), [tmp_path])
    surveyed(surveyor)

    assert list(surveyor.others((tmp_path / "b.py").as_uri())) == [("sub/a.py", "#text of sub/a.py")]


def test_a_file_belongs_to_the_folder_it_is_in(tmp_path: Path) -> None:
    surveyor = Surveyor(Documents(lambda: 0.0), [tmp_path])

    assert surveyor.project_of((tmp_path / "a.py").as_uri()) == str(tmp_path)
    assert surveyor.project_of("file:///elsewhere/a.py") == ""
    assert surveyor.project_of("untitled:1") == ""


def test_a_line_that_is_no_pattern_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".gitignore").write_text("[z-a]\n")
    surveyor = Surveyor(opened(tmp_path, "a.py"), [tmp_path])
    for _ in range(2):
        surveyed(surveyor)

    assert caplog.text.count("[z-a]") == 1
