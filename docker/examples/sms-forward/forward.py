"""Forwards an SMS to futuopend-gateway, from a phone or a modem that can run Python 3.9 or later. Nothing else is needed.

    forward.py termux         follows what arrives on an Android phone with Termux
    forward.py gammu          what gammu-smsd runs for each SMS (RunOnReceive)
    ... | forward.py          one SMS on stdin

GATEWAY is the gateway's address, and ANSWER_TOKEN_FILE the file of its ANSWER_TOKEN. Texts without one of WORDS are not sent.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

GATEWAY = os.environ.get("GATEWAY", "http://127.0.0.1:8000")
TOKEN_FILE = os.environ.get("ANSWER_TOKEN_FILE")
WORDS = os.environ.get("WORDS", "futu moomoo 富途").lower().split()
EVERY = float(os.environ.get("EVERY", "3"))  # seconds between two looks at the phone
PATIENCE = 300  # seconds for which a code is good


def say(*words):
    """The text of an SMS is never said."""
    print(*words, file=sys.stderr, flush=True)


def forward(text):
    """Sends a text, again while the gateway is not reached. Tells whether the gateway has taken it."""
    if not any(word in text.lower() for word in WORDS):
        return True
    request = urllib.request.Request(GATEWAY + "/sms", json.dumps({"content": text}).encode(), {"Content-Type": "application/json"})
    if TOKEN_FILE:
        with open(TOKEN_FILE, encoding="utf-8") as file:
            request.add_header("Authorization", "Bearer " + file.read().strip())
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                say("the gateway:", json.load(answer).get("ignored", "taken"))
                return True
        except urllib.error.HTTPError as why:
            if why.code < 500 and why.code != 429:
                say("the gateway refuses:", why.code, why.reason)
                return False
            say("the gateway:", why.code, why.reason)
        except urllib.error.URLError as why:
            say("the gateway is not reached:", why.reason)
        except (OSError, ValueError) as why:  # it may have the code, and a code is not given twice
            say("nobody knows whether the gateway has it:", why)
            return False
        if time.monotonic() > until:
            return False
        time.sleep(EVERY)


def termux():
    """Follows the inbox, from now on: pkg install python termux-api, and the app Termux:API with the right to read SMS."""
    newest = None
    while True:
        listed = subprocess.run(["termux-sms-list", "-l", "20"], stdout=subprocess.PIPE, check=True, timeout=60)
        inbox = {sms["_id"]: sms["body"] for sms in json.loads(listed.stdout) if sms.get("type") == "inbox"}
        if newest is None:
            say("waiting for SMS")
            newest = max(inbox, default=0)
        for number in sorted(n for n in inbox if n > newest):
            newest = number
            forward(inbox[number])
        time.sleep(EVERY)


def gammu():
    """The parts of a long SMS come together, or each by itself."""
    parts = int(os.environ.get("DECODED_PARTS") or 0)
    if parts:
        return "".join(os.environ.get(f"DECODED_{n}_TEXT", "") for n in range(parts))
    return "".join(os.environ.get(f"SMS_{n}_TEXT", "") for n in range(1, int(os.environ["SMS_MESSAGES"]) + 1))


if __name__ == "__main__":
    if sys.argv[1:] == ["termux"]:
        termux()
    text = gammu() if sys.argv[1:] == ["gammu"] else sys.stdin.read()
    sys.exit(0 if forward(text) else 1)
