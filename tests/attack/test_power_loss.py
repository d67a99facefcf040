"""Attack cases of group N: the power is lost, and with it all that no sync had brought to the disk."""

import contextlib
import os
import random
import sqlite3
import unittest
from contextlib import closing
from pathlib import Path
from unittest import mock

from harness.disk_case import DATABASES, OWNER, DiskCase
from harness.machine import eventually, sanitizers
from harness.power import JournalledDisk


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class PowerLossTest(DiskCase):
    """N05: what is left is made of the changes that the daemon brought about, and looked at."""

    ROUNDS = 12

    def make_disk(self) -> JournalledDisk:
        disk = JournalledDisk(self.directory, self.data)
        commands = mock.patch.dict(os.environ, disk.environment)  # `patchcord account` writes, too
        commands.start()
        self.addCleanup(commands.stop)
        return disk

    def left(self, moment: int, dice: random.Random | None = None) -> Path:
        """A folder with what the disk holds."""
        self.folders = getattr(self, "folders", 0) + 1
        folder = self.directory / f"left-{self.folders}"
        self.disk.leave(folder, moment, dice)
        for name in DATABASES:
            with closing(sqlite3.connect(folder / name)) as database:
                self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)], name)
        return folder

    def hash_in(self, folder: Path) -> str:
        """Of carl's password."""
        with closing(sqlite3.connect(folder / "patchcord.db")) as accounts:
            return accounts.execute("SELECT password_hash FROM account WHERE name = ?", (OWNER,)).fetchone()[0]

    def test_N05_changes_that_were_answered_for(self) -> None:
        """Whatever was told to be done is on the disk at that moment, whichever other writes are"""
        dice = random.Random(1)
        for _ in range(self.ROUNDS):
            self.assertTrue(self.change_password())
            moment = self.disk.moment()
            now = self.hash_in(self.data)
            self.assertEqual(self.hash_in(self.left(moment)), now)
            self.assertEqual(self.hash_in(self.left(moment, dice)), now)

    def test_N05_at_any_moment(self) -> None:
        """Both files are whole, and each holds the old password or the new one"""
        dice = random.Random(2)
        known = [self.hash_in(self.data)]
        first = self.disk.moment()
        for number in range(self.ROUNDS):
            self.assertTrue(self.change_password())
            self.assertTrue(self.is_kept(f"line {number}"))
            known.append(self.hash_in(self.data))
        for moment in self.disk.moments_since(first, 60):
            self.assertIn(self.hash_in(self.left(moment, dice)), known)

    def test_N05_history_of_a_second_ago(self) -> None:
        """Lines reach the disk by themselves, within a second or so"""
        self.assertTrue(self.is_kept("said before the power went"))

        def is_on_the_disk() -> bool:
            question = "SELECT COUNT(*) FROM line WHERE text LIKE 'said before%'"
            with closing(sqlite3.connect(self.left(self.disk.moment()) / "history.db")) as history:
                with contextlib.suppress(sqlite3.OperationalError):  # there is no table yet
                    return history.execute(question).fetchone() == (1,)
            return False

        eventually(is_on_the_disk, "it outlives a loss of power", every=0.2)


if __name__ == "__main__":
    unittest.main()
