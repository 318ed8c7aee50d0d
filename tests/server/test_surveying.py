"""What the server knows of the workspace, and when it finds out."""

import asyncio
from pathlib import Path

import pytest

from tactful_server.buffers import Edit, Encoding, Spot
from tactful_server.documents import Documents, Opened
from tactful_server.settings import parse
from tactful_server.surveying import Surveying, Surveyor


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


async def test_a_document_is_known_once_it_was_waited_for_however_many_wait(tmp_path: Path) -> None:
    (tmp_path / ".tactfulignore").write_text("private.py\n")
    public, private = (tmp_path / "a.py").as_uri(), (tmp_path / "private.py").as_uri()
    settings = parse({}).settings
    surveyor = Surveyor(opened(tmp_path, "a.py", "private.py"), [tmp_path])
    surveying = Surveying(surveyor, lambda: settings)

    await asyncio.gather(*(surveying.of(uri) for uri in (public, private, public)))

    assert surveying.done
    assert (surveyor.excluded(public), surveyor.excluded(private)) == (False, True)


async def test_what_was_found_under_former_settings_is_not_taken_over(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    former, later = (parse(written).settings for written in ({"request": {"exclude": ["a.py"]}}, {}))
    in_force = iter((former, later, later, later))
    surveyor = Surveyor(opened(tmp_path, "a.py"), [tmp_path])
    surveying = Surveying(surveyor, lambda: next(in_force))

    found = []
    for _ in range(2):
        await surveying.once()
        found.append((surveying.done, surveyor.excluded.knows(uri)))

    assert found == [(False, False), (True, True)]
    assert not surveyor.excluded(uri)
