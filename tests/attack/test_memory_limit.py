"""Attack cases of group N: a ceiling for memory, as a container sets it."""

import resource
import unittest

from harness.bridge import MsnAttackCase
from harness.client import Client
from harness.machine import patience, sanitizers
from harness.memory import MEBIBYTE, MemoryGroup, peak_bytes

CEILING = 96 * MEBIBYTE
CLIENTS = 2000


@unittest.skipIf(sanitizers(), "sanitizers need memory of their own for each byte")
class IdleCrowdTest(MsnAttackCase):
    """N18: the usual load."""

    config = {"irc": {"ping_interval": "10m"}}

    def setUp(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        super().setUp()
        group = MemoryGroup(CEILING)
        self.addCleanup(self.leave, group)
        group.take(self.daemon)

    def leave(self, group: MemoryGroup) -> None:
        self.daemon.kill()
        group.close()

    def test_N18_two_thousand_idle_clients(self) -> None:
        """They fit, under a ceiling that would kill the daemon; talk goes on among them; much is free later"""
        before = self.daemon.resident_bytes()
        crowd = [self.enter(number) for number in range(CLIENTS)]
        self.assertLess(self.worst_canary_delay(), 0.25 * patience())
        for _ in range(20):
            crowd[0].send("PRIVMSG #crowd :hello to everybody")
        crowd[-1].expect("PRIVMSG", "#crowd", "hello to everybody")
        self.assert_canaries_sing()
        self.assertLess(peak_bytes(self.daemon), CEILING)
        for client in crowd:
            client.close()
        self.assertLess(self.daemon.resident_bytes() - before, CEILING // 2)

    def enter(self, number: int) -> Client:
        """Registered, every tenth in a channel, and silent from then on."""
        client = self.visitor()
        client.send(f"NICK idle{number}", f"USER idle{number} 0 * :Idle")
        client.nick = client.expect("001").params[0]
        client.barrier()
        return client.join("#crowd") if number % 10 == 0 or number == CLIENTS - 1 else client


if __name__ == "__main__":
    unittest.main()
