"""Attack cases in which the MSN service that people are signed in to is the attacker: the keys of its switchboards."""

import unittest

from harness.far_faults import FarLedger
from harness.links import CONTACTS
from harness.machine import eventually, pass_time
from harness.upstream import EVIL_NAME, UpstreamCase

BOB = "bob@example.com"


class KeyCase(UpstreamCase):
    """The service gives each switchboard a key of its own, and takes no key twice."""

    def setUp(self) -> None:
        super().setUp()
        self.given: list[str] = []
        self.used: list[str] = []  # in the order in which they came, whatever became of them
        self.is_stale = lambda key: False
        self.service.answers |= {"XFR": self.give, "SB USR": self.take}

    def give(self, peer, words) -> str:
        self.given.append(f"key{len(self.given) + 1}.{len(self.given) * 7919}")
        return f"XFR {{0}} SB {self.service.address('sb')} CKI {self.given[-1]}\r\n"

    def take(self, peer, words) -> str:
        key = words[3] if len(words) > 3 else ""
        refused = key not in self.given or key in self.used or self.is_stale(key)
        self.used.append(key)
        return "911 {0}\r\n" if refused else "USR {0} OK ana@example.com ana\r\n"

    def tearDown(self) -> None:
        self.assertEqual(len(self.used), len(set(self.used)), "a key was used twice")
        self.assertEqual(set(self.used) - set(self.given), set())
        super().tearDown()


class OwnSwitchboardTest(KeyCase):
    """E01 to E05: keys that XFR brings."""

    def test_E02_each_switchboard_has_a_key_of_its_own(self) -> None:
        """Switchboards that end one after the other: another key is asked for each time"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        for _ in range(8):
            ledger.write()
            ledger.check()
            self.service.last_used.reset()
        self.assertEqual(ledger.reported(), [])
        self.assertGreaterEqual(len(self.used), 8)
        self.assert_recovers(ana)

    def test_E03_stale_key(self) -> None:
        """911: whoever wrote is told, or it goes through another switchboard; the key is not tried again"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        for stale in (("key1.", "key2.", "key3."), ()):
            self.is_stale = lambda key, stale=stale: key.startswith(stale) if stale else False
            for _ in range(3):
                ledger.write(2)
                ledger.check()
            self.assertLessEqual(len(self.given), 12)
        self.assertIn("message 12", ledger.delivered())
        self.assertEqual(set(ledger.delivered()) & set(ledger.reported()), set())
        self.assert_recovers(ana)
        self.assertEqual(len(self.service.ns), 1)

    def test_E03_every_key_is_stale(self) -> None:
        """Messages are reported, and that is all: no storm of switchboards, and the link stays"""
        ana = self.ana()
        self.is_stale = lambda key: True
        ledger = FarLedger(self, ana)
        ledger.write(10)
        ledger.check()
        pass_time(1.0)
        self.assertEqual(ledger.delivered(), [])
        self.assertLessEqual(len(self.given), 20)
        self.is_stale = lambda key: False
        self.assert_recovers(ana)
        self.assertEqual(len(self.service.ns), 1)

    def test_E03_refused_after_having_been_let_in(self) -> None:
        """911 in mid-conversation, with the TrID of the login, of a message, of nothing: each message has one fate"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        for trid in ("1", "0", "99"):
            with self.subTest(trid):
                self.query(ana).say(f"911 {trid}\r\n")
                ledger.write(2)
                ledger.check()
        self.service.answers["SB MSG"] = "911 {0}\r\n"
        ana.send("PRIVMSG Bob :refused")
        self.assertIn("refused", ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob").text)
        self.service.answers["SB MSG"] = "ACK {0}\r\n"
        self.assert_recovers(ana)
        self.assertEqual(len(self.service.ns), 1)

    def test_E01_odd_keys(self) -> None:
        """None, without end, with controls and blanks, of another kind: reported; nothing breaks out of the line"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        place = self.service.address("sb")
        for rest in (
            "",
            " CKI",
            " CKI ",
            " cki key",
            " SBK key",
            f" CKI {'k' * 5000}",
            f" CKI {'k' * 15_000}",
            " CKI \x00\x01\x1b[2J",
            " CKI \u202eyek",
            f" CKI {EVIL_NAME}",
            " CKI key\rOUT",
        ):
            with self.subTest(rest[:30]):
                peers, links = len(self.service.sb), len(self.service.ns)
                self.service.answers["XFR"] = f"XFR {{0}} SB {place}{rest}\r\n"
                ledger.write()
                ledger.check()
                for peer in self.service.sb[peers:]:
                    self.assertLessEqual({line.split(" ")[0] for line in peer.lines}, {"USR", "OUT"})
                self.service.answers["XFR"] = self.give
                self.assert_recovers(ana)
                self.service.last_used.cut()
                self.used.clear()  # the odd ones were not given by `give`
                controls = "\x00" in rest or "\r" in rest  # which end the connection that they come by
                self.assertEqual(len(self.service.ns), links + controls)

    def test_E04_key_is_given_twice(self) -> None:
        """XFR that is answered twice, with another key and place: the first one counts"""
        ana = self.ana()
        self.service.answers["XFR"] = lambda peer, words: (
            self.give(peer, words) + self.give(peer, words) + "XFR 99 SB 127.0.0.1:1 CKI key\r\n"
        )
        self.assert_recovers(ana)
        self.assertEqual(self.used, self.given[:1])

    def test_E04_let_in_as_somebody_else(self) -> None:
        """USR OK for mal, for nobody, twice: ana is who writes, and to bob only"""
        ana = self.ana()
        for answer in (
            "USR {0} OK mal@example.com mal\r\n",
            f"USR {{0}} OK {EVIL_NAME} {EVIL_NAME}\r\n",
            "USR {0} OK\r\n",
            "USR {0} OK ana@example.com ana\r\nUSR {0} OK ana@example.com ana\r\nUSR 0 911\r\n",
        ):
            with self.subTest(answer[:30]):
                self.service.answers["SB USR"] = answer
                ana.send("PRIVMSG Bob :message 1")
                eventually(lambda: self.is_settled(ana), "it is delivered or reported", every=0.1)
                self.service.messages.clear()
                for peer in self.service.sb:
                    peer.cut()
                    self.assertEqual([line for line in peer.lines if line.startswith("CAL") and BOB not in line], [])
                ana.history.clear()
        self.service.answers["SB USR"] = self.take
        self.assert_recovers(ana)
        self.assertNotIn("Mal", self.names(ana, CONTACTS))

    def is_settled(self, ana) -> bool:
        ana.barrier()
        return "message 1" in self.service.messages or any("message 1" in line.text for line in ana.history)


class CallTest(KeyCase):
    """E02 to E05: keys that RNG brings."""

    def setUp(self) -> None:
        super().setUp()
        self.answered: list[list[str]] = []

    def hear(self, peer, words) -> str:
        self.answered.append(words)
        number = words[4]
        return f"IRO {{0}} 1 1 m{number}@example.com M{number} 0\r\nANS {{0}} OK\r\n"

    def call(self, number: int, key: str = "") -> None:
        place = self.service.address("sb")
        self.ns_say(f"RNG {number} {place} CKI {key or f'ring{number}'} m{number}@example.com M{number}\r\n")

    def test_E04_E05_keys_and_sessions_belong_together(self) -> None:
        """Twenty calls at once: each is answered with the key and the session of its own"""
        ana = self.ana()
        self.service.answers["SB ANS"] = self.hear
        for number in range(20, 0, -1):
            self.call(number)
        eventually(lambda: len(self.answered) == 20, "all are answered")
        self.assertEqual({words[4]: words[3] for words in self.answered}, {str(n): f"ring{n}" for n in range(1, 21)})
        self.assertEqual({words[2] for words in self.answered}, {"ana@example.com"})
        self.assert_recovers(ana)

    def test_E02_E03_call_that_is_stale(self) -> None:
        """911 to ANS: not tried again, nothing is shown; the same call with a good key is answered"""
        ana = self.ana()
        usual = self.service.answers["SB ANS"]
        self.service.answers["SB ANS"] = lambda peer, words: self.answered.append(words) or "911 {0}\r\n"
        for number in range(5):
            self.service.ring(session=number + 1)
            eventually(lambda known=number: len(self.answered) > known, "it is answered")
        pass_time(1.0)
        self.assertEqual(len(self.answered), 5)
        self.service.answers["SB ANS"] = usual
        self.service.ring(session=9)
        self.service.wait_for_switchboard(6).tell_message("at last")
        ana.expect("PRIVMSG", "ana", "at last")
        self.assertEqual([line for line in ana.history if line.command in ("FAIL", "NOTE")], [])
        self.assert_recovers(ana)

    def test_E02_same_call_again_and_again(self) -> None:
        """One RNG thirty times: one conversation, and what is said in one switchboard is shown once"""
        ana = self.ana()
        for _ in range(30):
            self.service.ring(session=7)
        # Of several the oldest is left again, when there is time for that between two calls.
        pass_time(1.0)
        [peer for peer in self.service.sb if peer.count("ANS") and not peer.count("OUT")][-1].tell_message("only once")
        ana.expect("PRIVMSG", "ana", "only once")
        self.tell(ana, "links")
        self.assertEqual(len([line for line in ana.history if line.text == "only once"]), 1)
        self.assertEqual([line for line in ana.history if line.command == "NOTE"], [])
        for one in list(self.service.sb):
            one.cut()
        self.assert_recovers(ana)

    def test_E04_key_of_a_call_is_no_key_for_others(self) -> None:
        """bob is written to while he calls: his key is for ANS, and the one of XFR for USR"""
        ana = self.ana()
        self.service.answers["SB ANS"] = self.hear
        self.call(1, "onlyforans")
        ana.send("PRIVMSG Bob :hello")
        eventually(lambda: "hello" in self.service.messages and self.answered, "both switchboards are used")
        self.assertEqual(self.answered[0][3], "onlyforans")
        self.assertNotIn("onlyforans", self.used)
        self.assert_recovers(ana)


if __name__ == "__main__":
    unittest.main()
