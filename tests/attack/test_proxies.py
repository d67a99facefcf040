"""Attack cases I11, I12 and I14: who speaks for others, by PROXY headers and WEBIRC, and strict transport security."""

import signal
import struct
import unittest

from harness.case import DaemonCase, configured
from harness.certificates import client_context, make_certificate
from harness.client import Client, of_command
from harness.daemon import password_hash

PROXY = "127.0.0.1"  # where tests come from unless they say otherwise
STRANGER = "127.0.0.2"
WEB = "127.0.0.3"
PASSWORD = "web-secret"
SOMEBODY = "198.51.100.7"
BINARY_MARK = b"\r\n\r\n\0\r\nQUIT\n"


def text_header(address: str) -> bytes:
    return f"PROXY TCP4 {address} 127.0.0.1 40000 6667\r\n".encode()


def binary_header(address: str) -> bytes:
    addresses = bytes(map(int, address.split("."))) + bytes((127, 0, 0, 1)) + struct.pack(">HH", 40000, 6667)
    return BINARY_MARK + b"\x21\x11" + struct.pack(">H", len(addresses)) + addresses


class ProxyCase(DaemonCase):
    """The second listener is behind a proxy."""

    config = {
        "chat": {"allow_open": True},
        "irc": {"listen": ["127.0.0.1:0", "127.0.0.5:0"], "proxy_listen": ["127.0.0.5:0"], "proxy_from": [PROXY]},
        "irc.tls": {"handshake_timeout": "2s"},
    }

    def by_proxy(self, header: bytes = b"", source: str = PROXY) -> Client:
        """A connection to that listener which has sent this."""
        client = self.keep(Client(self.daemon.addresses["irc"][1], source=source))
        self._clients.append(client)
        client.send_until_closed(header)
        return client

    def host_of(self, client: Client) -> str:
        """What others see in place of the client's address."""
        return of_command(client.ask(f"WHOIS {client.nick}"), "311")[0].params[3]

    def assert_closed(self, client: Client) -> None:
        """Nothing is said, not even ERROR."""
        try:
            self.assertEqual(client.read_to_end(), [])
        except ConnectionError:
            pass  # a reset, as there was more to read


class ProxyHeaderTest(ProxyCase):
    """I14: PROXY headers."""

    def test_I14_the_header_says_who_comes(self) -> None:
        """By either version a client is who it would be if it came directly: its cloak is the same."""
        direct = self.user("direct", source=STRANGER)
        text = self.by_proxy(text_header(STRANGER)).register("text")
        binary = self.by_proxy(binary_header(STRANGER)).register("binary")
        other = self.by_proxy(text_header(SOMEBODY)).register("other")
        self.assertEqual(self.host_of(text), self.host_of(direct))
        self.assertEqual(self.host_of(binary), self.host_of(direct))
        self.assertNotEqual(self.host_of(other), self.host_of(direct))

    @configured({"irc": {**ProxyCase.config["irc"], "max_clients_per_address": 1}})
    def test_I14_limits_are_those_of_who_is_behind(self) -> None:
        """The second client of one address is refused, others are not; the proxy itself has no limit."""
        self.by_proxy(text_header(SOMEBODY)).register("one")
        refused = self.by_proxy(text_header(SOMEBODY))
        self.assertIn("Too many connections", refused.read_to_end()[-1].text)
        for number in range(5):
            self.by_proxy(text_header(f"198.51.100.{10 + number}")).register(f"other{number}")

    def test_I14_anything_else_is_closed(self) -> None:
        """No header, a bad one, one that is too long and one that does not end: closed, the last at the deadline."""
        for begin in (
            b"NICK mal\r\nUSER mal 0 * :mal\r\n",
            b"PROXY TCP4 a b c d\r\n",
            b"PROXY TCP4 " + b"1" * 200,
            BINARY_MARK + b"\x21\x11\xff\xff" + b"x" * 100,
            b"PROXY TCP4 198.51.100.7",
        ):
            with self.subTest(begin[:20]):
                self.assert_closed(self.by_proxy(begin))

    def test_I14_strangers_are_closed(self) -> None:
        """Who is not a listed proxy is closed, with the best of headers; a new list holds after SIGHUP."""
        self.assert_closed(self.by_proxy(text_header(SOMEBODY), source=STRANGER))
        self.daemon.rewrite({"irc": {"proxy_from": [STRANGER]}})
        mark = self.daemon.log.mark()
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded", after=mark)
        self.by_proxy(text_header(SOMEBODY), source=STRANGER).register("now")
        self.assert_closed(self.by_proxy(text_header(SOMEBODY)))

    def test_I14_no_header_is_taken_elsewhere(self) -> None:
        """On the other listener it is no command."""
        client = self.visitor()
        client.send(text_header(SOMEBODY).strip())
        client.expect("451")
        self.assertEqual(self.host_of(client.register("ana")), self.host_of(self.user("bob")))


class WebircTest(DaemonCase):
    """I12: WEBIRC."""

    def prepare(self) -> dict:
        return {
            "chat": {"allow_open": True},
            "irc.gateway": [{"address": [WEB], "password_hash": password_hash(PASSWORD)}],
        }

    def host_of(self, client: Client) -> str:
        return of_command(client.ask(f"WHOIS {client.nick}"), "311")[0].params[3]

    def assert_refused(self, client: Client) -> None:
        self.assertEqual(client.read_to_end()[-1].command, "ERROR")

    def test_I12_the_listed_gateway_speaks_for_others(self) -> None:
        """Its client is somebody else than the gateway."""
        client = self.visitor(source=WEB)
        client.send(f"WEBIRC {PASSWORD} web host.example {SOMEBODY}")
        client.register("ana")
        self.assertNotEqual(self.host_of(client), self.host_of(self.user("bob", source=WEB)))
        self.assertFalse(of_command(client.ask("WHOIS ana"), "671"))

    def test_I12_everything_else_ends_the_connection(self) -> None:
        """Another address, a wrong password, an address that is none or loopback, WEBIRC too late or twice."""
        good = f"WEBIRC {PASSWORD} web h {SOMEBODY}"
        for source, lines in (
            (STRANGER, [good]),
            (WEB, [f"WEBIRC wrong web h {SOMEBODY}"]),
            (WEB, [f"WEBIRC {PASSWORD} web h 999.1.1.1"]),
            (WEB, [f"WEBIRC {PASSWORD} web h 127.0.0.1"]),
            (WEB, [f"WEBIRC {PASSWORD} web h 0::1"]),
            (WEB, [f"WEBIRC {PASSWORD} web"]),
            (WEB, ["NICK mal", good]),
            (WEB, [good, good]),
        ):
            with self.subTest(lines=lines, source=source):
                client = self.visitor(source=source)
                client.send(*lines)
                self.assert_refused(client)
        self.assertEqual(self.limit_hits("failed_logins"), 1)


class StsTest(DaemonCase):
    """I11: strict transport security."""

    def prepare(self) -> dict:
        return {"irc.tls": {**make_certificate(self.directory).config(), "sts": "on", "sts_duration": "1h"}}

    def words(self, client: Client, command: str) -> list[str]:
        client.send(command)
        words = []
        while True:
            message = client.expect("CAP", None, "LS")
            words += message.text.split()
            if len(message.params) == 3:
                return words

    def test_I11_plain_is_sent_to_tls_which_says_for_how_long(self) -> None:
        """Only version 302 is told, and nobody can ask for it."""
        port = self.daemon.address("irc-tls")[1]
        plain = self.visitor()
        self.assertIn(f"sts=port={port}", self.words(plain, "CAP LS 302"))
        secure = self.visitor("irc-tls", tls=client_context())
        self.assertIn("sts=duration=3600", self.words(secure, "CAP LS 302"))
        self.assertFalse([word for word in self.words(self.visitor(), "CAP LS") if word.startswith("sts")])
        plain.send("CAP REQ :sts")
        plain.expect("CAP", None, "NAK")


if __name__ == "__main__":
    unittest.main()
