"""One request's life: rules, delay, cancelling, joining, the cache, the suggest widget, growing text."""

import asyncio
from itertools import pairwise

import pytest
from lsprotocol import types

from e2e.conftest import Home, Serve
from e2e.desktop import Desktop, eventually
from model_server import ModelServer, Script, saying
from tactful_models.events import Decided, RequestEnded, Result, SuggestionMade, Trigger

pytestmark = pytest.mark.e2e

FOLDER = "file:///project"
URI = f"{FOLDER}/example.py"
START = "def add(a, b):\n    return"
SLOW = Script(answer=saying(" a + b + c + d + e + f\n"), per_token_s=0.1)


def drawn(editor: Desktop, code: str, language: str = "python", uri: str = URI) -> None:
    """Opens a document with the caret where the `█` is."""
    before, _, after = code.partition("█")
    editor.open(uri, before + after, language)
    editor.caret = len(before)


async def cancelled(asking: "asyncio.Task[object]") -> None:
    asking.cancel()
    await asyncio.wait([asking])


RULES = (
    ("value = ba█r", "python", "word_after"),
    ("add(█1, 2)", "python", "word_after"),
    ("x = █ + 1", "python", "code_after"),
    ("# about█", "python", "in_comment"),
    ("x =█", "plaintext", "language_off"),
    ("x" * 2000 + "█", "python", "file_too_large"),
)


async def test_each_rule_stops_a_request_by_its_name_before_the_gate_and_the_model(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    settings = {"inComments": False, "languagesOff": ["plaintext"], "maxFileChars": 1500, "exclude": ["secret/"]}
    async with serve(request=settings) as editor:
        for code, language, _ in RULES:
            drawn(editor, code, language)
            assert await editor.ask() is None
        drawn(editor, "x =█", uri=f"{FOLDER}/secret/plan.py")
        assert await editor.ask() is None
        drawn(editor, "x =█", uri=f"{FOLDER}/.env")
        assert await editor.ask(manual=True) is None
        drawn(editor, "x =█")
        await editor.command("tactful.pause")
        assert await editor.ask() is None
        assert (await editor.status()).state == "paused"
        await editor.command("tactful.resume")
        await editor.command("tactful.snooze", 5)
        assert await editor.ask() is None
        assert 0 < (await editor.status()).snoozedS <= 300
        await editor.command("tactful.resume")
        assert model.records == []
        drawn(editor, "add(█)")
        await editor.must()

    reasons = [reason for *_, reason in RULES] + ["excluded", "excluded", "paused", "snoozed"]
    assert home.results() == [f"withheld/{reason}" for reason in reasons] + ["produced"]
    assert len({one.request_id for one in home.events(Decided)}) == 1


async def test_a_delay_that_the_user_sets_is_waited_before_the_model_is_asked(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    async with serve(request={"delayMs": 1000}) as editor:
        editor.open(URI, START)
        await editor.must()
        asking = asyncio.create_task(editor.ask())
        await asyncio.sleep(0.1)
        await cancelled(asking)
        by_hand = await editor.must(manual=True)

    first, _, third = home.events(RequestEnded)
    assert home.results() == ["produced", "cancelled/client", "produced"]
    assert first.latency_s >= 1.0
    assert third.latency_s < 1.0
    assert by_hand.text == " a + b"
    assert len(model.records) == 1


async def test_asking_by_hand_makes_no_decision_and_is_logged_as_such(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        editor.open(URI, START)
        await editor.must(manual=True)
        explained = await editor.request("tactful/explain")

    [request] = home.events(RequestEnded)
    assert request.facts.trigger is Trigger.MANUAL
    assert request.result is Result.PRODUCED
    assert home.events(Decided) == []
    assert len(home.events(SuggestionMade)) == 1
    assert (explained.found, explained.trigger, len(explained.decisions)) == (True, "manual", 0)


async def test_a_cancelled_request_is_recorded_and_its_stream_ends_when_the_document_closes(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = Script(fault="stall")
    async with serve() as editor:
        editor.open(URI, START)
        asking = asyncio.create_task(editor.ask())
        [record] = await eventually(lambda: model.records)
        await cancelled(asking)
        editor.close()
        await eventually(lambda: record.closed_at)

    assert home.results() == ["cancelled/client"]
    assert home.events(RequestEnded)[0].model_called


async def test_a_diverging_key_closes_the_connection(serve: Serve, home: Home, model: ModelServer) -> None:
    model.script = SLOW
    async with serve() as editor:
        editor.open(URI, START)
        asking = asyncio.create_task(editor.ask())
        [record] = await eventually(lambda: model.records)
        await eventually(lambda: record.n_tokens > 1)
        editor.insert("x")
        await eventually(lambda: record.closed_at)
        await cancelled(asking)

    assert record.ended_at is None


async def test_asking_at_another_place_closes_the_connection(serve: Serve, model: ModelServer) -> None:
    model.script = SLOW
    async with serve() as editor:
        editor.open(URI, "x =\n" + START)
        asking = asyncio.create_task(editor.ask())
        [record] = await eventually(lambda: model.records)
        editor.caret = 3
        model.script = Script(answer=saying(" 1\n"))
        await editor.must()
        await eventually(lambda: record.closed_at)
        await cancelled(asking)


async def test_a_request_joins_the_stream_that_a_cancelled_one_began(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = SLOW
    async with serve() as editor:
        editor.open(URI, START)
        asking = asyncio.create_task(editor.ask())
        await eventually(lambda: model.records)
        await cancelled(asking)
        editor.insert(" ")
        ghost = await editor.must()

    assert ghost.text == "a + b + c + d + e + f"
    assert len(model.records) == 1
    assert home.results() == ["cancelled/client", "produced"]
    assert [one.model_called for one in home.events(RequestEnded)] == [True, False]


async def test_the_line_after_the_accepted_one_comes_without_asking_again(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = Script(answer=saying(" total(a)\n    print(a)\n    print(b)\n    print(c)\n"))
    async with serve() as editor:
        editor.open(URI, "def add(a, b):\n    total =")
        first = await editor.must()
        await editor.accept(first)
        second = await editor.must()
        await editor.accept(second)

    assert (first.text, second.text) == (" total(a)", "\n    print(a)")
    assert first.suggestion_id != second.suggestion_id
    assert len(model.records) == 1
    assert [one for one in home.ends() if one.startswith("accepted")] == ["accepted/command"] * 2


async def test_an_item_begins_with_the_entry_selected_in_the_suggest_widget(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = Script(answer=saying("(1)\n"))
    async with serve() as editor:
        editor.open(URI, "x = fo")
        entry = types.Range(types.Position(0, 4), types.Position(0, 6))
        differs = await editor.complete(types.Position(0, 6), types.SelectedCompletionInfo(entry, "bar"))
        assert model.records == []
        answer = await editor.complete(types.Position(0, 6), types.SelectedCompletionInfo(entry, "foo_bar"))
        [item] = answer.items
        editor.caret = 4
        editor.replace(4, 6, item.insert_text)
        await editor.command("tactful.accept", item.command.arguments[0])

    assert not differs.items
    assert (item.insert_text, item.range) == ("foo_bar(1)", entry)
    assert model.records[0].prompt.endswith("x = foo_bar")
    assert home.results() == ["withheld/widget_differs", "produced"]
    assert home.ends()[-1] == "accepted/command"


async def test_typing_out_the_selected_entry_stays_with_one_call(serve: Serve, model: ModelServer) -> None:
    model.script = Script(answer=saying("(1)\n"), first_token_s=0.5)
    async with serve() as editor:
        editor.open(URI, "x = fo")
        asking = []
        for typed in ("", "o", "_"):
            editor.insert(typed)
            entry = types.Range(types.Position(0, 4), types.Position(0, editor.caret))
            widget = types.SelectedCompletionInfo(entry, "foo_bar")
            asking.append(asyncio.create_task(editor.complete(types.Position(0, editor.caret), widget)))
            await eventually(lambda: model.records)
        answers = await asyncio.gather(*asking)

    assert [item.insert_text for item in answers[-1].items] == ["foo_bar(1)"]
    assert len(model.records) == 1


GROWING = Script(answer=saying("\n    a = 1\n    b = 2\n    c = 3\n"), per_token_s=0.05)


async def test_growing_text_is_sent_to_a_client_that_declares_it(serve: Serve, model: ModelServer) -> None:
    model.script = GROWING
    async with serve({"partialCompletion": True}, request={"holdMs": 0}) as editor:
        editor.open(URI, "def f():")
        ghost = await editor.must()
        partials = editor.client.partials
        await eventually(lambda: partials and partials[-1].done)

    assert ghost.text == "\n    a = 1"
    assert partials[-1].text == "\n    a = 1\n    b = 2\n    c = 3"
    assert all(later.text.startswith(earlier.text.rstrip()) for earlier, later in pairwise(partials))
    assert {one.id for one in partials} == {ghost.suggestion_id}
    assert len(partials) > 2


async def test_growing_text_is_sent_to_no_other_client(serve: Serve, model: ModelServer) -> None:
    model.script = GROWING
    async with serve(request={"holdMs": 0}) as editor:
        editor.open(URI, "def f():")
        await editor.must()
        await eventually(lambda: model.records[0].ended_at or model.records[0].closed_at)

    assert editor.client.partials == []


async def test_a_block_is_held_back_until_it_is_whole(serve: Serve, model: ModelServer) -> None:
    model.script = Script(answer=saying("\n    a = 1\n    b = 2\n\n\n"), per_token_s=0.01)
    async with serve(request={"holdMs": 5000}) as editor:
        editor.open(URI, "def f():")
        ghost = await editor.must()

    assert ghost.text == "\n    a = 1\n    b = 2"


async def test_an_answer_without_anything_in_it_ends_empty(serve: Serve, home: Home, model: ModelServer) -> None:
    model.script = Script(answer=saying(""))
    async with serve() as editor:
        editor.open(URI, START)
        assert await editor.ask() is None

    assert home.results() == ["empty/blank"]
