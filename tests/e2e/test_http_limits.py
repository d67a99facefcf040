"""Every limit of [http]: its key, and what the client that reaches it is told."""

import http.client
import unittest

from harness.bridge import MsnAttackCase
from harness.case import configured
from harness.limits import untested_limits
from harness.machine import eventually, pass_time, reply_timeout
from harness.passport import get_ticket

STRANGER = "127.0.0.2"  # an address that has no exemption
CHALLENGE = "ct=1,rver=1"


class HttpTest(MsnAttackCase):
    """The HTTP listener."""

    def status(self, source: str = STRANGER) -> int:
        """Of one request on a connection of its own, which stays open; 0 when it was dropped."""
        address = self.daemon.address("http")
        connection = http.client.HTTPConnection(*address, timeout=reply_timeout(), source_address=(source, 0))
        self.addCleanup(connection.close)
        self._clients.append(connection)
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            response.read()
            return response.status
        except (http.client.HTTPException, OSError):
            return 0

    def hang_up(self) -> None:
        for client in self._clients:
            if isinstance(client, http.client.HTTPConnection):
                client.close()

    @configured({"http": {"max_clients": 3}})
    def test_max_clients(self) -> None:
        """One more is refused; when one has left there is room again"""
        self.assertEqual([self.status() for _ in range(3)], [200] * 3)
        self.assertIn(self.status(), (0, 503))
        self.hang_up()
        eventually(lambda: self.status() == 200, "there is room again")

    @configured({"http": {"max_clients_per_address": 2}})
    def test_max_clients_per_address(self) -> None:
        """The third at a time from one address is refused, others and exempt ones are not"""
        self.assertEqual([self.status() for _ in range(2)], [200] * 2)
        self.assertIn(self.status(), (0, 503))
        self.assertEqual([self.status("127.0.0.3")] + [self.status("127.0.0.1") for _ in range(3)], [200] * 4)

    @configured({"http": {"max_connects_per_address": 3, "connect_window": "2s"}})
    def test_max_connects_per_address(self) -> None:
        """The fourth new connection within `connect_window` is refused"""
        self.assertEqual([self.status() for _ in range(3)], [200] * 3)
        self.assertIn(self.status(), (0, 503))
        pass_time(2.5)
        self.assertEqual(self.status(), 200)

    @configured({"http": {"max_clients_per_address": 1, "unlimited_addresses": [STRANGER, "127.0.0.1"]}})
    def test_unlimited_addresses(self) -> None:
        """The exempt addresses are the configured ones"""
        self.assertEqual([self.status() for _ in range(3)], [200] * 3)
        self.assertEqual(self.status("127.0.0.3"), 200)
        self.assertIn(self.status("127.0.0.3"), (0, 503))

    @configured({"http": {"login_burst": 2, "login_rate": 0.5}})
    def test_login_burst_and_rate(self) -> None:
        """Wrong passwords from one address; when some time has gone by the right one is taken again"""
        address = self.daemon.address("http")
        self.msn("bob")
        for number in range(4):
            with self.assertRaises(AssertionError):
                get_ticket(address, "bob@example.com", f"wrong {number}", CHALLENGE)
        with self.assertRaises(AssertionError):
            get_ticket(address, "bob@example.com", "secret", CHALLENGE)
        pass_time(4.5)
        get_ticket(address, "bob@example.com", "secret", CHALLENGE)

    @configured({"http": {"ticket_lifetime": "1s"}})
    def test_ticket_lifetime(self) -> None:
        """911"""
        ticket = get_ticket(self.daemon.address("http"), "bob@example.com", "secret", CHALLENGE)
        pass_time(1.5)
        bob = self.msn_client("bob")
        bob.negotiate()
        bob.begin_login()
        self.assertEqual(bob.finish_login(ticket).verb, "911")


class CoverageTest(unittest.TestCase):
    """This file, held against the configuration."""

    NO_LIMITS = {"listen", "base_url"}
    PARTS = {
        "login_burst": "login_burst_and_rate",
        "login_rate": "login_burst_and_rate",
        "connect_window": "max_connects_per_address",
    }

    def test_every_limit_of_the_example_is_tested(self) -> None:
        """Each key of [http] is named in a test of this file, or is no limit."""
        self.assertEqual(untested_limits("http", dir(HttpTest), self.NO_LIMITS, self.PARTS), set())


if __name__ == "__main__":
    unittest.main()
