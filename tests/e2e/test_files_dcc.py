"""Files by DCC, where the gateway has a word in it: what is refused and why, and what passes as it is."""

import unittest

from harness.bridge import BridgeCase
from harness.client import of_command

OWN = 2130706433  # 127.0.0.1, where the clients of these tests are
METADATA = 2852039166  # 169.254.169.254, where clouds keep secrets


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
