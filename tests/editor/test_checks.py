"""What was taken and broke a test: the mark at it, the output one click away, a verdict in a thread, both on record."""

import pytest

from editor.code_server import Profile
from editor.desk import Desk
from editor.waiting import until, until_there
from tactful_models.checked import Checked, Stands
from tactful_models.events import Reviewed, Verdict
from tactful_server.checks.sandbox import Sandbox, find

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]

PROFILE = Profile({"files.exclude": {"**/__pycache__": True}, "tactful.checks.priority": "normal"})
BEGUN = "def add(a, b):\n    ret"
RIGHT = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a - b"
TESTS = "from adding import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
MARK = "1 test that passed now fails"
PATIENCE_S = 240.0
"""A check beside a browser and two editors takes a while."""


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> None:
    found = find()
    if not isinstance(found, Sandbox):
        pytest.skip(found.why)


async def marked(desk: Desk) -> str:
    """What is said at line ends, without blanks that do not break."""
    styles = await desk.window.page.evaluate(
        """() => [...document.querySelectorAll('.view-lines .view-line span')]
            .map((part) => getComputedStyle(part, '::after').content).join(' ')"""
    )
    return str(styles).replace("\\u00a0", " ").replace("\xa0", " ")


async def test_what_broke_a_test_is_marked_read_and_reviewed(desk: Desk) -> None:
    workspace, window = desk.server.workspace, desk.window
    (workspace / "test_adding.py").write_text(TESTS)
    (workspace / "adding.py").write_text(RIGHT)
    desk.says(WRONG)
    path = await window.open("adding.py", RIGHT)
    await window.press("Control+a")
    await window.keys.insert_text(BEGUN[:-1])
    await window.type(BEGUN[-1])
    await window.sees("urn a - b")
    await window.press("Tab")
    await until_there("a mark at the line's end", lambda: says_broken(desk), PATIENCE_S)
    await window.shot("mark")
    assert await window.page.locator(".notification-toast").count() == 0
    assert await window.page.locator(".comment-thread, .review-widget").count() == 0

    await window.press("ArrowLeft", "ArrowLeft", "Control+k", "Control+i")  # as by the mouse above it
    hover = window.page.locator(".monaco-hover", has_text=MARK)
    await hover.first.wait_for()
    await window.shot("hover")
    await hover.get_by_role("link", name="What the check found").first.click()
    text = await window.reads("What a check found")
    await window.shot("output")
    assert "test_adding.py::test_add" in text
    assert "tests that passed   broken" in text

    await window.page.locator(".view-line", has_text="return").first.click()
    await window.command("Review This Suggestion")
    thread = window.page.locator(".review-widget")
    await thread.locator(".monaco-editor").first.wait_for()
    await thread.locator(".monaco-editor.focused").first.wait_for()
    await window.type("takes away where it should add")
    await window.shot("thread")
    await thread.get_by_role("button", name="How Well Do You Know").first.click()
    await window.take("owner")
    await thread.get_by_text("(you: owner)").first.wait_for()
    await thread.get_by_role("button", name="Revert").first.click()
    await until("a review on record", lambda: desk.home.events(Reviewed))
    await thread.wait_for(state="detached")
    await window.shot("reviewed")

    about = desk.about(path)
    [made] = [
        one for one in about.suggestions() if one.suggestion_id in {seen.suggestion_id for seen in about.reviews()}
    ]
    [review] = about.reviews()
    assert (review.verdict, review.source, review.expertise) == (Verdict.REVERT, "thread", "owner")
    assert review.words == "takes away where it should add"
    [found] = desk.home.events(Checked)
    assert (found.suggestion_id, found.old_tests, found.n_broke) == (made.suggestion_id, Stands.BROKE, 1)
    assert found.output == ""  # at the default level what the tools say is not kept


async def test_a_mark_goes_when_the_code_there_changes(desk: Desk) -> None:
    assert await says_broken(desk)
    await desk.window.page.locator(".view-line", has_text="return").first.click()
    await desk.window.press("Control+Home")
    await desk.window.type("# ")
    assert await says_broken(desk)
    await desk.window.press("Control+End", "Backspace")
    await until_there("a line without a mark", lambda: says_nothing(desk))


async def says_broken(desk: Desk) -> bool:
    return MARK in await marked(desk)


async def says_nothing(desk: Desk) -> bool:
    return not await says_broken(desk)
