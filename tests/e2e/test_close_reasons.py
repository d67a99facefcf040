"""Every connection that ends, by whatever listener it came and whoever ended it, has one line in the log that says why,
and moves one counter; and nobody can bury the log with such lines (invariants of the attack cases, P02)."""

import re
import unittest

from harness.bridge import MsnAttackCase
from harness.case import DaemonCase, configured
from harness.certificates import client_context, make_certificate
from harness.client import Client, of_command
from harness.endings import EndingsMixin, endings
from harness.machine import eventually, reply_timeout
from harness.msn import MsnClient
from harness.raw_http import RawHttp
from harness.websocket import WebsocketCase, close_frame, upgrade_request

ONE, TWO, THREE = "127.0.0.11", "127.0.0.12", "127.0.0.13"  # whose lines are looked for


def read_away(client: Client) -> None:
    """Whatever the server says until it closes; then the client closes too."""
    client.socket.settimeout(reply_timeout())
    try:
        while client.socket.recv(4096):
            pass
    except ConnectionError:
        pass  # a reset, as there was more to read
    client.close()


class IrcEndingsTest(EndingsMixin, DaemonCase):
    """Plain IRC."""

    def guest(self, nick: str, source: str = ONE, **options) -> Client:
        return self.visitor(source=source, **options).register(nick)

    def test_the_client_goes(self) -> None:
        """FIN, QUIT and RST are told apart; the words of QUIT are not in the log."""
        self.guest("ana").close()
        ending = self.assert_ended(ONE, "irc", "client", who="ana")
        self.assertRegex(ending["connection"], r"^irc#\d+$")
        self.assertGreater(int(ending["sent"]), 0)
        quitter = self.guest("bob", TWO)
        quitter.send("QUIT :do-not-log-this")
        quitter.read_to_end()
        quitter.close()
        self.assert_ended(TWO, "irc", "client", who="bob")
        self.guest("carol", THREE).abort()
        self.assert_ended(THREE, "irc", "lost", who="carol")
        self.assert_counted("irc", "client", 2)
        self.assert_counted("irc", "lost")
        self.assertNotIn("do-not-log-this", self.daemon.log.text_since())

    @configured({"irc": {"registration_timeout": "1s"}})
    def test_registration_timeout(self) -> None:
        self.visitor(source=ONE).read_to_end()
        self.assert_ended(ONE, "irc", "timeout", "irc.registration_timeout")
        self.assert_counted("irc", "timeout")

    @configured({"irc": {"flood_burst": 10, "flood_rate": 1.0, "flood_timeout": "2s"}})
    def test_flood(self) -> None:
        mal = self.guest("mal")
        mal.send_until_closed(b"PRIVMSG mal :x\r\n" * 3000)
        mal.read_to_end()
        mal.close()
        self.assert_ended(ONE, "irc", "limit", "irc.flood_timeout", "mal")

    @configured({"irc": {"sendq": "32 KiB"}})
    def test_sendq(self) -> None:
        talker = self.user("talker", "#room")
        self.guest("deaf", receive_buffer=4096).join("#room")
        for _ in range(2000):
            talker.send(*["PRIVMSG #room :" + "x" * 380] * 50)
            if of_command(talker.barrier(), "QUIT"):
                break
        self.assert_ended(ONE, "irc", "limit", "irc.sendq", "deaf")
        self.assert_counted("irc", "limit")

    def test_kill(self) -> None:
        """The operator's words are in the line of KILL alone."""
        bob = self.guest("bob")
        self.operator().send("KILL bob :out")
        bob.read_to_end()
        bob.close()
        self.assert_ended(ONE, "irc", "removed", who="bob")
        self.assert_counted("irc", "removed")

    @configured({"irc": {"max_clients_per_address": 1}})
    def test_too_many(self) -> None:
        """Who is not let in has a line too."""
        first = self.guest("ana")
        self.visitor(source=ONE).read_to_end()
        self.assert_ended(ONE, "irc", "refused", "irc.max_clients_per_address")
        self.assert_counted("irc", "refused")
        first.close()
        eventually(lambda: len(endings(self.daemon.log.text_since(), ONE)) == 2, "the first is told of as well")
        self._looked_at.append(ONE)

    def test_another_protocol(self) -> None:
        browser = self.visitor(source=ONE)
        browser.send("GET / HTTP/1.1")
        browser.read_to_end()
        browser.close()
        self.assert_ended(ONE, "irc", "protocol")


class SilenceTest(EndingsMixin, DaemonCase):
    """Those who say nothing; canaries would have to answer PING meanwhile."""

    has_canaries = False
    config = {"irc": {"ping_interval": "1s", "ping_timeout": "1s"}}

    def test_ping_timeout(self) -> None:
        mute = self.visitor(source=ONE).register("mute")
        mute.answers_pings = False
        mute.read_to_end()
        mute.close()
        self.assert_ended(ONE, "irc", "timeout", "irc.ping_timeout", "mute")


class StopTest(EndingsMixin, MsnAttackCase):
    """The server stops: whoever is there then."""

    def tearDown(self) -> None:
        """The test has stopped the daemon itself."""

    def test_everybody_has_a_line(self) -> None:
        self.user("ana")
        self.visitor()
        self.assertEqual(self.daemon.stop(), 0)
        last = endings(self.daemon.log.text_since())
        self.assertTrue({"canary1", "canary2", "ana"} <= {ending["who"] for ending in last})
        self.assertTrue({"irc", "msn", "msn-sb"} <= {ending["listener"] for ending in last})
        self.assertEqual({ending["reason"] for ending in last if ending["who"] == "ana"}, {"shutdown"})


class TlsEndingsTest(EndingsMixin, DaemonCase):
    """IRC over TLS."""

    def prepare(self) -> dict:
        return {"irc.tls": {**make_certificate(self.directory).config(), "handshake_timeout": "1s"}}

    def test_handshakes(self) -> None:
        """One that takes too long, and one that is none."""
        self.visitor("irc-tls", source=ONE).read_to_end()
        self.assert_ended(ONE, "irc-tls", "timeout", "irc.tls.handshake_timeout")
        nonsense = self.visitor("irc-tls", source=TWO)
        nonsense.send("NICK ana")
        read_away(nonsense)
        self.assert_ended(TWO, "irc-tls", "protocol")
        self.assert_counted("irc-tls", "timeout")
        self.assert_counted("irc-tls", "protocol")

    def test_the_client_goes(self) -> None:
        secure = self.visitor("irc-tls", source=ONE, tls=client_context()).register("ana")
        secure.send("QUIT")
        secure.read_to_end()
        secure.close()
        self.assert_ended(ONE, "irc-tls", "client", who="ana")


class WebsocketEndingsTest(EndingsMixin, WebsocketCase):
    """IRC over WebSocket."""

    def test_the_client_goes(self) -> None:
        """With a Close frame."""
        client = self.web(source=ONE).register("ana")
        client.send_raw(close_frame(1000))
        client.close()
        self.assert_ended(ONE, "irc-ws", "client", who="ana")

    def test_a_page_that_is_not_listed(self) -> None:
        client = self.visitor("irc-ws", source=ONE)
        client.send_raw(upgrade_request({"Origin": "https://evil.test"}))
        read_away(client)
        self.assert_ended(ONE, "irc-ws", "protocol")
        self.assert_counted("irc-ws", "protocol")

    def test_no_handshake(self) -> None:
        self.visitor("irc-ws", source=ONE).read_to_end()
        self.assert_ended(ONE, "irc-ws", "timeout", "irc.tls.handshake_timeout")


class MsnEndingsTest(EndingsMixin, MsnAttackCase):
    """Notification server and switchboard."""

    def client(self, name: str, source: str) -> MsnClient:
        return self.keep_msn(MsnClient(self.daemon, f"{name}@example.com", source=source))

    def test_the_client_goes(self) -> None:
        """OUT, FIN and RST."""
        ana = self.client("ana", ONE).sign_in()
        ana.ask_to_end("OUT")
        ana.close()
        self.assert_ended(ONE, "msn", "client", who="ana@example.com")
        self.client("bob", TWO).sign_in().close()
        self.assert_ended(TWO, "msn", "client", who="bob@example.com")
        self.client("carol", THREE).sign_in().abort()
        self.assert_ended(THREE, "msn", "lost", who="carol@example.com")
        self.assert_counted("msn", "client", 2)

    @configured({"msn": {"login_timeout": "2s"}})
    def test_login_timeout(self) -> None:
        self.client("mal", ONE).read_to_end()
        self.assert_ended(ONE, "msn", "timeout", "msn.login_timeout")

    def test_input_that_is_no_msnp(self) -> None:
        mal = self.client("mal", ONE)
        mal.ask_to_end("GET / HTTP/1.1")
        mal.close()
        self.assert_ended(ONE, "msn", "protocol")

    def test_a_switchboard(self) -> None:
        """One whose key is wrong."""
        window = self.visitor("msn-sb", source=ONE)
        window.send("USR 1 mal@example.com 1.2.3")
        read_away(window)
        self.assert_ended(ONE, "msn-sb", "login")


class HttpEndingsTest(EndingsMixin, DaemonCase):
    """HTTP."""

    def ask(self, request: bytes, source: str) -> int:
        return RawHttp(self.daemon.address("http"), source).send(request).status()

    def test_answers(self) -> None:
        """Served, not understood, and too long."""
        get = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
        self.assertEqual(self.ask(get + b"Connection: close\r\n\r\n", ONE), 200)
        self.assert_ended(ONE, "http", "done")
        self.assertEqual(self.ask(b"nonsense\r\n\r\n", TWO), 400)
        self.assert_ended(TWO, "http", "protocol")
        self.assertEqual(self.ask(get + b"X: " + b"x" * 20000 + b"\r\n\r\n", THREE), 431)
        self.assert_ended(THREE, "http", "limit", "header")
        for reason in ("done", "protocol", "limit"):
            self.assert_counted("http", reason)


class LogFloodTest(DaemonCase):
    """Many lines of one kind."""

    VISITORS = 40
    config = {"log": {"level": "info", "burst": 5, "interval": "2s"}}

    def test_a_flood_of_refusals_is_counted_instead_of_written(self) -> None:
        """Every connection is in a line of its own or in the number that follows; the metric knows how many."""
        for _ in range(self.VISITORS):
            visitor = self.visitor()
            visitor.send("GET / HTTP/1.1")
            visitor.read_to_end()
            visitor.close()
        eventually(lambda: sum(self.told()) == self.VISITORS, "all are told of")
        written, numbered = self.told()
        self.assertGreater(numbered, 0)
        self.assertEqual(self.counters()["patchcord_log_lines_suppressed_total"], numbered)

    def told(self) -> tuple[int, int]:
        """Lines about one connection each, and connections told of by their number."""
        log = self.daemon.log.text_since()
        numbers = re.findall(r'more lines like this lines=(\d+) like="connection closed"', log)
        return len(endings(log)), sum(map(int, numbers))


if __name__ == "__main__":
    unittest.main()
