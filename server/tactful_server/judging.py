"""Both stages of the gate at work: features, probability, policy, and the record of the decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ulid import ULID

from tactful_models.events import Decided, SuggestionFacts
from tactful_models.features import FEATURES_VERSION, Opportunity, extract_stage1, extract_stage2
from tactful_models.gate import Gate
from tactful_models.policy import Policy, Verdict, decide
from tactful_models.recalibration import UNCORRECTED, Correction
from tactful_server.session import Session


@dataclass(frozen=True, slots=True)
class Bench:
    """The gate in force with its policy: taken together, so that a reload never mixes two."""

    gate: Gate
    policy: Policy


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be decided."""

    request_id: str
    opportunity: Opportunity
    place_key: str
    """Keyed name of the place: the same place draws the same lot, so that ghost text does not flicker."""
    suggestion_id: str = ""
    suggestion: SuggestionFacts | None = None
    """None for stage 1."""

    @property
    def stage(self) -> int:
        """Which stage decides."""
        return 1 if self.suggestion is None else 2


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rests on."""

    bench: Bench
    features: Sequence[float]
    """Empty where none could be extracted."""
    own: float | None
    """The gate's own probability; None without features."""
    probability: float | None
    """The same corrected by the newest outcomes."""
    correction: Correction


class Judge:
    """Decides and records."""

    def __init__(self, session: Session, bench: Callable[[], Bench], now: Callable[[], float]) -> None:
        self._session = session
        self._bench = bench
        self._now = now

    def decide(self, case: Case) -> tuple[Verdict, Decided]:
        """The verdict, and the decision as it went into the log."""
        bench = self._bench()
        features = self._features(case)
        own = bench.gate.probability(case.stage, features, case.opportunity.model_key) if features else None
        correction = self._correction(bench.gate, case.stage)
        probability = None if own is None else correction(own)
        verdict = decide(bench.policy.corrected(case.stage, correction), case.stage, probability, case.place_key)
        decided = self._decided(case, verdict, Basis(bench, features, own, probability, correction))
        self._session.record(decided)
        return verdict, decided

    def _correction(self, gate: Gate, stage: int) -> Correction:
        """The prior has nothing to correct: it says the same of everything."""
        history = self._session.history
        return UNCORRECTED if history is None or not gate.label else history.tracking.correction(gate.version, stage)

    def _features(self, case: Case) -> tuple[float, ...]:
        """Empty until the history is there: a vector made without it could not be replayed."""
        history = self._session.history
        if history is None:
            return ()
        if case.suggestion is None:
            return extract_stage1(case.opportunity, history)
        return extract_stage2(case.opportunity, case.suggestion, history)

    def _decided(self, case: Case, verdict: Verdict, basis: Basis) -> Decided:
        bench, features = basis.bench, basis.features
        return Decided(
            decision_id=str(ULID()),
            request_id=case.request_id,
            session_id=self._session.session_id,
            at=self._now(),
            stage=case.stage,
            probability=basis.probability,
            threshold=verdict.threshold,
            action=verdict.action,
            would=verdict.would,
            propensity=verdict.propensity,
            mode=bench.policy.mode,
            exploring=verdict.exploring,
            gate_version=bench.gate.version,
            reason=verdict.reason,
            features_version=FEATURES_VERSION if features else 0,
            features=tuple(features),
            suggestion_id=case.suggestion_id,
            own_probability=basis.own if bench.gate.label else None,
            intercept=basis.correction.intercept,
            slope=basis.correction.slope,
            label=bench.gate.label,
        )
