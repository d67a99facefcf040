"""IRC over WebSocket: talk with everybody else, subprotocols, proxies."""

import signal
import unittest

from harness.certificates import client_context, make_certificate
from harness.client import of_command
from harness.websocket import (
    BINARY,
    BINARY_FRAME,
    TEXT,
    TEXT_FRAME,
    WebsocketCase,
    close_frame,
    frame,
)

SOMEBODY = "198.51.100.7"


class WebsocketTest(WebsocketCase):
    def prepare(self) -> dict:
        certificate = make_certificate(self.directory)
        return {
            "irc.tls": certificate.config(),
            "irc.websocket": {"tls_listen": ["127.0.0.1:0"]},
        }

    def test_everybody_talks_with_everybody(self) -> None:
        """A room of four: WebSocket without and with TLS, IRC with TLS, plain IRC."""
        people = [
            self.web().register("ana"),
            self.web("irc-wss", tls=client_context(), protocols=(BINARY,)).register("bob"),
            self.visitor("irc-tls", tls=client_context()).register("carol"),
            self.user("dave"),
        ]
        for one in people:
            one.join("#room")
        for speaker in people:
            speaker.send(f"PRIVMSG #room :gr\u00fc\u00dfe von {speaker.nick}")
            speaker.barrier()
            for hearer in people:
                if hearer is not speaker:
                    hearer.expect("PRIVMSG", "#room", f"gr\u00fc\u00dfe von {speaker.nick}")

    def test_only_tls_is_secure(self) -> None:
        """WHOIS says 671 of who comes by TLS."""
        plain = self.web().register("ana")
        self.web("irc-wss", tls=client_context()).register("bob")
        self.assertTrue(of_command(plain.ask("WHOIS bob"), "671"))
        self.assertFalse(of_command(plain.ask("WHOIS ana"), "671"))

    def test_the_first_known_subprotocol_is_taken(self) -> None:
        """It says which frames are sent; without one the client's own example counts."""
        for offered, agreed, opcode in (
            ((TEXT,), TEXT, TEXT_FRAME),
            ((BINARY,), BINARY, BINARY_FRAME),
            ((BINARY, TEXT), BINARY, BINARY_FRAME),
            (("chat", TEXT, BINARY), TEXT, TEXT_FRAME),
            (("chat",), None, TEXT_FRAME),
            ((), None, TEXT_FRAME),
        ):
            with self.subTest(offered=offered):
                client = self.web(protocols=offered)
                self.assertEqual(client.protocol, agreed)
                client.barrier()
                self.assertEqual({sent for sent, _ in client.frames}, {opcode})
        client = self.web(protocols=())
        client.opcode = BINARY_FRAME
        client.barrier()
        self.assertEqual({sent for sent, _ in client.frames}, {BINARY_FRAME})

    def test_long_lines_and_a_lot_of_them_arrive(self) -> None:
        """Tags make a line longer than 512 bytes; a flood is delivered in order."""
        ana = self.web().register("ana", caps=("message-tags", "echo-message"))
        ana.send(f"@+note={'x' * 600} PRIVMSG ana :with tags")
        self.assertEqual(len(ana.expect("PRIVMSG").tags["+note"]), 600)
        bob = self.web().register("bob")
        ana.send(*[f"PRIVMSG bob :{number} {'x' * 300}" for number in range(500)])
        for number in range(500):
            bob.expect("PRIVMSG", "bob", f"{number} {'x' * 300}")

    def test_pings_of_both_kinds_are_answered(self) -> None:
        client = self.web().register("ana")
        client.ping(b"one")
        client.ping(b"")
        client.barrier()

    def test_ends_in_good_order(self) -> None:
        """QUIT: ERROR and Close 1000. Close: the same code back, and a quit for the others."""
        carol = self.user("carol", "#room")
        ana = self.web().register("ana").join("#room")
        ana.send("QUIT :bye")
        self.assertEqual(ana.read_to_end()[-1].command, "ERROR")
        self.assertEqual(ana.close_code, 1000)
        bob = self.web().register("bob").join("#room")
        bob.send_raw(close_frame(1001) + frame(TEXT_FRAME, b"PRIVMSG #room :too late"))
        self.assertEqual(bob.read_close(), 1001)
        carol.expect("QUIT", where=lambda message: message.nick == "bob")
        self.assert_silent(carol, "PRIVMSG")


class ReloadTest(WebsocketCase):
    def test_other_addresses_need_a_restart(self) -> None:
        """SIGHUP says so, and the old ones stay."""
        self.daemon.rewrite({"irc.websocket": {"listen": []}})
        mark = self.daemon.log.mark()
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("irc.websocket.listen", after=mark)
        self.web().register("ana")


class LivenessTest(WebsocketCase):
    has_canaries = False  # nobody would answer the server's PING for them
    config = {
        "irc": {"listen": ["127.0.0.1:0"], "flood_rate": 0.0, "ping_interval": "300ms", "ping_timeout": "1s"},
        "irc.websocket": {**WebsocketCase.config["irc.websocket"], "max_empty_frames": 10},
    }

    def test_who_pings_is_asked_for_a_line_too(self) -> None:
        """A client that only pings is not closed: IRC's PING makes it say something now and then."""
        ana = self.web().register("ana")
        for number in range(15):
            ana.ping(b"%d" % number)
            if number % 5 == 4:
                ana.expect("PING")
        self.assert_still_served(ana)


class ForwardedTest(WebsocketCase):
    """A web server in front, which says whom it speaks for."""

    config = {
        **WebsocketCase.config,
        "chat": {"allow_open": True},
        "irc": {"listen": ["127.0.0.1:0"], "flood_rate": 0.0, "proxy_from": ["127.0.0.1"], "max_clients_per_address": 2},
    }

    def host_of(self, client) -> str:
        return of_command(client.ask(f"WHOIS {client.nick}"), "311")[0].params[3]

    def test_the_client_is_who_the_proxy_says(self) -> None:
        """Its cloak and its limits are those of the address; what it claims itself does not count."""
        ana = self.web(headers={"X-Forwarded-For": SOMEBODY}).register("ana")
        bob = self.web(headers={"X-Forwarded-For": f"203.0.113.9, {SOMEBODY}"}).register("bob")
        carol = self.web(headers={"X-Forwarded-For": "198.51.100.8"}).register("carol")
        self.assertEqual(self.host_of(ana), self.host_of(bob))
        self.assertNotEqual(self.host_of(ana), self.host_of(carol))
        third = self.web(headers={"X-Forwarded-For": SOMEBODY})
        self.assertIn("Too many connections", third.read_to_end()[-1].text)
        self.assertEqual(third.close_code, 1008)

    def test_tls_of_the_proxy_counts_on_this_machine(self) -> None:
        headers = {"X-Forwarded-For": SOMEBODY, "X-Forwarded-Proto": "https"}
        ana = self.web(headers=headers).register("ana")
        self.assertTrue(of_command(ana.ask("WHOIS ana"), "671"))

    def test_nobody_else_is_believed(self) -> None:
        headers = {"X-Forwarded-For": SOMEBODY, "X-Forwarded-Proto": "https"}
        ana = self.web(source="127.0.0.2", headers=headers).register("ana")
        bob = self.user("bob", source="127.0.0.2")
        self.assertEqual(self.host_of(ana), self.host_of(bob))
        self.assertFalse(of_command(ana.ask("WHOIS ana"), "671"))


if __name__ == "__main__":
    unittest.main()
