"""A piece of a stream becomes a suggestion: measured, compared with what was rejected here, judged by stage 2."""

from collections.abc import Callable
from dataclasses import replace

from ulid import ULID

from tactful_models import logprobs
from tactful_models.events import SuggestionMade
from tactful_models.facts import Place, RecentTexts, Timing, suggestion_facts
from tactful_server.drawing import Drawn
from tactful_server.generation import Generation, Judged
from tactful_server.judging import Case, Judge
from tactful_server.session import Session
from tactful_server.trace import Trace


class Suggesting:
    """Makes suggestions and has them judged."""

    def __init__(self, session: Session, judge: Judge, recent: RecentTexts, now: Callable[[], float]) -> None:
        self._session = session
        self._judge = judge
        self._recent = recent
        self._now = now

    def judge(self, trace: Trace, generation: Generation, line: Drawn) -> Judged:
        """Records the suggestion and, unless it was asked for by hand, what the second stage says of it."""
        made = self._made(trace, generation, line)
        self._session.record(made)
        if trace.ask.manual:
            return Judged(made.suggestion_id, None)
        history = self._session.history
        if history is not None and history.was_rejected_here(made.place_key):
            return Judged(made.suggestion_id, None, rejected_before=True)
        case = Case(trace.ask.request_id, trace.opportunity, made.place_key, made.suggestion_id, made.facts)
        verdict, decided = self._judge.decide(case)
        trace.decisions.append(decided)
        return Judged(made.suggestion_id, verdict, decided=decided)

    def _made(self, trace: Trace, generation: Generation, line: Drawn) -> SuggestionMade:
        at, hashed = trace.opportunity, self._session.keyed_hash
        timing = Timing(generation.first_token_s, generation.age_s)
        facts = suggestion_facts(line.text, line.tokens, timing, Place(trace.ask.view, self._recent))
        return SuggestionMade(
            suggestion_id=str(ULID()),
            request_id=generation.request_id,
            session_id=self._session.session_id,
            at=self._now(),
            facts=replace(facts, logprob_end=logprobs.of_one(line.line_break)),
            language=at.language,
            file_key=at.file_key,
            project_key=at.project_key,
            model_key=at.model_key,
            text_hash=hashed(line.text),
            place_key=hashed(place_text(trace, line.text)),
            text=line.text,
        )


def place_text(trace: Trace, text: str) -> str:
    """The file, the line above and the caret's line with the text in it: what stays the same while one types along."""
    before = trace.ask.view.before
    above = before[: before.rfind("\n") + 1].rstrip().rpartition("\n")[2]
    return "\x1f".join((trace.ask.uri, above, trace.ask.line_before + text))
