"""Whether a new gate serves: only when it is better than what serves now, on decisions that neither learned from.

Better means more rejections withheld under the user's constraint, by a paired bootstrap, with suggestions that are none
the worse for it (`guard.py`).
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tactful_models.artifact import session_digest
from tactful_models.dataset import Rows
from tactful_models.dependence import people
from tactful_models.features import names as feature_names
from tactful_models.gate import LearnedGate
from tactful_models.guard import Guarded, Shown, guard
from tactful_models.judging import Judged, judged_by
from tactful_models.metrics import Bootstrap, Estimate, effective_size, estimate, resamples
from tactful_models.promise import Constraint, binomial_cdf

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Strings = NDArray[np.object_]

FEWEST_USERS = 5
"""With fewer, resampling whole users says nothing, and sessions are resampled."""
FEWEST_PEOPLE = 3.0
"""The same where they are worth fewer equal ones: of one with nearly all, a third of the resamples would have none."""
FEWEST_SESSIONS = 10
"""With fewer of those, too, blocks of consecutive decisions are."""
BLOCK_ROWS = 20
FEWEST_BLOCKS = 20
NOTHING_NEW = "the gate in force learned from all of these sessions, so there is nothing new to compare on"
PLAN = Bootstrap(n_resamples=2000, level=0.90)
"""Nine in ten within: the lower end is passed with 95 % confidence."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What was suggested in each decision of a contest."""

    chars: Floats
    """(n,) its length."""
    kept_chars: Floats
    """(n,) of those, taken and kept."""
    parses: Floats
    """(n,) 1 where the file parses with it, 0 where not, NaN where nothing can tell."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Labelled decisions in order of time, with what the two gates, as they would serve, do to them."""

    label: Bools
    """(n,) accepted, by the label definition."""
    weight: Floats
    """(n,) one over the propensity of having been shown."""
    group: Strings
    """(n,) who."""
    session_id: Strings
    """(n,) in which session."""
    candidate: Bools
    """(n,) whether the new gate withholds."""
    former: Bools
    """(n,) whether the one in force withholds; all False where everything is shown."""
    texts: Texts | None = None
    """What the guard goes by; None where nothing is known of the texts."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a contest, and why."""

    promote: bool
    """Whether the new gate is to serve."""
    reason: str
    """What was seen, and what speaks against it, as a sentence without its end."""
    n_rows: int = 0
    """Decisions compared on."""
    gain: Estimate = field(default_factory=lambda: Estimate(None))
    """Rejections withheld less accepts lost, as shares, the new gate's less the former's; with its interval."""
    rejections_withheld: tuple[float, float] = (0.0, 0.0)
    """Share of the rejections: the new gate's, the former's."""
    accepts_lost: tuple[float, float] = (0.0, 0.0)
    """Share of the accepts: the new gate's, the former's."""
    guarded: Guarded = field(default_factory=Guarded)
    """What would be shown, beside what is shown now."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        new, former = ({"rejections_withheld": r, "accepts_lost": a} for r, a in self._pairs())
        verdict = {"promote": self.promote, "reason": self.reason, "n": self.n_rows}
        compared = {"gain": self.gain.to_json(), "candidate": new, "former": former}
        return {**verdict, **compared, "guard": self.guarded.to_json()}

    def _pairs(self) -> list[tuple[float, float]]:
        return list(zip(self.rejections_withheld, self.accepts_lost, strict=True))


def compare(judged: Judged, former: LearnedGate | None, constraint: Constraint) -> Decision:
    """Whether the judged gate is to take the place of the one in force; None for showing everything.

    Decisions of sessions that the gate in force learned from are left out: it would look better than it is there.
    """
    fresh = np.ones(len(judged.rows), np.bool_) if former is None else ~seen(former, judged.rows)
    if not fresh.any():
        return Decision(False, NOTHING_NEW)
    rows = judged.rows.take(fresh)
    before = np.zeros(len(rows), np.bool_) if former is None else judged_by(former, rows).withheld
    people, verdicts = (rows.group, rows.session_id), (judged.withheld[fresh], before)
    return judge(Contest(rows.label, rows.weight, *people, *verdicts, texts(rows)), constraint)


def texts(rows: Rows) -> Texts:
    """What was suggested in the rows."""
    return Texts(rows.chars, rows.kept_chars, rows.stage2[:, feature_names(2).index("parses")])


def seen(gate: LearnedGate, rows: Rows) -> Bools:
    """(n,) which rows come from sessions that the gate learned from."""
    known = frozenset(gate.artifact.data.session_digests)
    return np.array([session_digest(str(session)) in known for session in rows.session_id], np.bool_)


def judge(contest: Contest, constraint: Constraint, plan: Bootstrap = PLAN) -> Decision:
    """Promotes when the gain is above 0 with confidence, the constraint is not belied, and the guard agrees.

    The gain is rejections withheld less accepts lost, in shares of each: withholding blindly gains nothing by it. Its
    interval comes from a paired bootstrap over users, sessions or blocks of decisions, whichever are enough.
    """
    if contest.label.all() or not contest.label.any():
        one_sided = "the decisions kept apart have no accepts, or no rejections"
        return Decision(False, one_sided, len(contest.label))
    measured = Decision(
        promote=False,
        reason="",
        n_rows=len(contest.label),
        gain=_gain(contest, plan),
        rejections_withheld=(_share(contest, contest.candidate, False), _share(contest, contest.former, False)),
        accepts_lost=(_share(contest, contest.candidate, True), _share(contest, contest.former, True)),
        guarded=_guarded(contest, constraint, plan),
    )
    objections = (_objection(measured, contest, constraint), measured.guarded.refusal)
    return _decided(measured, "; ".join(each for each in objections if each))


def units(group: Strings, session_id: Strings) -> Strings:
    """(n,) names of what is resampled as a whole: users, sessions, or blocks of at most 20 consecutive decisions."""
    if len(set(group)) >= FEWEST_USERS and people(group) >= FEWEST_PEOPLE:
        return group
    if len(set(session_id)) >= FEWEST_SESSIONS:
        return session_id
    size = max(1, min(BLOCK_ROWS, len(group) // FEWEST_BLOCKS))
    return np.array([f"{at // size:09d}" for at in range(len(group))], np.object_)


def _guarded(contest: Contest, constraint: Constraint, plan: Bootstrap) -> Guarded:
    found = contest.texts
    if found is None:
        return Guarded(allowed=constraint.accepts_lost)
    unit = units(contest.group, contest.session_id)
    worth = (contest.label, found.chars, found.kept_chars, found.parses)
    shown = Shown(contest.weight, unit, *worth, contest.candidate, contest.former)
    return guard(shown, constraint.accepts_lost, plan)


def _gain(contest: Contest, plan: Bootstrap) -> Estimate:
    """From the sums of each unit: a resample then costs a sum over units, however many decisions there are."""
    more = contest.weight * (contest.candidate.astype(float) - contest.former)
    columns = [part * kind for kind in (~contest.label, contest.label) for part in (more, contest.weight)]
    names, places = np.unique(units(contest.group, contest.session_id).astype(str), return_inverse=True)
    sums = np.stack([np.bincount(places, column, len(names)) for column in columns], axis=1)
    drawn = resamples(names.astype(object), plan)
    return estimate(lambda chosen: _gain_of(sums[chosen].sum(axis=0).tolist()), len(names), drawn, plan.level)


def _gain_of(sums: list[float]) -> float | None:
    rejections, rejects, accepts_lost, accepts = sums
    return rejections / rejects - accepts_lost / accepts if rejects and accepts else None


def _share(contest: Contest, withheld: Bools, label: bool) -> float:
    mine = contest.label == label
    return float(np.average(withheld[mine], weights=contest.weight[mine]))


def _objection(measured: Decision, contest: Contest, constraint: Constraint) -> str:
    if not contest.candidate.any():
        return "it withholds nothing there"
    size, _ = effective_size(contest.weight[contest.label])
    lost = round(measured.accepts_lost[0] * size)
    if 1.0 - binomial_cdf(lost - 1, size, constraint.accepts_lost) < 1.0 - constraint.confidence:
        return f"{_losses(contest, lost)}, more than the {constraint.accepts_lost:.0%} allowed can explain"
    if measured.gain.low is None:
        return "there are too few decisions to tell"
    return "" if measured.gain.low > 0.0 else "that is not surely better"


def _losses(contest: Contest, lost: int) -> str:
    accepts, found = int(contest.label.sum()), int(contest.candidate[contest.label].sum())
    size, exact = effective_size(contest.weight[contest.label])
    stand_for = "" if exact else f" (weighed, {lost} of {size}, as some stand for many)"
    return f"it loses {found} of {accepts} accepts there{stand_for}"


def _decided(measured: Decision, objection: str) -> Decision:
    (new, former), (lost, lost_before) = measured.rejections_withheld, measured.accepts_lost
    seen = (
        f"on {measured.n_rows} decisions kept apart it withholds {new:.1%} of the rejections (now {former:.1%}) and"
        f" loses {lost:.1%} of the accepts (now {lost_before:.1%}), a gain of {_points(measured.gain)}"
    )
    return replace(measured, promote=not objection, reason=f"{seen}; {objection}" if objection else seen)


def _points(gain: Estimate) -> str:
    if gain.value is None or gain.low is None or gain.high is None:
        return "unknown size"
    return f"{100 * gain.value:.1f} points [{100 * gain.low:.1f}, {100 * gain.high:.1f}]"
