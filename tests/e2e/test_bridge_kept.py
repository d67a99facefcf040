"""Messages that are kept for somebody who is away: safe when they count as accepted, and first when they are back."""

import sqlite3
import unittest

from harness.bridge import PairCase
from harness.client import of_command
from harness.household import Household
from harness.machine import pass_time
from harness.msn_body import chunk_bodies


class SlowStoreTest(Household):
    """The database is slow, which another process that holds its lock does for sure."""

    def lock_store(self) -> sqlite3.Connection:
        """Nothing can be written until the transaction ends."""
        lock = sqlite3.connect(self.directory / "data" / "patchcord.db", isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN IMMEDIATE")
        return lock

    def test_killed_before_a_message_was_safe(self) -> None:
        """A message to somebody who is away counts as accepted when the next command is answered: it is safe by then"""
        self.drop_msn("bob")
        lock = self.lock_store()
        self.say_on_irc("ana", "bob", sure=True)
        self.restart_by_force()
        lock.execute("ROLLBACK")
        self.come_by_msn("bob")
        self.assert_ledger(-1)

    def test_new_message_does_not_overtake_one_that_waited(self) -> None:
        """bob has just signed in, and what waits for him is still being looked up: the older message comes first"""
        for name in ("bob", "dora"):
            self.drop_msn(name)
        self.leave_word()
        bob = self.msns["bob"] = self.msn_client("bob").log_in()
        bob.synchronize()
        lock = self.lock_store()
        self.ircs["carl"].ask("PRIVMSG Dora :something to store")
        bob.change_status("NLN")
        self.say_on_irc("ana", "bob", sure=True)
        self.read_windows("bob", sure=True)
        lock.execute("ROLLBACK")
        bob.rename("Bob")
        self.read_windows("bob", sure=True)
        self.assert_ledger(1)


class UnansweredTest(Household):
    """bob's client rings, and he does not answer at once."""

    config = {"msn": {**Household.config["msn"], "ring_timeout": "1s"}}

    def test_message_that_waited_comes_before_newer_ones(self) -> None:
        """The ring for a kept message went unanswered; when the next one is answered, both are there, in order"""
        self.drop_msn("bob")
        self.leave_word()
        bob = self.msns["bob"] = self.msn("bob")
        ring = bob.wait_for_ring()
        pass_time(1.5)
        late = bob.connect_switchboard(ring.params[1])
        self.assertEqual(late.request("ANS", bob.handle, ring.params[3], ring.params[0]).verb, "911")
        self.say_on_irc("ana", "bob", sure=True)
        bob.rename("Bob")  # answered when the store has been asked for what waits
        self.read_windows("bob", sure=True)
        self.assert_ledger(1)


class PartsTest(PairCase):
    """A message in parts (Message-ID, Chunks) of which each part was acknowledged."""

    def test_window_that_is_closed_before_the_last_part(self) -> None:
        """What came is shown with a mark, as when the other parts do not come in time"""
        ana, _, chat = self.pair()
        chat.deliver(chunk_bodies(["the first part", " and the second"])[0])
        chat.leave()
        shown = [message.text for message in of_command(ana.barrier(), "PRIVMSG")]
        self.assertEqual(shown, ["the first part [...]"])


if __name__ == "__main__":
    unittest.main()
