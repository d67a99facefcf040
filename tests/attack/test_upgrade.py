"""Attack cases of group N: databases of other versions of the program."""

import shutil
import sqlite3
import time
import unittest
from contextlib import closing

from harness.accounts import log_in
from harness.case import TemporaryDirectoryCase
from harness.client import Client, of_command
from harness.daemon import Daemon, password_hash, patchcord
from harness.disk import FailingDisk
from harness.history_case import MODERN
from harness.machine import REPOSITORY, reply_timeout, sanitizers

PASSWORD = "correct-horse"
CANNOT_OPEN = 74  # the exit code
OLD = REPOSITORY / "tests" / "data" / "databases"
NAMES = ("patchcord", "history")
PEOPLE = (
    "INSERT INTO account (name, handle, password_hash, created_at) VALUES ('ana', 'ana@irc.lab.test', ?, 1000)",
    "INSERT INTO account (name, handle, password_hash, created_at) VALUES ('bob', 'bob@example.com', ?, 2000)",
)
LISTS = (
    "INSERT INTO contact VALUES ('bob@example.com', 'carol@example.com', 'Carol', 'guid-1', 3)",
    "INSERT INTO nick VALUES ('bob@example.com', 'Bobby')",
    "INSERT INTO offline_message (receiver, sender, sender_name, text, bytes, sent_at)"
    " VALUES ('bob@example.com', 'ana@irc.irc.lab.test', 'ana', 'hello', 5, 3000)",
)
SAID = (
    "INSERT INTO place (id, key, began, latest) VALUES (1, '#lobby', 0, :at)",
    "INSERT INTO line VALUES (1, 1, :at, 'old', 'b!b@h', '', 0, 0, 'PRIVMSG', '#lobby', 'said long ago', '')",
)
AN_HOUR_AGO = int(time.time() - 3600) * 1000  # milliseconds; what is too old would be removed


class OldDatabaseCase(TemporaryDirectoryCase):
    """`data` holds what the first version kept: two accounts, a list, a nick, a message, and a line of history."""

    def setUp(self) -> None:
        super().setUp()
        self.data = self.directory / "data"
        self.make_old({"patchcord": 1, "history": 1})

    def make_old(self, versions: dict[str, int]) -> None:
        """Databases as these versions made them."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        for name, newest in versions.items():
            with closing(self.database(name)) as old:
                for version in range(1, newest + 1):
                    old.executescript((OLD / f"{name}-{version}.sql").read_text())
        with closing(self.database("patchcord")) as accounts:
            for statement in PEOPLE:
                accounts.execute(statement, (password_hash(PASSWORD),))
            for statement in LISTS:
                accounts.execute(statement)
            accounts.commit()
        with closing(self.database("history")) as history:
            for statement in SAID:
                history.execute(statement, {"at": AN_HOUR_AGO})
            history.commit()

    def database(self, name: str, directory=None) -> sqlite3.Connection:
        return sqlite3.connect((directory or self.data) / f"{name}.db")

    def one(self, name: str, question: str, directory=None) -> list:
        """The answer's rows, one column each."""
        with closing(self.database(name, directory)) as database:
            return [row[0] for row in database.execute(question)]

    def version(self, name: str, directory=None) -> int:
        return self.one(name, "PRAGMA user_version", directory)[0]

    def assert_all_is_there(self, directory=None) -> None:
        """Nothing of what the first version kept is missing or doubled, and the files are whole."""
        self.assertEqual(self.one("patchcord", "SELECT name FROM account ORDER BY name", directory), ["ana", "bob"])
        self.assertEqual(self.one("patchcord", "SELECT handle FROM contact", directory), ["carol@example.com"])
        self.assertEqual(self.one("patchcord", "SELECT nick FROM nick", directory), ["Bobby"])
        self.assertEqual(self.one("patchcord", "SELECT text FROM offline_message", directory), ["hello"])
        said = self.one("history", "SELECT text FROM line WHERE msgid = 'old'", directory)
        self.assertEqual(said, ["said long ago"])
        for name in NAMES:
            self.assertEqual(self.one(name, "PRAGMA integrity_check", directory), ["ok"])


class UpgradeTest(OldDatabaseCase):
    """N14: from the first version."""

    def test_N14_old_databases_are_used(self) -> None:
        """A copy is made first, for its owner alone; then all that was kept is there, for people to see"""
        daemon = self.launch()
        ana = log_in(Client(daemon.address()), "ana", PASSWORD, caps=MODERN)
        self.addCleanup(ana.close)
        ana.join("#lobby")
        shown = of_command(ana.ask("CHATHISTORY LATEST #lobby * 10"), "PRIVMSG")
        self.assertEqual([line.text for line in shown], ["said long ago"])
        self.assert_clean_end(daemon)
        self.assert_all_is_there()
        for name in NAMES:
            self.assertGreater(self.version(name), 1)
            copy = self.data / f"{name}.db.version-1"
            self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
            with closing(sqlite3.connect(copy)) as old:
                self.assertEqual(old.execute("PRAGMA user_version").fetchone(), (1,))
                self.assertEqual(old.execute("PRAGMA integrity_check").fetchone(), ("ok",))

    def test_N14_versions_in_between(self) -> None:
        """Each of them is used, whatever the other database is"""
        for versions in ((2, 1), (3, 2), (4, 2), (5, 3), (6, 1)):
            with self.subTest(versions):
                self.make_old(dict(zip(NAMES, versions)))
                daemon = self.launch()
                log_in(Client(daemon.address()), "ana", PASSWORD).close()
                self.assert_clean_end(daemon)
                self.assert_all_is_there()
                self.assertEqual([self.version(name) for name in NAMES], list(self.newest()))

    @staticmethod
    def newest() -> tuple[int, ...]:
        """The versions that there are."""
        return tuple(len(list(OLD.glob(f"{name}-*.sql"))) for name in NAMES)

    def test_N14_newer_databases_are_refused(self) -> None:
        """What a newer version made is not touched; the log says why nothing starts, and so do the commands"""
        self.launch().stop()
        for name in NAMES:
            with self.subTest(name):
                current = self.version(name)
                self.set_version(name, current + 1)
                before = (self.data / f"{name}.db").read_bytes()
                result = patchcord("run", "--config", self.directory / "gateway.toml", cwd=self.directory)
                self.assertEqual(result.returncode, CANNOT_OPEN)
                self.assertIn("made by a newer version", result.stderr)
                self.assertIn(f"{name}.db", result.stderr)
                self.assertEqual((self.data / f"{name}.db").read_bytes(), before)
                self.assertNotIn("patchcord ready", result.stderr)
                if name == "patchcord":
                    listed = patchcord("account", "list", "--config", self.directory / "gateway.toml")
                    self.assertNotEqual(listed.returncode, 0)
                    self.assertIn("made by a newer version", listed.stderr)
                self.set_version(name, current)
        self.launch().stop()
        self.assert_all_is_there()

    def set_version(self, name: str, number: int) -> None:
        with closing(self.database(name)) as database:
            database.execute(f"PRAGMA user_version = {number}")
            database.commit()


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class KilledUpgradeTest(OldDatabaseCase):
    """N14: kill -9 in the middle."""

    ROUNDS = 400  # more than there are changes of the disk in a start

    def test_N14_killed_at_any_odd_change_of_the_disk(self) -> None:
        """Each database is of the old version or of the new one, whole, with all it held; the next start goes on"""
        self.kill_at_every_second_change(1)

    def test_N14_killed_at_any_even_change_of_the_disk(self) -> None:
        """Likewise"""
        self.kill_at_every_second_change(2)

    def kill_at_every_second_change(self, change: int) -> None:
        pristine = self.directory / "pristine"
        self.data.rename(pristine)
        left = self.directory / "left"
        seen = set()
        while self.is_killed_at(change, pristine):
            shutil.copytree(self.data, left)
            self.assert_all_is_there(left)
            seen.add(tuple(self.version(name, left) > 1 for name in NAMES))
            shutil.rmtree(left)
            if change % 6 < 2:  # a start each time would take long
                self.launch().stop()
                self.assert_all_is_there()
            change += 2
            self.assertLess(change, self.ROUNDS)
        self.assertEqual(seen, {(False, False), (False, True), (True, True)})

    def is_killed_at(self, change: int, pristine) -> bool:
        """Starts on the old databases, and is killed in place of this change; or comes through, and is ended."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(pristine, self.data)
        disk = FailingDisk(self.directory, self.data)
        disk.kill_at(change)
        daemon = Daemon(self.directory, {}, environment=disk.environment)
        self.addCleanup(daemon.kill)
        try:
            daemon.start()
        except AssertionError:
            self.assertEqual(daemon.wait(reply_timeout()), -9)
            return True
        daemon.kill()
        return False


if __name__ == "__main__":
    unittest.main()
