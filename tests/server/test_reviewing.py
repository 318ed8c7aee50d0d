"""What someone says of a suggestion, from the editor to the log's events."""

from pathlib import Path
from typing import Any

import pytest

from logged import started, suggested
from tactful_models.events import End, Event, Known, OutcomeSeen, Reviewed, Verdict
from tactful_models.feedback import FeedbackLog
from tactful_models.review_lines import MOST_WORDS_CHARS
from tactful_server.reviewing import Reviewing
from tactful_server.session import Session


class Desk:
    """A session that records into a list, and the reviews of it."""

    def __init__(self, log: Path) -> None:
        self.recorded: list[Event] = []
        session = Session(started("now"), self.recorded.append, lambda text: text)
        self.reviewing = Reviewing(session, log, lambda: 7.0)

    def ended(self, suggestion_id: str, end: End) -> None:
        self.reviewing.told(OutcomeSeen(suggestion_id, "now", 1.0, end, Known.COMMAND))

    async def review(self, **sent: Any) -> dict[str, Any]:
        return await self.reviewing.review(sent)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append([started("before"), suggested(1, "before")])
    return Desk(tmp_path / "a.db")


async def test_a_review_names_its_suggestion_its_reviewer_and_what_was_said(desk: Desk) -> None:
    desk.ended("g9", End.SHOWN)
    told = await desk.review(id="g9", verdict="rewrite", words=" too clever ", source="thread", expertise="owner")

    assert told == {"reviewed": "g9"}
    [event] = desk.recorded
    assert isinstance(event, Reviewed)
    assert event.review_id
    assert event == Reviewed(
        event.review_id, "g9", "now", 7.0, Verdict.REWRITE, "u1", "person", "thread", "too clever", "owner"
    )


@pytest.mark.parametrize("last", [End.ACCEPTED, End.PARTIAL])
async def test_without_an_id_the_one_taken_last_is_meant(desk: Desk, last: End) -> None:
    desk.ended("g7", End.ACCEPTED)
    desk.ended("g8", last)
    desk.ended("g9", End.SHOWN)
    desk.ended("g9", End.REJECTED)

    assert await desk.review(verdict="keep") == {"reviewed": "g8"}


async def test_before_anything_was_accepted_it_says_so(desk: Desk) -> None:
    desk.ended("g9", End.REJECTED)
    told = await desk.review(verdict="keep")

    assert told["reviewed"] is None
    assert "Nothing has been accepted" in told["why"]
    assert desk.recorded == []


async def test_a_suggestion_of_an_earlier_session_is_found_in_the_log(desk: Desk) -> None:
    assert await desk.review(id="g1", verdict="revert") == {"reviewed": "g1"}
    [event] = desk.recorded
    assert isinstance(event, Reviewed)
    assert event.session_id == "before"


async def test_an_unknown_suggestion_is_refused_with_a_sentence(desk: Desk) -> None:
    told = await desk.review(id="nonsense", verdict="keep")

    assert told["reviewed"] is None
    assert told["why"].endswith(".")
    assert desk.recorded == []


async def test_a_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    told = await Desk(tmp_path / "nowhere.db").review(id="g1", verdict="keep")

    assert told["reviewed"] is None
    assert "nowhere.db" in told["why"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"verdict": "love"},
        {"verdict": None},
        {"verdict": ["keep"]},
        {"verdict": "keep", "source": "import"},
        {"verdict": "keep", "source": {}, "id": []},
        {"verdict": "keep", "id": 7},
        {"verdict": "keep", "words": ["fine"]},
        {"verdict": "keep", "words": "x" * (MOST_WORDS_CHARS + 1)},
        {"verdict": "keep", "expertise": "x" * MOST_WORDS_CHARS},
        {"verdict": "keep", "source": ["thumbs"]},
    ],
)
async def test_what_is_no_review_is_refused_with_a_sentence(desk: Desk, sent: dict[str, Any]) -> None:
    desk.ended("g8", End.ACCEPTED)
    if sent == {"verdict": "keep", "source": {}, "id": []}:  # empty is as good as absent
        assert await desk.review(**sent) == {"reviewed": "g8"}
        return
    told = await desk.review(**sent)

    assert told["reviewed"] is None
    assert told["why"].endswith(".")
    assert desk.recorded == []


async def test_words_that_no_file_can_hold_are_mended(desk: Desk, tmp_path: Path) -> None:
    desk.ended("g8", End.ACCEPTED)
    await desk.review(verdict="keep", words="half \ud83d a sign")
    with FeedbackLog.open(tmp_path / "b.db") as log:
        log.append([started("now"), *desk.recorded])
        [review] = [one.event for one in log.events(kinds=[Reviewed])]
    assert isinstance(review, Reviewed)
    assert review.words == "half ? a sign"
