"""When a failing server is left alone."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from tactful_server.providers import Chunk, Prompt
from tactful_server.providers.backoff import Backoff, Plan
from tactful_server.providers.faults import (
    GarbageError,
    RateLimitedError,
    RefusedError,
    RestingError,
    ServerError,
    UnauthorizedError,
)
from tactful_server.providers.guarded import GuardedProvider
from tactful_server.providers.statuses import retry_after_s


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Moody:
    """A provider that raises what it is given, or answers."""

    key = "fake:moody"

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.n_asked = 0

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        self.n_asked += 1
        if self.fault:
            raise self.fault
        yield Chunk("a")
        yield Chunk("b")

    async def aclose(self) -> None:
        pass


async def asked(provider: GuardedProvider) -> str:
    return "".join([chunk.text async for chunk in provider.stream(Prompt("x"))])


async def failed_a_while_ago() -> GuardedProvider:
    """One that failed, has rested, and would answer now."""
    clock, inner = Clock(), Moody()
    provider = GuardedProvider(inner, clock)
    inner.fault = ServerError("It failed.")
    with pytest.raises(ServerError):
        await asked(provider)
    inner.fault, clock.now = None, clock.now + 2
    return provider


def test_waiting_doubles_up_to_a_bound() -> None:
    clock = Clock()
    backoff = Backoff(clock, Plan(first_s=1, factor=2, most_s=5))
    waits = []
    for _ in range(5):
        backoff.failed(RefusedError("no"))
        waits.append(backoff.wait_s())
        clock.now += backoff.wait_s()
    assert waits == [1, 2, 4, 5, 5]


def test_a_success_ends_the_episode() -> None:
    clock = Clock()
    backoff = Backoff(clock)
    backoff.failed(RefusedError("no"))
    assert backoff.succeeded()
    assert (backoff.wait_s(), backoff.last) == (0, None)
    assert not backoff.succeeded()


def test_a_server_that_names_a_time_is_given_it() -> None:
    backoff = Backoff(Clock())
    backoff.failed(RateLimitedError("slow down", retry_after_s=90))
    assert backoff.wait_s() == 90


def test_what_the_user_must_mend_waits_long() -> None:
    backoff = Backoff(Clock())
    backoff.failed(UnauthorizedError("key"))
    assert backoff.wait_s() == Plan().lasting_s


def test_streams_that_fail_together_count_once() -> None:
    backoff = Backoff(Clock())
    for _ in range(10):
        backoff.failed(RefusedError("no"))
    assert backoff.wait_s() == Plan().first_s


def test_an_episode_is_told_once_for_each_kind_of_fault() -> None:
    backoff = Backoff(Clock())
    seen = [
        backoff.failed(fault) for fault in (RefusedError("a"), RefusedError("b"), ServerError("c"), RefusedError("d"))
    ]
    assert seen == [True, False, True, False]


async def test_a_resting_server_is_not_asked_and_the_log_has_one_line(caplog: pytest.LogCaptureFixture) -> None:
    clock, inner = Clock(), Moody()
    provider = GuardedProvider(inner, clock)
    inner.fault = RefusedError("Nobody listens.")
    with pytest.raises(RefusedError):
        await asked(provider)
    for _ in range(20):
        with pytest.raises(RestingError, match="Nobody listens"):
            await asked(provider)
    assert inner.n_asked == 1
    assert len(caplog.records) == 1
    assert (provider.status.state, provider.status.retry_in_s) == ("unreachable", 1.0)


async def test_a_server_that_comes_back_is_ready_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    provider = await failed_a_while_ago()
    assert await asked(provider) == "ab"
    assert provider.status.state == "ready"
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


async def test_a_reader_who_leaves_early_counts_as_answered() -> None:
    provider = await failed_a_while_ago()
    async with aclosing(provider.stream(Prompt("x"))) as chunks:
        await anext(chunks)
    assert provider.status.state == "ready"


async def test_forgiving_asks_again_at_once() -> None:
    inner = Moody()
    provider = GuardedProvider(inner, Clock())
    inner.fault = UnauthorizedError("The key is wrong.")
    with pytest.raises(UnauthorizedError):
        await asked(provider)
    inner.fault = None
    provider.forgive()
    assert await asked(provider) == "ab"


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("", None),
        ("5", 5.0),
        ("999999999999", 3600.0),
        ("-5", None),
        ("soon", None),
        ("Thu, 01 Jan 2026 00:00:30 GMT", 30.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, wait_s: float | None) -> None:
    assert retry_after_s(header, datetime(2026, 1, 1, tzinfo=UTC)) == wait_s


async def test_what_nobody_thought_of_counts_as_garbage(caplog: pytest.LogCaptureFixture) -> None:
    moody, clock = Moody(), Clock()
    provider = GuardedProvider(moody, clock)
    moody.fault = OverflowError("int too large to convert to float")
    with caplog.at_level(logging.WARNING), pytest.raises(GarbageError) as raised:
        await asked(provider)

    assert raised.value.__cause__ is moody.fault
    assert provider.status.state == "garbage"
    assert caplog.text.count("OverflowError") == 1
    with pytest.raises(RestingError):
        await asked(provider)
