"""Users who take wrong code without seeing it, with tests and reviewers that find out some of it: the truth is known.

Of what is accepted a share is wrong. How likely that is follows from a doubt that has nothing to do with whether the
user accepts, and a little from the quality that has; both are told by features (the share of names in it that are
known, the log-probabilities), and the rest is chance:

    P(wrong) = 1 / (1 + exp(−(level + told · doubt − by_quality · log-probability)))

Wrong code is kept like the rest, so that neither accepting nor persistence says anything of it. Tests and reviewers are
those of `simulated_reviews`, each accepted suggestion being checked once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tactful_models import simulated_log, simulation
from tactful_models.checked import Checked, Stands
from tactful_models.dataset import Bools, Floats
from tactful_models.events import Event, Reviewed
from tactful_models.feedback_kinds import Feedback
from tactful_models.simulated_reviews import Person, Suite, said, tried
from tactful_models.simulation import BEGIN, STEP_S, Drawn, Logging, Size, World

PANEL = (
    Person("honest", 0.1, expertise="expert"),
    Person("careless", 0.3, expertise="novice"),
    Person("deceptive", 0.9, expertise="expert"),
)
"""One reviewer in three lies, and calls himself an expert."""
_LATER_S = 60.0


@dataclass(frozen=True, slots=True)
class Wrongs:
    """What wrong code is like."""

    share: float = 0.3
    """Of the accepts."""
    told: float = 4.0
    """How much the doubt moves the log-odds, per standard deviation; the more, the more a gate can know."""
    by_quality: float = 0.5
    """How much the log-probability does."""


@dataclass(frozen=True, slots=True)
class Code:
    """Opportunities, and which of the code is wrong."""

    drawn: Drawn
    doubt: Floats
    """(n,) standard normal; what features tell of what is wrong."""
    wrong: Bools
    """(n,) the truth."""

    @property
    def right(self) -> Bools:
        """(n,) what ought to be shown: right code that the user takes."""
        return self.drawn.good & ~self.wrong

    def names(self, seed: int) -> list[str]:
        """(n,) ids of the suggestions in a log of that seed."""
        return [f"s{seed}-{session}-{at}-g" for at, session in enumerate(self.drawn.session.tolist())]


def draw(wrongs: Wrongs, size: Size, seed: int) -> Code:
    """Opportunities of users like any others; the same for the same seed."""
    drawn = simulation.draw(World(), size, seed)
    rng = np.random.default_rng([seed, 3])
    doubt = rng.normal(size=len(drawn))
    lean = wrongs.told * doubt - wrongs.by_quality * drawn.logprob
    chance = _logistic(lean + _level(lean[drawn.good], wrongs.share))
    return Code(drawn, doubt, rng.random(len(drawn)) < chance)


def events(code: Code, seed: int) -> Iterator[Event]:
    """The log of a policy that shows everything, without feedback."""
    return simulated_log.events(code.drawn, Logging(), seed, _logistic(-code.doubt))


def feedback(code: Code, people: Sequence[Person], suite: Suite, seed: int) -> Iterator[Feedback]:
    """What tests, then reviewers say of each accepted suggestion of that log."""
    names, right, accepted = code.names(seed), ~code.wrong, code.drawn.good
    expertise = {person.name: person.expertise for person in people}
    for trial in tried(right, suite, seed):
        at = int(trial.suggestion_id[1:])
        if accepted[at]:
            tests = Stands.HELD if trial.passed else Stands.BROKE
            ran = trial.reach if trial.passed else None
            yield Checked(f"c-{names[at]}", *_where(names[at], at), parses=Stands.HELD, old_tests=tests, ran_ratio=ran)
    for number, vote in enumerate(said(right, people, seed)):
        at = int(vote.suggestion_id[1:])
        if accepted[at]:
            known, who = expertise[vote.reviewer], vote.reviewer
            yield Reviewed(f"v{number}-{names[at]}", *_where(names[at], at), vote.verdict, who, expertise=known)


def wrong_shown(scores: Floats, code: Code, right_shown: float) -> float:
    """The share of all wrong code that is shown by the threshold which shows that share of the right code taken."""
    threshold = np.quantile(scores[code.right], 1.0 - right_shown, method="lower")
    return float((scores[code.wrong] >= threshold).mean())


def _where(name: str, at: int) -> tuple[str, str, float]:
    """The suggestion, its session, and a time after it was made."""
    return name, name.rsplit("-", 2)[0], BEGIN + STEP_S * at + _LATER_S


def _level(lean: Floats, share: float) -> float:
    """What has to be added for that share of these to be wrong, by bisection."""
    low, high = -50.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (low, middle) if float(_logistic(lean + middle).mean()) > share else (middle, high)
    return low


def _logistic(margin: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-margin)), np.float64)
