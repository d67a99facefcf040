"""Attack cases of group N: the disk is full, and has room again."""

import os
import unittest
from unittest import mock

from harness.case import configured
from harness.client import of_command
from harness.daemon import patchcord
from harness.disk import FailingDisk, SmallDisk, may_mount
from harness.disk_case import DiskCase
from harness.links import PATCHCORD
from harness.machine import eventually, sanitizers

LOUD = "the database does not work"
CANNOT_WRITE = 74  # the exit code


class FullDiskTest(DiskCase):
    """N04: on a disk of eight mebibytes, of which not a byte is left."""

    def make_disk(self):
        if not may_mount():
            return super().make_disk()
        disk = SmallDisk(self.data, 8)
        self.addCleanup(disk.unmount)
        return disk

    def until_refused(self) -> None:
        """What the log of a database has room for is still done; then nothing is."""
        eventually(lambda: not self.change_password(), "a password can no longer be changed", every=0.01)

    def test_N04_chat_goes_on_and_changes_are_refused(self) -> None:
        """People talk; what cannot be kept is refused, and loudly; with room all is as before; what was told holds"""
        self.assertTrue(self.is_kept("before"))
        mark = self.daemon.log.mark()
        self.disk.fill()
        self.until_refused()
        self.daemon.log.wait_for(LOUD, mark)
        for number in range(5):
            self.assert_chat_goes_on(number)
            self.change_password()
        self.assertEqual(self.upload_status(), 507)
        self.disk.heal()
        self.expect_password_works()
        eventually(lambda: self.is_kept("after"), "what is said is kept again", every=0.1)
        self.assertEqual(self.upload_status(), 201)
        self.daemon.log.wait_for("the database works again", mark)
        self.assertTrue(self.may_log_in(self.password))
        self.assertFalse(self.may_log_in("password-0"))

    @configured({"history": {"queue": 100}})
    def test_N04_lines_wait_and_those_beyond_the_limit_are_counted(self) -> None:
        """The log says that history is not kept; who speaks is not held up; what waited is there in the end"""
        self.disk.fill()
        mark = self.daemon.log.mark()
        said = 0

        def said_and_lost() -> bool:
            nonlocal said
            said += 1
            self.carl.ask(f"@label=said PRIVMSG #lobby :{said:03d} {'x' * 380}")
            return self.counters()["patchcord_history_dropped_lines_total"] > 0

        eventually(said_and_lost, "lines are dropped", every=0.0)
        self.assertGreater(said, 90)
        self.assertIn("error", self.daemon.log.wait_for("the history is not kept", mark))
        self.assert_chat_goes_on(1)
        self.disk.heal()
        self.daemon.log.wait_for("the history is kept again", mark)
        eventually(lambda: self.is_kept("after"), "what is said is kept again", every=0.1)
        lines = of_command(self.carl.ask("CHATHISTORY LATEST #lobby * 100"), "PRIVMSG")
        numbers = [int(line.text[:3]) for line in lines if line.text.endswith("xxx")]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
        self.assertGreater(len(numbers), 50)

    def test_N04_operators_are_told(self) -> None:
        """Once, however much fails, and once that it is over"""
        boss = self.operator()
        self.disk.fill()
        self.until_refused()
        trouble = "The database of accounts does not work, to write"
        boss.expect("NOTICE", "overseer", where=lambda line: line.nick == PATCHCORD and trouble in line.text)
        for _ in range(5):
            self.change_password()
        self.assertGreaterEqual(self.counters()['patchcord_storage_failures_total{database="accounts"}'], 1)
        self.disk.heal()
        self.expect_password_works()
        boss.expect("NOTICE", "overseer", "The database of accounts works again")
        about = [line.text for line in boss.history if line.command == "NOTICE" and "of accounts" in line.text]
        self.assertEqual(len(about), 2, about)

    def test_N04_started_on_a_full_disk(self) -> None:
        """It says what is wrong and ends, and what was kept is untouched: with room it starts"""
        self.daemon.stop()
        self.disk.fill()
        with mock.patch.dict(os.environ, self.environment):
            result = patchcord("run", "--config", self.daemon.config_file, cwd=self.directory)
        self.assertEqual(result.returncode, CANNOT_WRITE, result.stderr)
        self.assertIn("cannot open", result.stderr)
        self.disk.heal()
        self.kill_and_restart()
        self.assertTrue(self.may_log_in(self.password))


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class NoRoomTest(FullDiskTest):
    """N04: every write fails at once, also those for which a file has room."""

    def make_disk(self) -> FailingDisk:
        return FailingDisk(self.directory, self.data)


if __name__ == "__main__":
    unittest.main()
