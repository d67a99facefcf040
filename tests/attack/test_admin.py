"""Attack cases C09, C15 and D19: metrics, the ways to administer the gateway, and doors over HTTP that it does not have.

There is no HTTP API that changes anything: who administers the gateway does it with its commands and its configuration.
"""

import json
import re
import socket
import unittest

from harness.attacks import CleanLog
from harness.bridge import LOBBY
from harness.case import configured
from harness.client import Client, of_command
from harness.daemon import patchcord
from harness.machine import eventually
from harness.raw_http import HttpCase

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(rf"({NAME})(\{{(?:{LABEL}(?:,{LABEL})*)?\}})? (-?[0-9][0-9.e+-]*|[+-]Inf|NaN)")
COMMENT = re.compile(rf"# (HELP|TYPE) ({NAME}) (.+)")
TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}
SUFFIX = re.compile(r"_(bucket|sum|count)$")
BAD_CONFIGURATION = 78  # the exit code EX_CONFIG of sysexits.h
EVIL = 'room"}_1\\nfake_metric{x="y'


def series_of(text: str) -> dict[str, str]:
    """Name with labels to value, of a page in the text format of Prometheus; AssertionError where it breaks a rule."""
    types: dict[str, str] = {}
    series: dict[str, str] = {}
    if not text.endswith("\n"):
        raise AssertionError("the last line does not end")
    for line in text.splitlines():
        if not line:
            continue
        if comment := COMMENT.fullmatch(line):
            if comment[1] == "TYPE" and (comment[3] not in TYPES or types.setdefault(comment[2], comment[3]) != comment[3]):
                raise AssertionError(f"no type, or another one than before: {line!r}")
            continue
        sample = SAMPLE.fullmatch(line)
        if not sample or sample[1] not in types and SUFFIX.sub("", sample[1]) not in types:
            raise AssertionError(f"neither comment nor sample of a metric that was announced: {line!r}")
        key = sample[1] + (sample[2] or "")
        if key in series:
            raise AssertionError(f"twice: {key}")
        series[key] = sample[3]
    return series


# Of each listener and reason there is a series once a connection has ended so, whenever that is.
ENDED = re.compile(r'patchcord_connections_closed_total\{listener="[a-z-]+",reason="[a-z ]+"\}')


class MetricsTest(CleanLog, HttpCase):
    """C09: what people are called is in no metric."""

    NICKS = 10_000
    AT_ONCE = 500

    def metrics(self) -> dict[str, str]:
        return series_of(self.get("/metrics").body.decode("utf-8"))

    def people_of_evil_names(self) -> Client:
        """On both sides, in rooms and with accounts."""
        client = self.irc("mal", f"#{EVIL}", realname=EVIL)
        client.ask(f"TOPIC #{EVIL} :{EVIL}", f"AWAY :{EVIL}", f"{EVIL} {EVIL}", f"PRIVMSG {EVIL} :{EVIL}")
        chat = self.msn("mal", friendly=EVIL + "\r\nfake_metric 1\n\\").call(LOBBY)
        chat.say(EVIL)
        chat.owner.send(f"{EVIL} 1 2 3")
        self.get(f"/{EVIL.replace(' ', '%20')}?{EVIL}")
        return client

    def test_C09_names_are_in_no_metric(self) -> None:
        """The page parses by every rule of its format, no series is new, and no value of a label is anybody's word"""
        before = self.metrics()
        mal = self.people_of_evil_names()
        for number in range(0, self.NICKS, self.AT_ONCE):
            mal.send(*[f"NICK n{number + one}" for one in range(self.AT_ONCE)])
            self.assertEqual(len(of_command(mal.barrier(), "NICK")), self.AT_ONCE)
        after = self.metrics()
        self.assertGreater(len(before), 50)
        self.assertEqual([key for key in after if key not in before and not ENDED.fullmatch(key)], [])
        for word in ("fake_metric", "room", "mal", "n9999", "example.com", "127.0.0.1"):
            self.assertEqual([key for key in after if word in key.replace("patchcord_rooms", "")], [], word)

    def test_C09_counters_of_operators_are_the_same_few(self) -> None:
        """STATS z shows the series of the page, and evil names add none there"""
        before = set(self.counters())
        self.people_of_evil_names()
        self.assertEqual([key for key in self.counters() if key not in before and not ENDED.fullmatch(key)], [])


class AdministrationTest(CleanLog, HttpCase):
    """C15: line breaks in what an administrator, or who poses as one, says."""

    VALUES = (
        {"channel": "#a\r\nQUIT :x"},
        {"motd": "a\u0000b"},
        {"nick": "x\nOPER a b"},
        {"room": "lobby", "topic": "x\r\nKILL canary1 :x"},
    )

    def files(self) -> dict[str, bytes]:
        """Of the configuration, and of what it names beside it."""
        return {path.name: path.read_bytes() for path in self.directory.iterdir() if path.is_file()}

    def test_C15_there_is_no_api_over_http(self) -> None:
        """Whatever is posted to a place where others have one is refused; no line is sent, no file is changed"""
        ana, room = self.irc("ana", "#lobby"), self.msn("bob").call(LOBBY)
        for client in (ana, room):
            client.barrier()
        before = self.files()
        for path in ("/admin/v1/links", "/admin/v1/config", "/admin", "/api/v1/links", "/", "/metrics", "/healthz"):
            for value in self.VALUES:
                body = json.dumps(value).encode()
                for method in ("POST", "PUT", "DELETE", "PATCH"):
                    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    status = self.raw(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body).status()
                    self.assertIn(status, (400, 403, 404, 405, 411, 413, 501), f"{method} {path}")
        self.assertEqual(self.files(), before)
        self.assertEqual(ana.barrier(), [])
        self.assertEqual(room.barrier(), [])

    def test_C15_names_of_accounts(self) -> None:
        """The command that makes accounts refuses names with line breaks, and makes none"""
        ana = self.irc("ana", "#lobby")
        before = self.files()
        for name in ("x\nOPER a b", "x\r\nQUIT :x@example.com", "x\r@example.com", "x y@example.com", "#a\r\nQUIT", "\x1b[2J"):
            for arguments in (("add", name), ("add", "carol", "--msn", name), ("passwd", name), ("remove", name)):
                with self.subTest(arguments):
                    result = self.account(*arguments)
                    self.assertNotEqual(result.returncode, 0)
                    shown = result.stderr.removesuffix("\n")
                    self.assertTrue(shown.isprintable(), repr(shown))
        self.assertNotIn("x", self.account("list").stdout.split())
        self.assertEqual(self.files(), before)
        self.assertEqual(ana.barrier(), [])

    def account(self, *arguments: str):
        return patchcord("account", *arguments, "--config", self.daemon.config_file, stdin=b"long enough\n")

    def test_C15_values_of_the_configuration(self) -> None:
        """A configuration with them is refused, with the name of the key and no control character"""
        good = self.daemon.config
        for section, key, value in (
            ("gateway", "name", "x\r\nQUIT :x"),
            ("irc", "network", "x\nOPER a b"),
            ("irc", "description", "x\r\nQUIT :x"),
            ("msn", "advertise", "x\r\nOUT"),
            ("http", "base_url", "http://x\r\nX: y"),
            ("room", "name", "a\r\nQUIT :x"),
            ("room", "name", "a,#b"),
            ("room", "topic", "a\r\nQUIT :x"),
            ("irc", "motd", "a\0b"),
        ):
            with self.subTest(key=key, value=value):
                changed = {**good.get(section, {}), key: value} if section != "room" else [{"name": "new", key: value}]
                self.daemon.rewrite({section: changed})
                result = patchcord("check", "--config", self.daemon.config_file)
                self.assertEqual(result.returncode, BAD_CONFIGURATION, result.stdout)
                self.assertIn(key, result.stderr)
                self.assertTrue(all(line.isprintable() for line in result.stderr.splitlines()), repr(result.stderr))
                self.daemon.config = good


class HttpGatewayTest(CleanLog, HttpCase):
    """D19: MSN over HTTP (gateway.dll) is not built; who asks for it is refused and reaches nobody."""

    PATH = "/gateway/gateway.dll"
    OPENED = 500

    def trap(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)
        self.addCleanup(listener.close)
        return listener

    def test_D19_no_session_is_opened(self) -> None:
        """open, poll, and another's session: 404, without a session, and the place that it names is never dialled"""
        trap = self.trap()
        place = f"127.0.0.1:{trap.getsockname()[1]}"
        for query in (
            f"Action=open&Server=NS&IP={place}",
            f"Action=open&Server=SB&IP={place}",
            "Server=NS&IP=127.0.0.1:22",
            "Action=open&Server=NS&IP=messenger.hotmail.com",
            "Action=poll&SessionID=1",
            "SessionID=1.1",
            f"SessionID={'9' * 1000}",
        ):
            for method in ("POST", "GET"):
                with self.subTest(query=query, method=method):
                    response = self.get(f"{self.PATH}?{query}", method)
                    self.assertEqual(response.status, 404)
                    self.assertEqual(response.getheader("X-MSN-Messenger"), None)
                    self.assertEqual(response.getheader("Access-Control-Allow-Origin"), None)
        self.assertRaises(BlockingIOError, trap.accept)

    def test_D19_hundreds_are_opened(self) -> None:
        """Each is refused; nothing stays of them, and who signs in meanwhile does"""
        before = self.daemon.open_file_count()
        payload = b"VER 1 MSNP12 CVR0\r\n"
        head = f"POST {self.PATH}?Action=open&Server=NS&IP=127.0.0.1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        for _ in range(self.OPENED):
            status = self.raw(head.encode() + b"Content-Length: %d\r\n\r\n" % len(payload) + payload).status()
            self.assertEqual(status, 404)
        self.msn("bob").send("OUT")
        eventually(lambda: self.daemon.open_file_count() <= before + 1, "all connections are gone")

    @configured({"http": {"unlimited_addresses": [], "max_connects_per_address": 40}})
    def test_D19_hundreds_of_one_address(self) -> None:
        """The limits of the listener hold for them as for everybody"""
        head = f"POST {self.PATH}?Action=open HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        answers = [self.raw(head.encode()).status() for _ in range(80)]
        self.assertEqual(set(answers[:30]), {404})
        self.assertTrue(set(answers[40:]) <= {0, 503}, answers)


if __name__ == "__main__":
    unittest.main()
