"""Attack cases in which the MSN service that people are signed in to is the attacker: at odd times, in odd order, with
odd names and sizes."""

import struct
import unittest

from harness.client import of_command
from harness.far_faults import FarLedger, service_keys
from harness.links import CONTACTS, PATCHCORD
from harness.machine import eventually, pass_time
from harness.msn_body import chunk_bodies, p2p_bodies, slp_invitation, text_body, typed_body
from harness.upstream import UpstreamCase

ANA, BOB = "ana@example.com", "bob@example.com"
OBJECT = "{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}"


def message(body: bytes, sender: str = BOB, name: str = "Bob") -> bytes:
    return f"MSG {sender} {name} {len(body)}\r\n".encode() + body


class LoginTest(UpstreamCase):
    """D: what comes before anybody is signed in, and the end."""

    def test_D08_commands_before_the_login(self) -> None:
        """Presence, calls, requests, lists and texts at each step of the login: no effect, and it goes on"""
        body = text_body("too early").decode()
        early = (
            "NLN NLN mal@example.com mal 0\r\nILN 9 NLN mal@example.com mal 0\r\nFLN bob@example.com\r\n"
            "ADC 0 RL N=mal@example.com F=mal\r\nLST N=mal@example.com F=mal C=x 3 1\r\nSYN 9 1 1 1 0\r\n"
            f"RNG 1 {self.service.address('sb')} CKI key mal@example.com mal\r\nCHL 0 12345\r\nCHG 9 HDN 0\r\n"
            f"XFR 9 SB {self.service.address('sb')} CKI key\r\nUBX mal@example.com 0\r\nQNG 60\r\nREM 0 FL x\r\n"
            f"MSG mal@example.com mal {len(body)}\r\n{body}"
        )
        usual = dict(self.service.answers)
        for verb in ("VER", "CVR", "USR I", "USR S"):
            answer = usual[verb]
            self.service.answers[verb] = early + answer
        ana = self.ana()
        self.assert_recovers(ana)
        self.assertEqual((len(self.service.ns), len(self.service.sb)), (1, 1))
        self.assertNotIn("mal", self.names(ana, CONTACTS))
        self.assertEqual([line for line in ana.history if "too early" in line.text], [])

    def test_D15_answers_by_the_hundred_thousand(self) -> None:
        """QNG, empty lines and presence of strangers: others are served"""
        ana = self.ana()
        for line in ("QNG 60\r\n", "\r\n", "FLN x@example.com\r\n", "NLN NLN x@example.com x 0\r\n"):
            self.ns_say(line * 100_000)
            self.assertLess(self.worst_canary_delay(), 0.5)
        self.assert_recovers(ana)
        self.assertNotIn("x", self.names(ana, CONTACTS))

    def test_G03_challenge_that_failed(self) -> None:
        """540: what comes of it is the service's affair; nobody is told again and again, and there is no storm"""
        self.service.answers["QRY"] = "540 {0}\r\n"
        ana = self.ana()
        first = len(self.notices(ana))
        for _ in range(3):
            self.ns_say("CHL 0 15570131571988941333\r\n")
            pass_time(0.3)
        self.service.answers["QRY"] = "QRY {0}\r\n"
        self.tell(ana, "connect")
        self.assert_recovers(ana)
        self.assertLessEqual(len(self.notices(ana)) - first, 3)
        self.assertLessEqual(len(self.service.ns), 4)

    def test_G04_out(self) -> None:
        """OUT alone, with a reason that nobody knows, in mid-conversation: each message has a fate"""
        ana = self.ana()
        self.query(ana)
        ledger = FarLedger(self, ana)
        for reason in ("", " XYZ", " SSD", " " + "x" * 5000):
            with self.subTest(reason[:5]):
                tries = len(self.service.ns)
                ledger.write()
                self.ns_say(f"OUT{reason}\r\n")
                self.service.ns[-1].cut()
                ledger.write()
                eventually(lambda tries=tries: len(self.service.ns) > tries, "it is tried again")
                self.expect_links(ana, "far: ana@example.com, signed in")
        ledger.check()
        self.assertEqual(ledger.reported(), [])


class SwitchboardTest(UpstreamCase):
    """E: who is called, who comes, and what is said of messages."""

    @service_keys(hold_time="3s")
    def test_E04_somebody_else_comes(self) -> None:
        """bob is called, mal joins: what was for bob is never said to mal, not later either; told after `hold_time`"""
        ana = self.ana()
        usual = self.service.answers["SB CAL"]
        self.service.answers["SB CAL"] = "CAL {0} RINGING 1\r\nJOI mal@example.com mal 0\r\n"
        ledger = FarLedger(self, ana)
        ledger.write(2)
        self.service.wait_for_switchboard(1)
        pass_time(2.0)  # longer than anybody is called
        ledger.write()
        ledger.check()
        self.assertEqual(ledger.delivered(), [])
        with_mal = list(self.service.sb)
        self.service.answers["SB CAL"] = usual
        self.assert_recovers(ana)
        self.assertEqual([peer.count("MSG") for peer in with_mal], [0] * len(with_mal))

    def test_E04_sender_is_told_that_somebody_else_came(self) -> None:
        """bob is called, mal joins: the message to bob is reported when the call has failed"""
        ana = self.ana()
        self.service.answers["SB CAL"] = "CAL {0} RINGING 1\r\nJOI mal@example.com mal 0\r\n"
        ana.send("PRIVMSG Bob :message 1")
        self.assertIn("message 1", ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob").text)

    def test_E04_no_storm_when_somebody_else_comes(self) -> None:
        """bob is called, mal joins: that is one conversation with mal, not as many as there may be"""
        ana = self.ana()
        self.service.answers["SB CAL"] = "CAL {0} RINGING 1\r\nJOI mal@example.com mal 0\r\n"
        ana.send("PRIVMSG Bob :message 1")
        self.service.wait_for_switchboard(1)
        pass_time(3.0)
        self.assertLessEqual(len(self.service.sb), 3)
        ana.barrier()
        self.assertLessEqual(len([line for line in ana.history if line.command == "NOTE"]), 1)

    def test_E08_answers_of_calls(self) -> None:
        """RINGING without a session, JOI before CAL is answered, twice, of oneself: bob is there when he is there"""
        usual = self.service.answers["SB CAL"]
        for answer in (
            "CAL {0} RINGING\r\nJOI bob@example.com Bob 0\r\n",
            "JOI bob@example.com Bob 0\r\nJOI bob@example.com Bob 0\r\nCAL {0} RINGING 1\r\n",
            "CAL 99 RINGING 1\r\nCAL {0} RINGING 1\r\nJOI ana@example.com ana 0\r\nJOI bob@example.com Bob 0\r\n",
            f"CAL {{0}} RINGING {'9' * 3000}\r\nJOI bob@example.com {'B' * 3000} {'9' * 300}\r\n",
        ):
            with self.subTest(answer[:30]):
                self.service.answers["SB CAL"] = answer
                ana = self.ana()
                self.assert_recovers(ana)
                self.service.answers["SB CAL"] = usual
                ana.send("QUIT")
                ana.read_to_end()

    def test_E10_acknowledged_with_nobody_there(self) -> None:
        """BYE, then ACK: nobody has heard it, so it is said once more"""
        ana = self.ana()
        first = self.query(ana)
        self.service.answers["SB MSG"] = lambda peer, words: (
            "BYE bob@example.com\r\nACK {0}\r\n" if peer is first else "ACK {0}\r\n"
        )
        ana.send("PRIVMSG Bob :message 1")
        eventually(lambda: self.service.messages.count("message 1") == 2, "it is said again")
        self.assertIsNot(self.service.last_used, first)
        self.assert_recovers(ana)

    def test_E14_sizes(self) -> None:
        """Messages of 1663 bytes to the longest that is read: shown whole, or the end of that switchboard"""
        ana = self.ana()
        for size in (1663, 1664, 1665, 4096, 16384, 65536):
            with self.subTest(size):
                known = len(ana.history)
                peer = self.query(ana)
                peer.say(message(text_body("x" * size)))
                peer.tell_message("end of that")
                self.assert_recovers(ana)
                shown = "".join(line.text for line in of_command(ana.history[known:], "PRIVMSG") if line.nick == "Bob")
                self.assertIn(shown.count("x"), (0, size))
                self.assertTrue(shown.startswith("x" * size) or size > 1664, shown[:80])
        self.assertEqual(len(self.service.ns), 1)

    def test_E16_doubled_and_crossed_answers(self) -> None:
        """ACK twice, ACK then NAK, answers in reverse: each message has one fate"""
        ana = self.ana()
        self.query(ana)
        ledger = FarLedger(self, ana)
        for answer in ("ACK {0}\r\nACK {0}\r\n", "ACK {0}\r\nNAK {0}\r\n", "ACK {0}\r\nBYE nobody@example.com\r\n"):
            self.service.answers["SB MSG"] = answer
            ledger.write(5)
            ledger.check()
        held: list[str] = []

        def reverse(peer, words) -> str:
            held.insert(0, f"ACK {words[1]}\r\n")
            if len(held) < 5:
                return ""
            answers = "".join(held)
            held.clear()
            return answers

        self.service.answers["SB MSG"] = reverse
        ana.send(*[f"PRIVMSG Bob :crossed {number}" for number in range(5)])
        eventually(lambda: not held and "crossed 4" in self.service.messages, "all are answered")
        self.service.answers["SB MSG"] = "ACK {0}\r\n"
        self.assertEqual(ledger.reported(), [])
        self.assert_recovers(ana)
        self.assertEqual([line for line in ana.history if "crossed" in line.text], [])


class PayloadTest(UpstreamCase):
    """F and C: what messages hold."""

    def setUp(self) -> None:
        super().setUp()
        self.client = self.ana()
        self.peer = self.query(self.client)

    def tearDown(self) -> None:
        self.assert_recovers(self.client)
        self.assertEqual(len(self.service.ns), 1)
        super().tearDown()

    def shown(self, *bodies: bytes) -> list[str]:
        """What comes of these."""
        known = len(self.client.history)
        for body in bodies:
            self.peer.say(message(body))
        self.peer.tell_message("end of that")
        self.client.expect("PRIVMSG", "ana", "end of that")
        lines = self.client.history[known:]
        return [line.text for line in of_command(lines, "PRIVMSG", "ana") if line.text != "end of that"]

    def test_F03_parts_out_of_order(self) -> None:
        """Doubled, in another order, of another sender: shown whole and once, or not"""
        one, two, three = chunk_bodies(["a" * 300, "b" * 300, "c" * 300])
        whole = "a" * 300 + "b" * 300 + "c" * 300
        self.assertEqual("".join(self.shown(one, two, three)), whole)
        for order in ((one, three, two), (one, two, two, three), (one, one, two, three), (two, three, one)):
            self.assertIn("".join(self.shown(*order)), (whole, ""))
        self.peer.say(message(one))
        self.peer.say(message(two, "mal@example.com", "mal"))
        self.assertNotIn("b", "".join(self.shown(three)))

    def test_F08_pieces_of_objects(self) -> None:
        """Overlapping, in another order, the last one first, a total that changes: nothing is kept or answered"""
        before = self.peer.count("MSG")
        for offset, total, length in ((8, 16, 8), (0, 16, 8), (4, 16, 8), (8, 9000, 8), (0, 1, 1), (15, 16, 1)):
            head = struct.pack("<IIQQIIIIQ", 7, 7, offset, total, length, 0x20, 1, 0, 0)
            self.shown(typed_body("application/x-msnmsgrp2p", head + b"x" * length + b"\0\0\0\1"))
        whole = p2p_bodies(ANA, slp_invitation(BOB, ANA, OBJECT, b"<msnobj/>"), size=400)
        self.assertGreater(len(whole), 1)
        self.assertEqual(self.shown(*reversed(whole), *whole[:1], *whole[-1:]), [])
        self.assertLess(self.peer.count("MSG") - before, 10)

    def test_C13_very_many_lines(self) -> None:
        """Hundreds of lines in one message: a few are shown, and how many were not; nobody is flooded off"""
        lines = self.shown(text_body("x\r\n" * 500))
        self.assertLessEqual(len(lines), 51)
        for _ in range(40):
            self.peer.say(message(text_body("x\r\n" * 500)))
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.shown()

    def test_C16_charsets(self) -> None:
        """A charset that nobody knows is UTF-8; bytes that are none are replaced"""
        for charset in ("UTF-7", "UTF-8.0", "%s%n%n", "x" * 900, "ISO-2022-JP"):
            for content in (b"+ADw-script", b"\x1b$B\x21\x21", b"\xff\xff", b"plain"):
                for text in self.shown(text_body(content, charset=charset)):
                    self.assertNotIn("\x1b", text)
                    self.assertNotIn("<", text)


class NameTest(UpstreamCase):
    """B: people there who are called like people here."""

    NAMES = (
        ("canary1", "CANARY1", "c%D0%B0nary1", "canary1%E2%80%8B", "%E2%80%AEecila", "ana", "bob", "*patchcord")
        + ("NickServ", "ChanServ", "irc.lab.test", "patchcord", "%00", "%20", "%C2%A0canary1", "x" * 387)
        + ("a" + "%CC%81" * 200, "%", "%zz", "#canary", "&contacts", "0", "@ana", "~", "a!b@c", "a,b", ":x")
    )

    def sign_in_among(self, names) -> list[str]:
        """The nicks of as many people as there are names."""
        handles = [f"m{number}" for number in range(len(names))]
        self.service.contacts += handles
        known = dict(zip(handles, names))
        self.service.answers["CHG"] = lambda peer, words: (
            f"CHG {{0}} {words[2]} 0\r\n"
            + "".join(f"ILN {{0}} NLN {one}@example.com {known.get(one, one)} 0\r\n" for one in self.service.contacts)
        )
        ana = self.linked("ana")
        eventually(lambda: len(self.names(ana, CONTACTS)) == len(names) + 2, "all are there", every=0.1)
        return [name for name in self.names(ana, CONTACTS) if name != "ana"]

    def test_B04_B05_B06_names_of_others(self) -> None:
        """Nicks, names of services, look-alikes, nothing at all: never the same nick, never an odd one"""
        taken = {"canary1", "canary2", "ana", PATCHCORD, "nickserv", "chanserv", "irc.lab.test", "patchcord"}
        for nick in self.sign_in_among(self.NAMES):
            self.assertNotIn(nick.lower(), taken)
            self.assertRegex(nick, r"^[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]*$")
            self.assertLessEqual(len(nick), int(self.canaries[0].isupport["NICKLEN"]))

    def test_B07_many_of_one_name(self) -> None:
        """300 people called bob: each has a nick, and all another"""
        nicks = self.sign_in_among(["bob"] * 300)
        self.assertEqual(len({nick.lower() for nick in nicks}), 301)
        self.assertLess(self.worst_canary_delay(), 0.25)


if __name__ == "__main__":
    unittest.main()
