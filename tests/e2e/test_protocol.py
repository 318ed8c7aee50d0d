"""What the server tells an editor of itself, and how it copes with what editors send."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from e2e.conftest import Home, Serve, scripted
from e2e.desktop import eventually
from model_server import ModelServer, Script, saying
from tactful_models.events import ContextFacts, RequestEnded, SessionStarted
from tactful_server.detecting import USUAL

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
ENCODINGS = {"utf-8": 4, "utf-16": 2, "utf-32": 1}
"""Units that one emoji takes."""


def prompts(model: ModelServer) -> list[str]:
    return [record.prompt for record in model.records]


def facts(home: Home) -> list[ContextFacts]:
    return [request.facts for request in home.events(RequestEnded)]


async def test_inline_completion_and_incremental_sync_are_advertised(serve: Serve) -> None:
    async with serve(ready=False) as editor:
        capabilities = editor.capabilities

    assert isinstance(capabilities.inline_completion_provider, types.InlineCompletionOptions)
    assert capabilities.execute_command_provider is not None
    assert "tactful.accept" in capabilities.execute_command_provider.commands
    sync = capabilities.text_document_sync
    assert isinstance(sync, types.TextDocumentSyncOptions)
    assert sync.change is types.TextDocumentSyncKind.Incremental
    assert sync.open_close


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_positions_are_read_in_the_negotiated_encoding(
    serve: Serve, home: Home, model: ModelServer, encoding: str
) -> None:
    model.script = Script(answer=saying(' "😀"\n'))
    client = {"partialCompletion": True}
    async with serve(client, launch={"encodings": (encoding,)}) as editor:
        assert editor.capabilities.position_encoding == encoding
        editor.open(URI, 'x = "😀"\n')
        wide = 5 + ENCODINGS[encoding]
        at = types.Position(0, wide + 1)
        typed = types.TextDocumentContentChangePartial(types.Range(at, at), " +")
        version = types.VersionedTextDocumentIdentifier(2, URI)
        editor.client.text_document_did_change(types.DidChangeTextDocumentParams(version, [typed]))
        answer = await editor.complete(types.Position(0, wide + 3))
        [item] = answer.items
        [partial, *_] = await eventually(lambda: editor.client.partials)

    assert prompts(model)[0].endswith('x = "😀" +')
    assert item.insert_text == ' "😀"'
    assert item.range == types.Range(types.Position(0, wide + 3), types.Position(0, wide + 3))
    assert (partial.position.line, partial.position.character) == (0, wide + 3)
    [only] = facts(home)
    assert only.line_before_chars == len('x = "😀" +')


async def test_an_encoding_nobody_knows_falls_back_to_utf_16(serve: Serve) -> None:
    async with serve(ready=False, launch={"encodings": ("utf-7",)}) as editor:
        assert editor.capabilities.position_encoding == "utf-16"


async def test_a_document_with_crlf_keeps_its_line_ends(serve: Serve, home: Home, model: ModelServer) -> None:
    model.script = Script(answer=saying("\n    a = 1\n    b = 2\n\n\n"))
    async with serve(request={"hold_ms": 5000}) as editor:
        editor.open(URI, "x = 1\r\ndef f():")
        editor.text = "x = 1\ndef f():"
        answer = await editor.complete(types.Position(1, 8))

    [item] = answer.items
    assert item.insert_text == "\r\n    a = 1\r\n    b = 2"
    assert "\r" not in prompts(model)[0]
    assert [(one.line_index, one.document_chars) for one in facts(home)] == [(1, 14)]


async def test_a_form_feed_ends_no_line(serve: Serve, home: Home, model: ModelServer) -> None:
    async with serve() as editor:
        editor.open(URI, "x = 1\n\x0c\ny\u2028z = 2\nreturn ")
        await editor.must()

    [only] = facts(home)
    assert (only.line_index, only.document_lines) == (3, 4)
    assert prompts(model)[0].rstrip().endswith("return")


async def test_a_document_that_was_never_opened_gets_no_suggestion(serve: Serve, model: ModelServer) -> None:
    async with serve() as editor:
        editor.uri = "file:///project/unheard_of.py"
        editor.insert("x")
        answer = await editor.complete(types.Position(0, 0))
        editor.close()

    assert not answer.items
    assert model.records == []


async def test_notifications_that_nobody_knows_are_passed_over(serve: Serve) -> None:
    async with serve() as editor:
        editor.tell("textDocument/didFocus", textDocument={"uri": URI})
        editor.tell("$/unheardOf", anything=[1, 2])
        editor.open(URI, "x = ")
        await editor.must()

    assert "Traceback" not in editor.stderr


@pytest.mark.parametrize("arguments", [(), ("CANARY",), ({"id": "CANARY"}, 1), (None,), (True,), (["CANARY"],)])
async def test_a_command_with_odd_arguments_does_nothing_and_repeats_nothing(
    serve: Serve, arguments: tuple[Any, ...]
) -> None:
    async with serve() as editor:
        editor.open(URI, "x = ")
        for name in ("tactful.snooze", "tactful.accept"):
            assert await editor.command(name, *arguments) is None
        assert (await editor.status()).snoozedS == 0
        await editor.must()

    assert "CANARY" not in editor.stderr
    assert "Traceback" not in editor.stderr


async def test_a_position_beyond_the_end_is_moved_into_the_document(serve: Serve) -> None:
    async with serve() as editor:
        editor.open(URI, "x = ")
        answer = await editor.complete(types.Position(99, 99))

    assert len(answer.items) == 1


async def test_wrong_settings_fall_back_and_are_named_once(serve: Serve, model: ModelServer) -> None:
    async with serve(gate={"mode": "loud"}, request={"delayMs": "soon", "unheardOf": 1}) as editor:
        editor.open(URI, "x = ")
        await editor.must()
        status = await editor.status()

    assert list(status.problems) == [
        "tactful.gate.mode: 'loud' is not one of auto, on, shadow, off; using 'auto'",
        "tactful.request.delayMs: 'soon' is not a whole number; using 0",
        "tactful.request.unheardOf: no such setting; ignored",
    ]
    assert [editor.stderr.count(problem) for problem in status.problems] == [1, 1, 1]
    assert editor.messages == []


async def test_settings_are_pulled_from_a_client_that_can_be_asked(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    asked = {"model": scripted(model, name="pulled"), "request": {"languagesOff": ["python"]}}
    async with serve(launch={"configuration": asked}) as editor:
        await editor.until(lambda status: status.model.key == "openai:pulled")
        editor.open(URI, "x = ")
        assert await editor.ask() is None

    assert home.results() == ["withheld/language_off"]


async def test_settings_are_taken_when_they_are_pushed(serve: Serve, home: Home, model: ModelServer) -> None:
    async with serve() as editor:
        editor.open(URI, "x = ")
        editor.configure({"tactful": {"enabled": False}})
        assert await editor.ask() is None
        assert (await editor.status()).state == "switched_off"
        editor.configure({"tactful": {"model": scripted(model)}})
        await editor.must()

    assert home.results() == ["withheld/switched_off", "produced"]


async def test_a_push_without_settings_makes_the_server_ask_again(serve: Serve, home: Home, model: ModelServer) -> None:
    async with serve(launch={"configuration": {"model": scripted(model)}}) as editor:
        editor.open(URI, "x = ")
        await editor.must()
        editor.client.set_configuration({"enabled": False}, section="tactful")
        editor.configure(None)
        await editor.until(lambda status: status.state == "switched_off")
        assert await editor.ask() is None

    assert home.results() == ["produced", "withheld/switched_off"]


async def test_a_wrong_setting_pushed_later_is_named_when_it_comes(serve: Serve, model: ModelServer) -> None:
    async with serve() as editor:
        editor.configure({"tactful": {"model": scripted(model), "log": {"privacy": "everything"}}})
        status = await editor.until(lambda status: status.problems and status)

    assert status.log.privacy == "features"
    assert editor.stderr.count("tactful.log.privacy: 'everything' is not one of features, redacted, code") == 1


async def test_another_model_is_taken_over_without_a_restart(serve: Serve, model: ModelServer) -> None:
    with ModelServer(Script(answer=saying(" second\n"))) as other:
        async with serve() as editor:
            editor.open(URI, "x =")
            await editor.must()
            editor.configure({"tactful": {"model": scripted(other)}})
            ghost = await editor.must()

    assert ghost.text == " second"
    assert [len(model.records), len(other.records)] == [1, 1]


async def test_a_session_names_the_editor_and_closes_without_a_word(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        pass

    assert [session.client for session in home.events(SessionStarted)] == ["tactful-demo 1"]
    assert await editor.client.gone() == 0
    assert "ERROR" not in editor.stderr


async def test_a_client_that_hangs_up_without_a_word_ends_the_server_with_everything_written(
    serve: Serve, home: Home, tmp_path: Path
) -> None:
    async with serve() as editor:
        editor.open(URI, "x = ")
        await editor.must()
        assert editor.client._server is not None
        assert editor.client._server.stdin is not None
        editor.client._server.stdin.close()
        await editor.client.gone()
        editor.client.error = ConnectionError("hung up on purpose")

    assert home.results() == ["produced"]


async def test_running_model_servers_are_looked_for_while_everything_else_goes_on(serve: Serve) -> None:
    async with serve() as editor:
        editor.open(URI, "x =")
        looking = asyncio.create_task(editor.request("tactful/findModels"))
        ghost = await editor.must()
        found = await looking

    assert ghost.text == " a + b"
    assert tuple(found.looked) == USUAL
    assert all(model.address in USUAL and model.name and model.label for model in found.models)
