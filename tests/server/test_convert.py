"""LSP's values to ours and back."""

from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from tactful_models.events import End, Known, Trigger
from tactful_server import convert
from tactful_server.buffers import Buffer, Encoding
from tactful_server.ends import Offer
from tactful_server.screen import Ending, Part

URI = "file:///a.py"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "item", "command", "arguments", "kind", "shownMs"]), inner)
    ),
    max_leaves=8,
)


def params(
    character: int,
    widget: types.SelectedCompletionInfo | None = None,
    kind: types.InlineCompletionTriggerKind | None = None,
) -> types.InlineCompletionParams:
    chosen = kind or types.InlineCompletionTriggerKind.Automatic
    context = types.InlineCompletionContext(chosen, widget)
    return types.InlineCompletionParams(context, types.TextDocumentIdentifier(URI), types.Position(0, character))


def test_a_request_carries_the_text_around_the_caret() -> None:
    ask = convert.ask(params(7), Buffer(URI, "python", 3, 'x = "😀"'), Encoding.UTF16, 9.0)

    assert (ask.view.before, ask.view.after, ask.version, ask.at) == ('x = "😀', '"', 3, 9.0)
    assert ask.trigger is Trigger.AUTOMATIC
    assert ask.caret == len(ask.view.before)


def test_asking_by_hand_is_told_apart() -> None:
    invoked = types.InlineCompletionTriggerKind.Invoked
    ask = convert.ask(params(0, kind=invoked), Buffer(URI, "python", 1, ""), Encoding.UTF16, 0.0)

    assert ask.manual


def test_a_widgets_entry_stands_before_the_caret_as_if_it_had_been_taken() -> None:
    entry = types.Range(types.Position(0, 4), types.Position(0, 6))
    request = params(6, types.SelectedCompletionInfo(entry, "foo_bar"))
    buffer = Buffer(URI, "python", 1, "x = fo)")
    ask = convert.ask(request, buffer, Encoding.UTF16, 0.0)

    assert (ask.view.before, ask.view.after, ask.caret) == ("x = foo_bar", ")", 6)
    offer = Offer("s", URI, ask.caret, "o_bar(1)", 1, "fo")
    [item] = convert.answer(offer, request, buffer).items
    assert (item.insert_text, item.range) == ("foo_bar(1)", entry)


def test_an_answer_is_one_item_with_the_accept_command_in_the_documents_line_ends() -> None:
    buffer = Buffer(URI, "python", 1, "a\r\nb")
    [item] = convert.answer(Offer("s1", URI, 1, "x\ny", 1), params(1), buffer).items

    assert item.insert_text == "x\r\ny"
    assert item.command == types.Command("Accepted", "tactful.accept", arguments=["s1"])
    assert convert.answer(None, params(1), buffer).items == []


@pytest.mark.parametrize(("coding", "units"), [(Encoding.UTF8, 5), (Encoding.UTF16, 3), (Encoding.UTF32, 2)])
def test_positions_count_in_the_clients_units(coding: Encoding, units: int) -> None:
    assert convert.position("a\nb😀c", 4, coding) == types.Position(1, units)


def test_a_notification_names_its_suggestion_by_id_or_by_the_item() -> None:
    item = {"command": {"arguments": ["s1"]}}

    assert convert.suggestion_id({"id": "s0", "item": item}) == "s0"
    assert convert.suggestion_id({"item": item}) == "s1"
    assert convert.suggestion_id({}) == ""


@given(ANYTHING)
def test_loose_notifications_of_any_shape_are_read_without_a_fault(sent: Any) -> None:
    told = convert.mapping(sent)
    assert isinstance(convert.suggestion_id(told), str)
    ending = convert.ending(told)
    assert ending is None or ending.end.is_final
    assert convert.part(told).n_units >= 0
    assert convert.count(told.get("shownMs")) >= 0


def test_named_tuples_of_the_protocol_library_become_mappings() -> None:
    loose = namedtuple("loose", ["id", "item"])

    assert convert.mapping(loose("s", [loose(1, None)])) == {"id": "s", "item": [{"id": 1, "item": None}]}


def test_the_end_that_a_client_tells_is_read() -> None:
    told = {"id": "s", "kind": "rejected", "reason": "escape", "shownMs": 1500}

    assert convert.ending(told) == Ending("s", End.REJECTED, "escape", 1.5)
    assert convert.ending({**told, "kind": "shown"}) is None, "no end"
    assert convert.ending({**told, "id": ""}) is None
    assert convert.ending({**told, "shownMs": True}) == Ending("s", End.REJECTED, "escape", None)


def test_how_a_client_knows_is_read_and_an_unknown_word_is_no_certainty() -> None:
    told = {"id": "s", "kind": "ignored", "acceptedLength": 3}

    assert convert.part({**told, "known": "change"}) == Part("s", 3, "", Known.CHANGE)
    assert convert.part({"item": {"insertText": "abc", "command": {"arguments": ["s"]}}, **told}).item == "abc"
    ending = convert.ending({**told, "known": "answer"})
    assert ending is not None
    assert ending.known is Known.ANSWER
    assert convert.known({}) is Known.CLIENT
    odd: object
    for odd in ("command", "imported", "sure", None, 1, []):
        assert convert.known({"known": odd}) is Known.ANSWER


def test_a_reason_is_a_name_and_never_text() -> None:
    for reason, kept in (("editor_changed", "editor_changed"), ("x = 'secret'", ""), ("a" * 41, ""), (7, "")):
        ending = convert.ending({"id": "s", "kind": "ignored", "reason": reason})
        assert ending is not None
        assert ending.reason == kept


def test_a_client_introduces_itself_with_settings_alone_or_with_more() -> None:
    capabilities = types.ClientCapabilities()
    alone = types.InitializeParams(capabilities, initialization_options={"gate": {"mode": "off"}})
    more = types.InitializeParams(
        capabilities,
        client_info=types.ClientInfo("vim", "9"),
        root_uri="file:///project",
        initialization_options={
            "settings": {"enabled": False},
            "client": {"partialCompletion": True, "tells": ["shown"]},
        },
    )

    assert convert.introduction(alone)[0] == {"gate": {"mode": "off"}}
    written, client = convert.introduction(more)
    assert written == {"enabled": False}
    assert (client.name, client.partial, client.tells) == ("vim 9", True, frozenset({"shown"}))
    assert client.folders == (Path("/project"),)


@given(ANYTHING)
def test_an_introduction_of_any_shape_is_read_without_a_fault(sent: Any) -> None:
    convert.introduction(types.InitializeParams(types.ClientCapabilities(), initialization_options=sent))
    convert.introduction(types.InitializeParams(types.ClientCapabilities(), initialization_options={"client": sent}))
    about = {"client": {"tells": sent, "partialCompletion": sent}}
    convert.introduction(types.InitializeParams(types.ClientCapabilities(), initialization_options=about))
