"""Files that are left alone."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from tactful_server.exclusion import Exclusion, Rulebook, path_of, survey, written_path

NO_FOLDER = Rulebook()

SECRETS = (
    *(".env", ".env.local", "prod.env", "server.pem", "id_rsa", "id_ed25519.pub", ".aws/config", ".ssh/config"),
    *(".netrc", "aws_credentials.json", ".git/config", "keys/private.key", ".ENV", "Credentials.json", "ID_RSA"),
    *(".envrc", "terraform.tfvars", "release.keystore", "x.jks", "secrets.yaml", "db.secret", "a.secrets", "x.PEM"),
)


def excluded(rulebook: Rulebook, *uris: str) -> list[bool]:
    found = survey(rulebook, uris)
    return [found(uri) for uri in uris]


def below(folder: Path, *names: str) -> list[str]:
    return [(folder / name).as_uri() for name in names]


def written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", SECRETS)
def test_files_that_hold_secrets_are_excluded_whatever_the_settings_say(tmp_path: Path, name: str) -> None:
    undoing = tuple(f"!{part}" for part in (".*", "*", name, ".env", "*.pem"))
    written(tmp_path / ".gitignore", "\n".join(undoing))

    assert excluded(Rulebook(undoing, (tmp_path,)), *below(tmp_path, name)) == [True]


@pytest.mark.parametrize("name", ["main.py", "environment.py", "keyboard.py", "src/model.ts", "envelope.txt"])
def test_ordinary_files_are_not(tmp_path: Path, name: str) -> None:
    assert excluded(Rulebook((), (tmp_path,)), *below(tmp_path, name)) == [False]


@pytest.mark.parametrize(
    "uri",
    [
        "git:/p/.env?%7B%22ref%22%3A%22~%22%7D",
        "/p/.env",
        "C:\\p\\.env",
        "file:///c%3A/p/.env",
        "file:///p%5C.env",
        "untitled:/p/.env",
        "untitled:.env",
        "vscode-remote://ssh-remote%2Bbox/p/.env",
        "vscode-notebook-cell:/p/.env#W0",
        "FILE:///p/.env",
        "file://[bad/.env",
        "/p/id_rsa",
    ],
)
def test_a_secret_is_one_under_whatever_scheme_it_is_opened(uri: str) -> None:
    assert excluded(NO_FOLDER, uri) == [True]


def test_a_document_that_was_not_surveyed_is_excluded() -> None:
    assert Exclusion()("file:///a.py")
    assert not Exclusion().knows("file:///a.py")


def test_what_no_file_can_be_called_is_excluded() -> None:
    assert excluded(NO_FOLDER, f"file:///{'a/' * 5000}b.py", "file:///a%00.py") == [True, True]


def test_ignore_files_count_below_their_folder_and_may_take_back(tmp_path: Path) -> None:
    written(tmp_path / ".gitignore", "build/\n*.gen.py\n!keep.gen.py\n")
    written(tmp_path / ".tactfulignore", "/private.py\n")
    names = ("build/x.py", "a.gen.py", "keep.gen.py", "private.py", "sub/private.py", "a.py")

    assert excluded(Rulebook((), (tmp_path,)), *below(tmp_path, *names)) == [True, True, False, True, False, False]
    assert excluded(Rulebook((), (tmp_path,)), *below(tmp_path.parent / "elsewhere", "a.gen.py")) == [False]


def test_ignore_files_of_every_directory_down_to_the_file_count_as_git_reads_them(tmp_path: Path) -> None:
    written(tmp_path / ".gitignore", "*.log\nbuild/\n")
    written(tmp_path / "sub" / ".gitignore", "inner.py\n!kept.log\n")
    written(tmp_path / "sub" / "deep" / ".tactfulignore", "notes.md\n")
    written(tmp_path / "build" / ".gitignore", "!a.py\n")
    names = ("sub/inner.py", "inner.py", "sub/kept.log", "sub/x.log", "sub/deep/notes.md", "sub/notes.md", "build/a.py")

    answers = excluded(Rulebook((), (tmp_path,)), *below(tmp_path, *names))

    assert dict(zip(names, answers, strict=True)) == {
        "sub/inner.py": True,
        "inner.py": False,
        "sub/kept.log": False,
        "sub/x.log": True,
        "sub/deep/notes.md": True,
        "sub/notes.md": False,
        "build/a.py": True,
    }


def test_a_folder_within_a_repository_has_the_repositorys_ignore_files_too(tmp_path: Path) -> None:
    written(tmp_path / ".gitignore", "/app/private.py\n")
    written(tmp_path / ".git" / "info" / "exclude", "scratch*\n")
    app = tmp_path / "app"

    names = ("private.py", "scratch.py", "main.py")
    assert excluded(Rulebook((), (app,)), *below(app, *names)) == [True, True, False]
    assert excluded(Rulebook((), (app,), use_gitignore=False), *below(app, *names)) == [False] * 3


def test_gitignore_can_be_left_out_but_tactfulignore_not(tmp_path: Path) -> None:
    written(tmp_path / ".gitignore", "a.py\n")
    written(tmp_path / ".tactfulignore", "b.py\n")

    assert excluded(Rulebook((), (tmp_path,), use_gitignore=False), *below(tmp_path, "a.py", "b.py")) == [False, True]


def test_what_one_kind_of_ignore_file_names_the_other_cannot_take_back(tmp_path: Path) -> None:
    written(tmp_path / ".tactfulignore", "private/*\n")
    written(tmp_path / ".gitignore", "!private/a.py\n*.sql\n")

    rulebook = Rulebook(("!*.sql", "!private/"), (tmp_path,))
    assert excluded(rulebook, *below(tmp_path, "private/a.py", "x.sql")) == [True, True]


def test_patterns_of_the_settings_count_everywhere(tmp_path: Path) -> None:
    rulebook = Rulebook(("secret/", "*.sql"))

    assert excluded(rulebook, (tmp_path / "secret" / "a.py").as_uri(), "file:///other/dump.sql") == [True, True]


def test_a_project_below_a_folder_that_an_ignore_file_would_name_is_not_ignored(tmp_path: Path) -> None:
    folder = tmp_path / "build" / "project"
    written(folder / ".gitignore", "build/\n")

    assert excluded(Rulebook((), (folder,)), *below(folder, "a.py")) == [False]


def test_a_link_is_what_it_points_to_and_what_it_is_called(tmp_path: Path) -> None:
    written(tmp_path / ".env", "KEY=1\n")
    written(tmp_path / "elsewhere" / ".gitignore", "private.py\n")
    written(tmp_path / "elsewhere" / "private.py", "x = 1\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / "settings.py").symlink_to(tmp_path / ".env")
    (project / "linked.py").symlink_to(tmp_path / "elsewhere" / "private.py")
    (project / "secrets.py").symlink_to(tmp_path / "plain.py")

    names = ("settings.py", "linked.py", "secrets.py")
    assert excluded(Rulebook((), (project,)), *below(project, *names)) == [True, True, True]


def test_a_workspace_reached_by_a_link_has_its_ignore_files(tmp_path: Path) -> None:
    written(tmp_path / "real" / ".gitignore", "sub/a.py\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert excluded(Rulebook((), (tmp_path / "link",)), *below(tmp_path / "link", "sub/a.py")) == [True]
    assert excluded(Rulebook((), (tmp_path / "link",)), *below(tmp_path / "real", "sub/a.py")) == [True]


def test_uris_become_paths() -> None:
    assert path_of("file:///a%20b/c.py") == Path("/a b/c.py")
    assert path_of("vscode-notebook-cell:///a/.env#W0") == Path("/a/.env")
    assert path_of("untitled:Untitled-1") is None
    assert path_of("file://[bad") is None
    assert written_path("untitled:Untitled-1") == "Untitled-1"


def test_an_unsaved_document_has_no_file_and_is_not_excluded() -> None:
    assert excluded(Rulebook(("*",)), "untitled:Untitled-1") == [False]


def test_a_byte_order_mark_is_no_part_of_the_first_pattern(tmp_path: Path) -> None:
    written(tmp_path / ".gitignore", "\ufeffprivate.py\n")

    assert excluded(Rulebook((), (tmp_path,)), *below(tmp_path, "private.py")) == [True]


def test_an_ignore_file_in_another_encoding_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / ".tactfulignore").write_bytes(b"\xff\xfe bad \x00\n*.py\n")

    assert excluded(Rulebook((), (tmp_path,)), *below(tmp_path, "a.py")) == [True]


def as_folder(path: Path) -> None:
    path.mkdir()


def as_endless_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def as_pipe(path: Path) -> None:
    os.mkfifo(path)


def as_loop(path: Path) -> None:
    path.symlink_to(path)


def as_large(path: Path) -> None:
    path.write_bytes(b"# a comment\n" * 100_000)


@pytest.mark.parametrize("make", [as_folder, as_endless_device, as_pipe, as_loop, as_large])
def test_an_ignore_file_that_cannot_be_read_is_named(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / ".gitignore")
    found = survey(Rulebook((), (tmp_path,)), below(tmp_path, "a.py", "b.py"))

    assert [str(tmp_path / ".gitignore") in problem for problem in found.problems] == [True]
    assert not found(below(tmp_path, "a.py")[0])


def test_a_line_that_is_no_pattern_is_named_and_does_not_do_away_with_the_others(tmp_path: Path) -> None:
    written(tmp_path / ".gitignore", f"!\n[z-a]\na.py\n\\\n{'x' * 2000}\n**/a/**/b/**/c/**/d\n")
    uris = [*below(tmp_path, "a.py", "b.py"), "file:///dump.sql"]
    found = survey(Rulebook(("!", "*.sql"), (tmp_path,)), uris)

    assert [found(uri) for uri in uris] == [True, False, True]
    assert [problem.partition(" is no")[0] for problem in found.problems] == [
        "'!'",
        "'[z-a]'",
        "'\\\\'",
        f"'{'x' * 79}",
        "'**/a/**/b/**/c/**/d'",
    ]


@pytest.mark.parametrize("line", ["*a" * 7 + "*b", "*?" * 20 + "x", "*[ab]" * 9 + "c", "**/*a*a*a*b/**/*a*a*a*b"])
def test_a_pattern_full_of_stars_takes_no_time(tmp_path: Path, line: str) -> None:
    written(tmp_path / ".gitignore", line)
    began = time.process_time()

    survey(Rulebook((), (tmp_path,)), below(tmp_path, "a" * 250 + ".py", "/".join(["a" * 100] * 20)))

    assert time.process_time() - began < 1.0


names = st.text("ab.*[", min_size=1, max_size=6)
patterns = st.lists(st.sampled_from(["*", "**/", "a", "b", "?", "/", "[ab]", "[!a]", ".", "!", "\\*"]), max_size=9)


@given(patterns.map("".join), st.lists(names, min_size=1, max_size=4).map("/".join))
def test_a_pattern_made_quick_says_what_it_said(line: str, path: str) -> None:
    try:
        usual = GitIgnoreSpec.from_lines([line]).match_file(path)
    except ValueError:
        return
    found = survey(Rulebook((line,)), [f"file:///{quote(path)}"])

    assert found.problems or found(f"file:///{quote(path)}") == usual
