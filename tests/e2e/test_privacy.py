"""What must not leave the machine or reach the disk does not."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from e2e.conftest import Home, Serve, scripted
from e2e.desktop import Desktop
from model_server import ModelServer, Script, saying
from secrets_planted import PLANTED, code, needles
from tactful_models.events import SuggestionMade

pytestmark = pytest.mark.e2e


def written(home: Home) -> bytes:
    """Every byte that the server keeps, but the installation's key."""
    kept = [file for file in home.path.rglob("*") if file.is_file() and file.name != "install.key"]
    return b"".join(file.read_bytes() for file in kept)


async def write_secrets(editor: Desktop, model: ModelServer) -> None:
    """Has every secret in the document and in the model's answer once, accepted, and rejected where offered again."""
    for number, name in enumerate(PLANTED):
        model.script = Script(answer=saying(f"{code(name)}\n"))
        editor.open(f"file:///project/{needles(PLANTED[name][0])[0].replace('/', '_')}/{number}.py", code(name) + "\n")
        if (ghost := await editor.ask()) is not None:
            editor.tell_shown(ghost)
            await editor.accept(ghost)
        if (ghost := await editor.ask()) is not None:
            editor.tell("tactful/didEndCompletion", id=ghost.suggestion_id, kind="rejected", reason=code(name))


@pytest.mark.parametrize("privacy", ["features", "redacted"])
async def test_planted_secrets_reach_neither_the_log_nor_the_servers_output(
    serve: Serve, home: Home, model: ModelServer, privacy: str
) -> None:
    async with serve({"tells": ["shown"]}, log={"privacy": privacy}) as editor:
        await write_secrets(editor, model)
        await editor.settled()
        while_running = written(home)

    everything = while_running + written(home) + editor.stderr.encode()
    parts = [(name, part.encode()) for name, (secret, _) in PLANTED.items() for part in needles(secret)]
    leaked = [name for name, part in parts if len(part) > 5 and part in everything]
    assert leaked == []
    made = home.events(SuggestionMade)
    assert made
    assert all(bool(one.text) is (privacy == "redacted") for one in made)


async def test_a_change_of_level_holds_for_what_comes_after(serve: Serve, home: Home, model: ModelServer) -> None:
    model.script = Script(answer=saying(" visible_at_code_level\n"))
    async with serve(log={"privacy": "features"}) as editor:
        editor.open("file:///project/a.py", "x =")
        await editor.must()
        await editor.settled()
        editor.configure({"tactful": {"model": scripted(model), "log": {"privacy": "code"}}})
        editor.open("file:///project/b.py", "y =")
        await editor.must()

    assert [one.text for one in home.events(SuggestionMade)] == ["", " visible_at_code_level"]


async def test_a_malformed_message_does_not_put_the_document_into_the_servers_output(serve: Serve) -> None:
    secret = PLANTED["password"][0]
    async with serve() as editor:
        change = {"textDocument": {"uri": 7}, "contentChanges": [{"text": secret, "range": 3}]}
        await editor.client.send_raw("textDocument/didChange", change)
        await editor.client.send_raw("textDocument/didOpen", {"textDocument": {"text": secret}})
        await editor.status()

    assert secret not in editor.stderr
    assert editor.messages == []


async def test_excluded_files_are_never_sent_neither_asked_in_nor_as_neighbours(
    serve: Serve, home: Home, model: ModelServer, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".gitignore").write_text("private/\n")
    (folder / ".tactfulignore").write_text("*.secret.py\n")
    (folder / "nested").mkdir()
    (folder / "nested" / ".gitignore").write_text("hidden.py\n")
    (folder / "innocent.py").symlink_to(folder / ".env")
    names = (
        *(".env", "private/notes.py", "plan.secret.py", "id_rsa", "deploy.pem", "local_credentials.py"),
        *("nested/hidden.py", "innocent.py", ".ENV"),
    )
    async with serve({"tells": ["shown"]}, launch={"folder": folder.as_uri()}) as editor:
        for name in names:
            uri = (folder / name).as_uri()
            text = f"def connect(url):\n    password = 'MARK {name}'\n    return url\n"
            item = types.TextDocumentItem(uri, "python", 1, text)
            editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
            editor.uri = uri
            assert not (await editor.complete(types.Position(1, 14))).items
        neighbour = types.TextDocumentItem(
            (folder / "other.py").as_uri(), "python", 1, "def connect(url):\n    user = 'NEIGHBOUR'\n    return url\n"
        )
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(neighbour))
        editor.uri = ""
        editor.open((folder / "main.py").as_uri(), "def connect(url):\n    user = 'x'\n    return")
        await editor.must()

    assert home.results() == ["withheld/excluded"] * len(names) + ["produced"]
    sent = "\n".join(record.prompt for record in model.records)
    assert "MARK" not in sent
    assert "NEIGHBOUR" in sent, sent
    assert str(tmp_path) not in sent


async def test_no_file_is_sent_before_the_ignore_files_have_been_read(
    serve: Serve, model: ModelServer, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".tactfulignore").write_text("*.py\n")
    async with serve(ready=False, launch={"folder": folder.as_uri()}) as editor:
        editor.open((folder / "main.py").as_uri(), "x =")
        assert await editor.ask() is None

    assert model.records == []


async def test_an_ignore_file_made_to_keep_the_server_busy_does_not(
    serve: Serve, model: ModelServer, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".gitignore").write_text(f"{'*a' * 7}*b\n")
    (folder / ".tactfulignore").symlink_to("/dev/zero")
    async with serve(launch={"folder": folder.as_uri()}) as editor:
        editor.open((folder / f"{'a' * 60}.py").as_uri(), "x =")
        async with asyncio.timeout(30):
            await editor.must()

    assert editor.stderr.count("/dev/zero") + editor.stderr.count(".tactfulignore") == 1
