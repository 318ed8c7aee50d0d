"""As someone who has just installed it: a clean profile, the package and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from editor.code_server import Profile
from editor.desk import Desk
from editor.waiting import until, until_there
from tactful_models.events import End, Known, OutcomeSeen, SuggestionMade

pytestmark = [pytest.mark.editor, pytest.mark.model, pytest.mark.asyncio(loop_scope="session")]

PROFILE = Profile({"workbench.welcomePage.walkthroughs.openOnInstall": True}, scripted=False, own_command=False)

SET_UP_S = 420.0
"""Longest that making the environment may take here; on a machine at rest it is under a minute."""


@pytest.fixture(scope="module", autouse=True)
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where pip, as it is configured here, gets no packages."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "click"]
    done = subprocess.run(command, cwd=tmp_path_factory.mktemp("index"), capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"pip cannot get packages here: {done.stderr.strip().splitlines()[-1:]}")


async def test_from_the_package_to_the_first_suggestion_taken(desk: Desk) -> None:
    page = desk.window.page
    await page.locator(".gettingStartedContainer", has_text="Get Started with Tactful").wait_for()
    await desk.window.says("Tactful: setting up")
    await desk.window.shot("setting up")
    await until("an environment in which the server runs", desk.sessions, SET_UP_S)
    await desk.window.says("Tactful: getting to know you")
    assert environments(desk)
    await page.locator(".gettingStartedContainer").get_by_role("button", name="Try it in a new file").first.click()
    await until_there("a first suggestion", desk.window.ghost)
    await desk.window.shot("ghost")
    await until("shown", lambda: (End.SHOWN, Known.ANSWER) in outcomes(desk))
    await desk.window.press("Tab")
    await until("accepted", lambda: (End.ACCEPTED, Known.COMMAND) in outcomes(desk))
    assert desk.home.events(SuggestionMade)[0].model_key.startswith("llamacpp:SmolLM2")


def outcomes(desk: Desk) -> list[tuple[End, Known]]:
    return [(one.end, one.known) for one in desk.home.events(OutcomeSeen)]


def environments(desk: Desk) -> list[Path]:
    """The interpreters in the extension's own storage."""
    return list((desk.server.data / "User" / "globalStorage" / "tactful.tactful").glob("**/bin/python"))
