"""What the extension says of itself, and how a person tells it to be quieter or what they thought of it."""

from dataclasses import replace

import pytest

from e2e.conftest import Home
from editor.desk import LINE, TYPED, Desk
from editor.waiting import until, until_there
from making_gates import artifact
from tactful_models.events import Verdict
from tactful_models.recalibration import Correction
from tactful_models.registry import Registry

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]

LOW = 1e-5
"""A threshold below every probability."""


async def test_the_status_item_tells_that_nothing_is_held_back_yet(desk: Desk) -> None:
    await desk.window.says("Tactful: getting to know you")
    await desk.window.status.hover()
    await desk.window.page.locator(".monaco-hover", has_text="Shows every suggestion").first.wait_for()


async def stays_quiet(desk: Desk, reason: str) -> None:
    """Typing in a new file leads to requests that end for this reason, and to no ghost text."""
    desk.says(LINE)
    path = await desk.window.open(f"{reason}.py", TYPED[:-3])
    await desk.window.type("ret")
    await until(f"requests that end {reason}", lambda: desk.about(path).results()[-1:] == [f"withheld/{reason}"])
    assert await desk.window.ghost() == ""


async def test_snoozed_by_the_menu_it_is_quiet_until_that_is_ended(desk: Desk) -> None:
    await desk.window.choose("Snooze 30 minutes")
    await desk.window.says("Tactful: quiet until ")
    await stays_quiet(desk, "snoozed")
    await desk.window.choose("End snooze")
    await desk.window.says("Tactful: getting to know you")
    await desk.offers("awake.py")


async def test_paused_and_resumed_by_the_menu(desk: Desk) -> None:
    await desk.window.choose("Pause")
    await desk.window.says("Tactful: paused")
    await stays_quiet(desk, "paused")
    await desk.window.choose("Resume")
    await desk.window.says("Tactful: getting to know you")
    await desk.offers("resumed.py")


async def test_off_in_comments_by_the_menu(desk: Desk) -> None:
    typed = "# adds the first and the second\n# and then ret"
    about = await desk.offers("commented.py", "# adds the first and the second\n# and then returns", typed)
    await desk.window.choose("Off in comments")
    path = await desk.window.open("uncommented.py", typed[:-3])
    about = desk.about(path)

    async def held_back() -> bool:
        """After one more key: the setting may still be on its way."""
        await desk.window.type("r")
        await desk.window.page.wait_for_timeout(500)
        return about.results()[-1:] == ["withheld/in_comment"]

    await until_there("requests that a rule ended", held_back)
    assert await desk.window.ghost() == ""
    await desk.window.choose("On in comments")


async def test_a_thumb_and_a_word_become_a_review(desk: Desk) -> None:
    about = await desk.offers("thumbs.py")
    await desk.window.press("Tab")
    await about.comes_to("shown/answer", "accepted/command")
    await desk.window.command("The Last Suggestion I Took Was Bad")
    await desk.window.page.locator(".quick-input-widget input").first.fill("wrong order")
    await desk.window.shot("word")
    await desk.window.press("Enter")
    await until("a review", about.reviews)
    [review] = about.reviews()
    assert review.suggestion_id == about.suggestions()[0].suggestion_id
    assert (review.verdict, review.reviewer_kind, review.source, review.words) == (
        Verdict.REVERT,
        "person",
        "thumbs",
        "wrong order",
    )


async def test_the_menu_sets_the_eagerness_with_which_a_gate_of_ones_own_decides(desk: Desk) -> None:
    promote(desk.home, LOW)
    await until_there("a gate in force", lambda: has_gate(desk))
    balanced = await desk.offers("balanced.py")
    await desk.window.choose("Eagerness")
    await desk.window.take("Quiet")
    settings = desk.server.data / "User" / "settings.json"
    await until("the setting", lambda: '"tactful.gate.eagerness": "quiet"' in settings.read_text())
    quiet = await desk.offers("quiet.py")
    await desk.window.choose("Eagerness")
    await desk.window.take("Always")
    await until("the setting", lambda: '"tactful.gate.eagerness": "always"' in settings.read_text())
    always = await desk.offers("always.py")
    for about, threshold in ((quiet, 3 * LOW), (balanced, LOW), (always, 0.0)):
        last = about.decisions()[-1]
        corrected = Correction(last.intercept or 0.0, last.slope).lowered(threshold)
        assert last.threshold == pytest.approx(corrected, rel=0.01)


async def test_the_card_says_why_in_words(desk: Desk) -> None:
    await desk.offers("why.py")
    await desk.window.choose("Why this suggestion was shown")
    text = await desk.window.reads("chance that you take it")
    await desk.window.shot("card")
    assert "Why this was suggested" in text
    assert "Before the model was asked" in text


async def test_a_card_that_is_still_open_is_brought_up_to_date(desk: Desk) -> None:
    await desk.offers("first_why.py")
    await desk.window.choose("Why this suggestion was shown")
    await desk.window.reads("asked while typing")
    await desk.offers("second_why.py")
    await desk.window.press("Escape")
    await desk.window.press("Alt+Backslash")
    await desk.window.sees("urn first")
    await desk.window.choose("Why this suggestion was shown")
    await desk.window.reads("asked for by hand")


def promote(home: Home, threshold: float) -> None:
    """Puts a gate in force that seems to be learned from one's own record and withholds next to nothing."""
    made = artifact(n_trees=3)
    thresholds = replace(made.thresholds, stage1=threshold, stage2=threshold)
    own = replace(made, data=replace(made.data, sources=("live",)), thresholds=thresholds)
    registry = Registry(home.registry)
    registry.promote(registry.save(own))


async def has_gate(desk: Desk) -> bool:
    """Whether the status item tells that suggestions are held back."""
    return (await desk.window.status.inner_text()).strip().endswith("Tactful")
