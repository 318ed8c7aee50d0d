"""Vectors of this version from facts that an older version logged."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tactful_models.events import Decided, Event, SessionStarted
from tactful_models.features import FEATURES_VERSION
from tactful_models.renewal import renewed
from tactful_models.replay import same
from tactful_models.simulated_log import events
from tactful_models.simulation import Logging, Size, World, draw


@dataclass(frozen=True)
class Stored:
    seq: int
    event: Event


def logged(version: int) -> list[Stored]:
    """A simulated log, as an older version would have made its vectors: shorter ones."""
    found = list(events(draw(World(), Size(2, 2, 10), 3), Logging(), 0))
    return [Stored(at, _older(each, version)) for at, each in enumerate(found, 1)]


def _older(event: Event, version: int) -> Event:
    if not isinstance(event, Decided) or version == FEATURES_VERSION:
        return event
    return replace(event, features=event.features[:40], features_version=version)


def decisions(told: Iterator[Event]) -> list[Decided]:
    return [each for each in told if isinstance(each, Decided)]


def test_an_older_logs_vectors_come_out_as_this_versions() -> None:
    expected = decisions(each.event for each in logged(FEATURES_VERSION))
    found = decisions(renewed(lambda: logged(FEATURES_VERSION - 1)))
    assert len(found) == len(expected) > 20
    for one, other in zip(found, expected, strict=True):
        assert one.features_version == FEATURES_VERSION
        assert same(one.features, other.features)


def test_everything_else_is_passed_on_in_its_order() -> None:
    log = logged(FEATURES_VERSION - 1)
    assert [type(each) for each in renewed(lambda: log)] == [type(each.event) for each in log]


def test_a_log_of_this_version_is_read_once_and_as_it_is() -> None:
    log, reads = logged(FEATURES_VERSION), list[int]()

    def read() -> Iterator[Stored]:
        reads.append(1)
        return iter(log)

    assert list(renewed(read)) == [each.event for each in log]
    assert len(reads) == 1


def test_what_cannot_be_made_again_is_left_as_it_is() -> None:
    log = [each for each in logged(FEATURES_VERSION - 1) if not isinstance(each.event, SessionStarted)]
    assert {each.features_version for each in decisions(renewed(lambda: log))} == {FEATURES_VERSION - 1}


def test_a_newer_versions_vectors_are_not_touched() -> None:
    log = logged(FEATURES_VERSION + 1)
    assert list(renewed(lambda: log)) == [each.event for each in log]
