"""Attack cases of group M for accounts that are linked to a service: the network between it and the gateway."""

import time
import unittest

from harness.accounts import log_in
from harness.client import Client, of_command
from harness.config import merged
from harness.daemon import Daemon
from harness.far_faults import DOUBT, FarFaultCase, FarLedger
from harness.fault_proxy import ProxiedService
from harness.links import CONTACTS, PASSWORD, PATCHCORD, handle_of, link_tables
from harness.machine import eventually, pass_time, patience
from harness.sockets import destroy_connections, may_destroy
from harness.two_gateways import TwoGatewaysCase

CANNOT = "cannot be reached"
BACK = "is back"
PING_INTERVAL = 5.0  # seconds; the shortest that a service is asked whether it is there
TOLD_WITHIN = 5.0  # seconds until a sender knows that a connection took a message with it


class ProxyCase(FarFaultCase):
    """Everything goes through proxies."""

    def make_service(self) -> ProxiedService:
        return ProxiedService(self.contacts, self.answers)

    def login_url(self) -> str:
        return f"http://{self.service.address('http')}/login"


class IdleTest(ProxyCase):
    """M01: the connection to the notification server ends while nothing happens."""

    links = ("ana", "carl")

    def setUp(self) -> None:
        super().setUp()
        self.people = [self.ana(), self.linked("carl", caps=("standard-replies",))]
        self.sees(self.people[1], "Bob")
        for client in self.people:
            client.join("#room")
        self.told_before = [len(self.notices(client)) for client in self.people]

    def assert_back(self, why: str) -> None:
        """Each was told once that it went, and once that it is back; contacts and rooms are as they were."""
        for client in self.people:
            self.expect_told(client, BACK)
        for client, before in zip(self.people, self.told_before):
            told = self.notices(client)[before:]
            self.assertEqual([CANNOT in text for text in told], [True, False], told)
            self.assertIn(why, told[0])
            self.assertEqual(self.names(client, "#room"), ["ana", "carl"])
            self.sees(client, "Bob")
            went = [line for line in client.history if line.command in ("PART", "QUIT", "KICK", "ERROR")]
            self.assertEqual(went, [])
        self.assertEqual(sum(peer.count("SYN") for peer in self.service.ns), 4)
        self.assert_serves(self.people[0])

    def test_M01_fin(self) -> None:
        """FIN"""
        self.service.ways["ns"].cut()
        self.assert_back("closed")

    def test_M01_rst(self) -> None:
        """RST"""
        self.service.ways["ns"].reset()
        self.assert_back("reset")

    def test_M01_black_hole_then_rst(self) -> None:
        """Nothing passes, nothing is refused, for longer than anybody waits for an answer: told once; then RST"""
        way = self.service.ways["ns"]
        way.hole = True
        for client in self.people:
            self.assertIn("no answer", self.expect_told(client, CANNOT).text)
        tries = way.accepted

        def is_tried_again() -> bool:
            for client in self.people:
                client.barrier()  # in a slow build this takes longer than silence is borne
            return way.accepted > tries + 1

        eventually(is_tried_again, "it is tried again, in vain")
        way.hole = False
        way.reset()
        self.assert_back("no answer")


class HalfOpenTest(ProxyCase):
    """M03: one side believes in a connection that is none."""

    def test_M03_notification_server(self) -> None:
        """Noticed in two ping intervals; what is written before is reported or waits, what is written after waits"""
        ana = self.ana()
        ledger = FarLedger(self, ana)
        started = time.monotonic()
        self.service.ways["ns"].hole = True
        ledger.write(2)
        self.expect_told(ana, CANNOT)
        self.assertLess(time.monotonic() - started, 2 * PING_INTERVAL * patience())
        ledger.write(2)
        self.service.ways["ns"].hole = False
        self.expect_told(ana, BACK)
        ledger.check()
        self.assertEqual(ledger.delivered()[-2:], ["message 3", "message 4"])

    def test_M03_switchboard(self) -> None:
        """What was written into it is in doubt, and told; what comes after that takes another one"""
        ana = self.ana()
        self.query(ana)
        way = self.service.ways["sb"]
        way.hole = True
        ledger = FarLedger(self, ana)
        ledger.write(2)
        ledger.check()
        self.assertEqual(ledger.reported(), ["message 1", "message 2"])
        way.hole = False
        ledger.write(2)
        ledger.check()
        self.assertEqual(ledger.delivered(), ["message 3", "message 4"])


class CutMessageTest(ProxyCase):
    """M08: the receiver vanishes in mid-message. Answers may take their time, but a lost connection tells at once."""

    service_keys = {"request_timeout": "30s", "ping_interval": "30s"}

    def fate(self, how) -> tuple[float, str]:
        """Writes to bob, lets `how(peer)` happen when it has reached the service: seconds until told, and what."""
        ana = self.ana()
        peer = self.query(ana)
        self.service.answers["SB MSG"] = ""
        ana.send("PRIVMSG Bob :message 1")
        eventually(lambda: "message 1" in self.service.lost, "it is on its way")
        self.service.answers["SB MSG"] = "ACK {0}\r\n"
        started = time.monotonic()
        how(peer)
        told = ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob").text
        took = time.monotonic() - started
        self.assertIn("message 1", told)
        self.assertNotIn("message 1", self.service.messages)
        self.assert_serves(ana)
        return took, told

    def assert_told_at_once(self, how) -> None:
        took, told = self.fate(how)
        self.assertLess(took, TOLD_WITHIN * patience())
        self.assertIn(DOUBT, told)

    def test_M08_fin(self) -> None:
        """It may have arrived, or not"""
        self.assert_told_at_once(lambda peer: self.service.ways["sb"].cut())

    def test_M08_rst(self) -> None:
        """The same"""
        self.assert_told_at_once(lambda peer: self.service.ways["sb"].reset())

    def test_M08_out(self) -> None:
        """The switchboard says OUT and closes"""

        def say_out(peer) -> None:
            peer.say("OUT\r\n")
            peer.cut()

        self.assert_told_at_once(say_out)

    def test_M08_nak(self) -> None:
        """It did not arrive: said once more elsewhere, and arrives there"""
        ana = self.ana()
        first = self.query(ana)
        answers = iter(("NAK {0}\r\n",))
        self.service.answers["SB MSG"] = lambda peer, words: next(answers, "ACK {0}\r\n")
        ledger = FarLedger(self, ana)
        started = time.monotonic()
        ledger.write()
        ledger.check()
        self.assertLess(time.monotonic() - started, TOLD_WITHIN * patience())
        self.assertEqual(ledger.delivered(), ["message 1"])
        self.assertIsNot(self.service.last_used, first)

    def test_M08_bye(self) -> None:
        """bob leaves, and the service keeps to itself what reached him: it may still say so, for `request_timeout`"""
        self.assert_told_at_once(lambda peer: peer.say("BYE bob@example.com\r\n"))

    def test_M08_bye_and_nak(self) -> None:
        """bob leaves before it, and the service says so: he is called again, and has it once"""
        ana = self.ana()
        first = self.query(ana)
        goodbye = iter(("BYE bob@example.com\r\n",))
        self.service.answers["SB MSG"] = lambda peer, words: (
            next(goodbye, "") + "NAK {0}\r\n" if peer is first else "ACK {0}\r\n"
        )
        ledger = FarLedger(self, ana)
        ledger.write(3)
        ledger.check()
        self.assertEqual(ledger.delivered(), ["message 1", "message 2", "message 3"])
        self.assertEqual(first.count("CAL"), 1)

    test_M08_bye.keys = {"request_timeout": "2s"}


class SlowWayTest(ProxyCase):
    """M09: a way that is slow, and breaks everything into crumbs."""

    COUNT = 40
    service_keys = {"request_timeout": "20s", "ping_interval": "5s"}

    def slow_down(self) -> None:
        for way in self.service.ways.values():
            way.rate, way.most, way.jitter = 4096.0, 200, 0.02

    def test_M09_ledger_both_ways(self) -> None:
        """Nothing is lost, doubled, or out of order; nobody is told of trouble, and others are served"""
        self.slow_down()
        ana = self.ana()
        peer = self.query(ana)
        ledger = FarLedger(self, ana)
        for number in range(self.COUNT):
            ledger.write()
            peer.tell_message(f"answer {number}")
        self.assertLess(self.worst_canary_delay(), 0.25 * patience())
        ledger.check()
        self.assertEqual(len(ledger.delivered()), self.COUNT)
        peer.tell_message("that was all")
        ana.expect("PRIVMSG", "ana", "that was all")
        answers = [line.text for line in of_command(ana.history, "PRIVMSG", "ana") if line.text.startswith("answer")]
        self.assertEqual(answers, [f"answer {number}" for number in range(self.COUNT)])
        self.assertEqual([len(self.service.ns), len(self.service.sb)], [1, 1])

    def test_M09_byte_by_byte(self) -> None:
        """Every byte alone: signing in, and a message each way"""
        for way in self.service.ways.values():
            way.most = 1
        ana = self.ana()
        self.assert_serves(ana)


class AllAtOnceTest(ProxyCase):
    """M11: every socket is gone at once."""

    ROUNDS = 5

    def break_all(self) -> None:
        for way in self.service.ways.values():
            way.reset()

    def test_M11_all_that_lead_to_the_service(self) -> None:
        """... under load: each message is delivered once or reported, in order; told twice at most"""
        ana = self.ana()
        first = len(self.notices(ana))
        ledger = FarLedger(self, ana)
        for _ in range(self.ROUNDS):
            for _ in range(10):
                ledger.write(2)
                pass_time(0.01)
            self.break_all()
            ledger.write(5)
            self.expect_links(ana, "far: ana@example.com, signed in")
        ledger.check()
        self.assertLessEqual(len([text for text in self.notices(ana)[first:] if "(ana@" in text]), 2)
        self.assert_serves(ana)

    def test_M11_all_of_them(self) -> None:
        """Clients on IRC as well: they come again, and so does the link; what arrived did so once, in order"""
        written = 0
        for _ in range(self.ROUNDS):
            ana = self.ana()
            for _ in range(10):
                ana.send(f"PRIVMSG Bob :message {written + 1}", f"PRIVMSG Bob :message {written + 2}")
                written += 2
                pass_time(0.01)
            self.break_all()
            ana.abort()
            eventually(lambda: not self.is_here("ana"), "her client is gone")
        ana = self.ana()
        self.assert_serves(ana)
        arrived = [int(text.split()[1]) for text in self.service.messages if text.startswith("message")]
        self.assertEqual(arrived, sorted(set(arrived)), "twice, or out of order")
        self.assertLessEqual(len(arrived), written)
        self.assertGreater(len(arrived), self.ROUNDS)

    def is_here(self, nick: str) -> bool:
        return of_command(self.canaries[0].ask(f"ISON {nick}"), "303")[0].text != ""


class EverySocketTest(ProxyCase):
    """M11: the kernel destroys all connections there are, those of others and both ends of each."""

    ROUNDS = 5
    has_canaries = False  # they would be gone, too

    def setUp(self) -> None:
        if not may_destroy():
            self.skipTest("the kernel refuses to destroy sockets (INET_DIAG_DESTROY)")
        super().setUp()

    def test_M11_destroyed_by_the_kernel(self) -> None:
        """Who comes again is served, and so is the link; what arrived did so once, in order"""
        for turn in range(self.ROUNDS):
            ana = self.ana()
            ana.send(*[f"PRIVMSG Bob :message {10 * turn + number}" for number in range(10)])
            eventually(lambda: f"message {10 * turn}" in self.service.messages, "the first has arrived")
            destroy_connections()
            ana.read_to_end()
            asker = self.irc(f"asker{turn}")
            eventually(lambda: of_command(asker.ask("ISON ana"), "303")[0].text == "", "her client is gone")
        self.assert_serves(self.ana())
        arrived = [int(text.split()[1]) for text in self.service.messages if text.startswith("message")]
        self.assertEqual(arrived, sorted(set(arrived)), "twice, or out of order")


class ForgetfulTest(ProxyCase):
    """M13: the service comes back without what it knew."""

    contacts = ("bob", "carol")

    def test_M13_the_same_numbers_again(self) -> None:
        """Session 1 with the same key is bob's before, and carol's after: hers is no answer to what he said"""
        ana = self.ana()
        self.sees(ana, "Carol")
        self.service.ring("bob", session=1)
        self.service.wait_for_switchboard(1).tell_message("I am bob")
        self.assertEqual(ana.expect("PRIVMSG", "ana", "I am bob").nick, "Bob")
        for way in self.service.ways.values():
            way.reset()
        self.expect_told(ana, BACK)
        self.service.answers["SB ANS"] = "IRO {0} 1 1 carol@example.com Carol 0\r\nANS {0} OK\r\n"
        self.service.ring("carol", session=1)
        second = self.service.wait_for_switchboard(2)
        second.tell_message("I am carol", "carol@example.com", "Carol")
        self.assertEqual(ana.expect("PRIVMSG", "ana", "I am carol").nick, "Carol")
        ana.send("PRIVMSG Bob :for bob", "PRIVMSG Carol :for carol")
        eventually(lambda: {"for bob", "for carol"} <= set(self.service.messages), "both arrive")
        self.assertEqual(second.count("MSG"), 1)
        called = [line.split(" ")[2] for line in self.service.sb[2].lines if line.startswith("CAL")]
        self.assertEqual(called, ["bob@example.com"])

    def test_M13_empty_list(self) -> None:
        """Contacts there leave with the list, those of the gateway itself stay; and all come back"""
        self.msn("dora")
        ana = self.ana()
        self.tell(ana, "add dora@example.com")
        self.service.contacts.clear()
        self.service.ways["ns"].reset()
        ana.expect("PART", CONTACTS)
        self.expect_links(ana, "far: ana@example.com, signed in")
        self.assertIn("Dora", self.names(ana, CONTACTS))
        self.service.contacts.append("bob")
        self.service.ways["ns"].reset()
        self.sees(ana, "Bob")
        self.assertIn("Dora", self.names(ana, CONTACTS))
        self.assert_serves(ana)


class DuelTest(TwoGatewaysCase):
    """M07: two gateways with the same account on a third."""

    def prepare(self) -> dict:
        config = super().prepare()
        directory = self.directory / "other.test"
        directory.mkdir()
        named = {"gateway": {"name": "other.test"}}
        self.other = Daemon(directory, merged(named, {**config, "link": link_tables(directory, self.links)}))
        self.addCleanup(self._finish, self.other)
        self.other.start()
        return config

    def ana_of(self, daemon: Daemon) -> Client:
        client = self.keep(Client(daemon.address()))
        self._clients.append(client)
        log_in(client, "ana", PASSWORD)
        self.expect_told(client, "Signed in to far")
        return client

    def changes(self, client: Client) -> list[str]:
        client.barrier()
        lines = [line.text for line in client.history if line.command == "NOTICE" and line.nick == PATCHCORD]
        return [text.split(" ")[0] for text in lines if "igned in" in text]

    def test_M07_duel(self) -> None:
        """Whoever came first is told, and waits for `connect`; so does the other one then. Nobody else is rung twice"""
        bob = self.msn("bob")
        one = self.ana_of(self.daemon)
        other = self.ana_of(self.other)
        self.assertIn("somebody signed in there", self.expect_told(one, "Not signed in").text)
        bob.add("FL", handle_of("ana"))
        pass_time(2.0)
        self.assertEqual((self.changes(one), self.changes(other)), (["Signed", "Not"], ["Signed"]))
        bob.call(handle_of("ana")).say("who is it?")
        other.expect("PRIVMSG", "ana", "who is it?")
        self.assert_silent(one, "PRIVMSG")
        self.tell(one, "connect")
        self.expect_told(one, "Signed in to far")
        self.expect_told(other, "Not signed in")
        pass_time(1.0)
        self.assertEqual((self.changes(one)[2:], self.changes(other)[1:]), (["Signed"], ["Not"]))

    def tearDown(self) -> None:
        super().tearDown()
        self.assert_clean_end(self.other)


if __name__ == "__main__":
    unittest.main()
