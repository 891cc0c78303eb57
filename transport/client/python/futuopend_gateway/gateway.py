"""The gateway, for programs that wait."""

from __future__ import annotations

import contextlib
import logging
import ssl
import threading
import time
from types import TracebackType
from typing import Callable, Dict, Generator, List, Optional, Type, cast

from ._answer import KEPT, find, told
from ._http import CONNECT, FIRST_PAUSE, MOST, SILENCE, Pauses, Port, Stop, deadline_of, left, object_in, refused, whole
from ._watch import CodeWatch
from .errors import Closed, GatewayError, NotReady, Unreachable
from .state import CodeWanted, Event, Result, Status, text_of

log = logging.getLogger("futuopend_gateway")

ASK_FOR = 50
"""Seconds that the gateway keeps one request that waits. Proxies give up after a minute."""
LEAST = 1.0
"""Seconds between two such requests at least, should the gateway answer at once."""


class Gateway:
    """One gateway. It holds no connection between calls, and is safe for use from several threads.

    Every call raises Unreachable if no gateway answers, and a class of Refused if the gateway does not obey. wait_ready,
    events and on_code go on by themselves where a connection is lost, after pauses that grow to 15 seconds.
    """

    def __init__(
        self, url: str = "http://127.0.0.1:8000", token: Optional[str] = None, *, ssl_context: Optional[ssl.SSLContext] = None
    ) -> None:
        """url is what a browser opens. token is SERVER_TOKEN, ANSWER_TOKEN or READ_TOKEN; None if the gateway has none.

        Raises ValueError for what can be neither.
        """
        self._port = Port(url, token, ssl_context)
        self._stop = Stop()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], why: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Ends what other threads do with it: they get Closed. It returns at once."""
        self._stop.set()

    def _again(self) -> Gateway:
        """Another one for the same gateway, which can be closed by itself."""
        other = type(self).__new__(type(self))
        other._port, other._stop = self._port, Stop()
        return other

    # What is

    def status(self, *, after: Optional[int] = None, wait: int = 0) -> Status:
        """The whole state. With wait, at most 600 seconds, it comes when there is an event after that one, or when the time is over."""
        query: Dict[str, object] = {}
        if wait:
            query["wait"] = wait
        if after is not None:
            query["after"] = after
        return self._status(query, wait + CONNECT)

    def _status(self, query: Dict[str, object], patience: float) -> Status:
        _, raw = self._port.ask(self._stop, "GET", "/status", query=query, patience=patience)
        return Status.of(raw)

    def lines(self) -> List[str]:
        """The latest lines that FutuOpenD printed, at most 64, oldest first, without secrets."""
        _, raw = self._port.ask(self._stop, "GET", "/lines")
        found = raw.get("lines")
        return [str(line) for line in cast("List[object]", found)] if isinstance(found, list) else []

    def wait_ready(self, timeout: Optional[float] = None) -> Status:
        """Returns once quotes work: connect to FutuOpenD's API then.

        A login that waits for a person is waited for, and so is a gateway that is out of reach or starts again. After
        timeout seconds it raises NotReady, which says what is missing; None waits for ever. A token that is missing or
        wrong raises at once.
        """
        deadline, pauses, last = deadline_of(timeout), Pauses(), "no gateway was reached"
        while True:
            begun = time.monotonic()
            try:
                now = self._status({}, left(deadline, CONNECT) + LEAST)
                if now.ready:
                    return now
                last = _missing(now)
                self._until_ready(deadline)
                pauses.good()
                pause = max(0.0, LEAST - (time.monotonic() - begun))
            except GatewayError as why:
                pause = pauses.after(why)
                last = f"{last}; then: {why}" if isinstance(why, Unreachable) and pause == FIRST_PAUSE else last
                log.info("wait until quotes work: %s; the next try is in %.1f s", why, pause)
            if deadline is not None and time.monotonic() >= deadline:
                raise NotReady(f"quotes do not work after {timeout:g} s: {last}")
            self._stop.pause(left(deadline, pause))

    def _until_ready(self, deadline: Optional[float]) -> None:
        """Waits for as long as the gateway keeps one request, or until quotes work."""
        wait = int(left(deadline, ASK_FOR))
        patience = left(deadline, wait + CONNECT) + LEAST
        self._port.ask(self._stop, "GET", "/readyz", query={"wait": wait}, patience=patience, good=(200, 503))

    # What happens

    def events(self, after: Optional[int] = None) -> Generator[Event, None, None]:
        """Every event after a sequence number, and then each as it happens: 0 is as far back as the gateway remembers, None from now on.

        A lost connection is made again, and goes on after the last event, so that none is missed and none comes twice.
        What the gateway has forgotten is missing, which the gap in seq shows; a journal that was begun anew is followed
        from its first event. It ends when the loop is left, or with Closed, or with a class of Refused.
        """
        pauses = Pauses()
        while True:
            try:
                now = self.status()
                if after is None:
                    after = now.seq
                elif now.seq < after:
                    after = 0
                with contextlib.closing(self._follow(after)) as stream:
                    for event in stream:
                        after = event.seq
                        pauses.good()
                        yield event
                raise Unreachable("the gateway ended the stream")
            except GatewayError as why:
                pause = pauses.after(why)
                log.info("follow the events: %s; the next try is in %.1f s", why, pause)
            self._stop.pause(pause)

    def _follow(self, after: int) -> Generator[Event, None, None]:
        """The events of one connection: server-sent events, of which only the data counts."""
        accept = "text/event-stream"
        with self._port.open(self._stop, "GET", "/events", query={"after": after}, accept=accept, patience=SILENCE) as answer:
            if answer.status != 200 or not answer.getheader("Content-Type", "").startswith(accept):
                raise refused(answer, whole(answer))
            for line in iter(lambda: answer.readline(MOST), b""):
                raw = object_in(line[len(b"data:") :]) if line.startswith(b"data:") else None
                if raw is not None:
                    yield Event.of(raw)

    # Answers

    def code(self, text: str, timeout: float = 120) -> Result:
        """Gives an SMS code, or the SMS that has it, and waits for what becomes of it: a minute at most, if the gateway stays.

        Where none is wanted yet it is kept for the first request, and the result is held. It is sent once: if the connection
        is lost meanwhile, the gateway's journal tells what became of it. Unreachable then means that this could not be
        learnt within timeout seconds; status says whether a code is wanted.
        """
        deadline, before = time.monotonic() + timeout, self.status()
        wanted = before.state == "awaiting_code"
        kept = int(left(deadline, KEPT)) if wanted else 0
        challenge, lost = (before.challenge.id if before.challenge else 0), "the gateway stopped meanwhile"
        try:
            code, raw = self._port.ask(
                self._stop, "POST", "/code", {"code": text}, query={"wait": kept} if kept else None, patience=kept + CONNECT
            )
            if code == 200:
                return told(raw)
            if text_of(raw, "state") != "verifying" and not wanted:
                return Result("held")
        except Unreachable as why:
            if not wanted:
                raise
            lost = str(why)
        return self._find(before, "code", challenge, deadline, lost)

    def captcha(self) -> bytes:
        """The picture that is to be read, a PNG or a JPEG. PictureMissing: FutuOpenD has not written it yet."""
        with self._port.open(self._stop, "GET", "/captcha.png", accept="image/*") as answer:
            picture = whole(answer)
            if answer.status != 200:
                raise refused(answer, picture)
        return picture

    def answer_captcha(self, text: str, timeout: float = 120) -> Result:
        """Gives the characters of the picture, and waits for what becomes of them, as code does."""
        deadline, before = time.monotonic() + timeout, self.status()
        lost = "the time was over"
        try:
            self._port.ask(self._stop, "POST", "/captcha", {"answer": text})
        except Unreachable as why:
            lost = str(why)
        return self._find(before, "captcha", before.challenge.id if before.challenge else 0, deadline, lost)

    def _find(self, before: Status, kind: str, challenge: int, deadline: float, lost: str) -> Result:
        """Looks in the journal for what became of an answer, until the deadline."""
        other = self._again()
        timer = threading.Timer(left(deadline, KEPT), other.close)  # ends here; what it closes is used by this thread alone
        timer.daemon = True
        timer.start()
        try:
            with self._stop.ending(other.close), contextlib.closing(other.events(before.seq)) as events:
                return find(events, before.seq, kind, challenge, lost)
        except Closed as why:
            self._stop.check()
            raise Unreachable(f"what became of it was not learnt in time: {lost}") from why
        finally:
            timer.cancel()

    def on_code(self, give: Callable[[CodeWanted], Optional[str]]) -> CodeWatch:
        """Calls give in a thread of its own whenever an SMS code is wanted, and sends what it returns, a code or the SMS that has it.

        Each challenge is asked for once, and once more only if what came was no code, so that nothing was typed. A wrong
        code is a new challenge: its CodeWanted.wrong says so. None as an answer leaves the challenge to others. The thread goes on
        across lost connections until the CodeWatch, or this Gateway, is closed.
        """
        return CodeWatch(self._again(), self._stop, give)

    def resend(self) -> None:
        """Asks for another SMS, which makes the last one void, or for another picture, whichever is wanted."""
        self._port.ask(self._stop, "POST", "/resend")

    # FutuOpenD itself

    def init(self) -> None:
        """Starts FutuOpenD if nothing runs. NotSafe: that would repeat a refusal, or exceed what the broker tolerates."""
        self._port.ask(self._stop, "POST", "/init")

    def restart(self) -> None:
        """Stops FutuOpenD and starts it: one more login. It is refused as init is."""
        self._port.ask(self._stop, "POST", "/restart")

    def stop(self) -> None:
        """Stops FutuOpenD, until init or restart."""
        self._port.ask(self._stop, "POST", "/stop")


def _missing(now: Status) -> str:
    """Why quotes do not work, in a few words."""
    text = f"the state is {now.state}, and {now.missing or 'a proof'} is missing"
    if now.trouble is not None and now.trouble.reason:
        text += f": {now.trouble.reason}"
    return text
