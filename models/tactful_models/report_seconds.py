"""Seconds saved and seconds spent, a day, under the gate: what `utility` says of one suggestion, summed over the log.

Saved is the typing of what was taken and stays. Spent is a look at each suggestion shown. Of what stage 2 held back,
spared are the looks at it, and given up is what was expected of it by the chance that the gate gave it. What stage 1
kept from being made is in none of them: nobody knows how long it would have been.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tactful_models.report_cases import Case, Tallies
from tactful_models.report_rates import Rate, rate
from tactful_models.utility import Terms

DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Seconds:
    """Means over the days on which anything was asked (UTC), with intervals over days; in seconds a day."""

    terms: Terms
    """What they rest on."""
    days: int
    saved: Rate
    looked: Rate
    spared: Rate
    given_up: Rate


def seconds(tallies: Tallies) -> Seconds:
    """Of a log that has been read; requests by hand are left out."""
    terms = tallies.pace.terms()
    cases = [(suggestion_id, case) for suggestion_id, case in tallies.cases.items() if not case.manual]
    days = sorted({*tallies.days, *(int(case.at // DAY_S) for _, case in cases)})
    shown = [case for _, case in cases if case.shown]
    held = [(suggestion_id, case) for suggestion_id, case in cases if case.withheld and not case.shown]
    return Seconds(
        terms=terms,
        days=len(days),
        saved=_a_day(days, ((case.at, _saved_s(case, terms)) for case in shown)),
        looked=_a_day(days, ((case.at, terms.look_s) for case in shown)),
        spared=_a_day(days, ((case.at, terms.look_s) for _, case in held)),
        given_up=_a_day(
            days, ((case.at, tallies.chances.get(name, 0.0) * terms.saved_s(case.chars)) for name, case in held)
        ),
    )


def _saved_s(case: Case, terms: Terms) -> float:
    """By what was seen of it last; by what usually stays where it was not looked at again."""
    if not case.taken_chars:
        return 0.0
    known = {after_s: kept for after_s, kept in case.kept.items() if kept is not None}
    stays = known[max(known)] if known else terms.stays.value
    return case.taken_chars * stays / terms.speed.value


def _a_day(days: Iterable[int], amounts: Iterable[tuple[float, float]]) -> Rate:
    found: defaultdict[int, float] = defaultdict(float)
    for at, amount in amounts:
        found[int(at // DAY_S)] += amount
    return rate([(str(day), found[day], 1.0) for day in days])
