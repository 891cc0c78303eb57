"""What can be tried without a gateway: python3 -m unittest discover -s tests, in the folder above."""

import json
import os
import sys
import unittest
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import backend  # noqa: E402

from futuopend_gateway import Gateway, Unreachable, errors  # noqa: E402
from futuopend_gateway._answer import find, result_of  # noqa: E402
from futuopend_gateway._http import Pauses  # noqa: E402
from futuopend_gateway.state import Event, Status, time_of  # noqa: E402


def journal(*entries):
    return (Event.of({"seq": seq, "kind": kind, "from": before, "to": after, "challenge": challenge}) for seq, kind, before, after, challenge in entries)


class Times(unittest.TestCase):
    def test_times_are_read_as_go_writes_them(self):
        utc = datetime(2026, 11, 26, 1, 13, 41, tzinfo=timezone.utc)
        for text, want in {
            "2026-11-26T01:13:41Z": utc,
            "2026-11-26T09:13:41+08:00": utc,
            "2026-11-26T01:13:41.5Z": utc + timedelta(seconds=0.5),
            "2026-11-26T01:13:41.123456789Z": utc + timedelta(microseconds=123456),
            "": None,
            "soon": None,
        }.items():
            self.assertEqual(time_of(text), want, text)


class Values(unittest.TestCase):
    def test_what_a_newer_gateway_tells_is_kept_and_what_is_of_another_form_is_left_out(self):
        now = Status.of({"state": "connected", "ready": True, "seq": "x", "challenge": [], "new": {"a": 1}})
        self.assertEqual((now.state, now.ready, now.seq, now.challenge), ("connected", True, 0, None))
        self.assertEqual(now.raw["new"], {"a": 1})


class Addresses(unittest.TestCase):
    def test_an_address_is_what_a_browser_or_a_websocket_has(self):
        for url, want in {
            "http://127.0.0.1:8000": (False, "127.0.0.1", 8000, ""),
            "ws://futuopend:8000/": (False, "futuopend", 8000, ""),
            "https://example.com/futu/": (True, "example.com", None, "/futu"),
            "wss://example.com": (True, "example.com", None, ""),
            "futuopend:8000": (False, "futuopend", 8000, ""),
            "http://[::1]:8000/": (False, "::1", 8000, ""),
        }.items():
            port = Gateway(url)._port
            self.assertEqual((port._secure, port._host, port._port, port._base), want, url)

    def test_what_is_none_is_told_at_once(self):
        for url, token in (("", None), ("ftp://x", None), ("http://user:pw@x", None), ("http://x:port", None), ("http://x", "a token"), ("http://x", "a\r\nb")):
            with self.assertRaises(ValueError, msg=url):
                Gateway(url, token)

    def test_a_token_may_be_the_line_of_a_file(self):
        self.assertEqual(Gateway(token="0123456789abcdef\n")._port._headers["Authorization"], "Bearer 0123456789abcdef")


class Errors(unittest.TestCase):
    def test_an_error_that_nobody_knows_yet_is_still_a_refusal(self):
        why = errors.refusal("moon_full", "the moon is full", 409, 7, "halted")
        self.assertIs(type(why), errors.Refused)
        self.assertEqual((why.code, why.status, why.wait, why.state, str(why)), ("moon_full", 409, 7, "halted", "the moon is full"))

    def test_a_pause_grows_to_15_seconds_and_is_never_shorter_than_the_gateway_asks_for(self):
        pauses = Pauses()
        lost = errors.Unreachable("lost")
        self.assertEqual([pauses.after(lost) for _ in range(8)], [0.25, 0.5, 1, 2, 4, 8, 15, 15])
        pauses.good()
        self.assertEqual(pauses.after(errors.TooManyClients("full", wait=5)), 5)
        for why in (errors.Unauthorized("no"), errors.Closed("over")):
            with self.assertRaises(type(why)):
                pauses.after(why)


class Journal(unittest.TestCase):
    def test_the_result_is_that_of_the_code_that_was_typed(self):
        result = find(
            journal(
                (8, "unknown_line", "awaiting_code", "awaiting_code", 0),
                (9, "code_typed", "awaiting_code", "verifying", 5),
                (10, "code_rejected", "verifying", "awaiting_code", 0),
                (11, "logged_in", "verifying", "connected", 0),
            ),
            7, "code", 5, "lost",
        )  # fmt: skip
        self.assertEqual((result.result, result.challenge, result.accepted), ("rejected", 5, False))

    def test_a_code_that_was_not_typed_before_the_gateway_ended_never_will_be(self):
        with self.assertRaisesRegex(Unreachable, "had not typed it: the reason"):
            find(journal((8, "boot", "awaiting_code", "idle", 0)), 7, "code", 5, "the reason")

    def test_a_journal_with_a_gap_is_not_believed(self):
        with self.assertRaisesRegex(Unreachable, "12 comes after 7"):
            find(journal((12, "code_typed", "awaiting_code", "verifying", 5)), 7, "code", 5, "the reason")

    @unittest.skipUnless(os.environ.get("RESULTS"), "the test in Go has the table")
    def test_an_event_says_the_same_of_an_answer_as_the_gateway_says(self):
        with open(os.environ["RESULTS"], encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        self.assertGreater(len(rows), 1000)
        for row in rows:
            self.assertEqual(result_of(Event.of(row), row["asked"]), row.get("result"), row)


class Versions(unittest.TestCase):
    def test_a_tag_is_a_version_of_python(self):
        for described, want in {
            "v1.2.3": "1.2.3",
            "v1.2.3-rc.1": "1.2.3rc1",
            "v1.2.3-4-gabc1234": "1.2.3+4.gabc1234",
            "v1.2.3-4-gabc1234-dirty": "1.2.3+4.gabc1234.dirty",
            "1ca2dcb": "0+1ca2dcb",
            "12345678": "0+12345678",
            "dev": "0+dev",
        }.items():
            self.assertEqual(backend.version_of(described), want)


if __name__ == "__main__":
    unittest.main()
