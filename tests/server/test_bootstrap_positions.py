"""Where a replay asks, and from which code."""

import os
import subprocess
from pathlib import Path
from random import Random

import pytest

from tactful_server.bootstrap.files_of_folder import files
from tactful_server.bootstrap.history_of_git import commits, has_history
from tactful_server.bootstrap.labelling import is_right
from tactful_server.bootstrap.planning import MOST_A_FILE, Wanted, place, planned
from tactful_server.bootstrap.positions import Piece, spots, thinned
from tactful_server.bootstrap.replaying import typed_between
from writing_code import committed, git, module, written


def piece(text: str, above: str = "", below: str = "") -> Piece:
    return Piece("file:///a.py", "python", above, text, below)


def test_a_spot_has_the_file_as_it_stood_and_what_the_line_went_on_to_say() -> None:
    [spot] = spots(piece("    y = 2\n", "x = 1\n", "z = 3\n"), Random(0))

    assert spot.before + spot.truth == "x = 1\n    y = 2"
    assert spot.after == "\nz = 3\n"


def test_the_rest_of_what_was_being_written_is_not_there_yet() -> None:
    found = list(spots(piece("a = 1\nb = 2\nc = 3\n"), Random(0)))

    assert [spot.after for spot in found] == [""] * 3
    assert all("c =" not in spot.before for spot in found[:2])


@pytest.mark.parametrize("line", ["", "    ", "    )", "})]", '"""', "\tx" * 300])
def test_blank_lines_lone_closers_and_data_are_left_out(line: str) -> None:
    assert list(spots(piece(f"{line}\n"), Random(0))) == []


def test_half_of_the_spots_are_at_lines_starts_and_half_in_their_middles() -> None:
    text = "\n".join(module(n) for n in range(20))
    found = list(spots(piece(text), Random(1)))
    middle = [spot for spot in found if spot.mid_line]

    assert 0.45 < len(middle) / len(found) < 0.55
    assert all(spot.before.rpartition("\n")[2].strip() for spot in middle)
    assert not any(spot.before.rpartition("\n")[2].strip() for spot in found if not spot.mid_line)
    assert found == list(spots(piece(text), Random(1)))


def test_windows_line_ends_are_no_part_of_what_the_line_says() -> None:
    [spot] = spots(piece("return\r\n"), Random(0))

    assert spot.truth == "return"


def test_characters_typed_are_counted_from_spot_to_spot_and_from_a_pieces_beginning() -> None:
    first, second = piece("abc\ndef\n"), piece("ghi\n")
    found = [*spots(first, Random(0)), *spots(second, Random(0))]

    assert typed_between(found) == [0, 4, 0]


def test_thinning_keeps_the_order() -> None:
    found = list(spots(piece(module(1)), Random(0)))
    few = thinned(found, 5, Random(0))

    assert len(few) == 5
    assert few == [spot for spot in found if spot in few]


@pytest.mark.parametrize(
    ("suggested", "truth", "right"),
    [("a + b", "a + b", True), ("a + b  \nmore", "a + b", True), ("a + b", "a + b + c", False), ("", "x", False)],
)
def test_a_suggestion_is_right_when_its_first_line_is_the_rest_of_the_line(
    suggested: str, truth: str, right: bool
) -> None:
    assert is_right(suggested, truth) is right


def test_history_is_read_commit_by_commit_newest_first_as_it_was_added(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one = 1\nthree = 3\n")
    committed(tmp_path)
    (tmp_path / "a.py").write_text("one = 1\ntwo = 2\nthree = 3\n")
    (tmp_path / "notes.txt").write_text("not code\n")
    committed(tmp_path)
    (tmp_path / "a.py").write_text("one = 1\ntwo = 2\nthree = 4\n")
    committed(tmp_path)
    last, middle, first = commits(tmp_path)

    assert [(one.above, one.written, one.below) for one in (*last, *middle, *first)] == [
        ("one = 1\ntwo = 2\n", "three = 4\n", ""),
        ("one = 1\n", "two = 2\n", "three = 3\n"),
        ("", "one = 1\nthree = 3\n", ""),
    ]
    assert {one.uri for one in (*last, *middle, *first)} == {(tmp_path / "a.py").as_uri()}


def test_added_lines_that_look_like_a_diff_are_text(tmp_path: Path) -> None:
    text = "x = '''\n+++ b/evil.py\n@@ -1 +1,9 @@\ndiff --git a/b b/b\n--- a\n\x01\n'''\nlast = 1"
    (tmp_path / "a.py").write_text(text)
    committed(tmp_path)
    [[one]] = commits(tmp_path)

    assert one.written == f"{text}\n"


def test_odd_names_binaries_and_deletions_do_not_stop_the_reading(tmp_path: Path) -> None:
    (tmp_path / "b c ä.py").write_text("x = 1\n")
    (tmp_path / 'we"ird.py').write_text("y = 1\n")
    (tmp_path / "binary.py").write_bytes(b"\0\1\2\n")
    (tmp_path / "latin.py").write_bytes(b"z = '\xe4'\n")
    committed(tmp_path)
    (tmp_path / "b c ä.py").unlink()
    committed(tmp_path)
    [found] = commits(tmp_path)

    assert {os.path.basename(one.uri) for one in found} == {"b%20c%20%C3%A4.py", "latin.py"}  # noqa: PTH119 (of a URI)


def test_only_what_is_below_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "inner" / "b.py").write_text("y = 1\n")
    committed(tmp_path)
    [[one]] = commits(tmp_path / "inner")

    assert one.uri == (tmp_path / "inner" / "b.py").as_uri()


def test_the_users_own_git_settings_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    committed(tmp_path)
    for name, value in (("diff.noprefix", "true"), ("color.ui", "always"), ("log.showSignature", "true")):
        git(tmp_path, "config", name, value)
    git(tmp_path, "config", "diff.external", "false")
    [[one]] = commits(tmp_path)

    assert one.written == "x = 1\n"


def test_a_folder_without_commits_has_no_history(tmp_path: Path) -> None:
    before = has_history(tmp_path)
    git(tmp_path, "init", "--quiet")

    assert (before, has_history(tmp_path)) == (False, False)


def test_reading_stops_git_when_enough_was_read(tmp_path: Path) -> None:
    for n in range(5):
        written(tmp_path, [n])
        committed(tmp_path)
    reading = commits(tmp_path)
    next(reading)
    reading.close()  # type: ignore[attr-defined]

    assert subprocess.run(["git", "-C", str(tmp_path), "status"], capture_output=True, check=False).returncode == 0


def test_files_are_read_the_last_changed_first_without_what_others_wrote(tmp_path: Path) -> None:
    written(tmp_path, [1, 2])
    written(tmp_path / "node_modules", [3])
    (tmp_path / "data.bin").write_bytes(b"\0")
    os.utime(tmp_path / "part_1.py", (1e9, 2e9))
    os.utime(tmp_path / "part_2.py", (1e9, 1e9))
    found = [one for pieces in files(tmp_path) for one in pieces]

    assert [one.uri for one in found] == [(tmp_path / f"part_{n}.py").as_uri() for n in (1, 2)]
    assert found[0].written == module(1)


def test_a_plan_takes_a_few_of_each_file_and_stays_the_same_when_more_is_committed(tmp_path: Path) -> None:
    written(tmp_path, [1])
    committed(tmp_path)
    first = planned(commits(tmp_path), lambda uris: lambda uri: False, Wanted(500, 1))
    written(tmp_path, [2, 3])
    committed(tmp_path)
    second = planned(commits(tmp_path), lambda uris: lambda uri: False, Wanted(500, 1))

    assert 0 < len(first) <= MOST_A_FILE
    assert second[-len(first) :] == first
    assert planned(commits(tmp_path), lambda uris: lambda uri: False, Wanted(500, 2)) != second


def test_a_plan_leaves_out_what_is_excluded_and_what_was_done(tmp_path: Path) -> None:
    written(tmp_path, [1, 2])
    whole = planned(files(tmp_path), lambda uris: lambda uri: False, Wanted(500, 1))
    one = (tmp_path / "part_1.py").as_uri()
    allowed = planned(files(tmp_path), lambda uris: lambda uri: uri == one, Wanted(500, 1))
    done = frozenset(place(spot) for spot in whole[:10])
    rest = planned(files(tmp_path), lambda uris: lambda uri: False, Wanted(500, 1, done))

    assert {spot.piece.uri for spot in allowed} == {(tmp_path / "part_2.py").as_uri()}
    assert rest == whole[10:]
