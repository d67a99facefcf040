"""Somebody on IRC who is signed in to an MSN service that attacks."""

from .far_faults import FarFaultCase
from .links import CONTACTS
from .machine import eventually, sanitizers

MIB = 1024 * 1024
MOST_GROWTH = 32 * MIB
SAFE = {"JOIN", "PART", "AWAY", "PRIVMSG", "NOTICE", "FAIL", "NOTE", "SETNAME", "TAGMSG", "MODE"}  # of people
EVIL_NAME = "x%0D%0AQUIT%20:pwn%0D%0A%00%1B[2J%E2%80%AEevil"


class BoundedMemory:
    """Goes before a case: whatever it did to the daemon, that has not grown by much."""

    def setUp(self) -> None:
        super().setUp()
        self._memory_before = self.daemon.resident_bytes()

    def tearDown(self) -> None:
        if not sanitizers():  # they keep what was freed
            self.assertLess(self.daemon.resident_bytes() - self._memory_before, MOST_GROWTH)
        super().tearDown()


class UpstreamCase(BoundedMemory, FarFaultCase):
    """ana is signed in to the attacker."""

    def ns_say(self, *data: str | bytes) -> None:
        """To the notification client."""
        for piece in data:
            self.service.ns[-1].say(piece)

    def assert_closed_and_back(self, ana, data: str | bytes) -> None:
        """What was said is the end of the connection; the next one works."""
        tries = len(self.service.ns)
        self.ns_say(data)
        eventually(lambda: len(self.service.ns) > tries, f"the link is closed and tried again after {data[:40]!r}")
        self.assert_recovers(ana)

    def assert_recovers(self, ana) -> None:
        """Signed in (again), and bob can be talked to, each way."""
        self.expect_links(ana, "far: ana@example.com, signed in")
        eventually(lambda: "Bob" in self.names(ana, CONTACTS), "bob is there", every=0.1)
        self.assert_serves(ana)
        self.assert_nothing_odd(ana)

    def assert_nothing_odd(self, ana) -> None:
        """No command came that nobody gave: what others sent came as what they may send."""
        ana.barrier()
        for line in ana.history:
            if line.source and "!" in line.source and line.nick not in ("ana", "*patchcord"):
                self.assertIn(line.command, SAFE, line)
                self.assertFalse([line for line in ana.history if line.command in ("QUIT", "ERROR", "KILL")])
