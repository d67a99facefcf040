"""Accounts are kept of every message: what was sent on one side, what arrived on the other, and what senders were told.

Each message has a number of its own. Nothing is lost or doubled, and the order of each sender's messages is kept.
"""

import random
import unittest
from collections import defaultdict

from harness.bridge import BridgeCase, person, room
from harness.case import configured
from harness.client import Client, Ended, of_command
from harness.machine import pass_time
from harness.msn_body import text_body
from harness.switchboard import Switchboard

DIALECTS = (2, 7, 8, 9, 10, 12)
SEED = 1999


class Ledger:
    """Who sent what to whom, and who got it."""

    def __init__(self):
        self.sent: dict[tuple, list[str]] = defaultdict(list)  # by sender and place, in order
        self.received: dict[tuple, list[str]] = defaultdict(list)  # by receiver, sender and place, in order
        self._number = 0

    def write(self, sender: str, place: str) -> str:
        """The text of a new message."""
        self._number += 1
        text = f"message {self._number}"
        self.sent[sender, place].append(text)
        return text

    def note(self, receiver: str, sender: str, place: str, text: str) -> None:
        self.received[receiver, sender, place].append(text)


class LedgerTest(BridgeCase):
    """Everybody talks at once."""

    def setUp(self) -> None:
        super().setUp()
        self.dice = random.Random(SEED)
        self.ledger = Ledger()

    def nicks(self) -> dict[str, str]:
        """Sender, as each side knows them, to one name for both."""
        names = {}
        for nick in self.ircs:
            names[nick] = names[person(nick)] = nick
        for handle in self.msns:
            names[handle] = names[handle.partition("@")[0].capitalize()] = handle
        return names

    def make_people(self, count: int) -> None:
        self.ircs = {f"irc{number}": self.irc(f"irc{number}") for number in range(count)}
        people = [self.msn(f"msn{number}", dialect=DIALECTS[number % len(DIALECTS)]) for number in range(count)]
        self.msns = {client.handle: client for client in people}

    def read_irc(self, client: Client) -> None:
        names = self.nicks()
        for message in of_command(client.barrier(), "PRIVMSG"):
            if message.nick in names:
                place = message.params[0] if message.params[0].startswith("#") else "query"
                self.ledger.note(client.nick, names[message.nick], place, message.text)

    def read_msn(self, chat: Switchboard, place: str, acknowledged: int) -> None:
        """What has come; of its own messages so many must be acknowledged."""
        names = self.nicks()
        arrived = chat.barrier()
        for command in arrived:
            if command.verb == "MSG":
                self.ledger.note(chat.owner.handle, names[command.params[0]], place, command.body.text)
        self.assertEqual([command.verb for command in arrived].count("ACK"), acknowledged)
        self.assertNotIn("NAK", [command.verb for command in arrived])

    def test_rooms(self) -> None:
        """Ten people in two rooms, of every generation: each gets all that the others say, once, in order"""
        self.make_people(5)
        channels = ("#one", "#two")
        for client in self.ircs.values():
            client.join(*channels)
        chats = {(handle, name): client.call(room(name)) for handle, client in self.msns.items() for name in channels}
        for _ in range(20):
            posted = defaultdict(int)
            for nick, client in self.ircs.items():
                targets = self.dice.choices(channels, k=self.dice.randrange(6))
                client.send(*[f"PRIVMSG {name} :{self.ledger.write(nick, name)}" for name in targets])
            for (handle, name), chat in chats.items():
                for _ in range(self.dice.randrange(4)):
                    chat.post(text_body(self.ledger.write(handle, name)))
                    posted[handle, name] += 1
            for client in self.ircs.values():
                self.read_irc(client)
            for (handle, name), chat in chats.items():
                self.read_msn(chat, name, posted[handle, name])
            for client in self.ircs.values():
                self.read_irc(client)
        for chat_key, chat in chats.items():
            self.read_msn(chat, chat_key[1], 0)
        for receiver in (*self.ircs, *self.msns):
            for (sender, name), texts in self.ledger.sent.items():
                if sender != receiver:
                    self.assertEqual(self.ledger.received[receiver, sender, name], texts, f"{sender} to {receiver}")

    def test_queries(self) -> None:
        """Each of four on IRC talks with each of four on MSN: nothing goes astray"""
        self.make_people(4)
        chats = {(nick, handle): msn.call(person(nick)) for nick in self.ircs for handle, msn in self.msns.items()}
        sent: dict[tuple, list] = defaultdict(list)
        for _ in range(15):
            posted = defaultdict(int)
            for (nick, handle), chat in chats.items():
                for _ in range(self.dice.randrange(3)):
                    sent[nick, handle].append(text := self.ledger.write(nick, handle))
                    self.ircs[nick].send(f"PRIVMSG {handle.partition('@')[0].capitalize()} :{text}")
                for _ in range(self.dice.randrange(3)):
                    sent[handle, nick].append(text := self.ledger.write(handle, nick))
                    chat.post(text_body(text))
                    posted[nick, handle] += 1
            for client in self.ircs.values():
                self.read_irc(client)
            for pair, chat in chats.items():
                self.read_msn(chat, "query", posted[pair])
            for client in self.ircs.values():
                self.read_irc(client)
        for chat in chats.values():
            self.read_msn(chat, "query", 0)
        for (sender, receiver), texts in sent.items():
            self.assertEqual(self.ledger.received[receiver, sender, "query"], texts, f"{sender} to {receiver}")

    @configured({"msn": {"ring_timeout": "1s"}})
    def test_every_message_has_one_fate(self) -> None:
        """ana writes to bob, who comes and goes and does not always answer: each message arrives, or is reported"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob, chats = self.msn("bob"), []
        sent, arrived, failed = 0, [], 0
        for _ in range(60):
            what = self.dice.choice(("talk", "talk", "talk", "answer", "close", "drop", "sign out"))
            if what == "talk":
                for _ in range(self.dice.randrange(1, 6)):
                    ana.send(f"PRIVMSG Bob :{sent}")
                    sent += 1
                failed += self.count_failures(ana)
                bob.barrier()
            elif what == "answer" and bob.rings:
                chats.append(bob.answer())
            elif chats and what in ("close", "drop"):
                arrived += self.drain(chats.pop(0), leave=what == "close")
            elif what == "sign out":
                for chat in chats:
                    arrived += self.drain(chat, leave=True)
                chats = []
                bob.send("OUT")
                bob.read_to_end()
                bob = self.msn("bob")
            failed += self.count_failures(ana)
        pass_time(2.0)  # what rings now is reported when it has rung long enough
        for chat in chats:
            arrived += chat.texts()
        failed += self.count_failures(ana)
        self.assertEqual(len(arrived), len(set(arrived)), "a message came twice")
        self.assertEqual(len(arrived) + failed, sent, f"{len(arrived)} came, {failed} were reported, {sent} were sent")
        self.assertGreater(len(arrived), 0)
        self.assertGreater(failed, 0)

    def count_failures(self, client: Client) -> int:
        """Messages that the server did not take, or did not deliver."""
        replies = client.barrier()
        return len(of_command(replies, "FAIL", "PRIVMSG", "UNDELIVERED")) + len(of_command(replies, "401"))

    def drain(self, chat: Switchboard, leave: bool) -> list[str]:
        """The texts that came to a switchboard until it is left, or is gone."""
        try:
            texts = chat.texts()
        except Ended:
            return []
        if leave:
            chat.leave()
        else:
            chat.close()
        return texts

    def test_acknowledged_means_delivered(self) -> None:
        """bob writes to ana, who comes and goes: what is acknowledged she has got, what is not she has not"""
        bob = self.msn("bob")
        ana = self.irc("ana")
        chat = bob.call(person("ana"))
        got: list[str] = []
        acknowledged: list[str] = []
        for number in range(200):
            what = self.dice.random()
            if ana and what < 0.05:
                got += [message.text for message in of_command(ana.barrier(), "PRIVMSG")]
                ana.send("QUIT")
                ana.read_to_end()
                ana = None
                chat.expect_left(person("ana"))
            elif not ana and what < 0.3:
                ana = self.irc("ana")
                chat.call(person("ana"))
                chat.expect_joined(person("ana"))
            trid = chat.post(text_body(str(number)))
            if chat.expect_any(("ACK", "NAK"), trid).verb == "ACK":
                acknowledged.append(str(number))
        if ana:
            got += [message.text for message in of_command(ana.barrier(), "PRIVMSG")]
        self.assertEqual(got, acknowledged)
        self.assertTrue(0 < len(got) < 200)


if __name__ == "__main__":
    unittest.main()
