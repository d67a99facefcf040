"""Attack cases of accounts that are removed while their owners are here, and whose names somebody else opens anew."""

import signal
import unittest

from harness.accounts import make_account
from harness.bridge import LOBBY, BridgeCase
from harness.client import Client, of_command
from harness.daemon import patchcord
from harness.history_case import PASSWORD, HistoryCase


class ReloadTest(HistoryCase, BridgeCase):
    """K10: an account is removed, and then the configuration is read again."""

    def remove(self, name: str) -> None:
        result = patchcord("account", "remove", name, "--config", self.daemon.config_file)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_K10_whoever_is_here_by_it_is_sent_away(self) -> None:
        """On IRC and on MSN, out of what they are in; everybody else stays"""
        ana, bob = self.member("ana", "#room"), self.member("bob", "#room", "#lobby")
        carl, dora = self.msn("carl"), self.msn("dora")
        chats = [carl.call(LOBBY), dora.call(LOBBY)]
        for name in ("ana", "carl@example.com"):
            self.remove(name)
        self.daemon.signal(signal.SIGHUP)
        ana.expect("ERROR", where=lambda line: "Account removed" in line.text)
        bob.expect("QUIT", where=lambda line: line.nick == "ana")
        self.assertEqual(carl.expect("OUT").params, [])
        chats[0].read_to_end()
        chats[1].say("still here")
        dora.barrier()
        self.assertEqual(of_command(bob.ask("WHOIS bob"), "330")[0].params[2], "bob")


class RemovedTest(HistoryCase):
    """K10: a name is not the account."""

    def test_K10_account_that_is_removed_while_its_owner_is_here(self) -> None:
        """Who opens the name anew is not the person that is here by it: that one is sent away, and neither its rooms
        nor what was said to it since are the new owner's"""
        ana = self.member("ana", "#room")
        ana.send("PRIVMSG *patchcord :always-on on")
        ana.expect("PRIVMSG", where=lambda line: "You stay" in line.text)
        bob = self.member("bob", "#room")
        result = patchcord("account", "remove", "ana", "--config", self.daemon.config_file)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.say(bob, "ana", "secret after the removal")
        ana.send("MARKREAD bob timestamp=2026-01-01T00:00:00.000Z")
        make_account(self.daemon, "ana", PASSWORD)
        again = self.member("ana")
        ana.expect("ERROR", where=lambda line: "Account removed" in line.text)
        bob.expect("QUIT", where=lambda line: line.nick == "ana")
        self.assertNotIn("#room", " ".join(line.text for line in of_command(again.ask("WHOIS ana"), "319")))
        self.assert_knows_nothing(again, "bob", "secret")
        self.assertEqual(self.targets(again), [])
        self.say(bob, "ana", "hello")
        self.assertEqual(self.texts(again, "LATEST bob * 10"), ["hello"])

    def test_K10_account_that_was_made_anew_is_not_always_on(self) -> None:
        """An entry in the list of those who stay is not the later account's: nobody is there after a restart"""
        ana = self.member("ana", "#room")
        ana.send("PRIVMSG *patchcord :always-on on")
        ana.expect("PRIVMSG", where=lambda line: "You stay" in line.text)
        result = patchcord("account", "remove", "ana", "--config", self.daemon.config_file)
        self.assertEqual(result.returncode, 0, result.stderr)
        make_account(self.daemon, "ana", PASSWORD)
        ana.join("#other")  # written down for who has the name now
        ana.barrier()
        self.daemon.signal(signal.SIGTERM)
        self.daemon.wait()
        self.daemon.start()
        birds = [self.keep(Client(self.daemon.address())) for _ in range(2)]
        self.canaries = [bird.register(f"canary{n}").join("#canary") for n, bird in enumerate(birds)]
        bob = self.member("bob", "#room")
        self.assertEqual(of_command(bob.ask("WHOIS ana"), "311"), [])
        self.assertEqual(of_command(bob.ask("NAMES #room"), "353")[0].text.split(), ["@bob"])


if __name__ == "__main__":
    unittest.main()
