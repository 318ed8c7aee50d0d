"""Files that are left alone."""

from pathlib import Path

import pytest

from tactful_server.exclusion import path_of, read_exclusion

SECRETS = (
    *(".env", ".env.local", "prod.env", "server.pem", "id_rsa", "id_ed25519.pub", ".aws/config", ".ssh/config"),
    *(".netrc", "aws_credentials.json", ".git/config", "keys/private.key"),
)


@pytest.mark.parametrize("name", SECRETS)
def test_files_that_hold_secrets_are_excluded_whatever_the_settings_say(tmp_path: Path, name: str) -> None:
    excluded = read_exclusion((), (), use_gitignore=False)

    assert excluded((tmp_path / name).as_uri())


@pytest.mark.parametrize("name", ["main.py", "environment.py", "keyboard.py", "src/model.ts", "envelope.txt"])
def test_ordinary_files_are_not(tmp_path: Path, name: str) -> None:
    assert not read_exclusion((), (tmp_path,), use_gitignore=True)((tmp_path / name).as_uri())


def test_ignore_files_count_below_their_folder_and_may_take_back(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("build/\n*.gen.py\n!keep.gen.py\n")
    (tmp_path / ".tactfulignore").write_text("/private.py\n")
    excluded = read_exclusion((), (tmp_path,), use_gitignore=True)

    names = ("build/x.py", "a.gen.py", "keep.gen.py", "private.py", "sub/private.py", "a.py")
    assert [excluded((tmp_path / name).as_uri()) for name in names] == [True, True, False, True, False, False]
    assert not excluded((tmp_path.parent / "elsewhere" / "a.gen.py").as_uri())


def test_gitignore_can_be_left_out_but_tactfulignore_not(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("a.py\n")
    (tmp_path / ".tactfulignore").write_text("b.py\n")
    excluded = read_exclusion((), (tmp_path,), use_gitignore=False)

    assert [excluded((tmp_path / name).as_uri()) for name in ("a.py", "b.py")] == [False, True]


def test_patterns_of_the_settings_count_everywhere(tmp_path: Path) -> None:
    excluded = read_exclusion(("secret/", "*.sql"), (), use_gitignore=True)

    assert excluded((tmp_path / "secret" / "a.py").as_uri())
    assert excluded("file:///other/dump.sql")


def test_a_project_below_a_folder_that_an_ignore_file_would_name_is_not_ignored(tmp_path: Path) -> None:
    folder = tmp_path / "build" / "project"
    folder.mkdir(parents=True)
    (folder / ".gitignore").write_text("build/\n")

    assert not read_exclusion((), (folder,), use_gitignore=True)((folder / "a.py").as_uri())


def test_uris_become_paths() -> None:
    assert path_of("file:///a%20b/c.py") == Path("/a b/c.py")
    assert path_of("vscode-notebook-cell:///a/.env#W0") == Path("/a/.env")
    assert path_of("untitled:Untitled-1") is None


def test_an_unsaved_document_has_no_file_and_is_not_excluded() -> None:
    assert not read_exclusion(("*",), (), use_gitignore=True)("untitled:Untitled-1")


def test_an_ignore_file_that_cannot_be_read_ignores_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").mkdir()
    (tmp_path / ".tactfulignore").write_bytes(b"\xff\xfe bad \x00\n*.py\n")
    excluded = read_exclusion((), (tmp_path,), use_gitignore=True)

    assert excluded((tmp_path / "a.py").as_uri())


def test_a_line_that_is_no_pattern_is_named_and_does_not_do_away_with_the_others(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("!\n[z-a]\na.py\n\\\n")
    excluded = read_exclusion(("!", "*.sql"), (tmp_path,), use_gitignore=True)

    assert excluded((tmp_path / "a.py").as_uri())
    assert excluded("file:///dump.sql")
    assert not excluded((tmp_path / "b.py").as_uri())
    assert excluded.unusable == ("!", "!", "[z-a]", "\\")
