"""Several clients of one account, and history: nothing that was said is lost, shown out of order, or shown twice.
Attack cases of history that need the running daemon."""

import signal
import threading
import unittest

from harness.accounts import authenticate, make_account
from harness.case import DaemonCase, configured
from harness.client import Client, of_command
from harness.real_clients import start_irssi, start_weechat

PASSWORD = "correct-horse"
MODERN = ("batch", "message-tags", "server-time", "echo-message", "labeled-response", "draft/chathistory")


class PersonCase(DaemonCase):
    """ana has an account; bob is a guest in the lobby."""

    config = {"room": [{"name": "lobby"}], "irc": {"flood_rate": 0.0}}

    def setUp(self) -> None:
        super().setUp()
        make_account(self.daemon, "ana", PASSWORD)

    def ana(self, caps=(), *, device: str = "") -> Client:
        """Registered, with nothing read that was said to it since."""
        client = self.visitor()
        client.send("CAP LS 302", f"CAP REQ :{' '.join(('sasl', *caps))}", "NICK ana", "USER ana 0 * :A Tester")
        client.expect("CAP", None, "ACK")
        self.assertEqual(authenticate(client, f"ana@{device}" if device else "ana", PASSWORD).command, "903")
        client.send("CAP END")
        client.nick = client.expect("001").params[0]
        return client

    def texts(self, replies) -> list[str]:
        return [line.text for line in of_command(replies, "PRIVMSG") if line.nick != "*patchcord"]

    def history(self, client: Client, words: str) -> list[str]:
        return self.texts(client.ask(f"CHATHISTORY {words}"))


class ManyClientsTest(PersonCase):
    """One nick, one member, one conversation, however many connections."""

    def test_two_clients_are_one_person(self) -> None:
        """The second gets the nick and the rooms of the first; others see one join, and one quit at the end."""
        bob = self.user("bob", "#lobby")
        first = self.ana().join("#lobby")
        bob.expect("JOIN", "#lobby", where=lambda line: line.nick == "ana")
        second = self.ana(("server-time",))
        self.assertEqual(second.nick, "ana")
        second.send("PRIVMSG #lobby :from the second")
        bob.expect("PRIVMSG", "#lobby", "from the second")
        first.expect("PRIVMSG", "#lobby", "from the second", where=lambda line: line.nick == "ana")
        bob.send("PRIVMSG ana :to both")
        for client in (first, second):
            client.expect("PRIVMSG", "ana", "to both")
        first.send("QUIT :one is enough")
        first.read_to_end()
        self.assert_silent(bob, "QUIT", "JOIN", "PART")
        second.send("QUIT :done")
        bob.expect("QUIT", where=lambda line: line.nick == "ana")

    def test_sessions_are_listed_and_closed(self) -> None:
        """`*patchcord sessions` shows both, and closes the other."""
        first, second = self.ana(device="desk"), self.ana(device="phone")
        first.send("PRIVMSG *patchcord :sessions")
        lines = [first.expect("PRIVMSG", where=lambda line: line.nick == "*patchcord").text for _ in range(2)]
        self.assertIn("desk", lines[0])
        self.assertIn("this one", lines[0])
        self.assertIn("phone", lines[1])
        first.send("PRIVMSG *patchcord :sessions close 2")
        second.expect("ERROR")
        first.barrier()


class ReturnTest(PersonCase):
    """Who comes back finds what was said."""

    def test_always_on_over_a_restart(self) -> None:
        """Without a client ana stays in the room, away; after kill -9 she is there again, with all that was said."""
        ana = self.ana().join("#lobby")
        ana.send("PRIVMSG *patchcord :always-on on")
        ana.expect("PRIVMSG", where=lambda line: "You stay" in line.text)
        ana.send("QUIT")
        ana.read_to_end()
        bob = self.user("bob", "#lobby", caps=MODERN)
        self.assertIn("ana", of_command(bob.ask("NAMES #lobby"), "353")[0].text)
        for number in range(3):
            bob.ask(f"@label=l{number} PRIVMSG #lobby :while away {number}")
        bob.ask("@label=q PRIVMSG ana :in private")
        self.daemon.signal(signal.SIGKILL)
        self.daemon.wait()
        self.daemon.start()
        self.canaries = [self.keep(Client(self.daemon.address())).register(f"canary{n}").join("#canary") for n in (1, 2)]
        bob = self.user("bob", "#lobby")
        self.assertIn("ana", of_command(bob.ask("NAMES #lobby"), "353")[0].text)
        back = self.ana(MODERN)
        back.expect("JOIN", "#lobby")
        self.assertEqual(self.history(back, "LATEST #lobby * 10"), [f"while away {n}" for n in range(3)])
        self.assertEqual(self.history(back, "LATEST bob * 10"), ["in private"])

    def test_a_returning_client_is_shown_what_it_missed_once(self) -> None:
        """irssi-like and WeeChat-like clients cannot ask: each is shown what was said since it was here itself."""
        bob = self.user("bob", "#lobby")
        stays = self.ana(("server-time",), device="desk").join("#lobby")
        goes = self.ana(("server-time",), device="phone")
        for number in range(30):
            if number == 10:
                goes.barrier()
                goes.send("QUIT")
                goes.read_to_end()
            bob.ask(f"PRIVMSG #lobby :line {number}")
        back = self.ana(("server-time",), device="phone")
        bob.ask("PRIVMSG #lobby :last")
        shown = []
        while shown[-1:] != ["last"]:
            shown.append(back.expect("PRIVMSG", "#lobby").text)
        self.assertEqual(shown, [f"line {n}" for n in range(10, 30)] + ["last"])
        stays.expect("PRIVMSG", "#lobby", "last")

    @configured({"history": {"enabled": False}})
    def test_without_history_nothing_is_offered(self) -> None:
        """No capability, no file, no replay."""
        bob = self.user("bob", "#lobby")
        bob.ask("PRIVMSG #lobby :gone")
        client = self.visitor()
        offered = " ".join(line.text for line in of_command(client.ask("CAP LS 302"), "CAP"))
        self.assertNotIn("chathistory", offered)
        self.assertEqual(self.texts(self.user("carol", "#lobby").barrier()), [])
        self.assertEqual(list(self.daemon.directory.glob("**/history.db")), [])


class KillTest(PersonCase):
    """Kill -9 under load."""

    def test_what_was_echoed_to_its_sender_is_in_the_history(self) -> None:
        """Several people talk as fast as they can, labelled; the daemon is killed in the middle. All echoes that came
        are found after the restart, in the order of their sender."""
        talkers = [self.user(f"talker{n}", "#lobby", caps=MODERN) for n in range(4)]
        echoed: dict[str, list[str]] = {talker.nick: [] for talker in talkers}
        enough = threading.Event()

        def talk(talker: Client) -> None:
            number = 0
            try:
                while True:
                    number += 1
                    talker.send(f"@label=x{number} PRIVMSG #lobby :{talker.nick} {number}")
                    line = talker.expect("PRIVMSG", "#lobby", f"{talker.nick} {number}")
                    if line.tags.get("label") == f"x{number}":
                        echoed[talker.nick].append(line.text)
                    if number == 200:
                        enough.set()
            except (AssertionError, OSError, EOFError):
                return

        threads = [threading.Thread(target=talk, args=(talker,)) for talker in talkers]
        for thread in threads:
            thread.start()
        self.assertTrue(enough.wait(60))
        self.daemon.signal(signal.SIGKILL)
        self.daemon.wait()
        for thread in threads:
            thread.join(60)
        self.daemon.start()
        self.canaries = [self.keep(Client(self.daemon.address())).register(f"canary{n}").join("#canary") for n in (1, 2)]
        reader = self.user("reader", "#lobby", caps=MODERN)
        kept: list[str] = []
        before = "*"
        while True:
            words = "LATEST #lobby * 100" if before == "*" else f"BEFORE #lobby msgid={before} 100"
            lines = of_command(reader.ask(f"CHATHISTORY {words}"), "PRIVMSG")
            if not lines:
                break
            kept = [line.text for line in lines] + kept
            before = lines[0].tags["msgid"]
        self.assertEqual(len(kept), len(set(kept)), "no line twice")
        for nick, said in echoed.items():
            self.assertGreater(len(said), 50)
            mine = [text for text in kept if text.startswith(f"{nick} ")]
            self.assertEqual(mine[: len(said)], said)


class RealClientsTest(PersonCase):
    """irssi and WeeChat on one account."""

    def test_one_leaves_and_returns(self) -> None:
        """Both show what is said; the one that comes back shows what it missed, in order, once."""
        bob = self.user("bob", "#lobby")
        weechat = start_weechat(
            self.daemon, self.directory / "weechat", "ana", "#lobby", {"irc.server_default.password": f"ana:{PASSWORD}"}
        )
        self.addCleanup(weechat.close)
        bob.expect("JOIN", "#lobby", where=lambda line: line.nick == "ana")
        irssi = start_irssi(self.daemon, self.directory / "irssi", "ana", password=PASSWORD)
        self.addCleanup(irssi.close)
        irssi.type("/window goto #lobby")
        irssi.wait_for("#lobby]")
        irssi.type("said in irssi")
        weechat.wait_for("said in irssi")
        bob.send("PRIVMSG #lobby :for both")
        for client in (irssi, weechat):
            client.wait_for("for both")
        irssi.type("/quit")
        irssi.wait_until_over()
        for number in range(5):
            bob.ask(f"PRIVMSG #lobby :missed {number}")
        again = start_irssi(self.daemon, self.directory / "again", "ana", password=PASSWORD)
        self.addCleanup(again.close)
        again.type("/window goto #lobby")
        again.wait_for("missed 4")
        screen = again.screen()
        self.assertEqual([screen.count(f"missed {number}") for number in range(5)], [1] * 5)
        self.assertLess(screen.index("missed 0"), screen.index("missed 4"))
        self.assertNotIn("for both", screen)
        self.assert_silent(bob, "QUIT", "PART")


if __name__ == "__main__":
    unittest.main()
