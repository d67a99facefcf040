"""Attack cases of group J: floods, slow readers, and other ways to use the server up."""

import re
import time
import unittest

from harness.case import DaemonCase
from harness.client import Client, of_command
from harness.machine import pass_time, patience, sanitizers

MIB = 1024 * 1024
BURST = 20
RATE = 2.0
FLOOD_CONTROL = {"irc": {"flood_burst": BURST, "flood_rate": RATE, "flood_timeout": "3s"}}
SLOWEST_CANARY = 1.0  # seconds; a daemon that is blocked by one client takes longer


class FloodTest(DaemonCase):
    """Clients that say too much: J01, J07, J10. Flood control is on, with a short patience."""

    config = FLOOD_CONTROL

    def allowed_since(self, started: float) -> float:
        """How many commands flood control may have let through by now."""
        return BURST + RATE * (time.monotonic() - started) + 2

    def attack(self, client: Client, lines: bytes) -> None:
        """Sends the lines; a server that stops reading makes this stop, too."""
        client.socket.setblocking(False)
        try:
            while lines:
                lines = lines[client.socket.send(lines) :]
        except (BlockingIOError, ConnectionError):
            pass

    def test_J01_message_flood(self) -> None:
        """Thousands of messages at once: at most burst and rate get through, others are served, then Excess Flood."""
        bob = self.user("bob", "#room")
        mal = self.user("mal", "#room")
        started = time.monotonic()
        self.attack(mal, b"".join(b"PRIVMSG #room :flood %d\r\n" % number for number in range(50_000)))
        self.assertLess(self.worst_canary_delay(5), SLOWEST_CANARY * patience())
        delivered = []
        while True:
            message = bob.expect_any(("PRIVMSG", "QUIT"))
            if message.command == "QUIT":
                break
            delivered.append(message.text)
            self.assertLessEqual(len(delivered), self.allowed_since(started))
        self.assertEqual(delivered, [f"flood {number}" for number in range(len(delivered))])
        self.assertIn("Excess Flood", message.text)
        self.assertIn("Excess Flood", of_command(mal.read_to_end(), "ERROR")[0].text)
        self.assertEqual(self.limit_hits("flood_closed"), 1)

    def test_J01_a_short_flood_is_delayed_not_punished(self) -> None:
        """A few lines over the burst: all arrive, in order, and the client stays."""
        bob = self.user("bob", "#room")
        mal = self.user("mal", "#room")
        self.attack(mal, b"".join(b"PRIVMSG #room :line %d\r\n" % number for number in range(BURST + 2)))
        for number in range(BURST + 2):
            bob.expect("PRIVMSG", "#room", f"line {number}")
        self.assert_still_served(mal)

    def test_J07_nick_flood(self) -> None:
        """Many NICKs at once: others see no more of them than flood control allows."""
        self.check_changes(b"".join(b"NICK mal%d\r\n" % number for number in range(1000)), "NICK")

    def test_J07_join_part_flood(self) -> None:
        """JOIN and PART in turn: the same."""
        self.check_changes(b"PART #room\r\nJOIN #room\r\n" * 500, "JOIN", "PART")

    def check_changes(self, lines: bytes, *commands: str) -> None:
        bob = self.user("bob", "#room", "#witness")
        mal = self.user("mal", "#room", "#witness")
        bob.barrier()
        started = time.monotonic()
        self.attack(mal, lines)
        seen = 0
        while bob.expect_any((*commands, "QUIT")).command != "QUIT":
            seen += 1
            self.assertLessEqual(seen, self.allowed_since(started))
        self.assertGreater(seen, 0)

    def test_J10_broadcast_amplification(self) -> None:
        """AWAY, SETNAME and TAGMSG to a room of many: each member gets no more than flood control allows."""
        caps = ("away-notify", "setname", "message-tags")
        members = [self.user(f"member{number}", "#room", caps=caps) for number in range(60)]
        mal = self.user("mal", "#room", caps=caps)
        members[0].barrier()
        started = time.monotonic()
        self.attack(mal, b"AWAY :x\r\nAWAY\r\nSETNAME :a\r\n@+typing=active TAGMSG #room\r\n" * 500)
        self.assertLess(self.worst_canary_delay(5), SLOWEST_CANARY * patience())
        seen = 0
        while members[0].expect_any(("AWAY", "SETNAME", "TAGMSG", "QUIT")).command != "QUIT":
            seen += 1
            self.assertLessEqual(seen, self.allowed_since(started))
        for member in members:
            self.assert_still_served(member)
        self.assertEqual(self.limit_hits("sendq"), 0)

    def test_J06_expensive_commands_under_flood_control(self) -> None:
        """Hundreds of WHO, LIST and NAMES from a client that reads nothing: other clients are answered meanwhile."""
        mal = self.user("mal", receive_buffer=4096)
        self.attack(mal, b"WHO *\r\nLIST\r\nNAMES\r\n" * 2000)
        self.assertLess(self.worst_canary_delay(5), SLOWEST_CANARY * patience())


class SlowReaderTest(DaemonCase):
    """J02: a client that does not read."""

    config = {"irc": {"sendq": "64 KiB"}}
    LINES_A_ROUND = 50
    MOST_LINES = 120_000

    def test_J02_slow_reader(self) -> None:
        """bob stops reading: he alone is closed, with "SendQ exceeded"; carol gets every line; memory is bounded."""
        alice = self.user("alice", "#room")
        carol = self.user("carol", "#room")
        bob = self.user("bob", "#room", receive_buffer=4096)
        alice.barrier()
        before = self.daemon.resident_bytes()
        sent, farewell = self.talk_until_quit(alice, carol)
        self.assertEqual(farewell.nick, "bob")
        self.assertIn("SendQ exceeded", farewell.text)
        self.assertLess(sent, self.MOST_LINES)
        self.assertLess(self.worst_canary_delay(), SLOWEST_CANARY * patience())
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 32 * MIB)
        self.assertEqual(self.limit_hits("sendq"), 1)
        bob.close()

    def talk_until_quit(self, speaker: Client, listener: Client) -> tuple:
        """Speaks in #room until somebody quits; the listener must get the lines one after the other."""
        sent = 0
        while sent < self.MOST_LINES:
            last = sent + self.LINES_A_ROUND
            speaker.send(*[f"PRIVMSG #room :{number:08} {'x' * 380}" for number in range(sent, last)])
            farewells = of_command(speaker.barrier(), "QUIT")
            for number in range(sent, last):
                listener.expect("PRIVMSG", "#room", where=lambda message, n=number: message.text.startswith(f"{n:08} "))
            sent = last
            if farewells:
                return sent, farewells[0]
        self.fail("the slow reader was never closed")

    def test_J02_own_replies_fill_the_queue(self) -> None:
        """A client that asks and never reads is closed as well, and the server stays small."""
        before = self.daemon.resident_bytes()
        mal = self.user("mal", receive_buffer=4096)
        questions = b"MOTD\r\nLUSERS\r\nHELP\r\nINFO\r\nVERSION\r\n" * 40_000
        mal.socket.settimeout(20 * patience())
        try:
            mal.socket.sendall(questions)
        except (TimeoutError, ConnectionError):
            pass  # not reading from one who does not read is an answer, too
        self.assertLess(self.worst_canary_delay(), SLOWEST_CANARY * patience())
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 32 * MIB)


class ManyThingsTest(DaemonCase):
    """J04, J05: rooms, list entries, watched names."""

    def test_J04_channel_limits(self) -> None:
        """500 rooms asked for: 50 are given, each further one is 405."""
        mal = self.user("mal")
        names = [f"#room{number}" for number in range(500)]
        replies = []
        for first in range(0, len(names), 40):
            replies += mal.ask("JOIN " + ",".join(names[first : first + 40]))
        self.assertEqual(len(of_command(replies, "JOIN")), 50)
        self.assertEqual(len(of_command(replies, "405")), 450)
        self.assertEqual(self.limit_hits("channels"), 450)

    def test_J04_empty_channels_are_freed(self) -> None:
        """10 000 rooms made and left: LIST has none of them, and memory is back."""
        mal = self.user("mal")
        before = self.daemon.resident_bytes()
        for first in range(0, 10_000, 100):
            mal.ask(*[line for n in range(first, first + 100) for line in (f"JOIN #passing{n}", f"PART #passing{n}")])
        listed = [reply.params[1] for reply in of_command(mal.ask("LIST"), "322")]
        self.assertEqual([name for name in listed if name.startswith("#passing")], [])
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 8 * MIB)

    def test_J05_ban_list(self) -> None:
        """1 000 different bans: 100 are kept, the others are 478; joining is not slow."""
        mal = self.user("mal", "#room")
        replies = []
        for number in range(1000):
            replies += mal.ask(f"MODE #room +b nick{number}!*@*")
        self.assertEqual(len(of_command(replies, "MODE", "#room")), 100)
        self.assertEqual(len(of_command(replies, "478")), 900)
        self.assertEqual(len(of_command(mal.ask("MODE #room +b"), "367")), 100)
        started = time.monotonic()
        self.user("bob", "#room")
        self.assertLess(time.monotonic() - started, 2.0 * patience())
        self.assertEqual(self.limit_hits("list_entries"), 900)

    def test_J05_monitor_list(self) -> None:
        """10 000 names to MONITOR: 100 are watched, then 734."""
        mal = self.user("mal")
        replies = []
        for first in range(0, 10_000, 50):
            replies += mal.ask("MONITOR + " + ",".join(f"n{number}" for number in range(first, first + 50)))
        self.assertTrue(of_command(replies, "734"))
        watched = [name for reply in of_command(mal.ask("MONITOR L"), "732") for name in reply.text.split(",")]
        self.assertEqual(len(watched), 100)
        self.assertGreater(self.limit_hits("monitor"), 0)


class ExpensiveQuestionsTest(DaemonCase):
    """J06: questions whose answers are long."""

    config = {"irc": {"sendq": "64 KiB"}, "chat": {"max_channels": 0}}
    ROOMS = 3000

    def setUp(self) -> None:
        super().setUp()
        self.owner = self.user("owner")
        for first in range(0, self.ROOMS, 50):
            self.owner.ask("JOIN " + ",".join(f"#r{number}" for number in range(first, first + 50)))

    def test_J06_one_list_is_never_too_long(self) -> None:
        """LIST of 3 000 rooms, more than the send queue holds, is complete and closes nobody (SAFELIST)."""
        reader = self.user("reader")
        self.assertIn("SAFELIST", reader.isupport)
        listed = {reply.params[1] for reply in of_command(reader.ask("LIST"), "322")}
        self.assertGreaterEqual(len(listed), self.ROOMS)

    def test_J06_expensive_commands(self) -> None:
        """Hundreds of LIST, WHO and NAMES in a row: other clients are answered meanwhile."""
        mal = self.user("mal", receive_buffer=4096)
        mal.send_until_closed(b"WHO *\r\nLIST\r\nNAMES\r\nWHOIS owner\r\n" * 60)
        self.assertLess(self.worst_canary_delay(), 2 * SLOWEST_CANARY * patience())


class IdleTest(DaemonCase):
    """J08: many clients that do nothing."""

    CLIENTS = 500
    BYTES_EACH = 32 * 1024

    def test_J08_idle_clients(self) -> None:
        """500 idle users: at most 32 KiB of memory each, and next to no CPU."""
        before = self.daemon.resident_bytes()
        idle = [self.user(f"idle{number}") for number in range(self.CLIENTS)]
        self.canaries[0].barrier()
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, self.CLIENTS * self.BYTES_EACH)
        cpu = self.daemon.cpu_seconds()
        pass_time(2.0)
        self.assertLess(self.daemon.cpu_seconds() - cpu, 2.0 * 0.02 * patience() + 0.02)
        self.assert_still_served(idle[-1])


class DeadClientTest(DaemonCase):
    """J08: clients that are connected, and no longer there."""

    config = {"irc": {"ping_interval": "2s", "ping_timeout": "2s"}}
    has_canaries = False  # they would have to answer PING all the time
    CLIENTS = 20

    def test_J08_dead_clients_go(self) -> None:
        """Clients that do not answer PING are closed, others see "Ping timeout", and one that answers stays."""
        watcher = self.user("watcher", "#room")
        dead = {self.user(f"dead{number}", "#room").nick for number in range(self.CLIENTS)}
        gone = set()
        while len(gone) < len(dead):
            message = watcher.expect("QUIT")
            self.assertTrue(re.search(r"Ping timeout: \d+ seconds", message.text), message.text)
            gone.add(message.nick)
        self.assertEqual(gone, dead)
        self.assert_still_served(watcher)
        self.assertEqual(self.limit_hits("ping_timeout"), len(dead))


if __name__ == "__main__":
    unittest.main()
