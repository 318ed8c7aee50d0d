"""What happened, as values: the events of the feedback log.

An event is a fact. It is appended and never changed; what it means (labels, rates, features) is derived later.
Times are seconds since the Unix epoch, UTC. Ids are ULIDs. Keys (`*_key`, `*_hash`) are keyed hashes that mean
nothing outside the installation that made them. A field that could not be measured is None, never a guess.
"""

from dataclasses import dataclass
from enum import StrEnum

from tactful_models.checked import Checked
from tactful_models.measured import ContextFacts as ContextFacts
from tactful_models.measured import SuggestionFacts as SuggestionFacts
from tactful_models.measured import Trigger as Trigger
from tactful_models.placed import TextPlaced as TextPlaced


class Result(StrEnum):
    """The one end of a request."""

    PRODUCED = "produced"
    WITHHELD = "withheld"
    EMPTY = "empty"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Action(StrEnum):
    """What the policy did."""

    SHOW = "show"
    WITHHOLD = "withhold"


class End(StrEnum):
    """What became of a shown suggestion. SHOWN and PARTIAL may come before one of the others, which are final."""

    SHOWN = "shown"
    PARTIAL = "partially_accepted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"

    @property
    def is_final(self) -> bool:
        """Whether nothing more can come for the suggestion after this."""
        return self not in (End.SHOWN, End.PARTIAL)


class Known(StrEnum):
    """How an outcome was known, from certain to inferred."""

    COMMAND = "command"  # the accept command of the item ran
    CLIENT = "client"  # the client said so
    CHANGE = "change"  # inferred from a document change
    ANSWER = "answer"  # inferred: the answer was not cancelled and the document is as it was
    IMPORTED = "imported"  # from someone else's telemetry
    REPLAY = "replay"  # code that was written before was compared with it


class Verdict(StrEnum):
    """What a reviewer would do with a suggestion that was taken."""

    KEEP = "keep"
    REWRITE = "rewrite"
    REVERT = "revert"


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """One life of one server, or one session of imported telemetry."""

    session_id: str
    at: float
    user_key: str
    """Who typed; one value for all sessions of an installation."""
    client: str = ""
    """The editor's name and version."""
    source: str = "live"
    """`live`, `demo`, `bootstrap`, or the name of the telemetry imported."""
    server_version: str = ""
    privacy_level: str = "features"
    seed: int = 0
    """The seed of this session's exploration."""
    history_through: int = 0
    """The log's sequence number up to which the session's history had been warmed when it began; -1 where that is lost
    and the history cannot be made again, as after an import or a purge."""


@dataclass(frozen=True, slots=True)
class RequestEnded:
    """One opportunity, with its one result. Recorded once, when it ends."""

    request_id: str
    session_id: str
    at: float
    """When the editor asked."""
    facts: ContextFacts
    result: Result
    reason: str = ""
    """The named rule or fault behind a result that is not `produced`."""
    file_key: str = ""
    project_key: str = ""
    model_key: str = ""
    """Name of the model and its server's kind, in clear: `llamacpp:SmolLM2-135M`."""
    suggestion_id: str = ""
    """The suggestion answered with, or withheld; empty when there was none."""
    model_called: bool = False
    """Whether this request opened a call to the model (joining one under way does not)."""
    latency_s: float = 0.0
    """From the request's arrival to its end."""
    n_tokens: int = 0
    """Tokens the model had generated for the call when this request ended; 0 where it opened none."""


@dataclass(frozen=True, slots=True)
class SuggestionMade:
    """One text proposed at one place, whether or not it was then shown."""

    suggestion_id: str
    request_id: str
    """The request that opened the call to the model: its first stage's decision is part of this suggestion's path. The
    request that was answered with it may be a later one, which joined the stream."""
    session_id: str
    at: float
    facts: SuggestionFacts
    language: str = ""
    file_key: str = ""
    project_key: str = ""
    model_key: str = ""
    text_hash: str = ""
    """Keyed hash of the text."""
    place_key: str = ""
    """Keyed hash of file, line above, and the caret's line with the text in it: the same while one types along."""
    text: str = ""
    """The text itself. The writer drops or redacts it below the level `code`."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One stage's decision, with all that is needed to judge it later."""

    decision_id: str
    request_id: str
    session_id: str
    at: float
    stage: int
    """1 before the model is called, 2 after enough of the stream has come."""
    probability: float | None
    """Calibrated P(accepted) of this stage; None where there was no gate to ask."""
    threshold: float
    """Withhold below this."""
    action: Action
    """What was done."""
    would: Action
    """What the thresholds alone say, without exploration and whatever the mode."""
    propensity: float
    """Probability in (0, 1] with which the policy in force took `action`."""
    mode: str
    """`off`, `shadow` or `on`, as it was in force."""
    exploring: bool = False
    """Whether the action differs from `would` because of exploration."""
    gate_version: str = ""
    reason: str = ""
    """The named reason: `below_threshold`, `above_threshold`, `exploring`, `shadow`, `no_gate`, `manual`, …"""
    features_version: int = 0
    features: tuple[float, ...] = ()
    """The stage's vector, float32 values in the order of `features.names(stage)`; empty where none was computed."""
    suggestion_id: str = ""
    own_probability: float | None = None
    """The gate's own; `probability` is σ(intercept + slope · logit of it), `threshold` moved along (`recalibration`).
    None where there was no trained gate to ask, or from before there were corrections."""
    intercept: float = 0.0
    slope: float = 1.0
    label: str = ""
    """What the probability is the chance of, as `labels` defines it; empty where there was no trained gate."""


@dataclass(frozen=True, slots=True)
class OutcomeSeen:
    """Something became of a shown suggestion."""

    suggestion_id: str
    session_id: str
    at: float
    end: End
    known: Known
    shown_s: float | None = None
    """Seconds it had been on screen; None where that is unknown."""
    accepted_chars: int | None = None
    """Characters taken so far; for `accepted` its whole length."""
    reason: str = ""
    """How it ended, named: `escape`, `typed_over`, `moved`, `deleted`, `closed`, `superseded`, …"""


@dataclass(frozen=True, slots=True)
class PersistenceSeen:
    """How much of an accepted text was still there some time later."""

    suggestion_id: str
    session_id: str
    at: float
    after_s: int
    """The horizon: 30, 120, 300 or 600 (imported telemetry may have others)."""
    kept_ratio: float | None
    """Share of the accepted text still there, 0 to 1; None when censored."""
    censored: str = ""
    """Why nothing can be said: `closed`, `replaced`, `shutdown`; empty when it can."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Someone judged a suggestion, at any time after it was made; of one reviewer's words the last count."""

    review_id: str
    suggestion_id: str
    session_id: str
    """The session that the suggestion was made in, whenever the review came."""
    at: float
    verdict: Verdict
    reviewer: str
    """Who: the `user_key` of a person, the name of a model."""
    reviewer_kind: str = "person"
    """`person`, `model`, or `git` for what became of the lines in the repository."""
    source: str = "thumbs"
    """How it came: `thumbs`, `thread`, `terminal`, `import`, `model` or `git`."""
    words: str = ""
    """What was said of it. Kept at every privacy level, being written for it."""
    expertise: str = ""
    """How well the reviewer knows the matter, in their own words; empty when not said."""
    method: str = ""
    """How a model was asked or a repository read: name and version of the prompt or the reading; empty for people."""


@dataclass(frozen=True, slots=True)
class GateChanged:
    """A gate was trained, promoted, refused or rolled back."""

    at: float
    version: str
    change: str
    """`trained`, `promoted`, `refused`, `rolled_back`."""
    reason: str = ""
    metrics: str = ""
    """The manifest's metrics as JSON."""


Event = (
    SessionStarted
    | RequestEnded
    | SuggestionMade
    | Decided
    | OutcomeSeen
    | PersistenceSeen
    | TextPlaced
    | Reviewed
    | Checked
    | GateChanged
)
