"""One stream: joined while the text agrees with it, ended when it does not."""

import asyncio

import pytest

from speaking import Speaker, turns
from tactful_models.facts import CaretView
from tactful_server.generation import Generation, Origin
from tactful_server.generations import Generations
from tactful_server.providers.faults import CutError

URI = "file:///a.py"
NEVER = lambda text: False  # noqa: E731


def begun(speaker: Speaker, before: str = "x =", after: str = "") -> Generation:
    generation = Generation(Origin(URI, before, after), "r1", asyncio.get_running_loop().time)
    generation.start(speaker.ask(URI, CaretView(before, after, "python")), NEVER)
    return generation


async def test_a_stream_is_read_to_its_end_and_closed() -> None:
    speaker = Speaker(" a", " + b")
    generation = begun(speaker)
    await generation.closed()

    assert (generation.said.text, generation.done, generation.complete) == (" a + b", True, True)
    assert generation.n_tokens == 2
    assert generation.first_token_s is not None
    assert generation.age_s >= generation.first_token_s


async def test_stopping_closes_the_stream_and_keeps_what_came() -> None:
    speaker = Speaker(" a", " + b", held=True)
    generation = begun(speaker)
    speaker.say()
    await generation.grown()
    generation.stop()
    await generation.closed()

    assert (generation.said.text, generation.done, generation.complete) == (" a", True, False)
    assert speaker.n_closed == 1


async def test_enough_ends_the_stream() -> None:
    speaker = Speaker(" a", "\n", "more")
    generation = Generation(Origin(URI, "x =", ""), "r1", asyncio.get_running_loop().time)
    generation.start(speaker.ask(URI, CaretView("x =", "", "")), lambda text: "\n" in text)
    await generation.closed()

    assert (generation.said.text, generation.complete) == (" a\n", True)
    assert speaker.n_closed == 1


async def test_a_fault_is_kept_for_whoever_waits() -> None:
    generation = begun(Speaker(" a", fault=CutError("broke off")))
    await generation.closed()

    assert isinstance(generation.fault, CutError)
    assert not generation.complete


async def test_waiting_for_growth_ends_when_the_time_is_up() -> None:
    generation = begun(Speaker("never", held=True))

    assert not await generation.grown(0.001)
    generation.stop()
    assert await generation.grown(5)


async def test_the_rest_is_what_goes_beyond_what_was_typed() -> None:
    generation = begun(Speaker(" a + b"))
    await generation.closed()

    assert generation.rest("x = a", "") == " + b"
    assert generation.rest("x = c", "") is None
    assert generation.rest("y = a", "") is None
    assert generation.rest("x = a", "else") is None


async def test_typing_may_be_ahead_of_a_stream_under_way_but_not_of_one_that_has_ended() -> None:
    speaker = Speaker(" a", " + b", held=True)
    generation = begun(speaker)
    speaker.say()
    await generation.grown()

    assert generation.rest("x = a + b", "") == ""
    generation.stop()
    await generation.closed()
    assert generation.rest("x = a + b", "") is None


@pytest.mark.parametrize(
    ("text", "agrees"),
    [("x =", True), ("x = f", True), ("x = f(", True), ("x = f()", True), ("x = g", False), ("x", False), ("", False)],
)
async def test_a_document_agrees_while_it_may_still_become_what_the_stream_says(text: str, agrees: bool) -> None:
    generation = begun(Speaker(" f(a)"))
    await generation.closed()

    assert generation.agrees_with(text) is agrees


async def test_a_closer_that_the_editor_added_right_of_the_caret_is_no_divergence() -> None:
    generation = begun(Speaker("(a, b)"), before="f", after="\nend")
    await generation.closed()

    assert generation.rest("f(", ")\nend") == "a, b)"


async def test_a_new_stream_stops_the_others() -> None:
    kept = Generations()
    first, second = Speaker("a", held=True), Speaker("b", held=True)
    one, other = begun(first), begun(second, before="y =")
    kept.add(one)
    await turns()
    kept.add(other)
    await one.closed()
    await turns()

    assert (first.n_closed, second.n_closed) == (1, 0)
    await kept.close()
    assert second.n_closed == 1


async def test_the_cache_finds_what_can_answer_and_forgets_a_closed_document() -> None:
    kept = Generations()
    generation = begun(Speaker(" a + b\n"))
    kept.add(generation)
    await generation.closed()

    assert kept.find(URI, "x = a", "") is generation
    assert kept.find(URI, "x = a + b\n", "") is None, "nothing is left to say"
    assert kept.find("file:///other.py", "x = a", "") is None
    kept.forget(URI)
    assert kept.find(URI, "x = a", "") is None


async def test_the_cache_does_not_answer_with_a_line_that_was_cut_off() -> None:
    kept = Generations()
    speaker = Speaker(" a", " + b\n", held=True)
    generation = begun(speaker)
    kept.add(generation)
    speaker.say()
    await generation.grown()
    generation.stop()
    await generation.closed()

    assert kept.find(URI, "x =", "") is None


async def test_a_change_that_disagrees_stops_the_stream() -> None:
    kept = Generations()
    speaker = Speaker(" a", " + b", held=True)
    generation = begun(speaker)
    kept.add(generation)
    speaker.say()
    await generation.grown()
    kept.changed(URI, "x = a")
    assert not generation.done
    kept.changed(URI, "x = b")
    await generation.closed()

    assert speaker.n_closed == 1


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        *(("x = fo", True), ("x = foo", True), ("x = foo_bar", True), ("x = foo_bar(", True)),
        *(("x = f", False), ("x = fox", False), ("x = fo\nelse", False)),
    ],
)
async def test_typing_out_a_widgets_entry_goes_towards_the_stream_that_began_behind_it(text: str, agrees: bool) -> None:
    speaker = Speaker("(a)", held=True)
    generation = Generation(Origin(URI, "x = foo_bar", "", len("o_bar")), "r1", asyncio.get_running_loop().time)
    generation.start(speaker.ask(URI, CaretView("x = foo_bar", "", "")), NEVER)
    speaker.say()
    await generation.grown()

    assert generation.agrees_with(text) is agrees
    generation.stop()


async def test_a_stream_stopped_before_it_began_keeps_nobody_waiting() -> None:
    generation = Generation(Origin(URI, "x =", ""), "r1", asyncio.get_running_loop().time)
    generation.start(Speaker(" 1").ask(URI, CaretView("x =", "", "python")), lambda text: False)
    waiting = asyncio.create_task(generation.grown())
    generation.stop()

    assert await asyncio.wait_for(waiting, 5)
    assert generation.done


async def test_a_stream_that_has_said_nothing_agrees_with_nothing_typed() -> None:
    generation = begun(Speaker(" a", held=True))
    await turns()

    assert generation.rest("x =", "") == ""
    assert generation.rest("x = ", "") is None
    assert not generation.agrees_with("x = ")
    generation.stop()
    await generation.closed()
