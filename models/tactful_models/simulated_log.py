"""A simulation's opportunities as the events of a real log: facts, vectors, decisions, outcomes; of any size.

The vectors are born where all are, from the facts and from a history that watches the events go by, so that the log
replays to the bit. The context is told by how fast was typed, the quality by the log-probabilities; other facts are
drawn and say nothing.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from tactful_models.dataset import Floats
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
)
from tactful_models.features import FEATURES_VERSION, Opportunity, extract_stage1, extract_stage2
from tactful_models.history import History
from tactful_models.simulation import BEGIN, STEP_S, Drawn, Logging, log

MODEL: Final = "simulated"
_LANGUAGE: Final = "python"


@dataclass(slots=True)
class _Story:
    """One opportunity while it is told."""

    name: str
    session_id: str
    at: float
    context: ContextFacts
    suggestion: SuggestionFacts
    file_key: str

    @property
    def suggestion_id(self) -> str:
        """Of what would be suggested."""
        return f"{self.name}-g"

    def opportunity(self) -> Opportunity:
        """As features look at it."""
        return Opportunity(self.context, _LANGUAGE, self.file_key, "", MODEL, self.at)


@dataclass(slots=True)
class _Teller:
    """Tells events and remembers them."""

    history: History = field(default_factory=History)
    told: int = 0

    def tell(self, event: Event) -> Event:
        """Counts it and lets the history see it."""
        self.told += 1
        self.history.observe(event)
        return event


def events(drawn: Drawn, logging: Logging, seed: int, known_names: Floats | None = None) -> Iterator[Event]:
    """The log, event by event; the same decisions and rewards as `simulation.log` with the same arguments.

    `known_names` (n,) is what to say of the share of names in each suggestion that are known; None for nothing.
    """
    paths, teller = log(drawn, logging, seed), _Teller()
    rng = np.random.default_rng([seed, 2])
    session = ""
    for at in range(len(drawn)):
        if paths.session_id[at] != session:
            session = str(paths.session_id[at])
            moment, user = BEGIN + STEP_S * at, str(paths.group[at])
            yield teller.tell(SessionStarted(session, moment, user, source="demo", history_through=teller.told))
        story = _story(drawn, (at, session), rng)
        if known_names is not None:
            story.suggestion = replace(story.suggestion, known_identifiers_ratio=float(known_names[at]))
        passed = (bool(paths.called[at]), bool(paths.shown[at]))
        chances = (float(paths.propensity1[at]), float(paths.propensity2[at]))
        for event in _told(story, teller.history, (drawn, logging, at), (passed, chances)):
            yield teller.tell(event)


Acted = tuple[tuple[bool, bool], tuple[float, float]]
"""What each stage let pass, and how probable what it did was."""


def _story(drawn: Drawn, where: tuple[int, str], rng: np.random.Generator) -> _Story:
    at, session_id = where
    noise = rng.integers(0, 40, 6).tolist()
    lines, chars = 100 + noise[0], int(drawn.chars[at])
    n_tokens, told = max(1, chars // 4), float(drawn.logprob[at])
    mean = 0.4 * told - 1.5
    return _Story(
        name=f"{session_id}-{at}",
        session_id=session_id,
        at=BEGIN + STEP_S * at,
        context=ContextFacts(
            language=_LANGUAGE,
            document_chars=30 * lines,
            document_lines=lines,
            line_index=at % 97,
            offset_chars=30 * (at % 97),
            line_before_chars=noise[1],
            line_before_trimmed_chars=noise[1],
            line_after_chars=noise[2] // 20,
            previous_line_chars=noise[3],
            indent_chars=4 * (noise[4] % 4),
            since_key_s=0.1 + noise[5] / 100,
            typed_2s=math.exp(0.5 * float(drawn.context[at])),
        ),
        suggestion=SuggestionFacts(
            chars, 1, n_tokens, chars, mean, mean * n_tokens, 1.5 * mean, mean, mean * n_tokens, generation_s=0.1
        ),
        file_key=f"f-{int(drawn.user[at])}-{at % 7}",
    )


def _told(story: _Story, history: History, where: tuple[Drawn, Logging, int], acted: Acted) -> Iterator[Event]:
    drawn, logging, at = where
    (called, shown), (chance1, chance2) = acted
    vector = extract_stage1(story.opportunity(), history)
    given = (float(drawn.probability1[at]), logging.stage1)
    yield _decided(story, 1, given, (called, chance1, vector))
    if called:
        yield SuggestionMade(
            story.suggestion_id,
            story.name,
            story.session_id,
            story.at,
            story.suggestion,
            _LANGUAGE,
            story.file_key,
            "",
            MODEL,
        )
        vector = extract_stage2(story.opportunity(), story.suggestion, history)
        given = (float(drawn.probability2[at]), logging.stage2)
        yield _decided(story, 2, given, (shown, chance2, vector))
    yield _ended(story, called, shown)
    if shown:
        yield from _outcome(story, bool(drawn.good[at]))


def _decided(
    story: _Story, stage: int, given: tuple[float, float], did: tuple[bool, float, tuple[float, ...]]
) -> Decided:
    (probability, threshold), (passed, propensity, vector) = given, did
    would = Action.SHOW if probability >= threshold else Action.WITHHOLD
    action = Action.SHOW if passed else Action.WITHHOLD
    return Decided(
        decision_id=f"{story.name}-d{stage}",
        request_id=story.name,
        session_id=story.session_id,
        at=story.at,
        stage=stage,
        probability=probability,
        threshold=threshold,
        action=action,
        would=would,
        propensity=propensity,
        mode="on",
        exploring=action is not would,
        gate_version=MODEL,
        features_version=FEATURES_VERSION,
        features=vector,
        suggestion_id=story.suggestion_id if stage == 2 else "",
    )


def _ended(story: _Story, called: bool, shown: bool) -> RequestEnded:
    return RequestEnded(
        request_id=story.name,
        session_id=story.session_id,
        at=story.at,
        facts=story.context,
        result=Result.PRODUCED if shown else Result.WITHHELD,
        reason="" if shown else "stage2" if called else "stage1",
        file_key=story.file_key,
        model_key=MODEL,
        suggestion_id=story.suggestion_id if called else "",
        model_called=called,
        latency_s=0.1,
        n_tokens=story.suggestion.n_tokens or 0 if called else 0,
    )


def _outcome(story: _Story, good: bool) -> Iterator[Event]:
    end, chars = (End.ACCEPTED, story.suggestion.n_chars) if good else (End.REJECTED, None)
    yield OutcomeSeen(story.suggestion_id, story.session_id, story.at + 1.0, end, Known.COMMAND, 1.0, chars)
    if good:
        yield PersistenceSeen(story.suggestion_id, story.session_id, story.at + 31.0, 30, 1.0)
