"""Attack cases of group N: a loop that hangs, and the service manager that notices it."""

import unittest

from harness.history_case import HistoryCase
from harness.machine import patience
from harness.notify import NotifySocket, hang_main_thread

ALIVE = "WATCHDOG=1"


class WatchdogCase(HistoryCase):
    """`manager` hears what the daemon says of itself; the daemon is asked to speak each `interval` seconds."""

    asked = True

    def prepare(self) -> dict:
        self.interval = 1.0 * patience()
        self.manager = NotifySocket(self.directory, self.interval if self.asked else 0.0)
        self.addCleanup(self.manager.close)
        self.environment = self.manager.environment
        return {}

    def setUp(self) -> None:
        super().setUp()
        self.manager.wait_for("READY=1")


class HangTest(WatchdogCase):
    """N19: the service manager wants to hear that all is well."""

    def test_N19_says_that_it_is_alive(self) -> None:
        """Often enough, also while there is much to do"""
        last = self.manager.wait_for(ALIVE)
        for _ in range(6):
            self.canaries[0].send(*["PRIVMSG #canary :busy"] * 500)
            now = self.manager.wait_for(ALIVE)
            self.assertLess(now - last, self.interval)
            last = now
            for canary in self.canaries:
                canary.barrier()

    def test_N19_loop_that_hangs(self) -> None:
        """Nothing is heard of it, whatever other threads do; started again, all is there that was answered for"""
        ana = self.member("ana", "#room")
        self.say(ana, "#room", "before")
        self.manager.wait_for(ALIVE)
        hang_main_thread(self.daemon)
        self.assertNotIn(ALIVE, self.manager.heard_in(2 * self.interval))
        self.kill_and_restart()
        self.manager.wait_for("READY=1")
        again = self.member("ana", "#room")
        self.assertEqual(self.texts(again, "LATEST #room * 10"), ["before"])
        self.manager.wait_for(ALIVE)


class NotAskedTest(WatchdogCase):
    """N19: nobody watches."""

    asked = False

    def test_N19_nothing_is_said_unasked(self) -> None:
        """Without an interval there is no watchdog"""
        self.assertNotIn(ALIVE, self.manager.heard_in(2.0))


if __name__ == "__main__":
    unittest.main()
