"""Attack cases K01 and K03: programs that answer each other for ever, and two gateways that are each other's."""

import signal
import unittest

from harness.bridge import LOBBY, MsnAttackCase, person
from harness.client import Client, of_command
from harness.links import CONTACTS, SERVICE, handle_of, link_tables
from harness.machine import eventually
from harness.msn_body import text_body
from harness.two_gateways import TwoGatewaysCase

MOST_LINES = 20
HELLO = "hello there"


class EchoTest(MsnAttackCase):
    """K01: a bot on IRC repeats each line with its speaker's name, and a client on MSN answers whatever it is told."""

    ROUNDS = 50

    def setUp(self) -> None:
        super().setUp()
        self.bot = self.irc("echobot", "#lobby")
        self.auto = self.msn("auto")
        self.lines = 0  # of both

    def run_loop(self, chat, target: str, answer) -> None:
        """Until one of them is not heard any more; `answer` is what the one on MSN makes of a text."""
        self.bot.barrier()
        chat.barrier()
        self.bot.send(f"PRIVMSG {target} :{HELLO}")
        for _ in range(self.ROUNDS):
            self.bot.barrier()
            if not (told := chat.texts()):
                return
            self.lines += len(told)
            trid = chat.post(text_body(answer(told[-1])))
            if chat.expect_any(("ACK", "NAK"), trid).verb == "NAK":
                return
            said = [line for line in of_command(self.bot.barrier(), "PRIVMSG") if line.nick == "Auto"]
            self.lines += len(said)
            for line in said:
                self.bot.send(f"PRIVMSG {target} :<{line.nick}> {line.text}"[:400])
        self.fail(f"it goes on and on, {self.lines} lines so far")

    def assert_broken(self, chat, target: str) -> None:
        """Soon; and people are heard as before, while what goes around is not."""
        self.assertLessEqual(self.lines, MOST_LINES)
        self.bot.send(f"PRIVMSG {target} :a word of my own")
        chat.expect_text("a word of my own", person("echobot"))
        chat.say("and one of mine")
        self.bot.expect("PRIVMSG", None, "and one of mine")

    def test_K01_echo_bot_and_echoing_client(self) -> None:
        """In a room: it ends after a few lines, and whoever is refused is told"""
        chat = self.auto.call(LOBBY)
        self.run_loop(chat, "#lobby", lambda text: f"You said: {text}"[:300])
        self.assert_broken(chat, "#lobby")

    def test_K01_echo_bot_and_answering_machine(self) -> None:
        """The same answer to everything"""
        chat = self.auto.call(LOBBY)
        self.run_loop(chat, "#lobby", lambda _text: "I am away from the keyboard")
        self.assert_broken(chat, "#lobby")

    def test_K01_in_a_query(self) -> None:
        """Between two as well"""
        chat = self.auto.call(person("echobot"))
        self.run_loop(chat, "Auto", lambda _text: "I am away from the keyboard")
        self.assert_broken(chat, "Auto")

    def test_K01_people_who_greet_are_no_loop(self) -> None:
        """Many who say the same at the same time are all heard"""
        chats = [self.msn(f"guest{number}").call(LOBBY) for number in range(8)]
        for chat in chats:
            chat.say("good morning!")
        heard = [line for line in of_command(self.bot.barrier(), "PRIVMSG", "#lobby") if line.text == "good morning!"]
        self.assertEqual(len(heard), len(chats))


class TwoWaysTest(TwoGatewaysCase):
    """K03: #lobby here has an account on the far gateway, #lobby there has one here, and each is called into the other's
    room: two ways between the same two rooms."""

    links = ({"room": "lobby", "handle": handle_of("nearlobby")},)
    FAR_ACCOUNT = "farlobby@example.org"

    def setUp(self) -> None:
        super().setUp()
        self.link_back()
        self._files_before += 4  # connections between the two
        self.here = self.irc("hanna", "#lobby")
        self.there = self.keep(Client(self.far.address())).register("fred").join("#lobby")
        self.bring(self.there, handle_of("nearlobby"))
        self.bring(self.here, self.FAR_ACCOUNT)

    def link_back(self) -> None:
        """From the far gateway to this one."""
        host, port = self.daemon.address("msn")
        passport = "http://{}:{}".format(*self.daemon.address("http"))
        service = {"name": SERVICE, "server": f"{host}:{port}", "auth": "twn", "nexus_url": passport}
        table = {"room": "lobby", "handle": self.FAR_ACCOUNT}
        self.far.rewrite({"msn_service": [service], "link": link_tables(self.far.directory, (table,))})
        self.far.signal(signal.SIGHUP)
        self.far.log.wait_for(f"Signed in to {SERVICE} ({self.FAR_ACCOUNT})")
        self.daemon.log.wait_for(f"Signed in to {SERVICE} ({handle_of('nearlobby')})")

    def bring(self, client: Client, handle: str) -> None:
        """Somebody calls the other room's account into their own."""
        nick = handle.partition("@")[0]
        client.send(f"PRIVMSG *patchcord :add {handle}")
        eventually(lambda: nick in self.names(client, CONTACTS), f"{nick} is in the contact list")
        client.send(f"INVITE {nick} #lobby")
        client.expect("JOIN", "#lobby", where=lambda line: line.nick == nick)

    def heard(self, client: Client) -> list[str]:
        """All that ends with the words that go around."""
        client.barrier()
        return [line.text for line in of_command(client.history, "PRIVMSG", "#lobby") if line.text.endswith(HELLO)]

    def is_quiet(self) -> bool:
        """Nothing comes any more: several round trips through both gateways bring nothing new."""
        before = len(self.heard(self.here)) + len(self.heard(self.there))
        for client in (self.here, self.there) * 10:
            client.ask("WHO #lobby")
        return before == len(self.heard(self.here)) + len(self.heard(self.there))

    def test_K03_two_gateways_on_the_same_pair(self) -> None:
        """What is said in one room is heard in the other, and the loop ends after a few lines; both go on"""
        self.here.send(f"PRIVMSG #lobby :{HELLO}")
        self.there.expect("PRIVMSG", "#lobby", where=lambda line: line.text.endswith(HELLO))
        eventually(self.is_quiet, "the loop is broken", timeout=5.0, every=0.2)
        self.assertLessEqual(len(self.heard(self.here)), MOST_LINES)
        self.assertLessEqual(len(self.heard(self.there)), MOST_LINES)
        self.there.send("PRIVMSG #lobby :something else")
        self.here.expect("PRIVMSG", "#lobby", where=lambda line: line.text.endswith("something else"))


if __name__ == "__main__":
    unittest.main()
