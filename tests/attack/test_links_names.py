"""Attack case M05 for accounts that are linked to a service: a name server that lies, breaks, or takes its time."""

import unittest

from harness.disk import may_mount
from harness.far_faults import FarFaultCase
from harness.machine import eventually, pass_time, patience
from harness.name_server import A, CNAME, NXDOMAIN, SERVFAIL, TRUNCATED, AsksNobodyElse, NameServer, record, wire_name
from harness.traps import Traps

CANNOT = "cannot be reached"
SERVER = "ns.service.test"
SWITCHBOARD = "sb.service.test"
NOBODY = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(1000)]  # addresses where nobody listens


def right(query) -> bytes:
    return query.addresses("127.0.0.1")


class NamesCase(Traps, FarFaultCase):
    """The service is known by names; `answer` is how they are answered at first."""

    PATIENCE = 1  # seconds until a look-up is given up

    def setUp(self) -> None:
        if not may_mount():
            self.skipTest("only root can give the daemon another name server")
        super().setUp()

    def prepare(self) -> dict:
        self.names_server = NameServer(right)
        self.addCleanup(self.names_server.close)
        self.addCleanup(AsksNobodyElse(self.directory, self.PATIENCE).end)
        config = super().prepare()
        port = self.service.address("ns").rpartition(":")[2]
        config["msn_service"][0]["server"] = f"{SERVER}:{port}"
        return config

    def assert_others_are_served(self) -> None:
        self.assertLess(self.worst_canary_delay(), 0.25 * patience())


class HostileNamesTest(NamesCase):
    """M05: no answer of a name server is worse than none."""

    MOST_TRIES = 10  # in two seconds; pauses grow from 100 ms to 400 ms

    def assert_borne(self, answer, questions: int = 1) -> None:
        """Told once, tried again with growing pauses, others are served meanwhile; and with a right answer it works.
        `questions`: how often the name server is asked in one look-up."""
        self.names_server.answer = answer
        ana = self.linked("ana", signed_in=False)
        self.expect_told(ana, CANNOT)
        self.assert_others_are_served()
        tries = self.names_server.asked.count(SERVER)
        pass_time(2.0)
        self.assertLessEqual(self.names_server.asked.count(SERVER) - tries, self.MOST_TRIES * questions)
        eventually(lambda: self.names_server.asked.count(SERVER) > tries, "it is tried again")
        self.assertEqual(len(self.notices(ana)), 1)
        self.assertEqual(self.service.ns, [])
        self.names_server.answer = right
        self.sees(ana, "Bob")
        self.assert_serves(ana)

    def test_M05_no_such_name(self) -> None:
        """NXDOMAIN"""
        self.assert_borne(lambda query: query.reply(code=NXDOMAIN))

    def test_M05_server_failure(self) -> None:
        """SERVFAIL"""
        self.assert_borne(lambda query: query.reply(code=SERVFAIL))

    def test_M05_no_address(self) -> None:
        """The name is there, and has no address"""
        self.assert_borne(lambda query: query.reply())

    def test_M05_silence(self) -> None:
        """No answer at all"""
        self.assert_borne(lambda query: None)

    def test_M05_truncated(self) -> None:
        """... and nobody listens on TCP, where the rest would be"""
        self.assert_borne(lambda query: query.reply(flags=TRUNCATED))

    def test_M05_cut_off(self) -> None:
        """Every beginning of a right answer"""

        def pieces(query):
            whole = right(query)
            return [whole[:length] for length in range(len(whole))]

        self.assert_borne(pieces)

    def test_M05_junk(self) -> None:
        """Bytes without a meaning, behind the right id"""
        junk = bytes(number * 37 % 251 for number in range(500))
        self.assert_borne(lambda query: [junk, query.id.to_bytes(2, "big") + junk, query.reply(junk), query.reply() * 9])

    def test_M05_name_that_leads_to_itself(self) -> None:
        """CNAME, in a circle of one and in one of two"""
        other = wire_name("other.service.test")
        self.assert_borne(
            lambda query: [
                query.reply(
                    record(CNAME, wire_name(query.name)),
                    record(CNAME, other),
                    record(CNAME, wire_name(query.name), other),
                )
            ]
        )

    def test_M05_thousand_addresses(self) -> None:
        """Nobody listens at any of them: a few are tried. The C library asks anew with space for 1 KiB to 64 KiB"""
        self.assert_borne(lambda query: query.addresses(*NOBODY), questions=7)

    def test_M05_answer_to_another_question(self) -> None:
        """Another id, and the address of a trap"""
        port = int(self.service.address("ns").rpartition(":")[2])
        trapped = "127.0.0.99"
        self.trap(trapped, port)
        self.assert_borne(lambda query: query.reply(record(A, bytes((127, 0, 0, 99))), id_change=1))

    def test_M05_addresses_that_are_no_hosts(self) -> None:
        """0.0.0.0 would be this machine; nor is anything sent to a multicast or broadcast address"""
        self.assert_borne(lambda query: query.addresses("0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1"))


class SlowNamesTest(NamesCase):
    """M05: the right answer, after ten seconds."""

    PATIENCE = 20
    DELAY = 10.0
    service_keys = {"request_timeout": "30s"}

    def test_M05_slow_answer(self) -> None:
        """The loop does not wait for it; then it is used"""
        self.names_server.delay = self.DELAY
        ana = self.linked("ana", signed_in=False)
        for _ in range(int(self.DELAY / 2)):
            self.assert_others_are_served()
            pass_time(1.0)
            self.assertEqual(self.service.ns, [])
        self.names_server.delay = 0.0
        self.sees(ana, "Bob")
        self.assertEqual(self.names_server.asked.count(SERVER), 1)
        self.assert_serves(ana)


class ForbiddenAddressTest(NamesCase):
    """M05: a switchboard whose name leads to where only the gateway can go."""

    FORBIDDEN = ("169.254.169.254", "10.0.0.1")

    def test_M05_forbidden_address(self) -> None:
        """Nobody is connected to; the sender is told, and with an address that is allowed the next message arrives"""
        port = int(self.service.address("sb").rpartition(":")[2])
        for address in self.FORBIDDEN:
            self.trap(address, port)
        self.service.answers["XFR"] = f"XFR {{0}} SB {SWITCHBOARD}:{port} CKI key\r\n"
        ana = self.ana()
        self.names_server.answer = lambda query: query.addresses(*self.FORBIDDEN)
        ana.send("PRIVMSG Bob :into the trap")
        self.assertIn("into the trap", ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob").text)
        self.assertIn(SWITCHBOARD, self.names_server.asked)
        self.assertEqual(self.service.sb, [])
        self.names_server.answer = right
        self.assert_serves(ana)


if __name__ == "__main__":
    unittest.main()
