"""The report page: whole, safe, the same each time, and silent where there is nothing to show."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from making_records import LANGUAGES, Record, record
from tactful_models.artifact import GateArtifact, TrainingData, TreeSet
from tactful_models.calibration import Sigmoid
from tactful_models.errors import LogError
from tactful_models.events import (
    ContextFacts,
    Decided,
    Event,
    GateChanged,
    PersistenceSeen,
    RequestEnded,
    Result,
    Reviewed,
    SessionStarted,
    Verdict,
)
from tactful_models.page import Material, material, page
from tactful_models.page_evaluation import learning
from tactful_models.page_gate import InForce, promise_words
from tactful_models.promise import Promise, Thresholds

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"><script>alert('x')</script><img src=x onerror=alert(1)>&amp;\x00\u202e]]>"
BRIEF = Record(weeks=1)
"""Where what is looked for does not come from the log: with so little in it, nothing is drawn by lot."""
GUARDED = {"kept_chars": {"candidate": 0.972, "former": 1.0}, "length": {"candidate": 31.2, "former": HOSTILE}}


def trees() -> TreeSet:
    return TreeSet((), (), Sigmoid(1.0, 0.0))


def gate(version: str = "20260128T000000000Z-aaaaa28", label: str = "kept_30") -> InForce:
    promise = Promise("bound", True, 0.05, 0.90, 239, 7, 0.049, reason="7 of 239 accepts lost")
    measured = {"value": 0.11, "low": 0.07, "high": 0.16}
    artifact = GateArtifact(
        trees(),
        trees(),
        trees(),
        norms={},
        thresholds=Thresholds(0.0, 0.12, promise),
        label=label,
        features_version=1,
        fingerprint="",
        created_at=1_767_600_000.0,
        data=TrainingData(n_rows=700, n_accepted=239, n_groups=1, sources=("live",)),
        metrics={
            "policy": {"rejections_withheld": measured, "accepts_lost": {"value": 0.02}},
            "promotion": {"guard": {"measures": GUARDED}},
        },
    )
    return InForce(version, artifact)


def evaluation() -> dict[str, object]:
    def figure(value: float) -> dict[str, float]:
        return {"value": value, "low": value - 0.04, "high": value + 0.04}

    card = {"auc": figure(0.74), "brier": figure(0.19), "ece": figure(0.03), "rejections_withheld@0.95": figure(0.2)}
    return {
        "n": 707,
        "accept_rate": 0.338,
        "groups": 14,
        "label": "accepted",
        "policy": {"accepts_lost": 0.025, "rejections_withheld": 0.19},
        "worst_accepts_lost": {"group": "p", "accepts_lost": 0.09, "accepts": 11},
        "scorecards": [{"name": "gate", "stage": 2} | card, {"name": "mean log-probability", "stage": 2} | card],
        "ablations": [
            {"name": "the user's own record", "stage": stage, "auc": figure(0.7), "difference": figure(-0.05)}
            for stage in (2, 1)
        ],
        "learning_curve": [{"n": n, "own": figure(0.6 + n / 1000)} for n in (25, 50, 100, 200)],
    }


@cache
def rich() -> str:
    return page(material(record(), gate(), evaluation()))


def tree(text: str) -> ElementTree.Element:
    assert text.startswith("<!doctype html>\n")
    return ElementTree.fromstring(text.removeprefix("<!doctype html>\n"))


def words(text: str) -> str:
    return re.sub(r"\s+", " ", " ".join(tree(text).find("body").itertext()))  # type: ignore[union-attr]


def section(text: str, anchor: str) -> ElementTree.Element:
    [found] = [each for each in tree(text).iter("section") if each.attrib["id"] == anchor]
    return found


def charts(text: str) -> set[str]:
    return {each.attrib["aria-labelledby"].split("-title")[0] for each in tree(text).iter(f"{SVG}svg")}


def test_a_record_of_weeks_makes_every_chart_and_a_table_beside_each() -> None:
    assert charts(rich()) == {
        "chart-time",
        "chart-languages",
        "chart-models",
        "chart-kept",
        "chart-reliability",
        "chart-tradeoff",
        "chart-evaluation-auc",
        "chart-evaluation-rejections_withheld",
        "chart-ablations-2",
        "chart-ablations-1",
        "chart-learning",
    }
    for part in tree(rich()).iter("section"):
        assert part.find("h2") is not None
        if list(part.iter(f"{SVG}svg")):
            assert list(part.iter("table")), part.attrib["id"]


def test_the_page_is_the_same_each_time() -> None:
    assert page(material(record(), gate(), evaluation())) == rich()


def test_the_page_needs_nothing_else_and_may_fetch_nothing() -> None:
    root = tree(rich())
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "image", "use", "object", "foreignObject", "base"})
    assert "url(" not in rich()
    assert "@import" not in rich()
    [policy] = [each for each in root.iter("meta") if each.attrib.get("http-equiv") == "Content-Security-Policy"]
    assert policy.attrib["content"].startswith("default-src 'none'")
    links = [each.attrib["href"] for each in root.iter("a")]
    assert links and all(link.startswith("#") for link in links)


def test_ids_are_unique_and_every_reference_has_one() -> None:
    root = tree(rich())
    ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))
    labels = [each.attrib["aria-labelledby"].split() for each in root.iter() if "aria-labelledby" in each.attrib]
    wanted = {name for found in labels for name in found} | {each.attrib["href"][1:] for each in root.iter("a")}
    assert wanted <= set(ids)


def test_tables_have_a_caption_heads_with_a_scope_and_rows_of_one_length() -> None:
    for table in tree(rich()).iter("table"):
        assert table.find("caption") is not None
        heads = table.findall("thead/tr/th")
        assert all(each.attrib["scope"] == "col" for each in heads)
        for row in table.findall("tbody/tr"):
            assert len(row) == len(heads)
            assert row[0].attrib["scope"] == "row"


def test_a_browser_reads_the_same_elements_as_an_xml_parser() -> None:
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.tags: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags.append(tag)

    reader = Reader()
    reader.feed(rich())
    assert reader.tags == [each.tag.removeprefix(SVG).lower() for each in tree(rich()).iter()]


def hostile() -> list[Event]:
    names = Record(names=(HOSTILE, "python"), models=(HOSTILE * 5, "m"), source=HOSTILE)
    request = RequestEnded("r", "s", 1_767_600_000.0, ContextFacts(), Result.FAILED, reason=HOSTILE)
    metrics = json.dumps({"stage2": {"auc": {"value": HOSTILE, "low": [], "high": None}}})
    return [
        *record(names),
        request,
        Reviewed("v", "g", "s", 1_767_600_000.0, Verdict.KEEP, HOSTILE, source=HOSTILE, reviewer_kind=HOSTILE),
        GateChanged(1_767_600_000.0, HOSTILE, HOSTILE, HOSTILE, metrics),
        GateChanged(1_767_600_000.0, HOSTILE, "promoted", HOSTILE, "{" * 10_000),
    ]


def test_what_feedback_is_worth_is_shown_where_the_evaluation_measured_it() -> None:
    known = {"value": 0.8, "low": 0.75, "high": 0.85}
    line = {"moved": 1234, "turned": 56, "auc": known, "difference": known}
    measured = {"feedback": {"kinds": [{"name": "and checks"} | line], "nine": [{"name": HOSTILE} | line]}}
    told = " ".join(section(page(material(record(BRIEF), gate(), evaluation() | measured)), "feedback").itertext())
    assert all(each in told for each in ("and checks", "1,234", "56", "0.800", "alert('x')"))
    assert 'id="feedback"' not in rich()


def test_names_from_the_log_are_shown_and_never_become_markup() -> None:
    scores = {"scorecards": [{"name": HOSTILE, "stage": HOSTILE, "auc": 0.7}], "label": HOSTILE, "accept_rate": 0.5}
    ablations = {"ablations": [{"name": HOSTILE, "stage": 2, "difference": 0.1}]}
    curve = {"learning_curve": [{"n": n, HOSTILE: 0.5} for n in (1, 2, 3)]}
    text = page(material(hostile(), InForce(trouble=HOSTILE), scores | ablations | curve))
    root = tree(text)
    assert {each.tag for each in root.iter()}.isdisjoint({"script", "img"})
    assert all(not name.startswith("on") for each in root.iter() for name in each.attrib)
    assert "alert('x')" in words(text)
    assert all(bad not in text for bad in ("<script", "<img", "\x00", "\u202e"))


def test_an_empty_log_says_so_and_draws_nothing() -> None:
    text = page(material([], InForce()))
    assert charts(text) == set()
    assert "The log holds no requests yet" in words(text)
    assert "No gate has been put in force yet" in words(text)


def test_a_log_of_one_session_says_what_is_missing_instead_of_drawing_noise() -> None:
    text = page(material(record(Record(weeks=1, sessions_a_week=1)), InForce()))
    assert charts(text) == set()
    told = words(text)
    assert "On 5 January 2026, in 1 session of 1 user" in told
    for part in ("it takes 3 hours", "No language has 20", "14 before the call and 14 before showing", "it takes 100"):
        assert part in told
    assert "[" not in "".join(section(text, "happened").itertext()), "no interval from one session"


def test_a_log_without_a_gates_chances_still_compares_the_simple_ways() -> None:
    without = [each for each in record() if not isinstance(each, Decided)]
    assert "too few to compare" in words(page(material(without, InForce())))
    unasked = [_unasked(each) for each in record()]
    text = page(material(unasked, InForce()))
    assert "0 before the call and 0 before showing" in words(text)
    names = [each.text for each in section(text, "tradeoff").iter("th")]
    assert "mean log-probability" in names
    assert "gate, before showing" not in names


def _unasked(event: Event) -> Event:
    return replace(event, probability=None) if isinstance(event, Decided) else event


def test_the_priors_chance_is_none_of_a_gate() -> None:
    prior = [replace(each, gate_version="prior") if isinstance(each, Decided) else each for each in record()]
    assert "0 before the call and 0 before showing" in words(page(material(prior, InForce())))


def test_the_paragraph_counts_by_suggestions_lines_and_characters_with_intervals() -> None:
    [first] = [each for each in section(rich(), "happened").iter("p") if "class" not in each.attrib]
    told = "".join(first.itertext()).replace("\xa0", " ")
    share = r"\d+\.\d % \(\d+\.\d to \d+\.\d\)"
    assert re.search(rf"You accepted {share} of the suggestions that you judged", told)
    assert re.search(rf"by lines that is {share}, by characters {share}", told)
    assert re.search(r"The gate spared you \d+ suggestions", told)


def test_the_languages_of_the_log_stand_in_the_table() -> None:
    names = {each.text for each in section(rich(), "languages").iter("th")}
    assert set(LANGUAGES) <= names


def test_the_gate_in_force_says_what_it_showed_when_it_was_judged() -> None:
    told = words(rich()).replace("\xa0", " ")
    assert "97.2 % of the characters taken and kept (before: 100.0 %); 31 characters on average (before: –)" in told


def test_the_gate_in_force_says_what_it_promises_and_how_it_was_judged() -> None:
    told = words(rich()).replace("\xa0", " ")
    assert "at most 5 % are held back, with 90 % confidence on new data" in told
    assert "what the model said is not shown below 12.0 %" in told.lower()
    assert "it held back 11.0 % (7.0 to 16.0) of the rejections and lost 2.0 % of the accepts" in told


@pytest.mark.parametrize(
    ("promise", "part"),
    [
        (Promise(), "promises nothing"),
        (Promise("bound", False, accepts=20, more_accepts=25), "at least 25 more"),
        (Promise("bound", False, accepts=200), "nothing was found"),
        (Promise("plain", True, accepts=200, lost=9), "promises nothing of new data"),
    ],
)
def test_a_promise_that_is_none_is_told_as_none(promise: Promise, part: str) -> None:
    assert part in promise_words(promise)


def test_a_gate_that_cannot_be_read_or_whose_label_is_unknown_does_not_stop_the_page() -> None:
    assert "cannot be read" in words(page(material(record(BRIEF), InForce(trouble="cut short"))))
    assert gate(label="of the future").label.name == "kept_30"


def test_the_history_of_gates_tells_what_happened_and_why_the_newest_first() -> None:
    rows = section(rich(), "gates").findall(".//tbody/tr")
    assert [row[2].text for row in rows][:4] == ["rolled back to", "put in force", "trained", "refused"]
    assert "that is not surely better" in "".join(rows[3].itertext())
    assert "0.810" in "".join(rows[2].itertext())


@pytest.mark.parametrize("values", [{}, {"scorecards": 3, "ablations": {}, "learning_curve": [1, None]}])
def test_an_evaluation_without_what_is_looked_for_is_said_to_lack_it(values: dict[str, object]) -> None:
    told = words(page(material(record(BRIEF), InForce(), values)))
    for part in ("holds no scores", "holds no ablations", "holds no learning curve"):
        assert part in told


def test_an_evaluation_of_one_gate_is_read_too() -> None:
    figure = {"value": 0.7, "low": 0.6, "high": 0.8}
    text = page(material([], InForce(), {}))
    assert "evaluation" not in {each.attrib["id"] for each in tree(text).iter("section")}
    one = {"intervals": {"stage1": {"auc": figure}, "stage2": {"auc": figure}}}
    assert "chart-evaluation-auc" in charts(page(material(record(BRIEF), InForce(), one)))


def test_a_time_that_no_calendar_has_is_told_in_a_line() -> None:
    with pytest.raises(LogError, match="no calendar"):
        material([SessionStarted("s", 0.0, "u"), *_at_the_end_of_time()], InForce())


def _at_the_end_of_time() -> Iterable[Event]:
    yield RequestEnded("r", "s", 1e300, ContextFacts(), Result.FAILED)


def test_material_is_plain_values_and_the_page_is_made_of_it_alone() -> None:
    found = material(record(), gate())
    assert isinstance(found, Material)
    assert page(found) == page(found)


def test_one_language_or_one_horizon_is_a_table_and_no_chart() -> None:
    events = [
        each
        for each in record(Record(weeks=4, names=("python",)))
        if not (isinstance(each, PersistenceSeen) and each.after_s != 30)
    ]
    text = page(material(events, InForce()))
    assert charts(text).isdisjoint({"chart-kept", "chart-languages"})
    assert section(text, "languages").find(".//table/caption/span").text == "There is one language only"  # type: ignore[union-attr]
    assert [row[0].text for row in section(text, "kept").findall(".//tbody/tr")] == ["30 s"]


def test_numbers_beyond_all_measure_are_taken_for_none() -> None:
    curve = [{"n": n, "own": 0.5, "wild": 1e308} for n in (1, 2, 3, 10**400)]
    text = page(material(record(BRIEF), InForce(), {"scorecards": [{"auc": 1e308}], "learning_curve": curve}))
    assert [row[0].text for row in section(text, "learning").findall(".//tbody/tr")] == ["1", "2", "3"]
    assert "holds no scores" in words(text)


def test_the_learning_curve_says_from_where_on_own_outcomes_win_and_how_surely() -> None:
    steps = [{"n": n, "own": {"value": 0.6 + n / 1000}} for n in (25, 50, 100)]
    gain = [
        {"n": n, "both": {"value": 0.02, "low": low, "high": 0.04}} for n, low in ((25, 0.0), (50, -0.1), (100, 0.01))
    ]
    told = {"own": {"wins_from": None}, "both": {"wins_from": 50}}
    lead = unescape(learning({"learning_curve": steps, "learning": told | {"gain": gain}}))
    assert "Own outcomes alone do not stay above the prior that others' records made." in lead
    assert "Own outcomes weighed against the prior stay above it from 50 on, surely from 100." in lead
    assert "from 50 on, nowhere surely." in learning({"learning_curve": steps, "learning": told})
    assert "stay above" not in learning({"learning_curve": steps})
