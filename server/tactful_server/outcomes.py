"""What becomes of a suggestion that was offered: told by the client where it tells, else inferred from the document.

There is one caret, so at most one suggestion is on screen. As one types along, the editor asks again and is answered
with the same suggestion, shorter by what was typed: one logical suggestion, one id.
"""

from collections import deque
from dataclasses import replace

from tactful_models.events import End, Known, OutcomeSeen
from tactful_server.buffers import Splice
from tactful_server.ends import Offer
from tactful_server.following import Followed, Step, follow
from tactful_server.screen import Ending, Live, Told, Wiring, begun

SETTLE_S = 0.12
"""Seconds an answer must stay unanswered by a change before it counts as shown."""
CONFIRM_S = 0.3
"""Seconds for which an end seen in the document waits for the client's word, which is certain."""


class Outcomes:
    """Follows the one suggestion on screen to its end."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._live: Live | None = None
        self._ended: deque[str] = deque(maxlen=256)
        self.client_tells: set[End] = set()
        """What the client has said of itself or has been heard telling; that is not inferred then."""

    @property
    def live(self) -> Live | None:
        """The suggestion on screen, or about to be."""
        return self._live

    def takes(self, uri: str, splice: Splice) -> bool:
        """Whether a change takes the suggestion on screen, whole or in part, rather than being typed."""
        live = self._live
        if live is None or live.uri != uri or live.pending:
            return False
        return follow(live.caret, live.rest, splice).step in (Step.WHOLE, Step.PART)

    def is_over(self, suggestion_id: str) -> bool:
        """Whether it has come to a final end, so that the same text offered again is a new suggestion."""
        return suggestion_id in self._ended

    def offered(self, offer: Offer) -> None:
        """An answer went to the editor."""
        if self._live is not None and self._live.suggestion_id == offer.suggestion_id and not self._live.pending:
            self._live = self._live.again(offer)
        else:
            self._give_way(offer)
            if offer.suggestion_id in self._ended:
                return
            self._live = begun(offer)
        if End.SHOWN not in self.client_tells and self._live.shown_at is None:
            self._wiring.later(SETTLE_S, lambda: self._settled(offer))

    def shown(self, suggestion_id: str, known: Known = Known.CLIENT) -> None:
        """It is on screen."""
        live = self._of(suggestion_id)
        if live is None or live.shown_at is not None:
            return
        self._live = replace(live, shown_at=self._wiring.now())
        self._tell(End.SHOWN, known)

    def lengthened(self, suggestion_id: str, text: str) -> None:
        """The client shows more of it than it was answered with: the text of the item that is there now."""
        live = self._of(suggestion_id)
        if live is not None and not live.pending and text.startswith(live.rest):
            self._live = live.with_rest(text)

    def accepted(self, suggestion_id: str) -> None:
        """It was taken whole: the accept command ran."""
        if self._of(suggestion_id) is not None:
            self._finish(End.ACCEPTED, Known.COMMAND)

    def partially_accepted(self, suggestion_id: str, n_chars: int, known: Known = Known.CLIENT) -> None:
        """So many of its characters, counted from its beginning, have been taken in parts."""
        live = self._of(suggestion_id)
        n_chars = min(n_chars, len(live.text)) if live else 0
        if live is None or n_chars <= live.taken_chars:
            return
        self._ensure_shown(known)
        self._live = replace(self._live or live, taken_chars=n_chars)
        self._tell(End.PARTIAL, known)

    def ended(self, ending: Ending) -> None:
        """The client says how it ended. What the document has shown is only overruled by what a person did."""
        if (live := self._of(ending.suggestion_id)) is None:
            return
        by_hand = ending.end in (End.ACCEPTED, End.REJECTED)
        if live.pending and not by_hand:
            if live.pending[0] is not End.ACCEPTED:  # that waits for the accept command, which is certain
                end, reason = live.pending
                self._finish(end, Known.CHANGE, reason, ending.shown_s)
        elif live.shown_at is None and not by_hand and End.SHOWN in self.client_tells:
            self._drop()  # a client that tells what it shows did not say that it showed this
        else:
            self._finish(ending.end, ending.known, ending.reason, ending.shown_s)

    def changed(self, uri: str, splices: list[Splice]) -> None:
        """The document changed: typed along, taken, typed over, or somewhere else."""
        for splice in splices:
            if self._live is None or self._live.uri != uri:
                return
            if self._live.pending:
                self._live = self._live.pushed(splice)
            else:
                self._stepped(self._live, follow(self._live.caret, self._live.rest, splice))

    def left(self, uri: str) -> None:
        """The document was closed."""
        if self._live is not None and self._live.uri == uri:
            self._let_go("closed")

    def asked_at(self, uri: str, caret: int) -> None:
        """The editor asks at a place: what was pending is settled, and a suggestion elsewhere has been left."""
        live = self._live
        if live is not None and (live.pending or live.uri != uri or live.caret != caret):
            self._let_go("moved")

    def close(self) -> None:
        """The session ends."""
        self._let_go("shutdown")

    def _settled(self, offer: Offer) -> None:
        live = self._of(offer.suggestion_id)
        if live is not None and live.version == offer.version and not live.pending:
            self.shown(offer.suggestion_id, Known.ANSWER)

    def _stepped(self, live: Live, followed: Followed) -> None:
        moved = replace(live, start=live.start + followed.shift, caret=followed.caret, rest=followed.rest)
        match followed.step:
            case Step.ELSEWHERE | Step.ALONG:
                self._live = moved
                if not moved.rest:
                    self._expect(moved, End.IGNORED, "typed_through")
            case Step.PART:
                self._live = moved
                if End.PARTIAL not in self.client_tells:
                    self.partially_accepted(live.suggestion_id, len(live.text) - len(moved.rest), Known.CHANGE)
            case Step.WHOLE:
                self._expect(moved, End.ACCEPTED, "")
            case Step.OVER:
                self._expect(moved, End.IGNORED, "typed_over")
            case Step.DELETED:
                self._expect(moved, End.IGNORED, "deleted")

    def _expect(self, live: Live, end: End, reason: str) -> None:
        """An end has been seen in the document; for a moment the client may know better."""
        self._live = replace(live, pending=(end, reason))
        self._wiring.later(CONFIRM_S, lambda: self._confirmed(live.suggestion_id))

    def _confirmed(self, suggestion_id: str) -> None:
        live = self._of(suggestion_id)
        if live is not None and live.pending:
            self._let_go("")

    def _give_way(self, offer: Offer) -> None:
        """Another suggestion takes the place of the one on screen."""
        live = self._live
        if live is None:
            return
        if live.pending:
            self._let_go("")
        elif live.shown_at is not None:
            same_place = live.uri == offer.uri and live.caret == offer.caret
            end, reason = (End.SUPERSEDED, "superseded") if same_place else (End.IGNORED, "moved")
            self._finish(end, Known.CHANGE, reason)
        self._live = None

    def _let_go(self, reason: str) -> None:
        """Nothing more is to be seen of it: what was pending holds, else it was ignored, if it was ever shown."""
        if self._live is None:
            return
        end, reason = self._live.pending or (End.IGNORED, reason)
        if end is End.ACCEPTED or self._live.shown_at is not None:
            self._finish(end, Known.CHANGE, reason)
        else:
            self._live = None

    def _finish(self, end: End, known: Known, reason: str = "", shown_s: float | None = None) -> None:
        self._ensure_shown(known)
        self._tell(end, known, reason, shown_s)
        if end.is_final:
            self._drop()

    def _drop(self) -> None:
        """Nothing more will be heard of it."""
        if self._live is not None:
            self._ended.append(self._live.suggestion_id)
            self._live = None

    def _ensure_shown(self, known: Known) -> None:
        if self._live is not None and self._live.shown_at is None:
            self.shown(self._live.suggestion_id, known)

    def _tell(self, end: End, known: Known, reason: str = "", shown_s: float | None = None) -> None:
        if (live := self._live) is None:
            return
        at = self._wiring.now()
        if shown_s is None and live.shown_at is not None and end is not End.SHOWN:
            shown_s = at - live.shown_at
        taken = {End.ACCEPTED: len(live.text), End.PARTIAL: live.taken_chars}.get(end)
        seen = OutcomeSeen(live.suggestion_id, self._wiring.session_id, at, end, known, shown_s, taken, reason)
        self._wiring.tell(Told(seen, live))

    def _of(self, suggestion_id: str) -> Live | None:
        return self._live if self._live is not None and self._live.suggestion_id == suggestion_id else None
