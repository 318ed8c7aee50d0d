"""What of a stream can be offered: its first line, then a block."""

import asyncio

import pytest

from drawn import at
from speaking import Speaker, turns
from tactful_models.facts import CaretView
from tactful_server.drawing import Drawing, line_end, wants_block, whole_lines
from tactful_server.generation import Generation, Origin
from tactful_server.postprocess import Shape
from tactful_server.providers.faults import CutError

URI = "file:///a.py"


def begun(speaker: Speaker, view: CaretView) -> Generation:
    generation = Generation(Origin(URI, view.before, view.after), "r1", asyncio.get_running_loop().time)
    generation.start(speaker.ask(URI, view), lambda text: False)
    return generation


async def test_the_first_line_is_drawn_as_soon_as_it_is_whole() -> None:
    view = at("x =█")
    speaker = Speaker(" a", " + b", "\n", "y", held=True)
    generation = begun(speaker, view)
    drawing = asyncio.create_task(Drawing(view, Shape()).first_line(generation))
    speaker.say(2)
    await turns()
    assert not drawing.done()
    speaker.say()
    drawn = await drawing

    assert drawn is not None
    assert (drawn.text, drawn.ends_at) == (" a + b", 6)
    assert [token.text for token in drawn.tokens] == [" a", " + b"]
    generation.stop()


async def test_a_line_that_the_model_ended_keeps_the_line_break_and_one_that_a_filter_cut_does_not() -> None:
    whole = await Drawing(at("x =█"), Shape()).first_line(begun(Speaker(" a", " + b", "\n", "y"), at("x =█")))
    cut = await Drawing(at("f(█)"), Shape()).first_line(begun(Speaker("a", ")", "\n", "y"), at("f(█)")))

    assert whole is not None
    assert whole.line_break is not None
    assert whole.line_break.text == "\n"
    assert cut is not None
    assert (cut.text, cut.line_break) == ("a", None)


async def test_a_line_that_just_stopped_has_no_line_break() -> None:
    drawn = await Drawing(at("x =█"), Shape()).first_line(begun(Speaker(" a", " + b"), at("x =█")))

    assert drawn is not None
    assert drawn.line_break is None


async def test_typing_along_leaves_the_rest_of_the_line_with_its_tokens() -> None:
    generation = begun(Speaker(" a", " + b", "\n"), at("x =█"))
    await generation.grown()
    drawn = await Drawing(at("x = a█"), Shape()).first_line(generation)

    assert drawn is not None
    assert (drawn.text, drawn.ends_at) == (" + b", 6)
    assert [token.text for token in drawn.tokens] == [" + b"]


async def test_a_stream_that_says_something_else_draws_nothing() -> None:
    generation = begun(Speaker(" a\n"), at("x =█"))

    assert await Drawing(at("x = b█"), Shape()).first_line(generation) is None


async def test_a_fault_before_the_line_is_whole_is_raised_and_one_after_is_not() -> None:
    view = at("x =█")
    with pytest.raises(CutError):
        await Drawing(view, Shape()).first_line(begun(Speaker(" a", fault=CutError("off")), view))

    drawn = await Drawing(view, Shape()).first_line(begun(Speaker(" a\n b", fault=CutError("off")), view))
    assert drawn is not None
    assert drawn.text == " a"


async def test_filters_that_leave_nothing_are_named() -> None:
    view = at("x =█")
    drawn = await Drawing(view, Shape()).first_line(begun(Speaker("  \n"), view))

    assert drawn is not None
    assert (drawn.text, drawn.reason) == ("", "blank")


async def test_a_block_is_waited_for_until_the_time_is_up_and_then_given_in_whole_lines() -> None:
    view = at("def f():█")
    speaker = Speaker("\n    a = 1\n", "    b = 2\n    c", " = 3", held=True)
    generation = begun(speaker, view)
    speaker.say()
    drawing = Drawing(view, Shape())
    await drawing.first_line(generation)
    speaker.say()
    await generation.grown()
    drawn = await drawing.block(generation, 0.01)

    assert drawn is not None
    assert drawn.text == "\n    a = 1\n    b = 2"
    generation.stop()


async def test_a_block_whose_stream_has_ended_is_given_whole() -> None:
    view = at("def f():█")
    generation = begun(Speaker("\n    a = 1\n    b = 2"), view)
    await generation.closed()
    drawn = await Drawing(view, Shape()).block(generation, 5)

    assert drawn is not None
    assert drawn.text == "\n    a = 1\n    b = 2"


@pytest.mark.parametrize(
    ("code", "length", "block"),
    [
        ("def f():█", "auto", True),
        ("if (x) {█", "auto", True),
        ("x =█", "auto", False),
        ("x =█", "block", True),
        ("def f():█", "line", False),
        ("f(x:█)", "block", False),
    ],
)
def test_a_block_is_wanted_where_one_begins_or_the_setting_says_so(code: str, length: str, block: bool) -> None:
    assert wants_block(at(code), length) is block


def test_lines_end_where_they_end() -> None:
    assert [line_end("a\nb"), line_end("a"), line_end("\n\na\nb"), line_end("")] == [1, 1, 3, 0]
    assert [whole_lines("a\nb\nc"), whole_lines("a"), whole_lines("\na")] == ["a\nb", "a", "\na"]


async def test_a_line_cut_short_because_the_server_stopped_is_not_offered() -> None:
    view = at("x =█")
    speaker = Speaker(" alpha be", "ta\n", held=True)
    generation = begun(speaker, view)
    speaker.say()
    await turns()
    generation.stop()
    await generation.closed()

    assert generation.said.text == " alpha be"
    assert await Drawing(view, Shape(single_line=True)).first_line(generation) is None
