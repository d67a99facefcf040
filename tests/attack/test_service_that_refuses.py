"""Attack cases G10 and M06: a service that takes no message, and one that throws everybody out."""

import unittest

from harness.far_faults import FarFaultCase, FarLedger
from harness.machine import eventually, pass_time


class RefusingServiceTest(FarFaultCase):
    """The account is signed in when it begins."""

    def test_G10_nak_for_every_message(self) -> None:
        """NAK: sent once more in another switchboard, then reported; nothing counts as delivered"""
        ana = self.ana()
        self.query(ana)
        self.service.answers["SB MSG"] = "NAK {0}\r\n"
        ledger = FarLedger(self, ana)
        ledger.write(3)
        ledger.check()
        self.assertEqual(sorted(ledger.reported()), ["message 1", "message 2", "message 3"])
        self.assertLessEqual(len(self.service.refused), 6)

    def test_M06_flapping(self) -> None:
        """A server that lets people in and closes soon after, again and again: two notices at most"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        first = len(self.notices(ana))
        for number in range(1, 9):
            self.service.ns[-1].cut()
            ledger.write()
            eventually(lambda number=number: len(self.service.ns) > number, "it is tried again", every=0.01)
            pass_time(0.1)
        ledger.check()
        self.expect_links(ana, "signed in")
        self.assertLessEqual(len(self.notices(ana)) - first, 2, self.notices(ana))
        self.assertLessEqual(len(self.service.ns), 15)


if __name__ == "__main__":
    unittest.main()
