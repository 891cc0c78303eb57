"""The gateway, for programs that run on asyncio.

It is the Gateway for programs that wait, each call in a thread of its own. So there is one implementation of what happens
when a connection is lost. asyncio.to_thread will not do: its threads are few, calls here may last for hours, nothing interrupts them,
and asyncio.run waits for them at its end. Here a call that is cancelled closes its connection, and its thread ends.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import inspect
import ssl
import threading
from types import TracebackType
from typing import Any, AsyncGenerator, Awaitable, Callable, Coroutine, List, Optional, Set, Type, TypeVar, Union, cast

from ._watch import Asker
from .errors import Closed
from .gateway import Gateway
from .state import CodeWanted, Event, Result, Status

T = TypeVar("T")

AHEAD = 64
"""Events that are read before the loop has taken them."""


class AsyncGateway:
    """One gateway, with the methods of Gateway as coroutines. It belongs to one event loop. A call that is cancelled ends at once."""

    def __init__(
        self, url: str = "http://127.0.0.1:8000", token: Optional[str] = None, *, ssl_context: Optional[ssl.SSLContext] = None
    ) -> None:
        """As Gateway."""
        self._first = Gateway(url, token, ssl_context=ssl_context)
        self._running: Set[Gateway] = set()

    async def __aenter__(self) -> AsyncGateway:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], why: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def close(self) -> None:
        """Ends every call that runs: it raises Closed."""
        self._first.close()
        for gateway in list(self._running):
            gateway.close()

    async def status(self, *, after: Optional[int] = None, wait: int = 0) -> Status:
        """See Gateway.status."""
        return await self._call(lambda gateway: gateway.status(after=after, wait=wait))

    async def lines(self) -> List[str]:
        """See Gateway.lines."""
        return await self._call(lambda gateway: gateway.lines())

    async def wait_ready(self, timeout: Optional[float] = None) -> Status:
        """See Gateway.wait_ready."""
        return await self._call(lambda gateway: gateway.wait_ready(timeout))

    async def events(self, after: Optional[int] = None) -> AsyncGenerator[Event, None]:
        """See Gateway.events. Leave the loop with contextlib.aclosing, or end the program, to end the connection."""
        queue: asyncio.Queue[Event] = asyncio.Queue(AHEAD)
        loop = asyncio.get_running_loop()

        def follow(gateway: Gateway) -> None:
            with contextlib.closing(gateway.events(after)) as events:
                for event in events:
                    _wait_for(gateway, queue.put(event), loop)

        following = asyncio.ensure_future(self._call(follow))
        try:
            while True:
                take = asyncio.ensure_future(queue.get())
                await asyncio.wait({take, following}, return_when=asyncio.FIRST_COMPLETED)
                if take.done():
                    yield take.result()
                    continue
                take.cancel()
                following.result()  # raises: it ends in no other way
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await following

    async def code(self, text: str, timeout: float = 120) -> Result:
        """See Gateway.code. If it is cancelled, the code may have been typed."""
        return await self._call(lambda gateway: gateway.code(text, timeout))

    async def captcha(self) -> bytes:
        """See Gateway.captcha."""
        return await self._call(lambda gateway: gateway.captcha())

    async def answer_captcha(self, text: str, timeout: float = 120) -> Result:
        """See Gateway.answer_captcha."""
        return await self._call(lambda gateway: gateway.answer_captcha(text, timeout))

    async def on_code(self, give: Callable[[CodeWanted], Union[Optional[str], Awaitable[Optional[str]]]]) -> None:
        """See Gateway.on_code. It runs until it is cancelled, so make a task of it.

        give is a coroutine function, or a function, which is called in a thread. What it raises, this raises.
        """
        loop = asyncio.get_running_loop()

        def watch(gateway: Gateway) -> None:
            def ask(wanted: CodeWanted) -> Optional[str]:
                given = give(wanted)
                return _wait_for(gateway, _awaited(given), loop) if inspect.isawaitable(given) else given

            Asker(gateway, ask).run()

        await self._call(watch)

    async def resend(self) -> None:
        """See Gateway.resend."""
        await self._call(lambda gateway: gateway.resend())

    async def init(self) -> None:
        """See Gateway.init."""
        await self._call(lambda gateway: gateway.init())

    async def restart(self) -> None:
        """See Gateway.restart."""
        await self._call(lambda gateway: gateway.restart())

    async def stop(self) -> None:
        """See Gateway.stop."""
        await self._call(lambda gateway: gateway.stop())

    async def _call(self, do: Callable[[Gateway], T]) -> T:
        """Runs one call in a thread, with a Gateway that is closed when the call is cancelled."""
        self._first._stop.check()
        gateway, loop = self._first._again(), asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(result: Optional[T], why: Optional[BaseException]) -> None:
            if done.cancelled():
                return
            if why is not None:
                done.set_exception(why)
            else:
                done.set_result(cast(T, result))

        def run() -> None:
            result: Optional[T] = None
            error: Optional[BaseException] = None
            try:
                result = do(gateway)
            except BaseException as why:
                error = why
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for it
                loop.call_soon_threadsafe(settle, result, error)

        self._running.add(gateway)
        try:
            threading.Thread(target=run, name="futuopend-gateway", daemon=True).start()
            return await done
        finally:
            self._running.discard(gateway)
            gateway.close()


async def _awaited(given: Awaitable[T]) -> T:
    return await given


def _wait_for(gateway: Gateway, what: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
    """Runs a coroutine on the loop, and waits for it in this thread, until the gateway is closed."""
    try:
        future = asyncio.run_coroutine_threadsafe(what, loop)
    except RuntimeError as why:  # the loop is closed
        what.close()
        raise Closed("the event loop is closed") from why
    with gateway._stop.ending(future.cancel):
        try:
            return future.result()
        except concurrent.futures.CancelledError as why:
            raise Closed("the call was cancelled") from why
