"""A service that fails people whose accounts are linked: they are told once, and of each message what became of it."""

import unittest

from harness.far_faults import FarFaultCase, FarLedger, service_keys
from harness.machine import eventually, pass_time
from harness.scripted_service import NO_TICKET

CANNOT = "cannot be reached"
BACK = "is back"
STOPPED = "Not signed in to far"


class SwitchboardTest(FarFaultCase):
    """The switchboard fails."""

    def test_cut_after_the_message_was_acknowledged(self) -> None:
        """switchboard lost in mid-conversation | it is opened again for the next message"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        ledger.write()
        ledger.check()
        self.service.sb[0].reset()
        ledger.write(2)
        ledger.check()
        self.assertEqual(ledger.delivered()[:1], ["message 1"])
        ledger.write()
        ledger.check()
        self.assertEqual(ledger.delivered()[-1], "message 4")

    def test_cut_before_the_message_was_acknowledged(self) -> None:
        """M02: what was not acknowledged may have arrived: told, and not sent twice; what waits behind it is sent"""
        ana = self.ana()
        first = self.query(ana)
        self.service.answers["SB MSG"] = ""
        ledger = FarLedger(self, ana)
        ledger.write(3)
        eventually(lambda: len(self.service.lost) == 3, "they reached the switchboard")
        self.service.answers["SB MSG"] = "ACK {0}\r\n"
        first.reset()
        ledger.write()
        ledger.check()
        self.assertEqual(ledger.reported(), ["message 1", "message 2", "message 3"])
        self.assertEqual(ledger.delivered(), ["message 4"])

    def test_message_is_never_acknowledged(self) -> None:
        """no ACK in request_timeout: in doubt, and told"""
        ana = self.ana()
        self.query(ana)
        self.service.answers["SB MSG"] = ""
        ledger = FarLedger(self, ana)
        ledger.write(2)
        ledger.check()
        self.assertEqual(ledger.reported(), ["message 1", "message 2"])

    def test_nobody_comes(self) -> None:
        """CAL rings for ever, or is refused: told in time"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        for answer in ("CAL {0} RINGING 1\r\n", "217 {0}\r\n", "216 {0}\r\n", "", "XYZ\r\n"):
            with self.subTest(answer):
                self.service.answers["SB CAL"] = answer
                ledger.write(2)
                ledger.check()
        self.assertEqual(len(ledger.reported()), 10)
        self.assertEqual(ledger.delivered(), [])

    def test_no_switchboard(self) -> None:
        """XFR is refused, makes no sense or is not answered; the switchboard lets nobody in, or is not there"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        usual = dict(self.service.answers)
        for verb, answer in (
            ("XFR", "913 {0}\r\n"),
            ("XFR", "XFR {0} SB nonsense CKI key\r\n"),
            ("XFR", ""),
            ("XFR", "XFR {0} SB 127.0.0.1:1 CKI key\r\n"),
            ("SB USR", "911 {0}\r\n"),
            ("SB USR", ""),
            ("SB USR", lambda peer, words: peer.reset()),
        ):
            with self.subTest(f"{verb}: {answer}"):
                self.service.answers = {**usual, verb: answer}
                ledger.write(2)
                ledger.check()
        self.assertEqual(ledger.delivered(), [])
        self.service.answers = usual
        self.assert_serves(ana)

    def test_too_rapid(self) -> None:
        """800: the service wants a rest, and gets one; then what waited is sent"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        refusals = iter(("800 {0}\r\n",))
        usual = self.service.answers["XFR"]
        self.service.answers["XFR"] = lambda peer, words: next(refusals, None) or usual(peer, words)
        ledger.write(2)
        ledger.check()
        self.assertEqual(len(ledger.delivered()), 2)

    def test_caller_whose_switchboard_is_dead(self) -> None:
        """RNG to a place where nobody is, or where nobody is let in: nothing happens, and the next one is answered"""
        ana = self.ana()
        self.service.answers["SB ANS"] = "911 {0}\r\n"
        self.service.ring()
        self.service.wait_for_switchboard(1)
        self.service.ns[-1].say("RNG 2 127.0.0.1:1 CKI key bob@example.com Bob\r\n")
        self.service.answers["SB ANS"] = "IRO {0} 1 1 bob@example.com Bob 0\r\nANS {0} OK\r\n"
        self.service.ring(session=3)
        self.service.wait_for_switchboard(2).tell_message("now")
        ana.expect("PRIVMSG", "ana", "now")
        self.assertEqual([line for line in ana.history if line.command == "FAIL"], [])

    def test_idle_switchboard(self) -> None:
        """BYE … 1 | nothing on IRC: it is opened again when the next message is due"""
        ana = self.ana()
        self.query(ana).say("BYE bob@example.com 1\r\n")
        self.assert_serves(ana)
        self.assertEqual([line for line in ana.history if line.command in ("PART", "QUIT")], [])


class AwayTest(FarFaultCase):
    """The notification server is away for a while."""

    def test_cut(self) -> None:
        """One notice, one when it is back; contacts stay; what was written meanwhile is sent, in order"""
        ana = self.ana()
        first = len(self.notices(ana))
        ledger = FarLedger(self, ana)
        self.service.accepts = False
        self.service.ns[-1].cut()
        self.expect_told(ana, CANNOT)
        ledger.write(3)
        pass_time(1.0)
        self.service.accepts = True
        ledger.check()
        self.assertEqual(ledger.reported(), [])
        self.assertEqual(len(self.notices(ana)) - first, 2)
        contact_lines = [line for line in ana.history if line.nick == "Bob" and line.command in ("PART", "QUIT")]
        self.assertEqual(contact_lines, [])

    def test_query_survives(self) -> None:
        """A switchboard does not need the notification server"""
        ana = self.ana()
        peer = self.query(ana)
        self.service.accepts = False
        self.service.ns[-1].cut()
        self.expect_told(ana, CANNOT)
        ana.send("PRIVMSG Bob :still there?")
        eventually(lambda: "still there?" in self.service.messages, "it arrives")
        peer.tell_message("I am")
        ana.expect("PRIVMSG", "ana", "I am")
        self.service.accepts = True
        self.expect_told(ana, BACK)

    def test_silence(self) -> None:
        """M03, half-open: PNG is not answered, which is noticed, and signed in anew"""
        ana = self.ana()
        self.service.answers["PNG"] = ""
        eventually(lambda: len(self.service.ns) > 1, "a new connection")
        self.service.answers["PNG"] = "QNG 60\r\n"
        self.expect_links(ana, "signed in")
        told = [text for text in self.notices(ana) if CANNOT in text]
        self.assertEqual(len(told), 1)
        self.assertIn("no answer", told[0])
        self.assert_serves(ana)

    def test_closing_for_maintenance(self) -> None:
        """OUT SSD: told, and tried again"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        self.service.ns[-1].say("OUT SSD\r\n")
        self.expect_told(ana, "maintenance")
        ledger.write(2)
        ledger.check()
        self.assertEqual(ledger.reported(), [])
        self.assertEqual([text for text in self.notices(ana) if BACK in text], self.notices(ana)[-1:])

    def test_cut_at_each_step(self) -> None:
        """M10: closed, or silent, before anybody is signed in: one notice for all tries, and then it works"""
        ana = self.ana()
        usual = dict(self.service.answers)
        first = len(self.notices(ana))
        steps = [(verb, how) for verb in ("VER", "CVR", "USR I", "login", "USR S", "SYN", "CHG") for how in ("", None)]
        for verb, how in steps:
            with self.subTest(f"{verb} {how}"):
                tries = len(self.service.ns)
                self.service.answers = {**usual, verb: "" if how == "" else lambda peer, words: peer.cut()}
                self.service.ns[-1].cut()
                eventually(lambda tries=tries: len(self.service.ns) > tries + 1, "it is tried twice", every=0.02)
                self.service.answers = dict(usual)
                self.expect_links(ana, "far: ana@example.com, signed in")
        self.assertLessEqual(len(self.notices(ana)) - first, 2, self.notices(ana))
        self.assert_serves(ana)

    def test_busy(self) -> None:
        """600, 910, 601, 713, an unknown number: tried again, told once"""
        ana = self.ana()
        usual = dict(self.service.answers)
        for number in ("600", "910", "601", "713", "999"):
            with self.subTest(number):
                tries = len(self.service.ns)
                self.service.answers = {**usual, "USR S": number + " {0}\r\n"}
                self.service.ns[-1].cut()
                eventually(lambda tries=tries: len(self.service.ns) > tries + 1, "it is tried twice", every=0.02)
                self.service.answers = dict(usual)
                self.expect_links(ana, "far: ana@example.com, signed in")
        self.assertEqual([text for text in self.notices(ana) if STOPPED in text], [])

    @service_keys(hold_time="1s", hold_messages=4)
    def test_message_is_not_kept_for_ever(self) -> None:
        """hold_time and hold_messages: what waits too long, or is too much, is reported"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        self.service.accepts = False
        self.service.ns[-1].cut()
        self.expect_told(ana, CANNOT)
        ledger.write(6)
        for _ in range(2):
            self.assertIn("too much waits", ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob").text)
        for number in range(1, 5):
            self.assertIn(f"message {number}", ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob").text)
        self.service.accepts = True
        self.expect_told(ana, BACK)
        self.assertEqual(ledger.delivered(), [])


class StoppedTest(FarFaultCase):
    """Trying again would do harm: told, and nothing happens until `connect`."""

    def assert_stopped(self, ana, why: str) -> None:
        """It is told once, and there is no further try."""
        self.assertIn(STOPPED, self.expect_told(ana, why).text)
        tries = len(self.service.ns)
        pass_time(1.0)
        self.assertEqual(len(self.service.ns), tries)
        self.assertEqual(sum(STOPPED in text for text in self.notices(ana)), 1)

    def assert_mended(self, ana) -> None:
        self.assertIn("Signing in", self.tell(ana, "connect"))
        self.expect_told(ana, "Signed in to far")
        self.sees(ana, "Bob")
        self.assert_serves(ana)

    def test_signed_in_elsewhere(self) -> None:
        """OUT OTH: not fought against"""
        ana = self.ana()
        peer = self.query(ana)
        self.service.answers["SB MSG"] = ""
        ana.send("PRIVMSG Bob :message 1")
        eventually(lambda: peer.count("MSG") == 2, "it is sent")
        self.service.ns[-1].say("OUT OTH\r\n")
        self.assert_stopped(ana, "somebody signed in there")
        told = [line.text for line in ana.history if "Bob did not get your message" in line.text]
        self.assertEqual(len(told), 1)
        self.assertIn("message 1", told[0])
        self.service.answers["SB MSG"] = "ACK {0}\r\n"
        self.assert_mended(ana)

    def test_wrong_password(self) -> None:
        """Passport says 401, or the server 911"""
        ana = self.ana()
        usual = dict(self.service.answers)
        for verb, answer, why in (("login", NO_TICKET, "Bad password"), ("USR S", "911 {0}\r\n", "wrong handle")):
            with self.subTest(verb):
                ana.history.clear()
                self.service.answers = {**usual, verb: answer}
                self.service.ns[-1].cut()
                self.assert_stopped(ana, why)
                self.service.answers = dict(usual)
                self.assert_mended(ana)

    def test_message_to_who_cannot_be_reached(self) -> None:
        """What is written while the contacts are away: refused, or kept and delivered when they are back"""
        ana = self.ana()
        self.service.ns[-1].say("OUT OTH\r\n")
        self.assert_stopped(ana, "somebody signed in there")
        ana.send("PRIVMSG Bob :is this lost?")
        kept = ana.expect_any(("401", "FAIL", "NOTE")).command == "NOTE"
        self.assert_mended(ana)
        self.assertEqual(self.service.messages.count("is this lost?"), 1 if kept else 0)

    def test_expired_ticket(self) -> None:
        """928, a bad ticket: no endless tries with the same result"""
        ana = self.ana()
        usual = dict(self.service.answers)
        self.service.answers["USR S"] = "928 {0}\r\n"
        self.service.ns[-1].cut()
        self.expect_told(ana, "far")
        pass_time(1.0)
        self.assertLessEqual(sum("far (" in text for text in self.notices(ana)), 3)
        self.service.answers = usual
        self.tell(ana, "connect")
        self.expect_links(ana, "far: ana@example.com, signed in")
        self.assert_serves(ana)


if __name__ == "__main__":
    unittest.main()
