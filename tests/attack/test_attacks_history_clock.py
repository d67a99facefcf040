"""Attack cases of history: somebody sets the machine's clock while people talk."""

import unittest

from harness.accounts import log_in, make_account
from harness.client import Client, of_command
from harness.faketime import faketime
from harness.history_case import PASSWORD, HistoryCase
from harness.machine import sanitizers

CANNOT_ASK = ("message-tags", "server-time", "echo-message", "labeled-response", "batch")


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class ClockTest(HistoryCase):
    """N08: what was said later is later in the history, whatever the clock on the wall says."""

    config = {"room": [{"name": "lobby"}], "irc": {"flood_rate": 0.0}}

    def prepare(self) -> dict:
        self.clock, self.environment = faketime(self.directory)
        return {}

    def set_clock(self, offset: str, client: Client) -> None:
        """Returns when the daemon has noticed: what it says now is not what it said."""
        self.clock.write_text(offset)
        client.barrier()

    def times(self, client: Client, words: str) -> list[str]:
        return [line.tags["time"] for line in of_command(client.ask(f"CHATHISTORY {words}"), "PRIVMSG")]

    def test_N08_clock_that_is_set_back(self) -> None:
        """An hour on and back again: the order is that of speaking, pages have no gap, and the newest is the newest"""
        ana = self.member("ana", "#room")
        bob = self.member("bob", "#room")
        live: list[str] = []
        said: list[str] = []
        for offset in ("+0", "+1h", "+0", "-30m", "+0"):
            self.set_clock(offset, ana)
            for number in range(5):
                text = f"{number} at {offset} of {len(said)}"
                echo = of_command(bob.ask(f"@label=said PRIVMSG #room :{text}"), "PRIVMSG")
                said.append(text)
                live.append(echo[0].tags["time"])
        self.assertEqual(live, sorted(live))
        self.assertEqual(len(set(live[5:6] + live[10:11] + live[15:16])), 3, "the clock goes on")
        self.assertEqual(self.texts(ana, "LATEST #room * 100"), said)
        self.assertEqual(self.texts(ana, "LATEST #room * 3"), said[-3:])
        self.assertEqual(self.times(ana, "LATEST #room * 100"), live, "as it was told")
        self.assertEqual(self.texts(ana, f"AFTER #room timestamp={live[4]} 100"), said[5:])

    def test_N08_who_comes_back_after_the_clock_was_set_back(self) -> None:
        """A client that cannot ask is shown all that was said since it left, and nothing twice"""
        bob = self.member("bob", "#lobby")
        make_account(self.daemon, "ana", PASSWORD)
        ana = log_in(self.visitor(), "ana", PASSWORD, caps=CANNOT_ASK).join("#lobby")
        self.set_clock("+1h", bob)
        self.say(bob, "#lobby", "before")
        ana.expect("PRIVMSG", "#lobby", "before")
        ana.send("QUIT")
        ana.read_to_end()
        self.set_clock("+0", bob)
        self.say(bob, "#lobby", "one", "two")
        back = log_in(self.visitor(), "ana", PASSWORD, caps=CANNOT_ASK)
        back.send("JOIN #lobby")
        shown = [back.expect("PRIVMSG", "#lobby").text for _ in range(2)]
        self.assertEqual(shown, ["one", "two"])

    def test_N08_clock_that_is_set_back_over_a_restart(self) -> None:
        """What is said after a restart comes behind what was said before it"""
        bob = self.member("bob", "#lobby")
        self.set_clock("+1h", bob)
        self.say(bob, "#lobby", "before")
        self.daemon.stop()
        self.clock.write_text("+0")
        self.daemon.start()
        birds = [self.keep(Client(self.daemon.address())) for _ in range(2)]
        self.canaries = [bird.register(f"canary{n}").join("#canary") for n, bird in enumerate(birds)]
        bob = self.member("bob", "#lobby")
        self.say(bob, "#lobby", "after")
        self.assertEqual(self.texts(bob, "LATEST #lobby * 10"), ["before", "after"])


if __name__ == "__main__":
    unittest.main()
