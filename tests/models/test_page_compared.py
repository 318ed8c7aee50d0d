"""The report page on what an evaluation compared in pairs."""

from tactful_models.page_compared import compared

AUC = {"value": 0.031, "low": 0.004, "high": 0.058}
SHARE = {"value": 0.25, "low": 0.2, "high": 0.31}
VALUES = {
    "differences": [
        {"name": "gate", "stage": 1, "against": "static delay", "auc": AUC},
        {"name": "gate", "stage": 2, "against": "mean log-probability", "auc": AUC},
    ],
    "without_logprobs": {"differences": [{"name": "gate", "stage": 2, "against": "CDHF's recipe (2)", "auc": AUC}]},
    "routing": [
        {"name": "ours", "rejections_withheld": SHARE, "accepts_lost": SHARE, "calls_avoided": SHARE, "gain": SHARE}
    ],
}


def test_each_baseline_stands_beside_how_far_the_gate_is_ahead_of_it() -> None:
    page = compared(VALUES)
    for told in ("static delay", "mean log-probability", "CDHF", "before the call", "0.031"):
        assert told in page


def test_the_ways_to_ask_the_second_stage_stand_in_a_table_of_their_own() -> None:
    assert "calls avoided" in compared(VALUES)
    assert "25.0" in compared(VALUES)


def test_what_was_not_measured_leaves_nothing() -> None:
    assert compared({}) == ""
    assert compared({"differences": "odd", "routing": [3], "without_logprobs": None}) == ""
