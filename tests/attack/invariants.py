"""What holds in every attack case without the case asking for it, beside what every test of a daemon checks.

A case for which one of them cannot hold says so with an attribute of its class, in words:
`slow_canaries`, why others may have to wait; `no_watch`, why nobody else can be there;
`changed_limits`, why the gateway's limits are others afterwards; `expected_error`, bytes of a line that is an error.
What clients get is checked as they read it: harness.message and harness.msn_wire.
"""

import math
import os

from harness.attacks import CleanLogs
from harness.client import Client
from harness.daemon import OPERATOR_NAME
from harness.guard import Guard
from harness.machine import eventually, pass_time, sanitizers
from watch import Watch

MIB = 1024 * 1024
MOST_GROWTH = 32 * MIB
SETTLE = 30.0  # seconds after which a gateway that was attacked is as before
IDLE = 0.05  # of a core
WINDOW = 0.25  # seconds over which that is measured
SLOWEST = 2.0  # seconds that 99 of 100 messages of others may take
SLOWEST_MEASURED = 0.25  # the same on a machine that does nothing else, which $PATCHCORD_QUIET_MACHINE says
PASSER_BY = "127.0.0.78"  # an address that no case uses


def percentile(delays: list[float], share: float = 0.99) -> float:
    """The delay that this share of them does not exceed; of fewer than 100, all but the longest."""
    if not delays:
        return 0.0
    return sorted(delays)[max(0, min(math.ceil(share * len(delays)) - 1, len(delays) - 2))]


def ledger_problems(sent: list[str], came: list[str]) -> list[str]:
    """Every message that was sent comes once, in order, and no other does."""
    found = [f"came {came.count(text)} times: {text}" for text in dict.fromkeys(sent) if came.count(text) != 1]
    found += [f"never sent: {text}" for text in came if text not in sent]
    return found or ([] if came == sent else ["the order is another"])


class OthersAreServed(Guard):
    """Two people, one on IRC and one on MSN, talk all the time."""

    def begin(self) -> None:
        self.watch = None
        if not self.case.has_canaries or getattr(self.case, "no_watch", ""):
            return
        self.watch = Watch(self.case.daemon)
        self.case.addCleanup(self.watch.stop)
        self.watch.start()

    def end(self) -> None:
        if not self.watch:
            return
        self.watch.stop()
        self.case.assertEqual(self.watch.problems, [], "others were not served")
        for sent, came in self.watch.ledgers():
            self.case.assertEqual(ledger_problems(sent, came), [], "messages of others were lost or doubled")
        if not sanitizers() and not getattr(self.case, "slow_canaries", ""):
            slowest = SLOWEST_MEASURED if os.environ.get("PATCHCORD_QUIET_MACHINE") else SLOWEST
            self.case.assertLess(percentile(self.watch.delays), slowest, "others had to wait")


class ResourcesComeBack(Guard):
    """Memory is about what it was, and an idle gateway does nothing."""

    def begin(self) -> None:
        self.before = self.case.daemon.resident_bytes()

    def settled(self) -> None:
        if not sanitizers():
            eventually(self._memory_is_back, "memory is back", SETTLE, every=0.2)
            eventually(self._is_idle, "the daemon is idle again", SETTLE)

    def _memory_is_back(self) -> bool:
        return self.case.daemon.resident_bytes() - self.before <= MOST_GROWTH

    def _is_idle(self) -> bool:
        started = self.case.daemon.cpu_seconds()
        pass_time(WINDOW)
        return self.case.daemon.cpu_seconds() - started < IDLE * WINDOW


class NothingIsWeaker(Guard):
    """A wrong password is refused as ever, and clients are told the same limits."""

    def begin(self) -> None:
        self.limits = self.case.canaries[0].isupport if self.case.has_canaries else None

    def settled(self) -> None:
        if self.limits is None:
            return
        client = Client(self.case.daemon.address(), source=PASSER_BY)
        try:
            client.register("passer")
            if not getattr(self.case, "changed_limits", ""):
                self.case.assertEqual(_without_places(client.isupport), _without_places(self.limits))
            client.send(f"OPER {OPERATOR_NAME} :not-the-password")
            client.expect_any(("464", "381"))
            self.case.assertEqual(client.history[-1].command, "464", "a wrong password was taken")
        finally:
            client.close()


def _without_places(limits: dict[str, str]) -> dict[str, str]:
    """Without addresses of web services: their port is another after each start."""
    return {key: value for key, value in limits.items() if "://" not in value}


ALL = (CleanLogs, OthersAreServed, ResourcesComeBack, NothingIsWeaker)
