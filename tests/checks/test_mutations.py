"""Suggestions that went wrong are placed where a person would place them: one of each kind here, all in the bench."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.mutations import PLACES, Mutation, mutations
from checks.sample_project import lay_out
from checks.shop import climbs, placed
from tactful_models.checked import credit
from tactful_server.checks.sandbox import Sandbox


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield lay_out(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def every(shop: Path) -> list[Mutation]:
    return list(mutations(shop))


def test_there_are_two_hundred_of_eight_kinds(every: list[Mutation]) -> None:
    assert len(every) >= 200
    assert {one.kind for one in every} == set(PLACES)
    assert len({(one.place, one.text) for one in every if one.kind != "right"}) == sum(
        one.kind != "right" for one in every
    )


@pytest.mark.parametrize("kind", ["slow", "failing import"])
def test_one_of_a_kind_breaks_where_a_person_would_say(
    kind: str, shop: Path, every: list[Mutation], sandbox: Sandbox
) -> None:
    one = next(one for one in every if one.kind == kind and one.name in ("discounted", "module"))
    found = climbs(one.job(shop), sandbox)
    assert PLACES[kind] in placed(found)
    worth = credit(found.standings, found.parts)
    assert worth is not None and (worth == 1.0) == (PLACES[kind] == "held")
