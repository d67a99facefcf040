"""Attack cases K05, K13 and N08: what four people say in hours arrives once and in order, whatever happens."""

import unittest

from harness.household import Household
from test_bridge_long import ClockCase


class ConversationTest(Household):
    """Connections that are lost, windows that are closed, a gateway that is killed."""

    def test_K05_irc_connection_that_is_lost(self) -> None:
        """ana's connection drops; bob's messages to her are not acknowledged until she is back"""
        for _ in range(4):
            self.talk()
            self.drop_irc("ana")
            self.talk()
            self.come_by_irc("ana")
            self.talk()
        self.assertGreater(self.ledger.failed, 0)
        self.assert_ledger(100)

    def test_K13_everything_at_once(self) -> None:
        """Thirty accidents by chance"""
        deeds = [lambda: self.close_windows("bob"), lambda: self.close_windows("dora"), self.kill_daemon]
        deeds += [lambda name=name: self.drop_irc(name) for name in ("ana", "carl")]
        deeds += [lambda name=name: self.drop_msn(name) for name in ("bob", "dora")]
        for _ in range(30):
            self.talk()
            self.dice.choice(deeds)()
            self.talk()
            for nick in {"ana", "carl"} - set(self.ircs):
                self.come_by_irc(nick)
            for name in {"bob", "dora"} - set(self.msns):
                self.come_by_msn(name)
            for name in {"bob", "dora"} - self.members:
                self.open_room(name)
        self.talk()
        self.assert_ledger(500)


class WallClockTest(ClockCase):
    """Somebody sets the clock of the machine; the monotonic one goes on."""

    all_clocks = False

    def test_N08_clock_that_jumps(self) -> None:
        """An hour on, an hour back, ten years on, and back: nobody is thrown out, nothing is lost or out of order"""
        for jump in ("+1h", "-1h", "+3650d", "+0", "-3650d", "+0"):
            self.clock.write_text(jump)
            self.talk()
            self.drop_msn("bob")
            self.talk()
            self.come_by_msn("bob")
            self.talk()
            self.listen()
        self.assertEqual(self.members, {"ana", "carl", "bob", "dora"})
        self.assert_ledger(100)


if __name__ == "__main__":
    unittest.main()
