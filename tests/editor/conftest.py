"""A real VS Code in a real browser, with the extension as it is published and the scripted model server."""

from collections.abc import AsyncIterator, Generator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from editor.code_server import OWN_COMMAND, CodeServer, Profile
from editor.desk import Desk
from editor.installed import Installed, install
from editor.waiting import PATIENCE_S
from editor.window import Window
from model_server import ModelServer, Script

BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("extension") / "extensions")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(installed: Installed) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=installed.chromium, args=list(BROWSER))
        yield chromium
        await chromium.close()


@pytest.fixture(scope="module")
def model_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def shared(
    request: pytest.FixtureRequest,
    browser: Browser,
    installed: Installed,
    model_server: ModelServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Desk]:
    """The module's editor, in the profile that its PROFILE names."""
    profile: Profile = getattr(request.module, "PROFILE", Profile())
    server = CodeServer(tmp_path_factory.mktemp("editor"), installed, profile)
    server.configure(settings_of(profile, model_server))
    await server.start()
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(PATIENCE_S * 1000)
    window = Window(await context.new_page(), server)
    try:
        await window.load()
        desk = Desk(server, window, model_server)
        if profile.own_command:
            await desk.connected()
        yield desk
    finally:
        await context.close()
        await server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(request: pytest.FixtureRequest, shared: Desk) -> AsyncIterator[Desk]:
    """The module's editor for one test, with a model that has nothing to say yet."""
    shared.model.script = Script(answer=lambda _: "")
    shared.window.test, shared.window.n_shots = request.node.name.removeprefix("test_"), 0
    yield shared
    await shared.window.shot("end")


def settings_of(profile: Profile, model: ModelServer) -> dict[str, object]:
    """The settings with which a profile begins."""
    settings: dict[str, object] = {}
    if profile.own_command:
        settings["tactful.server.command"] = OWN_COMMAND
    if profile.scripted:
        settings |= {"tactful.model.provider": "openai", "tactful.model.address": model.address}
        settings["tactful.model.name"] = "scripted"
    return settings | profile.settings


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure comes with the ends of the server's log and of the extension host's."""
    report = yield
    shared = getattr(item, "funcargs", {}).get("shared")
    if report.failed and isinstance(shared, Desk):
        report.sections += [(f"log {name}", text) for name, text in shared.server.logs().items()]
    return report
