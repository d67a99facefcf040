"""Attack cases of group M: connections that one side takes for alive, and services that never answer."""

import time
import unittest

from harness.accounts import log_in
from harness.client import Client, of_command
from harness.far_faults import FarFaultCase, FarLedger
from harness.fault_proxy import FaultProxy, ProxiedService
from harness.history_case import MODERN, PASSWORD, HistoryCase
from harness.links import PATCHCORD
from harness.machine import eventually, patience

CANNOT = "cannot be reached"


class ProxyCase(FarFaultCase):
    """Everything that leads to the service goes through proxies."""

    def make_service(self) -> ProxiedService:
        return ProxiedService(self.contacts, self.answers)

    def login_url(self) -> str:
        return f"http://{self.service.address('http')}/login"


class LostSwitchboardTest(ProxyCase):
    """M02: a switchboard is lost with messages in it."""

    def assert_told_and_not_sent_twice(self, lose) -> None:
        """The service had them and did not say so: told with their texts, and in doubt; later ones take a new one"""
        ana = self.ana()
        self.query(ana)
        self.service.answers["SB MSG"] = ""
        ledger = FarLedger(self, ana)
        ledger.write(3)
        eventually(lambda: len(self.service.lost) == 3, "they reached the service")
        self.service.answers["SB MSG"] = "ACK {0}\r\n"
        lose(self.service.ways["sb"])
        eventually(lambda: len(ledger.reported()) == 3, "the loss is noticed")
        ledger.write(2)
        ledger.check()
        self.assertEqual(ledger.reported(), ["message 1", "message 2", "message 3"])
        self.assertEqual(ledger.reported(sure=True), [])
        self.assertEqual(ledger.delivered(), ["message 4", "message 5"])
        self.assertEqual(len(self.service.sb), 2)
        self.assert_serves(ana)

    def test_M02_cut(self) -> None:
        """FIN"""
        self.assert_told_and_not_sent_twice(FaultProxy.cut)

    def test_M02_reset(self) -> None:
        """RST"""
        self.assert_told_and_not_sent_twice(FaultProxy.reset)

    def test_M02_before_they_have_left(self) -> None:
        """Nobody was in the switchboard yet: told as what it is, surely not delivered; the next one arrives"""
        ana = self.ana()
        usual = self.service.answers["SB CAL"]
        self.service.answers["SB CAL"] = ""
        ledger = FarLedger(self, ana)
        ledger.write(3)
        self.service.wait_for_switchboard(1)
        self.service.answers["SB CAL"] = usual
        self.service.ways["sb"].cut()
        ledger.check()
        self.assertEqual(ledger.reported(sure=True), ["message 1", "message 2", "message 3"])
        ledger.write()
        ledger.check()
        self.assertEqual(ledger.delivered(), ["message 4"])


class SilentServiceTest(ProxyCase):
    """M10: a service that takes connections and says nothing."""

    STEPS = {  # for an account each
        "ana": ("VER", "no answer from the server: VER"),
        "bea": ("CVR", "no answer from the server: CVR"),
        "cleo": ("USR I", "no answer from the server: USR I"),
        "dora": ("login", "gave no ticket"),
        "emma": ("USR S", "no answer from the server: USR S"),
        "fay": ("SYN", "no contact list"),
    }
    links = tuple(STEPS)
    DEADLINE = 4.0  # seconds, of which the service has one to answer

    def assert_given_up(self, account: str, why: str) -> None:
        """Its owner is told of the step that failed, in time; others are served meanwhile."""
        started = time.monotonic()
        client = self.linked(account, signed_in=False)
        self.assertLess(self.worst_canary_delay(), 0.25 * patience())
        self.assertIn(why, self.expect_told(client, CANNOT).text)
        self.assertLess(time.monotonic() - started, self.DEADLINE * patience())

    def test_M10_each_step_of_signing_in(self) -> None:
        """Each has a deadline, and a reason of its own; and then all is well"""
        usual = dict(self.service.answers)
        for account, (step, why) in self.STEPS.items():
            with self.subTest(step):
                self.service.answers = {**usual, step: ""}
                self.assert_given_up(account, why)
        self.service.answers = usual
        for client in self._clients:
            self.expect_told(client, "is back")

    def test_M10_each_step_of_a_conversation(self) -> None:
        """XFR, the way in, a call and a message: each message is reported, with the reason"""
        ana = self.ana()
        usual = dict(self.service.answers)
        ledger = FarLedger(self, ana)
        for step, why in {
            "XFR": "no answer from the server",
            "SB USR": "no answer from the server",
            "SB CAL": "no answer",
            "SB MSG": "it may not have arrived",
        }.items():
            with self.subTest(step):
                self.service.answers = {**usual, step: ""}
                ledger.write()
                self.assertIn(why, ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob").text)
        self.service.answers = usual
        ledger.check()
        self.assert_serves(ana)


class SilentTlsTest(ProxyCase):
    """M10: the host of tickets takes a connection, and agrees on no TLS."""

    def login_url(self) -> str:
        return f"https://{self.service.address('http')}/login"

    def test_M10_no_server_hello(self) -> None:
        """The handshake has a deadline"""
        self.service.ways["http"].hole = True
        ana = self.linked("ana", signed_in=False)
        self.assertIn("gave no ticket", self.expect_told(ana, CANNOT).text)
        self.assertLess(self.worst_canary_delay(), 0.25 * patience())


class HalfOpenClientTest(HistoryCase):
    """M04: somebody's connection swallows everything, and they come again from elsewhere."""

    config = {"irc": {"ping_interval": "2s", "ping_timeout": "3s"}}

    def test_M04_comes_again_while_the_old_connection_looks_alive(self) -> None:
        """At once with her nick and rooms; the old one ends in time; what was said meanwhile is in the history"""
        self.member("ana").close()
        eventually(lambda: not self.is_here("ana"), "she is gone")
        way = FaultProxy(self.daemon.address())
        self.addCleanup(way.close)
        old = self.keep(Client(way.address))
        log_in(old, "ana", PASSWORD, caps=MODERN).join("#room")
        speaker = self.guest("speaker", "#room")
        way.hole = True
        self.say(speaker, "#room", "gap 1", "gap 2")
        new = self.member("ana")
        self.assertEqual(new.nick, "ana")
        self.assertEqual(self.connections_of(new), 2)
        speaker.send("PRIVMSG #room :and now")
        new.expect("PRIVMSG", "#room", "and now")
        self.assertEqual(self.texts(new, "LATEST #room * 10"), ["gap 1", "gap 2", "and now"])

        def old_one_has_ended() -> bool:
            for client in (*self.canaries, speaker):
                client.barrier()  # they answer PING, as clients do
            return self.connections_of(new) == 1

        eventually(old_one_has_ended, "the old one has ended")
        self.assertEqual(of_command(speaker.history, "QUIT"), [])
        self.assertEqual(of_command(speaker.history, "NICK"), [])
        self.say(speaker, "ana", "still you?")
        new.expect("PRIVMSG", "ana", "still you?")

    def is_here(self, nick: str) -> bool:
        return of_command(self.canaries[0].ask(f"ISON {nick}"), "303")[0].text != ""

    def connections_of(self, client: Client) -> int:
        """As the service nick tells their owner."""
        answer = of_command(client.ask(f"PRIVMSG {PATCHCORD} :sessions"), "PRIVMSG", client.nick)
        return sum(line.nick == PATCHCORD for line in answer)


if __name__ == "__main__":
    unittest.main()
