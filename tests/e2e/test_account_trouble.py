"""Accounts under trouble: a store that is slow, two sessions of one account, guesses at passwords of old clients."""

import sqlite3

from harness.accounts import PATCHCORD, authenticate, log_in
from harness.client import of_command
from harness.msn_body import text_body
from test_bridge_contacts import ANA, ContactsCase


class AccountTroubleTest(ContactsCase):
    """What must hold all the same."""

    has_canaries = False

    def test_block_holds_while_the_list_is_fetched(self) -> None:
        """The store is slow when ana logs in: whom her account has blocked cannot reach her meanwhile"""
        ana = log_in(self.visitor(), "ana", "first password")
        mal, dora = self.msn("mal"), self.msn("dora")
        self.tell(ana, "block mal@example.com")
        ana.send("QUIT")
        ana.read_to_end()
        again = self.visitor()
        again.send("CAP LS 302", "CAP REQ :sasl", "NICK ana", "USER ana 0 * :Ana")
        again.expect("CAP", None, "ACK")
        self.assertEqual(authenticate(again, "ana", "first password").command, "903")
        lock = sqlite3.connect(self.directory / "data" / "patchcord.db", isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN IMMEDIATE")
        dora.command("PRP", "MFN", "Dora2")  # waits for the lock, and with it all that the store is asked
        again.send("CAP END")
        again.nick = again.expect("001").params[0]
        again.barrier()
        chat = mal.open_switchboard()
        called = chat.request("CAL", ANA)
        if not called.is_error:
            chat.post(text_body("through the gap"))
            chat.barrier()
        got = of_command(again.barrier(), "PRIVMSG")
        lock.execute("ROLLBACK")
        self.assertEqual(got, [])

    def test_block_of_one_session_survives_the_other(self) -> None:
        """Two sessions of one account: a block in one is not undone by a change in the other"""
        one = log_in(self.visitor(), "ana", "first password")
        two = log_in(self.visitor(), "ana2", "first password", name="ana")
        self.msn("mal")
        self.befriend(one, "mal@example.com")
        self.tell(two, "block mal@example.com")
        self.tell(one, "remove mal@example.com")
        for client in (one, two):
            client.send("QUIT")
            client.read_to_end()
        again = log_in(self.visitor(), "ana", "first password")
        again.barrier()
        self.tell(again, "list")  # by then it is there
        said = [line.text for line in of_command(again.ask(f"PRIVMSG {PATCHCORD} :list blocked"), "PRIVMSG")]
        self.assertTrue([text for text in said if "mal@example.com" in text and "blocked" in text], said)


