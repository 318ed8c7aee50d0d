"""What became of accepted lines, from what commits did to their file."""

import pytest

from tactful_models.events import Verdict
from tactful_models.provenance import Commit, Fate, Hunk, fate


def commit(at: float, removed: str = "", added: str = "", reverts: bool = False) -> Commit:
    return Commit(at, (Hunk(tuple(removed.split()), tuple(added.split())),), reverts)


BROUGHT = commit(10.0, "old", "a b c d")


def of(*commits: Commit, lines: str = "a b c d") -> Fate:
    return fate(lines.split(), 5.0, commits)


def test_what_was_committed_and_is_still_there_was_kept() -> None:
    assert of(BROUGHT, commit(20.0, "x", "y")) == Fate(Verdict.KEEP, 10.0)


@pytest.mark.parametrize("commits", [(), (commit(4.0, "", "a b c d"),), (commit(10.0, "", "a"),)])
def test_of_what_did_not_reach_a_commit_after_it_was_accepted_nothing_is_known(commits: tuple[Commit, ...]) -> None:
    assert of(*commits) == Fate(None, why_not="uncommitted")


def test_of_lines_too_short_nothing_is_known() -> None:
    assert of(BROUGHT, lines="- -") == Fate(None, why_not="short")


def test_lines_that_gave_way_to_others_were_rewritten() -> None:
    assert of(BROUGHT, commit(20.0, "a b", "e f")) == Fate(Verdict.REWRITE, 20.0)
    assert of(BROUGHT, commit(20.0, "a", "e"), commit(30.0, "c", "f")) == Fate(Verdict.REWRITE, 30.0)


def test_a_line_of_four_does_not_turn_the_verdict() -> None:
    assert of(BROUGHT, commit(20.0, "a", "e")).verdict is Verdict.KEEP


@pytest.mark.parametrize(
    "taken_back",
    [commit(20.0, "a b c d", ""), commit(20.0, "a b c d", "old"), commit(20.0, "a b c d", "e f", reverts=True)],
)
def test_lines_that_gave_way_to_none_or_to_the_former_ones_were_reverted(taken_back: Commit) -> None:
    assert of(BROUGHT, taken_back) == Fate(Verdict.REVERT, 20.0)


def test_lines_moved_within_the_file_are_not_lost() -> None:
    assert of(BROUGHT, commit(20.0, "a b c d", "a b c d z")).verdict is Verdict.KEEP


def test_lines_that_came_back_are_there() -> None:
    assert of(BROUGHT, commit(20.0, "a b c d", ""), commit(30.0, "", "a b c d")) == Fate(Verdict.KEEP, 10.0)


def test_a_line_that_stands_twice_is_lost_when_both_are() -> None:
    twice = [commit(10.0, "", "a b"), commit(11.0, "", "a b"), commit(20.0, "a b", "")]
    assert of(*twice, lines="a b").verdict is Verdict.KEEP
    assert of(*twice, commit(30.0, "a b", ""), lines="a b") == Fate(Verdict.REVERT, 30.0)


def test_a_commit_in_the_same_second_came_after() -> None:
    assert fate(["a1"], 10.7, [commit(10.0, "", "a1")]).verdict is Verdict.KEEP
