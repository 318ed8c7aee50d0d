"""What becomes of a suggestion, told or inferred, as the log has it."""

import asyncio
from collections.abc import Callable

import pytest

from e2e.conftest import Home, Serve
from e2e.desktop import Desktop, eventually
from model_server import ModelServer, Script, saying
from tactful_models.events import End, OutcomeSeen, PersistenceSeen, RequestEnded, SuggestionMade

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
START = "def add(a, b):\n    return"
"""What stands before the scripted ` a + b`."""
TELLS = {"tells": ["shown", "partially_accepted"]}


def outcomes(home: Home) -> Callable[[], list[str]]:
    return lambda: home.ends() if home.db.exists() else []


async def test_shown_is_inferred_when_the_answer_stands_for_a_moment(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        editor.open(URI, START)
        await editor.must()
        await eventually(lambda: outcomes(home)() == ["shown/answer"])


async def test_shown_is_not_inferred_for_a_client_that_tells_it(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        await editor.must()
        await asyncio.sleep(0.3)  # what must not happen would have happened after 0.12 s
        ghost = await editor.must()
        editor.tell_shown(ghost)
        await eventually(lambda: outcomes(home)() == ["shown/client"])


async def test_the_accept_command_is_certain_whether_it_comes_before_or_after_the_change(
    serve: Serve, home: Home
) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        editor.tell_shown(ghost)
        await editor.accept(ghost)
        editor.open("file:///project/other.py", START)
        ghost = await editor.must()
        editor.tell_shown(ghost)
        await editor.command("tactful.accept", ghost.suggestion_id)
        editor.insert(ghost.text)

    assert home.ends() == ["shown/client", "accepted/command"] * 2
    assert [one.accepted_chars for one in home.events(OutcomeSeen)] == [None, 6, None, 6]


async def test_acceptance_is_inferred_from_the_change_alone(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        editor.insert(ghost.text)
        await eventually(lambda: outcomes(home)() == ["shown/change", "accepted/change"])

    [made] = home.events(SuggestionMade)
    assert {one.suggestion_id for one in home.events(OutcomeSeen)} == {made.suggestion_id}


async def test_acceptance_of_several_lines_is_inferred_although_the_editor_indents(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = Script(answer=saying("\n    total = a + b\n    return total\n\n\n"))
    async with serve(request={"hold_ms": 5000}) as editor:
        editor.open(URI, "def add(a, b):")
        ghost = await editor.must()
        editor.insert(ghost.text)
        await eventually(lambda: "accepted/change" in outcomes(home)())

    assert ghost.text == "\n    total = a + b\n    return total"


async def test_parts_are_inferred_and_told_with_their_characters(serve: Serve, home: Home) -> None:
    async with serve() as editor:
        editor.open(URI, START)
        first = await editor.must()
        editor.insert(" a")
        await editor.must()
        editor.insert(" +")
        second = await editor.must()
        editor.tell("textDocument/didPartiallyAcceptCompletion", id=first.suggestion_id, acceptedLength=5)
        await editor.settled()

    assert first.suggestion_id == second.suggestion_id
    parts = [one for one in home.events(OutcomeSeen) if one.end is End.PARTIAL]
    assert [(one.known.value, one.accepted_chars) for one in parts] == [("change", 2), ("change", 4), ("client", 5)]


async def test_what_was_taken_in_parts_is_followed_like_what_was_taken_whole(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        editor.tell("textDocument/didShowCompletion", id=ghost.suggestion_id)
        for taken in (2, 4):
            editor.insert(ghost.text[taken - 2 : taken])
            editor.tell("textDocument/didPartiallyAcceptCompletion", id=ghost.suggestion_id, acceptedLength=taken)
        editor.insert("(")
        await editor.settled()

    looks = [(one.suggestion_id, one.after_s, one.censored) for one in home.events(PersistenceSeen)]
    assert looks == [(ghost.suggestion_id, after_s, "shutdown") for after_s in (30, 120, 300, 600)]


async def test_parts_are_told_with_the_item_and_in_the_clients_units(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = Script(answer=saying(' "😀" + x\n'))
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        item = {"insertText": ghost.text, "command": {"command": "tactful.accept", "arguments": [ghost.suggestion_id]}}
        editor.tell("textDocument/didShowCompletion", item=item)
        editor.tell("textDocument/didPartiallyAcceptCompletion", item=item, acceptedLength=5)
        await editor.settled()

    assert home.ends()[:2] == ["shown/client", "partially_accepted/client"]
    assert home.events(OutcomeSeen)[1].accepted_chars == 4


async def test_typing_along_is_one_suggestion_and_one_call(serve: Serve, home: Home, model: ModelServer) -> None:
    async with serve() as editor:
        editor.open(URI, START)
        first = await editor.must()
        ghosts = await editor.type(" a +")
        await eventually(lambda: "shown/answer" in outcomes(home)())
        editor.insert(" b")
        await eventually(lambda: "accepted/change" in outcomes(home)())

    assert [ghost and ghost.text for ghost in ghosts] == ["a + b", " + b", "+ b", " b"]
    assert {ghost.suggestion_id for ghost in ghosts if ghost} == {first.suggestion_id}
    assert len(model.records) == 1
    requests = home.events(RequestEnded)
    assert [one.model_called for one in requests] == [True, False, False, False, False]
    assert {one.suggestion_id for one in requests} == {first.suggestion_id}
    assert len(home.events(SuggestionMade)) == 1


async def test_typing_it_through_to_its_end_is_no_acceptance(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        editor.tell_shown(await editor.must())
        await editor.type(" a + b")

    assert home.ends()[:2] == ["shown/client", "ignored/change/typed_through"]


Act = Callable[[Desktop], object]
ENDS: dict[str, tuple[Act, str]] = {
    "typed over": (lambda editor: editor.insert("x"), "ignored/change/typed_over"),
    "backspaced": (lambda editor: editor.backspace(), "ignored/change/deleted"),
    "closed": (lambda editor: editor.close(), "ignored/change/closed"),
}


async def test_an_end_that_the_document_shows_is_named(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        for number, (act, _) in enumerate(ENDS.values()):
            editor.open(f"file:///project/{number}.py", START)
            editor.tell_shown(await editor.must())
            act(editor)

    assert home.ends() == [end for _, named in ENDS.values() for end in ("shown/client", named)]


async def test_asking_elsewhere_means_that_the_caret_has_moved(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START + "\nx =")
        editor.caret = len(START)
        editor.tell_shown(await editor.must())
        editor.caret = len(editor.text)
        await editor.must()

    assert home.ends()[:2] == ["shown/client", "ignored/change/moved"]


async def test_another_suggestion_at_the_place_supersedes(serve: Serve, home: Home, model: ModelServer) -> None:
    async with serve(TELLS, launch={}) as editor:
        editor.open(URI, START)
        first = await editor.must()
        editor.tell_shown(first)
        model.script = Script(answer=saying(" b + a\n"))
        editor.configure({"tactful": {"model": {"provider": "openai", "address": model.address, "name": "other"}}})
        second = await editor.must()

    assert (first.text, second.text) == (" a + b", " b + a")
    assert home.ends()[:2] == ["shown/client", "superseded/change/superseded"]


async def test_what_escape_dismissed_is_not_shown_there_again_unless_asked_for(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        editor.tell_shown(ghost)
        editor.tell("tactful/didEndCompletion", id=ghost.suggestion_id, kind="rejected", reason="escape", shownMs=812)
        again = await editor.ask()
        editor.insert(" ")
        typed_along = await editor.ask()
        by_hand = await editor.must(manual=True)
        editor.open("file:///project/other.py", START)
        elsewhere = await editor.ask()

    assert again is None
    assert typed_along is None
    assert by_hand.text == "a + b"
    assert elsewhere is not None
    assert home.results() == [
        "produced",
        "withheld/rejected_before",
        "withheld/rejected_before",
        "produced",
        "produced",
    ]
    rejected = home.events(OutcomeSeen)[1]
    assert (rejected.end, rejected.reason, rejected.shown_s) == (End.REJECTED, "escape", 0.812)


async def test_what_was_rejected_is_remembered_by_the_next_session(serve: Serve, home: Home) -> None:
    for _ in range(2):
        async with serve(TELLS) as editor:
            editor.open(URI, START)
            if (ghost := await editor.ask()) is not None:
                editor.tell_end(ghost, "rejected", "escape")

    assert home.results() == ["produced", "withheld/rejected_before"]


async def test_what_names_no_suggestion_or_makes_no_sense_is_passed_over(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        editor.tell("textDocument/didShowCompletion", id="01NOSUCH")
        editor.tell("textDocument/didShowCompletion", id=7)
        editor.tell("textDocument/didShowCompletion")
        editor.tell("textDocument/didShowCompletion", item={"command": {"arguments": []}})
        editor.tell("textDocument/didShowCompletion", item="x")
        editor.tell("textDocument/didShowCompletion", item={"command": "x"})
        editor.tell("textDocument/didPartiallyAcceptCompletion", id=ghost.suggestion_id, acceptedLength="many")
        editor.tell("tactful/didEndCompletion", id=ghost.suggestion_id, kind="loved")
        editor.tell("tactful/didEndCompletion", id="01NOSUCH", kind="rejected")
        await editor.command("tactful.accept", "01NOSUCH")
        editor.tell_shown(ghost)
        editor.tell("tactful/didEndCompletion", id=ghost.suggestion_id, kind="ignored", shownMs=-5)
        await editor.must()

    assert home.ends()[:2] == ["shown/client", "ignored/client"]
    assert "rror" not in editor.stderr
    assert editor.messages == []


async def test_what_is_not_due_at_shutdown_is_censored(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        ghost = await editor.must()
        await editor.accept(ghost)
        editor.open("file:///project/other.py", START)
        other = await editor.must()
        await editor.accept(other)

    seen = [(one.suggestion_id, one.after_s, one.kept_ratio, one.censored) for one in home.events(PersistenceSeen)]
    horizons = (30, 120, 300, 600)
    assert seen == [(ghost.suggestion_id, after_s, None, "closed") for after_s in horizons] + [
        (other.suggestion_id, after_s, None, "shutdown") for after_s in horizons
    ]


async def test_a_suggestion_on_screen_at_shutdown_is_ignored(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        editor.tell_shown(await editor.must())

    assert home.ends() == ["shown/client", "ignored/change/shutdown"]


async def test_how_the_client_knew_is_in_the_log(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        editor.open(URI, START)
        named = (await editor.must()).suggestion_id
        editor.tell("textDocument/didShowCompletion", id=named, known="answer")
        editor.tell("textDocument/didShowCompletion", id=named, known="client")
        editor.tell("textDocument/didPartiallyAcceptCompletion", id=named, acceptedLength=2, known="change")
        for known in ("answer", "client"):
            editor.tell(
                "tactful/didEndCompletion", id=named, kind="ignored", reason="editor_changed", shownMs=812, known=known
            )
        editor.tell("textDocument/didPartiallyAcceptCompletion", id=named, acceptedLength=4)
        await editor.command("tactful.accept", named)

    assert home.ends() == ["shown/answer", "partially_accepted/change", "ignored/answer/editor_changed"]
    assert home.events(OutcomeSeen)[-1].shown_s == 0.812


async def test_words_then_the_rest_in_a_document_with_crlf_and_an_emoji_count_every_character(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = Script(answer=saying("\n    a = '😀'\n    b = 2\n\n\n"))
    async with serve(TELLS, request={"hold_ms": 5000}) as editor:
        editor.open(URI, "x = '😀'\r\ndef f():")
        editor.text = "x = '😀'\ndef f():"  # as the editor's own positions count
        editor.caret = len(editor.text)
        whole = await editor.must()
        editor.tell_shown(whole)
        word = "\r\n    a = '😀'"
        editor.insert(word)
        editor.text, editor.caret = editor.text.replace("\r\n", "\n"), editor.caret - 1
        n_units = len(word.encode("utf-16-le")) // 2
        editor.tell("textDocument/didPartiallyAcceptCompletion", id=whole.suggestion_id, acceptedLength=n_units)
        rest = await editor.must()
        await editor.accept(rest)

    assert whole.text == "\r\n    a = '😀'\r\n    b = 2"
    assert (rest.suggestion_id, rest.text) == (whole.suggestion_id, "\r\n    b = 2")
    assert home.ends() == ["shown/client", "partially_accepted/client", "accepted/command"]
    assert [one.accepted_chars for one in home.events(OutcomeSeen)] == [None, 12, 22]
