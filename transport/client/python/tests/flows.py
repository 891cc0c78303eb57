"""What the tests of the gateway have users of the package do: python3 flows.py FLOW URL [READ_TOKEN]. The token is in SERVER_TOKEN."""

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time

from futuopend_gateway import AsyncGateway, Closed, Gateway, GatewayError, NotReady, Refused, errors

FLOW, URL = sys.argv[1:3]
TOKEN = os.environ.get("SERVER_TOKEN")


saying = threading.Lock()


def say(*texts):
    """Prints a line as one: a print of its own writes the line's end apart, and another thread may be in between."""
    with saying:
        print(*texts, flush=True)


def ask(wanted):
    say(f"type the SMS code: [{wanted.wrong}]")
    return sys.stdin.readline().strip()


def show(event):
    say(f"{event.seq} {event.kind}: {event.from_state} -> {event.to_state}")


def bot():
    """A bot that gives codes, and follows what happens meanwhile."""
    with Gateway(URL, TOKEN) as gateway:
        first = gateway.events(0)
        seq = next(first).seq
        first.close()

        connected = threading.Event()

        def follow():
            with contextlib.suppress(Closed):
                for event in gateway.events(seq):
                    show(event)
                    if event.to_state == "connected":
                        connected.set()

        following = threading.Thread(target=follow)
        following.start()
        codes = gateway.on_code(ask)
        now = gateway.wait_ready(timeout=300)
        assert connected.wait(60), "the event of the login does not come"
        say("ready:", now.state, now.ready, codes.error)
    assert codes.join(60), "on_code goes on after the gateway was closed"
    following.join(60)
    assert not following.is_alive(), "events go on after the gateway was closed"
    say("ended")


async def bot_async():
    async with AsyncGateway(URL, TOKEN) as gateway:
        events = gateway.events(0)
        seq = (await events.__anext__()).seq
        await events.aclose()

        connected = asyncio.Event()

        async def follow():
            async for event in gateway.events(seq):
                show(event)
                if event.to_state == "connected":
                    connected.set()

        async def give(wanted):
            return await asyncio.get_running_loop().run_in_executor(None, ask, wanted)

        tasks = [asyncio.create_task(follow()), asyncio.create_task(gateway.on_code(give))]
        now = await gateway.wait_ready(timeout=300)
        await asyncio.wait_for(connected.wait(), 60)
        say("ready:", now.state, now.ready, None)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(e, asyncio.CancelledError) for e in ended), ended
    left = [t.name for t in threading.enumerate() if t.name == "futuopend-gateway"]
    for _ in range(600):  # they end by themselves once their connection is closed
        if not left:
            break
        await asyncio.sleep(0.1)
        left = [t.name for t in threading.enumerate() if t.name == "futuopend-gateway"]
    assert not left, "threads go on after their calls were cancelled"
    say("ended")


def not_ready():
    with contextlib.suppress(TimeoutError):
        Gateway(URL, TOKEN).wait_ready(timeout=0.5)
        say("it is ready")
    try:
        Gateway(URL, TOKEN).wait_ready(timeout=2)
    except NotReady as why:
        say(why)


async def cancelled():
    """A call that waits for long is cancelled at once."""
    began = time.monotonic()
    async with AsyncGateway(URL, TOKEN) as gateway:
        waiting = asyncio.create_task(gateway.wait_ready())
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(gateway.status(wait=300), 1)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
    say("cancelled early:", time.monotonic() - began < 45)


def tell(what, call):
    try:
        say(what, "->", call())
    except Refused as why:
        say(what, "->", type(why).__name__, why.code, why.status, why.wait > 0, why.state, why)
    except GatewayError as why:
        say(what, "->", type(why).__name__, why)


def refusals():
    gateway = Gateway(URL, TOKEN)
    tell("12", lambda: gateway.code("12").result)
    tell("resend", gateway.resend)
    tell("resend again", gateway.resend)
    tell("picture", gateway.captcha)
    tell("wrong", lambda: gateway.code("000000").result)
    tell("an SMS", lambda: gateway.code("[Futu] Your verification code is 314159, valid for 5 minutes.").result)
    tell("one more", lambda: gateway.code("314159").result)
    with contextlib.closing(gateway):
        tell("lines", lambda: len(gateway.lines()) > 0)
    tell("closed", gateway.status)


def token():
    tell("wait", Gateway(URL, "a-wrong-token-of-somebody").wait_ready)
    tell("no token", Gateway(URL).wait_ready)
    reader = Gateway(URL, sys.argv[3])
    tell("read", lambda: reader.status().state)
    tell("answer", lambda: reader.code("314159"))
    codes = reader.on_code(lambda wanted: "314159")
    say("on_code ended:", codes.join(60), type(codes.error).__name__)


def code():
    say("asked for:", Gateway(URL, TOKEN).status().state)
    tell("code", lambda: Gateway(URL, TOKEN).code("314159").result)


def captcha():
    gateway = Gateway(URL, TOKEN)
    picture = b""
    while not picture:
        with contextlib.suppress(errors.PictureMissing):
            picture = gateway.captcha()
        time.sleep(0.1)
    say("picture:", picture[:4])
    tell("wrong", lambda: gateway.answer_captcha("XXXX").result)
    while gateway.status().state != "awaiting_captcha":
        time.sleep(0.1)
    tell("right", lambda: gateway.answer_captcha("K7QX").result)


sys.stdout.reconfigure(line_buffering=True)
logging.basicConfig(level=logging.INFO)
run = globals()[FLOW]
if asyncio.iscoroutinefunction(run):
    asyncio.run(run())
else:
    run()
