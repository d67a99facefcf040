"""Files by DCC, where the gateway has a word in it: what is refused and why, and what passes as it is."""

import unittest

from harness.bridge import LOBBY, BridgeCase
from harness.client import of_command

OWN = 2130706433  # 127.0.0.1, where the clients of these tests are
METADATA = 2852039166  # 169.254.169.254, where clouds keep secrets
RULE = "address not allowed, the gateway connects to 127.0.0.1 at ports from 1024 on, but for its own"


def dcc(words: str) -> str:
    return f"\x01DCC {words}\x01"


class OffersToMsnTest(BridgeCase):
    """ana on IRC, bob on MSN."""

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana", caps=("standard-replies",))
        self.bob = self.msn("bob")

    def refusal(self, words: str, *, target: str = "Bob") -> str:
        """The one line that ana is answered."""
        (line,) = of_command(self.ana.ask(f"PRIVMSG {target} :{dcc(words)}"), "FAIL")
        self.assertEqual(line.params[:3], ["PRIVMSG", "DCC_REFUSED", target])
        return line.text

    def test_an_address_that_is_not_the_clients_is_refused(self) -> None:
        """No connect to loopback/private/link-local or port < 1024; user gets a reason."""
        for place in (f"{METADATA} 5000", "167772161 5000", "0 5000", "fe80::1 5000", f"{OWN} 22", f"{OWN} 1"):
            with self.subTest(place):
                self.assertEqual(self.refusal(f"SEND cat.jpg {place} 10"), f"cat.jpg was not offered to Bob: {RULE}")

    def test_what_makes_no_offer_is_refused(self) -> None:
        """Malformed offers get the reason, and nothing reaches MSN."""
        reasons = {
            "SEND": "DCC SEND needs a file name, an address, a port and a size",
            'SEND "aaa': "DCC SEND needs a file name, an address, a port and a size",
            "SEND " + 400 * "a": "DCC SEND needs a file name, an address, a port and a size",
            "SEND f 0 0 0": "the port is no number from 1 to 65535",
            f"SEND f {OWN} 65536 10": "the port is no number from 1 to 65535",
            f"SEND f {OWN} 5000 -1": "the size is no number",
            f"SEND f {OWN} 5000 {2**63}": "the size is no number",
            f"SEND f {OWN} 5000": "the offer does not say how big the file is",
            f"CHAT chat {OWN} 5000": "of DCC only SEND can be used here, without encryption",
        }
        for words, reason in reasons.items():
            with self.subTest(words[:40]):
                self.assertEqual(self.refusal(words), f"Bob was offered nothing: {reason}")
        for words in ("RESUME f 5000 100", "ACCEPT f 5000 100", "REJECT SEND f", f"SEND f {OWN} 5000 10 42"):
            with self.subTest(words):
                self.assertEqual(self.refusal(words), "Bob offers no such file, or no longer")
        self.assertFalse(self.bob.rings)

    def test_a_file_that_is_too_big(self) -> None:
        """max_size"""
        size = 3 * 2**30
        self.assertEqual(
            self.refusal(f"SEND cat.jpg {OWN} 5000 {size}"), "cat.jpg was not offered to Bob: the file is too big"
        )

    def test_a_notice_is_never_answered(self) -> None:
        """NOTICE is never answered with an error"""
        for words in ("SEND", f"SEND cat.jpg {METADATA} 22 10", "REJECT SEND cat.jpg", "RESUME f 1 1"):
            self.assertEqual(self.ana.ask(f"NOTICE Bob :{dcc(words)}"), [])

    def test_to_a_channel_nothing_passes(self) -> None:
        """CTCP DCC to channels blocked; plain text passes; nothing towards MSN"""
        self.ana.join("#lobby")
        watcher = self.irc("watcher", "#lobby")
        room = self.bob.call(LOBBY)
        self.ana.barrier()
        text = self.refusal("SEND STARTKEYLOGGER 0 0 0", target="#lobby")
        self.assertEqual(text, "DCC is not passed on to channels; offer the file to one person")
        self.assertEqual(self.ana.ask(f"NOTICE #lobby :{dcc('SEND x 0 0 0')}"), [])
        self.ana.send("PRIVMSG #lobby :DCC SEND aaaaaaaaaaaaaaa 0 0 0")
        self.assertEqual(watcher.expect("PRIVMSG").text, "DCC SEND aaaaaaaaaaaaaaa 0 0 0")
        room.expect_text("DCC SEND aaaaaaaaaaaaaaa 0 0 0", "ana@irc.irc.lab.test")

    def test_the_service_knows_of_no_file(self) -> None:
        """`*patchcord files` and `cancel`"""
        for words, answer in (
            ("files", "No file is offered to you or by you"),
            ("cancel 1", 'There is no file with that number; "files" shows yours'),
        ):
            self.assertEqual([line.text for line in self.ana.ask(f"PRIVMSG *patchcord :{words}")], [answer])


class BetweenIrcClientsTest(BridgeCase):
    """Two people on IRC."""

    def test_dcc_passes_as_it_is(self) -> None:
        """between two IRC users DCC passes: they are peers, and the gateway connects to nobody"""
        ana, carol = self.irc("ana"), self.irc("carol")
        for words in (f"SEND cat.jpg {OWN} 22 10", 'SEND "a b" ::1 0 10 42', "CHAT chat 1 2", "RESUME f 1 2", "x"):
            with self.subTest(words):
                self.assertEqual(ana.ask(f"PRIVMSG carol :{dcc(words)}"), [])
                self.assertEqual(carol.expect("PRIVMSG", "carol").text, dcc(words))
        self.assertEqual(ana.ask(f"NOTICE carol :{dcc('REJECT SEND cat.jpg')}"), [])
        self.assertEqual(carol.expect("NOTICE", "carol").text, dcc("REJECT SEND cat.jpg"))


if __name__ == "__main__":
    unittest.main()
