"""Four people who talk for hours, and a ledger of all they say.

Every message has a number. What was accepted is what its sender was not told to have failed: on IRC no FAIL, NOTICE or
error came for it, on MSN it was acknowledged.
"""

import random
import re
from collections import defaultdict

from .bridge import LOBBY, BridgeCase, person
from .client import Client
from .machine import eventually
from .msn import MsnClient
from .msn_body import text_body
from .switchboard import Switchboard

SEED = 19990722  # the day MSN Messenger was there
STAMP = re.compile(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d UTC\] ")  # in front of a message that has waited
FAILURES = ("FAIL", "NOTICE", "401", "404", "417")
ROOM = "#lobby"
CAPS = ("standard-replies",)


class Ledger:
    """Who sent what to whom, and who got it."""

    def __init__(self):
        self._number = 0
        self._due: dict[tuple, list] = defaultdict(list)  # by receiver, sender, place: text and whether it must come
        self._came: dict[tuple, list] = defaultdict(list)
        self._waited: set[tuple] = set()  # receivers and texts of messages that had waited, since the last kill
        self._may_come_again: set[tuple] = set()
        self.failed = 0

    def write(self) -> str:
        """The text of a new message."""
        self._number += 1
        return f"message {self._number}"

    def accepted(self, text: str, sender: str, place: str, receivers, sure: bool = True) -> None:
        """Must reach the receivers; if it is not `sure`, it may be lost, but not come twice."""
        for receiver in receivers:
            self._due[receiver, sender, place].append((text, sure))

    def killed(self) -> None:
        """The gateway is killed: that a message which had waited has come may not be on the disk yet, and it comes again."""
        self._may_come_again, self._waited = self._waited, set()

    def note(self, receiver: str, sender: str, place: str, text: str) -> None:
        plain = STAMP.sub("", text)
        if plain != text:
            if (receiver, plain) in self._may_come_again:
                self._may_come_again.discard((receiver, plain))
                return
            self._waited.add((receiver, plain))
        self._came[receiver, sender, place].append(plain)

    def errors(self) -> list[str]:
        """What is missing, doubled, out of order, or should not have come."""
        found = []
        for key in {*self._due, *self._came}:
            due, came = self._due[key], self._came[key]
            expected = [text for text, sure in due if sure or text in came]
            if came != expected:
                at = next((place for place, pair in enumerate(zip(came, expected)) if pair[0] != pair[1]), len(came))
                lost = [text for text in expected if text not in came]
                strange = [text for text in came if text not in expected]
                around = f"{came[max(0, at - 2) : at + 4]} instead of {expected[max(0, at - 2) : at + 4]}"
                found.append(f"{key}: lost {lost}, not expected {strange}, {around}")
        return found

    def count(self) -> int:
        return sum(map(len, self._came.values()))


class Household(BridgeCase):
    """ana and carl on IRC, bob (MSNP12) and dora (MSNP8) on MSN; all in a room, and ana and bob in a query as well.

    `Client` and `Switchboard` are read only in `listen`, which notes all that came.
    """

    has_canaries = False
    config = {"msn": {"call_burst": 10_000, "call_rate": 1000.0}}

    def setUp(self) -> None:
        super().setUp()
        self.dice = random.Random(SEED)
        self.ledger = Ledger()
        self.ircs: dict[str, Client] = {}
        self.msns: dict[str, MsnClient] = {}
        self.chats: dict[str, list[Switchboard]] = {"bob": [], "dora": []}
        self.members: set[str] = set()
        for nick in ("ana", "carl"):
            self.come_by_irc(nick)
        for name in ("bob", "dora"):
            self.come_by_msn(name)

    # --- coming and going -------------------------------------------------------------------------------------------

    def come_by_irc(self, nick: str) -> None:
        self.ircs[nick] = self.irc(nick, ROOM, caps=CAPS)
        self.members.add(nick)

    def come_by_msn(self, name: str) -> None:
        self.msns[name] = self.msn(name, dialect={"bob": 12, "dora": 8}[name])
        self.msns[name].rename(name.capitalize())  # is answered when the store has done all before: what waits has rung
        self.answer_rings(name)
        self.open_room(name)
        self.answer_rings(name)

    def open_room(self, name: str) -> None:
        self.chats[name].append(self.msns[name].call(LOBBY))
        self.members.add(name)

    def answer_rings(self, name: str) -> None:
        client = self.msns[name]
        client.barrier()
        while client.rings:
            self.chats[name].append(client.answer())

    def wait_until_gone(self, name: str) -> None:
        """The others of the room see that somebody is not there any more."""
        nick = name if name in ("ana", "carl") else name.capitalize()
        witness = next(member for member in ("carl", "ana") if member in self.members)
        eventually(lambda: not self.is_there(self.ircs[witness], nick), f"{nick} is gone")

    def is_there(self, witness: Client, nick: str) -> bool:
        replies = witness.ask(f"NAMES {ROOM}")
        self.take_irc(witness, replies)
        names = [reply.text for reply in replies if reply.command == "353"]
        return nick in (name.lstrip("@+") for line in names for name in line.split())

    def drop_irc(self, nick: str) -> None:
        """The connection is lost, without QUIT."""
        self.listen()
        self.ircs.pop(nick).close()
        self.members.discard(nick)
        self.wait_until_gone(nick)

    def drop_msn(self, name: str) -> None:
        """All connections of a client are lost, without OUT."""
        self.listen()
        self.msns.pop(name).close()
        self.chats[name] = []
        self.members.discard(name)
        self.wait_until_gone(name)

    def close_windows(self, name: str) -> None:
        """As clients did with windows in which nothing happened."""
        self.listen()
        for chat in self.chats[name]:
            chat.leave()
        self.chats[name] = []
        self.members.discard(name)
        self.wait_until_gone(name)

    def kill_daemon(self) -> None:
        """kill -9, with messages on their way; then all come back."""
        self.listen()
        self.talk(sure=False)
        self.restart_by_force()
        self.come_by_irc("ana")
        for name in ("bob", "dora"):
            self.come_by_msn(name)

    def restart_by_force(self) -> None:
        """kill -9; then carl alone is there."""
        self.daemon.kill()
        self.ledger.killed()
        for client in (*self.ircs.values(), *self.msns.values()):
            client.close()
        self.ircs, self.msns, self.members = {}, {}, set()
        self.chats = {name: [] for name in self.chats}
        self.daemon.start()
        self.come_by_irc("carl")

    # --- talking ----------------------------------------------------------------------------------------------------

    def talk(self, sure: bool = True) -> None:
        """Everybody who is there says something in the room, ana and bob also to each other."""
        for _ in range(self.dice.randrange(1, 4)):
            for nick in self.ircs:
                self.say_on_irc(nick, ROOM, sure)
            for name in self.msns:
                self.say_on_msn(name, ROOM, self.room_chat(name), sure)
            if "ana" in self.ircs:
                self.say_on_irc("ana", "bob", sure)
                self.read_windows("bob", sure)
            if "bob" in self.msns:
                self.say_on_msn("bob", "ana", self.query_chat(), sure)
        for name in self.msns:
            if sure:
                self.answer_rings(name)

    def room_chat(self, name: str) -> Switchboard | None:
        return next((chat for chat in self.chats[name] if LOBBY in chat.present), None)

    def query_chat(self) -> Switchboard | None:
        """bob's window with ana; opened when ana is there and none is."""
        self.answer_rings("bob")
        for chat in self.chats["bob"]:
            if set(chat.present) == {person("ana")}:
                return chat
        if "ana" not in self.ircs:
            return None
        self.chats["bob"].append(self.msns["bob"].call(person("ana")))
        return self.chats["bob"][-1]

    def say_on_irc(self, nick: str, to: str, sure: bool) -> None:
        text = self.ledger.write()
        self.ircs[nick].send(f"PRIVMSG {to.capitalize() if to != ROOM else to} :{text}")
        replies = self.ircs[nick].barrier() if sure else []
        self.take_irc(self.ircs[nick], replies)
        if any(reply.command in FAILURES for reply in replies):
            self.ledger.failed += 1
            return
        receivers = self.members - {nick} if to == ROOM else {to}
        self.ledger.accepted(text, nick, "room" if to == ROOM else "query", receivers, sure)

    def say_on_msn(self, name: str, to: str, chat: Switchboard | None, sure: bool) -> None:
        if chat is None:
            return
        text = self.ledger.write()
        trid = chat.post(text_body(text))
        answers = chat.barrier() if sure else []
        self.take_msn(chat, answers)
        fates = [answer.verb for answer in answers if answer.params[:1] == [trid] and answer.verb in ("ACK", "NAK")]
        if sure and len(fates) != 1:
            self.fail(f"{len(fates)} answers to one message:\n{chat.transcript()}")
        if fates == ["NAK"]:
            self.ledger.failed += 1
            return
        receivers = self.members - {name} if to == ROOM else {to}
        self.ledger.accepted(text, name, "room" if to == ROOM else "query", receivers, sure)

    def leave_word(self) -> None:
        """ana writes to bob, who is away, for the first time, and hears that it is safe."""
        text = self.ledger.write()
        self.ircs["ana"].send(f"PRIVMSG Bob :{text}")
        self.ircs["ana"].expect("NOTE", "PRIVMSG", "KEPT")
        self.ledger.accepted(text, "ana", "query", ["bob"])

    # --- listening --------------------------------------------------------------------------------------------------

    def listen(self) -> None:
        """Reads all that is on its way to anybody."""
        for name in self.msns:
            self.answer_rings(name)
        for client in self.ircs.values():
            self.take_irc(client, client.barrier())
        for name, chats in self.chats.items():
            for chat in chats:
                self.take_msn(chat, chat.barrier())

    def read_windows(self, name: str, sure: bool) -> None:
        """At once, since what comes to two windows has no order."""
        if sure and name in self.msns:
            self.answer_rings(name)
            for chat in self.chats[name]:
                self.take_msn(chat, chat.barrier())

    def take_irc(self, client: Client, messages) -> None:
        for message in messages:
            if message.command == "PRIVMSG":
                place = "room" if message.params[0] == ROOM else "query"
                self.ledger.note(client.nick, message.nick.lower(), place, message.text)

    def take_msn(self, chat: Switchboard, commands) -> None:
        for command in commands:
            if command.verb == "MSG" and command.body.kind == "text/plain":
                place = "room" if chat is self.room_chat(chat.owner.handle.partition("@")[0]) else "query"
                sender = command.params[0].partition("@")[0]
                self.ledger.note(chat.owner.handle.partition("@")[0], sender, place, command.body.text)

    def assert_ledger(self, least: int) -> None:
        self.listen()
        self.assertEqual(self.ledger.errors(), [])
        self.assertGreater(self.ledger.count(), least)
