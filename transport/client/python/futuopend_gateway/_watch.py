"""The loop that asks for a code when one is wanted."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Callable, Dict, Optional, Type

from ._http import Pauses, Stop
from .errors import BodyInvalid, Closed, CodeInvalid, CodeUnclear, GatewayError, Refused, TokenScope, TooSoon, Unauthorized, Unreachable
from .state import CodeWanted, Result, Status

if TYPE_CHECKING:
    from .gateway import Gateway

log = logging.getLogger("futuopend_gateway")

Give = Callable[[CodeWanted], Optional[str]]

TRIES = 5
"""How often one challenge is asked for at most, should what comes be no code again and again."""
NO_CODE = (BodyInvalid, CodeInvalid, CodeUnclear)
"""What is answered to a text that has no code: somebody may have slipped."""


class Asker:
    """Asks for each challenge once. It belongs to one thread."""

    def __init__(self, gateway: Gateway, give: Give) -> None:
        self._gateway, self._give = gateway, give
        self._asked = 0  # the challenge that was asked for last
        self._wrong = ""  # what became of the code before
        self._pauses = Pauses()

    def run(self) -> None:
        """Goes on until the gateway is closed, which it raises, or until the token is no good."""
        now: Optional[Status] = None
        while True:
            try:
                now = self._gateway.status(after=now.seq, wait=50) if now else self._gateway.status()
                while self._wants(now):
                    self._ask(now)
                    now = self._gateway.status()
                self._pauses.good()
            except GatewayError as why:
                now, pause = None, self._pauses.after(why)
                log.info("wait until a code is wanted: %s; the next try is in %.1f s", why, pause)
                self._gateway._stop.pause(pause)

    def _wants(self, now: Status) -> bool:
        """Whether a code is wanted that nobody was asked for yet. Where none may be typed, because too many were wrong, none is."""
        if now.state in ("connected", "closed", "halted"):
            self._wrong = ""
        challenge = now.challenge
        return now.state == "awaiting_code" and challenge is not None and challenge.id != self._asked and challenge.attempts_left != 0

    def _ask(self, now: Status) -> None:
        challenge = now.challenge
        assert challenge is not None
        self._asked = challenge.id
        for _ in range(TRIES):
            text = self._give(CodeWanted(challenge.id, challenge.asked, challenge.again, self._wrong))
            if text is None:
                return
            if not self._open(challenge.id):
                self._wrong = ""
                log.info("the code came too late, and was not sent: the challenge is over")
                return
            try:
                self._wrong = sentence(self._send(text, challenge.id))
                return
            except NO_CODE as why:
                self._wrong = why.message
            except (Unauthorized, TokenScope):
                raise
            except Refused as why:
                self._wrong = why.message
                log.warning("the code was refused: %s", why.message)
                return

    def _open(self, challenge: int) -> bool:
        now = self._gateway.status()
        return now.state == "awaiting_code" and now.challenge is not None and now.challenge.id == challenge

    def _send(self, text: str, challenge: int) -> Optional[Result]:
        """Sends a code once; again only where the gateway says that it came too soon. None if nobody knows what became of it."""
        while True:
            try:
                return self._gateway.code(text)
            except TooSoon as why:
                log.info("the code is sent again in %d s: %s", why.wait, why.message)
                self._gateway._stop.pause(max(1.0, why.wait))
                if not self._open(challenge):
                    raise
            except Unreachable as why:
                log.warning("the code: %s", why)
                return None


SENTENCES: Dict[str, str] = {
    "rejected": "the code was wrong or too old",
    "expired": "the code was kept for too long, and not typed",
    "timeout": "FutuOpenD did not say whether the code was right",
    "refused": "the code could not be typed",
}


def sentence(result: Optional[Result]) -> str:
    """What a person is told of a code when the next one is wanted."""
    if result is None:
        return "the connection was lost, and it is not known what became of the code"
    log.info("the code: %s", result.result)
    return SENTENCES.get(result.result, "")


class CodeWatch:
    """What on_code started. It is closed with its Gateway at the latest; in a with statement, at its end."""

    error: Optional[BaseException] = None
    """Why it ended by itself: a token that is wrong or allows too little, or what the callback raised. None while it runs, and after close."""

    def __init__(self, gateway: Gateway, parent: Stop, give: Give) -> None:
        self._gateway, self._parent, self._give = gateway, parent, give
        self._thread = threading.Thread(target=self._run, name="futuopend-gateway on_code", daemon=True)
        self._thread.start()

    def __enter__(self) -> CodeWatch:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], why: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Ends it. It returns at once; a callback that runs is not interrupted, and what it returns is not sent."""
        self._gateway.close()

    def join(self, timeout: Optional[float] = None) -> bool:
        """Waits until it has ended, and says whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with self._parent.ending(self._gateway.close):
                Asker(self._gateway, self._give).run()
        except Closed:
            pass
        except BaseException as why:  # nobody else would tell: this thread is the last to know
            self.error = why
            log.error("on_code ended: %s: %s", type(why).__name__, why if isinstance(why, GatewayError) else "its callback failed", exc_info=why)
