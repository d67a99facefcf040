"""A conversation that goes on for hours: whatever breaks meanwhile, each accepted message arrives once, in order."""

import re
import unittest

from harness.client import of_command
from harness.faketime import faketime
from harness.household import Household
from harness.machine import pass_time, sanitizers


class LongConversationTest(Household):
    """Everything that happens to a conversation in three hours, one after the other, in any order."""

    def test_windows_that_are_closed_and_opened_again(self) -> None:
        """bob's client closes its windows for their silence: ana's next message rings, the room waits for him"""
        for _ in range(4):
            self.talk()
            self.close_windows("bob")
            self.talk()
            self.open_room("bob")
        self.talk()
        self.assert_ledger(100)

    def test_msn_client_that_crashes(self) -> None:
        """bob's client is gone without a word and starts again: what ana wrote meanwhile is there"""
        for _ in range(4):
            self.talk()
            self.drop_msn("bob")
            self.talk()
            self.come_by_msn("bob")
            self.talk()
        self.assert_ledger(100)

    def test_daemon_that_is_killed(self) -> None:
        """kill -9, four times: accounts, nicks and what was accepted outlive it; nothing comes twice"""
        for _ in range(4):
            self.talk()
            self.kill_daemon()
            self.talk()
        self.assert_ledger(100)

    def test_killed_while_messages_wait(self) -> None:
        """What ana wrote to bob, who was away, is there after kill -9, in order, and only once"""
        self.drop_msn("bob")
        for _ in range(10):
            self.say_on_irc("ana", "bob", sure=True)
        self.ircs["carl"].send("PRIVMSG Bob :the last one")
        self.ircs["carl"].expect("NOTE", "PRIVMSG", "KEPT")  # and with it all before
        self.ledger.accepted("the last one", "carl", "query", ["bob"])
        self.restart_by_force()
        for _ in range(2):
            self.come_by_msn("bob")
            self.drop_msn("bob")
        self.assert_ledger(10)


class SilenceTest(Household):
    """`silence_timeout` is short."""

    config = {"msn": {**Household.config["msn"], "silence_timeout": "1s"}}

    def test_client_that_falls_silent(self) -> None:
        """bob's client says nothing for too long and is closed, windows and all; when it is back, nothing is missing"""
        for name in ("dora",):
            self.drop_msn(name)  # would fall silent as well
        for _ in range(2):
            self.talk()
            self.listen()
            bob = self.msns.pop("bob")
            bob.read_to_end()
            for chat in self.chats["bob"]:
                chat.read_to_end()
            self.chats["bob"] = []
            self.members.discard("bob")
            self.wait_until_gone("bob")
            self.talk()
            self.come_by_msn("bob")
        self.talk()
        self.assert_ledger(20)


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class ClockCase(Household):
    """The daemon's clocks are those of faketime."""

    all_clocks = True  # the monotonic one, too

    def prepare(self) -> dict:
        self.clock, self.environment = faketime(self.directory, all_clocks=self.all_clocks)
        return {}


class ThreeHoursTest(ClockCase):
    """All clocks of the daemon, the monotonic one too, run 600 times as fast once everybody is signed in."""
    config = {  # a client of the tests answers within two real seconds: 20 minutes
        "irc": {"registration_timeout": "1h", "ping_interval": "10m", "ping_timeout": "40m"},
        "msn": {
            **Household.config["msn"],
            "login_timeout": "1h",
            "silence_timeout": "1h",
            "ring_timeout": "1h",
            "key_lifetime": "1h",
        },
        "http": {"ticket_lifetime": "1h"},
    }

    def test_three_hours(self) -> None:
        """Talk every few minutes, now and then a silence; who answers PING and says PNG stays, and so do windows"""
        self.clock.write_text("+0 x600")
        started = self.uptime()
        while self.uptime() - started < 3 * 3600:
            self.talk()
            self.listen()
            if self.dice.random() < 0.2:
                pass_time(1.0)  # ten minutes without a word
        self.talk()
        self.assertEqual(self.members, {"ana", "carl", "bob", "dora"})
        self.assertEqual(self.ledger.failed, 0)
        self.assert_ledger(100)

    def uptime(self) -> float:
        """Of the daemon, by its own clock; in seconds."""
        reply = self.ircs["carl"].ask("STATS u")
        self.take_irc(self.ircs["carl"], reply)
        days, hours, minutes, seconds = map(int, re.findall(r"\d+", of_command(reply, "242")[0].text))
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


if __name__ == "__main__":
    unittest.main()
