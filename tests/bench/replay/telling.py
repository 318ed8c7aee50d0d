"""The replay's figures as tables, each with its interval over packages, ours beside each baseline on the same draws."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.replay.folds import AVOIDED, Found
from bench.replay.spending import most_avoided, most_withheld
from tactful_models import metrics
from tactful_models.metrics import Bools, Bootstrap, Estimate, Indices
from tactful_models.tables import number, share, table

Statistic = Callable[[Indices], float | None]
KEPT = 0.95
OURS = "gate"


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of one cross-validation."""

    found: Found
    """Everybody's scores."""
    drawn: Sequence[Indices]
    """Resamples of packages, the same for every figure."""
    least_withheld: float
    """Share of the rejections that both stages are to withhold."""

    def tables(self, heading: str) -> str:
        """All tables."""
        rows = self.found.rows
        first = (
            f"{heading}: {len(rows):,} suggestions of {len(rows.groups)} packages, {share(float(rows.label.mean()))}"
            f" right; intervals over packages (95 %, {len(self.drawn)} draws)"
        )
        return "\n\n".join([first, self.second_stage(), self.first_stage(), self.both(), self.served()])

    def second_stage(self) -> str:
        """Scores with the suggestion known, whoever gave them, at the best threshold on the same decisions."""
        names = ["", "AUC", f"rejections withheld, {KEPT:.0%} of accepts kept", "ours less it"]
        rows = [
            [name, self._told(self._auc(2, name), number), self._told(self._kept(name), share), self._less(name)]
            for name in self.found.stage2
        ]
        return table("Stage 2 (one threshold, chosen with hindsight)", names, rows)

    def first_stage(self) -> str:
        """Scores without the suggestion, by themselves and with our second stage."""
        both = f"rejections withheld, {AVOIDED:.0%} of calls avoided"
        names = ["", "AUC", "calls avoided by it alone", "ours less it", both]
        rows = [
            [
                name,
                self._told(self._auc(1, name), number),
                self._told(self._alone(name), share),
                "" if name == OURS else _points(self._estimate(_less(self._alone(OURS), self._alone(name)))),
                self._told(self._withheld_sparing(name), share),
            ]
            for name in self.found.stage1
        ]
        return table(f"Stage 1 ({1 - KEPT:.0%} of accepts lost by it, or by both stages; hindsight)", names, rows)

    def both(self) -> str:
        """The pair that spares most calls with enough withheld."""
        avoided = self._told(self._avoided(), share)
        return (
            f"Both stages, {1 - KEPT:.0%} of accepts lost and at least {self.least_withheld:.0%} of rejections withheld"
            f" (hindsight): {avoided} of calls avoided, where 0 says that no pair of thresholds withholds so many"
        )

    def served(self) -> str:
        """Thresholds that were chosen without the packages they are used on."""
        names = ["", "accepts lost", "rejections withheld", "calls avoided"]
        rows = [[name, *self._policy(name)] for name in self.found.withheld]
        return table("As served (thresholds chosen on other packages, where they lose at most 5 %)", names, rows)

    def _policy(self, name: str) -> Iterator[str]:
        label, withheld = self.found.rows.label, self.found.withheld[name]
        every = np.ones(len(label), np.bool_)
        for mask, among in ((withheld, label), (withheld, ~label), (self.found.withheld1[name], every)):
            yield self._told(_share(mask, among), share)

    def _auc(self, stage: int, name: str) -> Statistic:
        scores = (self.found.stage1 if stage == 1 else self.found.stage2)[name]
        label = self.found.rows.label
        return lambda rows: metrics.auc(scores[rows], label[rows])

    def _kept(self, name: str) -> Statistic:
        scores, label = self.found.stage2[name], self.found.rows.label
        return lambda rows: metrics.rejections_withheld(scores[rows], label[rows], KEPT)

    def _less(self, name: str) -> str:
        return "" if name == OURS else _points(self._estimate(_less(self._kept(OURS), self._kept(name))))

    def _alone(self, name: str) -> Statistic:
        scores, label = self.found.stage1[name], self.found.rows.label

        def statistic(rows: Indices) -> float | None:
            mine, right = scores[rows], label[rows]
            accepts = np.sort(mine[right])
            return float((mine < accepts[int((1 - KEPT) * len(accepts) + 1e-9)]).mean()) if len(accepts) else None

        return statistic

    def _avoided(self) -> Statistic:
        scores = self.found.scores()

        def statistic(rows: Indices) -> float | None:
            spent = most_avoided(scores.take(rows), self.least_withheld)
            return 0.0 if spent is None else spent.avoided

        return statistic

    def _withheld_sparing(self, name: str) -> Statistic:
        scores = self.found.scores(stage1=name)

        def statistic(rows: Indices) -> float | None:
            spent = most_withheld(scores.take(rows), AVOIDED)
            return 0.0 if spent is None else spent.withheld

        return statistic

    def _told(self, statistic: Statistic, words: Callable[..., str]) -> str:
        found = self._estimate(statistic)
        return words(found.value, found.low, found.high)

    def _estimate(self, statistic: Statistic) -> Estimate:
        return metrics.estimate(statistic, len(self.found.rows), self.drawn)


def drawn_from(found: Found, n_resamples: int) -> Sequence[Indices]:
    """Packages drawn with replacement."""
    return metrics.resamples(found.rows.group, Bootstrap(n_resamples=n_resamples))


def _less(one: Statistic, other: Statistic) -> Statistic:
    def statistic(rows: Indices) -> float | None:
        both = one(rows), other(rows)
        return None if both[0] is None or both[1] is None else both[0] - both[1]

    return statistic


def _share(mask: Bools, among: Bools) -> Statistic:
    def statistic(rows: Indices) -> float | None:
        chosen = mask[rows][among[rows]]
        return float(chosen.mean()) if len(chosen) else None

    return statistic


def _points(found: Estimate | None) -> str:
    """A difference of shares in percentage points."""
    if found is None or found.value is None or found.low is None or found.high is None:
        return ""
    return f"{100 * found.value:+.1f} [{100 * found.low:+.1f}, {100 * found.high:+.1f}]"
