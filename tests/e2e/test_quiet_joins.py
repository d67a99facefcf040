"""Joins without noise: people on MSN who flap, or who only look in, as IRC sees them."""

import unittest

from harness.bridge import LOBBY, BridgeCase, person
from harness.client import of_command


class QuietCase(BridgeCase):
    """ana is in the lobby on IRC; bob, on MSN, is called Bob there."""

    @staticmethod
    def names(client, channel: str = "#lobby") -> set[str]:
        replies = of_command(client.ask(f"NAMES {channel}"), "353")
        return {name.lstrip("@+") for reply in replies for name in reply.text.split()}

    @staticmethod
    def of_bob(client, *commands: str) -> list[str]:
        """What was seen of bob, by its commands."""
        client.barrier()
        return [line.command for line in client.history if line.command in commands and line.nick == "Bob"]

    @staticmethod
    def is_of_bob(line) -> bool:
        return line.nick == "Bob"


class SpeakersTest(QuietCase):
    """`show_joins = "speakers"`: who opens the window of a room appears when they say something."""

    config = {"chat": {"show_joins": "speakers"}}

    def test_window_opened_and_closed_without_a_word_is_not_seen(self) -> None:
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        chat.expect_joined(person("ana"))
        self.assertEqual(self.names(ana), {"ana"})
        self.assertEqual(len(of_command(ana.ask("WHO #lobby"), "352")), 1)
        self.assertEqual(of_command(ana.ask("LIST #lobby"), "322")[0].params[2], "1")
        self.assertEqual(of_command(ana.ask("WHOIS Bob"), "319"), [])
        ana.send("PRIVMSG #lobby :anybody here?")
        chat.expect_text("anybody here?", person("ana"))
        chat.leave()
        self.assertEqual(self.of_bob(ana, "JOIN", "PART", "QUIT"), [])

    def test_first_word_brings_the_join_before_it(self) -> None:
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        chat.expect_joined(person("ana"))
        chat.say("hello")
        ana.expect("PRIVMSG", "#lobby")
        self.assertEqual(self.of_bob(ana, "JOIN", "PRIVMSG"), ["JOIN", "PRIVMSG"])
        self.assertEqual(self.names(ana), {"ana", "Bob"})
        chat.leave()
        ana.expect("PART", "#lobby", where=self.is_of_bob)


class FlappingTest(QuietCase):
    """Somebody who comes and goes is shown once in `flap_interval`."""

    config = {"chat": {"flap_interval": "5s"}}

    def test_visits_that_follow_soon_are_shown_only_if_they_last(self) -> None:
        ana = self.irc("ana", "#lobby")
        bob = self.msn("bob")
        for _ in range(4):
            chat = bob.call(LOBBY)
            chat.expect_joined(person("ana"))
            chat.leave()
        last = bob.call(LOBBY)
        last.expect_joined(person("ana"))
        self.assertEqual(self.of_bob(ana, "JOIN", "PART"), ["JOIN", "PART"])
        self.assertEqual(self.names(ana), {"ana"})
        ana.expect("JOIN", "#lobby", where=self.is_of_bob)
        self.assertEqual(self.names(ana), {"ana", "Bob"})
        last.say("hello")
        ana.expect("PRIVMSG", "#lobby", where=self.is_of_bob)
        self.assertEqual(self.of_bob(ana, "JOIN", "PART"), ["JOIN", "PART", "JOIN"])

    def test_contact_who_signs_in_and_out_is_shown_once_until_it_lasts(self) -> None:
        ana = self.irc("ana")
        bob = self.msn("bob")
        ana.send("PRIVMSG *patchcord :add bob@example.com")
        ana.expect("JOIN", "&contacts", where=lambda line: line.nick == "ana")
        for _ in range(3):
            bob.send("OUT")
            bob.read_to_end()
            bob = self.msn("bob")
        self.assertEqual(self.of_bob(ana, "JOIN", "PART"), ["PART"])
        self.assertEqual(self.names(ana, "&contacts"), {"ana"})
        ana.expect("JOIN", "&contacts", where=self.is_of_bob)
        self.assertEqual(self.names(ana, "&contacts"), {"ana", "Bob"})


if __name__ == "__main__":
    unittest.main()
