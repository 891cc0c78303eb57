"""HTTP to one gateway, on a connection for each request, and what ends a request from another thread.

urllib is left out on purpose: it asks a proxy of the environment for loopback addresses too, and cannot be interrupted.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import ssl
import threading
import time
from typing import Any, Callable, Dict, Generator, Optional, Set, Tuple, cast
from urllib.parse import urlencode, urlsplit

from .errors import Closed, Refused, TooManyClients, TooManyGuesses, Unavailable, Unreachable, refusal

CONNECT = 10.0
"""Seconds for a connection, and for an answer that nobody asked to be kept waiting for."""
SILENCE = 60.0
"""Seconds after which a stream of events is lost: the gateway says every 20 that it is still there."""
MOST = 1 << 20
"""Bytes of an answer at most. Today's have under ten thousand."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 15.0
"""Seconds before a lost connection is tried again, at first and at most: each failure doubles it."""


class Stop:
    """Ends what runs in other threads. It is set once, for good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards _what
        self._what: Set[Callable[[], object]] = set()
        self._set = threading.Event()

    def set(self) -> None:
        with self._lock:
            self._set.set()
            what, self._what = self._what, set()
        for end in what:
            with contextlib.suppress(OSError):
                end()

    def is_set(self) -> bool:
        return self._set.is_set()

    def check(self) -> None:
        if self._set.is_set():
            raise Closed("the gateway's client is closed")

    def pause(self, seconds: float) -> None:
        """Waits so long, and raises Closed as soon as it is set."""
        self._set.wait(max(0.0, seconds))
        self.check()

    @contextlib.contextmanager
    def ending(self, end: Callable[[], object]) -> Generator[None, None, None]:
        """While it lasts, end is called when it is set."""
        with self._lock:
            self.check()
            self._what.add(end)
        try:
            yield
        finally:
            with self._lock:
                self._what.discard(end)


def deadline_of(timeout: Optional[float]) -> Optional[float]:
    return None if timeout is None else time.monotonic() + timeout


def left(deadline: Optional[float], most: float) -> float:
    """Seconds until the deadline, most at most, 0 if it is over."""
    return most if deadline is None else max(0.0, min(most, deadline - time.monotonic()))


class Pauses:
    """The pauses between tries, which grow until something succeeds."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    def good(self) -> None:
        self._next = FIRST_PAUSE

    def after(self, why: Exception) -> float:
        """Seconds to wait after a failure that is worth another try; every other one is raised again."""
        if not isinstance(why, (Unreachable, TooManyClients, TooManyGuesses, Unavailable)):
            raise why
        now, self._next = self._next, min(2 * self._next, LONGEST_PAUSE)
        return max(now, float(why.wait)) if isinstance(why, Refused) else now


class Port:
    """Where the gateway is. It is safe for use from several threads."""

    def __init__(self, url: str, token: Optional[str], context: Optional[ssl.SSLContext]) -> None:
        parts = urlsplit(url if "://" in url else "http://" + url)
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        if scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no address of a gateway, as http://127.0.0.1:8000 is one")
        if parts.username is not None or parts.password is not None:
            raise ValueError("an address has no user and no password; the token is an argument of its own")
        self._secure, self._host, self._port, self._base = scheme == "https", parts.hostname, parts.port, parts.path.rstrip("/")
        self._context = context
        self._headers: Dict[str, str] = {"Connection": "close"}
        token = (token or "").strip()
        if token:
            if re.fullmatch(r"[A-Za-z0-9._~-]+", token) is None:
                raise ValueError("the token has a character that no token has; it has letters, digits and . _ ~ -")
            self._headers["Authorization"] = "Bearer " + token

    def _connection(self, within: float) -> http.client.HTTPConnection:
        if self._secure:
            return http.client.HTTPSConnection(self._host, self._port, timeout=within, context=self._context)
        return http.client.HTTPConnection(self._host, self._port, timeout=within)

    @contextlib.contextmanager
    def open(
        self, stop: Stop, method: str, path: str, body: Optional[object] = None, *, query: Optional[Dict[str, object]] = None,
        accept: str = "application/json", patience: float = CONNECT,
    ) -> Generator[http.client.HTTPResponse, None, None]:  # fmt: skip
        """Asks, and has the answer's head. patience is how many seconds may pass without a byte."""
        target = self._base + path + ("?" + urlencode(query) if query else "")
        headers = {**self._headers, "Accept": accept}
        text = None if body is None else json.dumps(body).encode()
        if text is not None:
            headers["Content-Type"] = "application/json"
        stop.check()
        with contextlib.closing(self._connection(min(CONNECT, patience))) as connection:
            try:
                connection.connect()
                sock = connection.sock
                sock.settimeout(patience)
                with stop.ending(lambda: sock.shutdown(socket.SHUT_RDWR)):
                    connection.request(method, target, text, headers)
                    with contextlib.closing(connection.getresponse()) as answer:
                        yield answer
            except (OSError, http.client.HTTPException) as why:
                stop.check()
                raise Unreachable(f"{method} {path}: {why or type(why).__name__}") from why

    def ask(
        self, stop: Stop, method: str, path: str, body: Optional[object] = None, *, query: Optional[Dict[str, object]] = None,
        patience: float = CONNECT, good: Tuple[int, ...] = (200, 202),
    ) -> Tuple[int, Dict[str, Any]]:  # fmt: skip
        """Asks, and understands the answer, one JSON object."""
        with self.open(stop, method, path, body, query=query, patience=patience) as answer:
            text = whole(answer)
            if answer.status not in good:
                raise refused(answer, text)
        found = object_in(text)
        if found is None:
            raise Unreachable(f"{method} {path} is answered with {answer.status}, not as a gateway does")
        return answer.status, found


def whole(answer: http.client.HTTPResponse) -> bytes:
    text = answer.read(MOST + 1)
    if len(text) > MOST:
        raise Unreachable("the answer is longer than a gateway's")
    if answer.length:  # reading with a bound does not complain by itself
        raise Unreachable("the connection was lost within the answer")
    return text


def object_in(text: bytes) -> Optional[Dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return cast("Dict[str, Any]", found) if isinstance(found, dict) else None


def refused(answer: http.client.HTTPResponse, text: bytes) -> Exception:
    """The error of an answer that is no success."""
    problem = object_in(text) or {}
    code, wait = problem.get("code"), answer.getheader("Retry-After") or ""
    if not isinstance(code, str) or not code:
        return Unreachable(f"the answer is {answer.status} {answer.reason}, not as a gateway does")
    message = str(problem.get("detail") or problem.get("title") or code)
    return refusal(code, message, answer.status, int(wait) if wait.isdigit() else 0, str(problem.get("state") or ""))
