"""Attack cases of group N: a disk that fails to write or to sync, becomes read-only, or is held by somebody else."""

import errno
import sqlite3
import unittest

from harness.disk import HealthyDisk
from harness.disk_case import DATABASES, SLOWEST_CANARY, DiskCase
from harness.links import PATCHCORD
from harness.machine import eventually, pass_time, patience, sanitizers

NOT_WORKING, WORKING = "the database does not work", "the database works again"


class FailingCase(DiskCase):
    """What a failing disk does to people, and that it is over when the disk works again."""

    def assert_refused_and_healed(self, also=lambda: None, **failures: int) -> None:
        """Changes are refused, which the log says once; people talk; and then all works without anybody's doing. `also`
        looks at more while the disk fails."""
        mark = self.daemon.log.mark()
        self.disk.fail(**failures)
        also()
        for number in range(3):
            self.assertFalse(self.change_password())
            self.assert_chat_goes_on(number)
        self.daemon.log.wait_for(NOT_WORKING, mark)
        self.assertGreater(self.disk.refused, 0)
        self.disk.heal()
        self.expect_password_works()
        eventually(lambda: self.is_kept("after"), "what is said is kept again", every=0.1)
        self.daemon.log.wait_for(WORKING, mark)
        self.assertEqual(self.daemon.log.text_since(mark).count(NOT_WORKING), 1)


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class WriteErrorTest(FailingCase):
    """N05: writes, or syncs, fail."""

    def test_N05_writes_fail(self) -> None:
        """EIO: changes and uploads are refused, lines of history wait until the disk works again"""

        def more() -> None:
            self.assertFalse(self.is_kept("late"))
            self.assertEqual(self.upload_status(), 507)

        self.assert_refused_and_healed(more, writes=errno.EIO)
        self.assertTrue(self.shows("late"))
        self.assertEqual(self.counters()["patchcord_history_dropped_lines_total"], 0)
        self.assertEqual(self.upload_status(), 201)

    def test_N05_syncs_fail(self) -> None:
        """Nothing is said to be done that may not be on the disk"""
        self.assert_refused_and_healed(syncs=errno.EIO)

    def test_N05_what_was_done_after_a_failed_sync_outlives_a_kill(self) -> None:
        """The log that failed is not built upon: what is answered for later is there"""
        for _ in range(3):
            self.disk.fail(syncs=errno.EIO)
            self.assertFalse(self.change_password())
            self.disk.heal()
            self.expect_password_works()
        self.kill_and_restart()
        self.assertTrue(self.may_log_in(self.password))

    def test_N05_what_was_refused_is_not_done_after_a_kill(self) -> None:
        """The sync failed, carl was told so, and the process dies before anything else is written"""
        self.disk.fail(syncs=errno.EIO)
        self.assertFalse(self.change_password())
        self.daemon.kill()
        self.disk.heal()
        self.kill_and_restart()
        self.assertTrue(self.may_log_in("password-0"))
        self.assertFalse(self.may_log_in("password-1"))

    def test_N05_message_for_somebody_who_is_away(self) -> None:
        """It is not said to be kept when it is not"""
        self.bob.close()
        eventually(lambda: "BOB" not in self.who_is_here().upper(), "bob is away")
        self.disk.fail(syncs=errno.EIO)
        self.carl.send("PRIVMSG Bob :is this kept?")
        self.assertIn(self.carl.expect_any(("401", "FAIL", "NOTE")).command, ("401", "FAIL"))
        self.disk.heal()
        self.carl.send("PRIVMSG Bob :and this?")
        self.assertEqual(self.carl.expect_any(("401", "FAIL", "NOTE")).command, "NOTE")

    def who_is_here(self) -> str:
        return " ".join(line.text for line in self.carl.ask("ISON Bob") if line.command == "303")


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class ReadOnlyTest(FailingCase):
    """N15: the file system has become read-only."""

    def test_N15_read_only_for_a_while(self) -> None:
        """What is open, and what would be, takes no change; then it does again"""

        def more() -> None:
            self.assertEqual(self.upload_status(), 507)
            self.assertFalse(self.is_kept("late"))
            self.assertTrue(self.may_log_in(self.password), "reading goes on")

        self.assert_refused_and_healed(more, writes=errno.EROFS, syncs=errno.EROFS)
        self.assertEqual(self.upload_status(), 201)


class LockedTest(DiskCase):
    """N12: another process holds the databases."""

    def make_disk(self) -> HealthyDisk:
        return HealthyDisk()

    def hold(self) -> list[sqlite3.Connection]:
        locks = [sqlite3.connect(self.data / name, isolation_level=None, timeout=30) for name in DATABASES]
        for lock in locks:
            self.addCleanup(lock.close)
            lock.execute("BEGIN EXCLUSIVE")
        return locks

    def test_N12_held_by_another_process(self) -> None:
        """People talk without waiting; a change is refused when it has waited long enough; reading goes on"""
        self.assertTrue(self.is_kept("before"))
        self.canaries[0].join("#lobby")
        mark = self.daemon.log.mark()
        locks = self.hold()
        self.carl.send(f"PRIVMSG {PATCHCORD} :passwd {self.password} password-1")
        for number in range(5):
            self.chat.say(f"to IRC {number}")
            self.canaries[0].expect("PRIVMSG", "#lobby", f"to IRC {number}")
            self.assertLess(self.worst_canary_delay(), SLOWEST_CANARY * patience())
            pass_time(0.3)
        refused = self.carl.expect("PRIVMSG", "carl", where=lambda line: "was not done" in line.text)
        self.assertIn("locked", refused.text)
        self.assertTrue(self.may_log_in(self.password))
        self.daemon.log.wait_for(NOT_WORKING, mark)
        for lock in locks:
            lock.execute("ROLLBACK")
        self.expect_password_works()
        eventually(lambda: self.is_kept("after"), "what is said is kept again", every=0.1)


if __name__ == "__main__":
    unittest.main()
