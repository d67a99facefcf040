"""Attack cases in which people of an MSN service, or who it makes up, use up what all have to share."""

import random
import unittest

from harness.bridge import person
from harness.dcc import DccReceiver
from harness.file_content import Content
from harness.machine import pass_time
from harness.msn_body import file_offer, p2p_bodies
from harness.msn_slp import SlpSender
from harness.upstream import UpstreamCase

ANA = "ana@example.com"
MSNC1 = 1 << 28


class CrowdTest(UpstreamCase):
    """Descriptors and ports."""

    def test_E13_one_caller_again_and_again(self) -> None:
        """RNG of one caller by the hundred: a bounded number of switchboards, and the next call is answered"""
        ana = self.ana()
        before = self.daemon.open_file_count()
        for number in range(300):
            self.service.ring(session=number)
        self.tell(ana, "links")
        pass_time(0.5)
        self.assertLessEqual(self.daemon.open_file_count() - before, 60)
        for one in list(self.service.sb):
            one.cut()
        self.assert_recovers(ana)

    def test_F10_many_senders_take_no_port_of_others(self) -> None:
        """25 callers with five offers each: what somebody else here is offered still comes by DCC"""
        ana = self.ana()
        for number in range(25):
            self.offer_five(ana, number)
        giver = SlpSender(self.msn("dan").call(person("canary1")), "cat.jpg", Content(10))
        DccReceiver(self.canaries[0], "Dan").decline()
        giver.expect("603")

    def offer_five(self, ana, number: int) -> None:
        """Somebody calls ana, and offers her five files."""
        caller = f"m{number}@example.com"
        self.service.answers["SB ANS"] = f"IRO {{0}} 1 1 {caller} M{number} {MSNC1}\r\nANS {{0}} OK\r\n"
        known = len(self.service.sb)
        self.service.ring(caller=f"m{number}", session=number)
        peer = self.service.wait_for_switchboard(known + 1)
        for one in range(5):
            offer = file_offer(caller, ANA, one, f"n{one}.jpg")
            for body in p2p_bodies(ANA, offer, random.randrange(1, 2**31)):
                peer.say(f"MSG {caller} M{number} {len(body)}\r\n".encode() + body)
        ana.expect("PRIVMSG", "ana", where=lambda line: line.nick == f"M{number}" and "n4.jpg (" in line.text)


if __name__ == "__main__":
    unittest.main()
