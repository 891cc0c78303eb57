"""What became of a code, also where the connection was lost before the gateway said it."""

from __future__ import annotations

from typing import Dict, Iterator, Optional

from .errors import Unreachable
from .state import Event, Result, number_of, text_of

KEPT = 90
"""Seconds that the gateway is asked to keep a request for the result. It knows within a minute."""


def result_of(event: Event, kind: str) -> Optional[str]:
    """What an event says of the answer to a challenge of this kind, as fsm.Entry.Result does; None for nothing."""
    if event.kind == "code_dropped":
        return "expired"
    if event.kind == "code_refused":
        return "refused"
    if event.from_state != "verifying" or event.to_state == "verifying":
        return None
    if event.kind in ("code_timeout", "captcha_timeout"):
        return "timeout"
    if event.kind in ("code_not_typed", "captcha_not_typed"):
        return "refused"
    if event.to_state == "connected" or (kind == "captcha" and event.to_state == "awaiting_code"):
        return "accepted"
    if event.kind == "boot" or (event.to_state == "closed" and event.kind in ("stop", "exited")):
        return "timeout"
    return "rejected"


def find(events: Iterator[Event], after: int, kind: str, challenge: int, lost: str) -> Result:
    """Looks in the journal for what became of an answer. after is the latest event before it was given."""
    typed, seq = False, after
    for event in events:
        seq += 1
        if event.seq != seq:
            raise Unreachable(f"the journal does not go back so far: {event.seq} comes after {seq - 1}; looked for because: {lost}")
        if event.kind == kind + "_typed" and challenge in (0, event.challenge):
            typed, challenge = True, event.challenge
        elif typed:
            result = result_of(event, kind)
            if result is not None:
                return Result(result, challenge)
        elif event.kind == "boot":
            raise Unreachable(f"the gateway was started again, and had not typed it: {lost}")
    raise AssertionError("the events ended without an error")


def told(answer: Dict[str, object]) -> Result:
    return Result(text_of(answer, "result"), number_of(answer, "challenge"), number_of(answer, "wait"))
