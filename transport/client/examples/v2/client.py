import asyncio
import itertools
import json
import os
import sys
import threading

import websockets

URL = sys.argv[1] if len(sys.argv) > 1 else "ws://127.0.0.1:8000/"
TOKEN = os.environ.get("SERVER_TOKEN")
PROTOCOLS = ["futuopend.v2", TOKEN] if TOKEN else ["futuopend.v2"]


class Client:
    def __init__(self):
        self.status = None  # the latest STATUS; None while there is no connection
        self.seq = None  # of the latest event: a new connection goes on after it
        self.waiting = []  # for a frame: (wanted, future)
        self.ids = itertools.count(1)

    async def follow(self):
        pause = 0.25  # seconds before the next try
        while True:
            try:
                async with websockets.connect(URL, subprotocols=PROTOCOLS) as self.socket:
                    await self.greet(json.loads(await self.socket.recv()))
                    pause = 0.25
                    async for text in self.socket:
                        self.hear(json.loads(text))
            except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as why:
                print(why)
            self.status = None
            for _, future in self.waiting:
                future.set_result({"type": "ERROR", "message": "the connection was lost; the events tell"})
            self.waiting = []
            print(f"not connected; the next try is in {pause} s")
            await asyncio.sleep(pause)
            pause = min(2 * pause, 15)

    async def greet(self, status):
        if self.seq is None:
            self.seq = status["seq"]
        if self.seq > status["seq"]:
            self.seq = 0  # the journal was begun anew
        await self.socket.send(json.dumps({"type": "SUBSCRIBE", "after": self.seq}))
        self.hear(status)

    def hear(self, frame):
        if frame["type"] == "STATUS":
            asked = challenge_of(self.status)
            self.status = frame
            if frame["state"] == "awaiting_code" and challenge_of(frame) != asked:
                print("type the SMS code:")
        elif frame["type"] == "EVENT":
            self.seq = frame["seq"]
            print(f"{frame['seq']} {frame['kind']}: {frame['from']} -> {frame['to']}")
        for wanted, future in [w for w in self.waiting if w[0](frame)]:
            self.waiting.remove((wanted, future))
            future.set_result(frame)

    def next(self, wanted):
        """The next frame that is wanted, or an ERROR if the connection is lost."""
        future = asyncio.get_running_loop().create_future()
        self.waiting.append((wanted, future))
        return future

    async def command(self, kind, **members):
        """Sends a command and returns its ACK or ERROR."""
        number = next(self.ids)
        answer = self.next(lambda frame: frame.get("id") == number)
        try:
            await self.socket.send(json.dumps({"type": kind, "id": number, **members}))
        except websockets.ConnectionClosed:
            pass  # follow answers
        return await answer

    async def give(self, code):
        if self.status is None or self.status["state"] != "awaiting_code":
            return print("no code is wanted now; nothing was sent")
        challenge = challenge_of(self.status)
        result = self.next(lambda frame: frame["type"] == "CODE_RESULT" and frame["challenge"] == challenge)
        answer = await self.command("VERIFY_CODE", code=code)
        if answer["type"] == "ERROR":
            return print("refused:", answer["message"])  # answer["wait"]: seconds, if waiting helps
        became = await result
        print("the code:", became.get("result") or became["message"])


def challenge_of(status):
    return ((status or {}).get("challenge") or {}).get("id")


def read_codes(client, loop):
    for line in sys.stdin:
        asyncio.run_coroutine_threadsafe(client.give(line.strip()), loop)


async def main():
    client = Client()
    threading.Thread(target=read_codes, args=(client, asyncio.get_running_loop()), daemon=True).start()
    await client.follow()


sys.stdout.reconfigure(line_buffering=True)
asyncio.run(main())
