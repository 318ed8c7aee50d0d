"""lsprotocol's values to ours and back: UTF-16, ranges and loosely typed notifications end here."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from ulid import ULID

from tactful_models.events import End, Known, Trigger
from tactful_models.facts import CaretView
from tactful_server.ask import Ask, Widget
from tactful_server.buffers import Buffer, Edit, Encoding, Spot, plain, units
from tactful_server.checks.marking import Finding, MarkedPlace
from tactful_server.ends import Offer
from tactful_server.exclusion import path_of
from tactful_server.partials import Partial
from tactful_server.screen import Ending, Part
from tactful_server.starting import Client

ACCEPT = "tactful.accept"
"""The command that each item carries and the editor runs when it is taken."""
_KNOWN = {one.value: one for one in (Known.CLIENT, Known.CHANGE, Known.ANSWER)}
_REASON = re.compile(r"[a-z][a-z_-]{0,39}")
"""A name; anything else might be text."""


def encoding(capabilities: types.ServerCapabilities | None) -> Encoding:
    """What was negotiated; UTF-16 where nothing was."""
    chosen = capabilities.position_encoding if capabilities else None
    return Encoding(str(getattr(chosen, "value", chosen))) if chosen else Encoding.UTF16


def edits(changes: Sequence[types.TextDocumentContentChangeEvent]) -> list[Edit]:
    """A notification's changes, in order."""
    return [_edit(change) for change in changes]


def ask(params: types.InlineCompletionParams, buffer: Buffer, coding: Encoding, at: float) -> Ask:
    """The request, with the document as it is now."""
    caret = buffer.offset(_spot(params.position), coding)
    widget = _widget(params.context.selected_completion_info, buffer, coding, caret)
    before = buffer.text[:caret] + (widget.ahead if widget else "")
    line = min(params.position.line, buffer.n_lines - 1)
    known = (line, buffer.n_lines) if widget is None else (None, None)
    return Ask(
        request_id=str(ULID()),
        uri=buffer.uri,
        version=buffer.version,
        view=CaretView(before, buffer.text[caret:], buffer.language, *known),
        trigger=_trigger(params.context.trigger_kind),
        at=at,
        widget=widget,
    )


def answer(offer: Offer | None, params: types.InlineCompletionParams, buffer: Buffer) -> types.InlineCompletionList:
    """The editor's answer: one item that carries the accept command, or none."""
    if offer is None:
        return types.InlineCompletionList(items=[])
    chosen = params.context.selected_completion_info
    put = types.Range(params.position, params.position) if chosen is None else chosen.range
    command = types.Command(title="Accepted", command=ACCEPT, arguments=[offer.suggestion_id])
    text = buffer.native(offer.replaced + offer.text)
    return types.InlineCompletionList(items=[types.InlineCompletionItem(text, range=put, command=command)])


def position(text: str, offset: int, coding: Encoding) -> types.Position:
    """An offset as the client counts.

    >>> position("a\\n😀b", 3, Encoding.UTF16)
    1:2
    """
    start = text.rfind("\n", 0, offset) + 1
    return types.Position(text.count("\n", 0, start), units(text[start:offset], coding))


def mapping(params: object) -> dict[str, Any]:
    """The parameters of a notification that lsprotocol does not know, as plain dictionaries and lists."""
    plain_params = _plain(params)
    return plain_params if isinstance(plain_params, dict) else {}


def suggestion_id(params: Mapping[str, Any]) -> str:
    """Whose notification this is: the id itself, or the item it was sent with; empty when it names none."""
    if isinstance(named := params.get("id"), str):
        return named
    command = _mapping_in(_mapping_in(params, "item"), "command")
    arguments = command.get("arguments")
    first = arguments[0] if isinstance(arguments, list) and arguments else ""
    return first if isinstance(first, str) else ""


def introduction(params: types.InitializeParams) -> tuple[object, Client]:
    """The settings that the client starts with, and who it is.

    `initializationOptions` is `{"settings": {…}, "client": {…}}`, or the settings alone.
    """
    sent = mapping(params.initialization_options)
    about = sent.pop("client", None)
    about = about if isinstance(about, dict) else {}
    tells = about.get("tells")
    client = Client(
        name=_name(params.client_info),
        partial=about.get("partialCompletion") is True,
        status=about.get("status") is True,
        marks=about.get("marks") is True,
        tells=frozenset(word for word in tells if isinstance(word, str)) if isinstance(tells, list) else frozenset(),
        trusted=about.get("trusted") is True,
        folders=_folders(params),
    )
    return sent.get("settings", sent), client


def offers_configuration(params: types.InitializeParams) -> bool:
    """Whether the client can be asked for its settings."""
    workspace = params.capabilities.workspace
    return bool(workspace and workspace.configuration)


def partial(grown: Partial, coding: Encoding) -> dict[str, Any]:
    """The parameters of `tactful/partialCompletion`."""
    at = position(grown.ask.view.before, grown.ask.caret, coding)
    return {
        "id": grown.suggestion_id,
        "uri": grown.ask.uri,
        "version": grown.ask.version,
        "position": {"line": at.line, "character": at.character},
        "text": grown.text,
        "done": grown.done,
    }


def taken(place: MarkedPlace, coding: Encoding) -> dict[str, Any]:
    """The parameters of `tactful/didTake`."""
    start, end = (position(place.text, offset, coding) for offset in (place.start, place.end))
    spots = [{"line": spot.line, "character": spot.character} for spot in (start, end)]
    where = {"uri": place.uri, "version": place.version, "range": {"start": spots[0], "end": spots[1]}}
    return {"id": place.suggestion_id, **where}


def found(place: MarkedPlace, finding: Finding, coding: Encoding) -> dict[str, Any]:
    """The parameters of `tactful/didCheck`."""
    checked = finding.checked
    told = {"trigger": checked.trigger, "climbed": checked.climbed, "stopped": checked.stopped}
    said = {"broke": list(checked.broke), "whole": finding.is_whole, "sentence": finding.sentence}
    return {**taken(place, coding), **said, **told}


def ending(params: Mapping[str, Any]) -> Ending | None:
    """What `tactful/didEndCompletion` says; None where it says nothing that is known."""
    word, named = end(params.get("kind")), suggestion_id(params)
    if word is None or not named:
        return None
    reason = params.get("reason")
    is_name = isinstance(reason, str) and _REASON.fullmatch(reason)
    return Ending(named, word, str(reason) if is_name else "", seconds(params.get("shownMs")), known(params))


def part(params: Mapping[str, Any]) -> Part:
    """What `textDocument/didPartiallyAcceptCompletion` says."""
    return Part(suggestion_id(params), count(params.get("acceptedLength")), item_text(params), known(params))


def item_text(params: Mapping[str, Any]) -> str:
    """The text of the item that a notification was sent with; empty where there was none."""
    text = _mapping_in(params, "item").get("insertText")
    return text if isinstance(text, str) else ""


def known(params: Mapping[str, Any]) -> Known:
    """How the client knows what it says: for certain unless it says otherwise.

    >>> known({}), known({"known": "answer"})
    (<Known.CLIENT: 'client'>, <Known.ANSWER: 'answer'>)
    """
    word = params.get("known", Known.CLIENT.value)
    return _KNOWN.get(word, Known.ANSWER) if isinstance(word, str) else Known.ANSWER


def end(word: object) -> End | None:
    """The client's word for an end; None for one that is no end or not known."""
    known = {one.value: one for one in End if one.is_final}
    return known.get(word) if isinstance(word, str) else None


def seconds(milliseconds: object) -> float | None:
    """A duration the client measured; None where it makes no sense."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or not 0 <= milliseconds < 1e9:
        return None
    return milliseconds / 1000


def count(number: object) -> int:
    """A count the client sent; 0 where it makes no sense."""
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else 0


def _mapping_in(params: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = params.get(name)
    return found if isinstance(found, dict) else {}


def _name(client: types.ClientInfo | None) -> str:
    return f"{client.name} {client.version or ''}".strip()[:80] if client else ""


def _folders(params: types.InitializeParams) -> tuple[Path, ...]:
    uris = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
    return tuple(path for uri in uris if uri and (path := path_of(uri)) is not None)


def _edit(change: types.TextDocumentContentChangeEvent) -> Edit:
    if isinstance(change, types.TextDocumentContentChangePartial):
        return Edit(_spot(change.range.start), _spot(change.range.end), change.text)
    return Edit(None, None, change.text)


def _spot(at: types.Position) -> Spot:
    return Spot(at.line, at.character)


def _trigger(kind: types.InlineCompletionTriggerKind) -> Trigger:
    return Trigger.MANUAL if kind == types.InlineCompletionTriggerKind.Invoked else Trigger.AUTOMATIC


def _widget(chosen: types.SelectedCompletionInfo | None, buffer: Buffer, coding: Encoding, caret: int) -> Widget | None:
    if chosen is None:
        return None
    start = buffer.offset(_spot(chosen.range.start), coding)
    return Widget(plain(chosen.text), buffer.text[start:caret])


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
