"""Attack case J12: one ceiling for the memory of everybody together."""

import threading
import unittest

from harness.bridge import MsnAttackCase
from harness.client import Client, of_command
from harness.machine import eventually, patience, sanitizers
from harness.memory import MEBIBYTE, MemoryGroup, peak_bytes

CEILING = 320 * MEBIBYTE
KILLED_AT = CEILING + 64 * MEBIBYTE  # by the system, where the test can ask it to
READERS = 700  # of 512 KiB each: more than there is
ROUNDS = 60
LINES = 100  # a round
TEXT = "x" * 400


class Guessers:
    """People who try passwords all the time, each of which takes memory of its own."""

    def __init__(self, case: MsnAttackCase, count: int):
        self._stop = threading.Event()
        self._clients = [case.visitor().register(f"guesser{number}") for number in range(count)]
        self._threads = [threading.Thread(target=self._guess, args=(client,)) for client in self._clients]
        for thread in self._threads:
            thread.start()

    def _guess(self, client: Client) -> None:
        while not self._stop.is_set():
            client.send("OPER oper :not-the-password")
            client.expect("464")

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@unittest.skipIf(sanitizers(), "sanitizers need memory of their own for each byte")
class CeilingTest(MsnAttackCase):
    """Many who do not read, none of whom reaches a limit of their own, while others flood and guess passwords."""

    config = {
        "gateway": {"max_memory": "320 MiB"},
        "irc": {"sendq": "512 KiB", "flood_rate": 0.0, "max_failed_logins": 60_000},
        "history": {"enabled": False},
    }
    slow_canaries = "the whole machine is busy with filling the gateway's queues"

    def setUp(self) -> None:
        super().setUp()
        group = MemoryGroup(KILLED_AT)
        self.addCleanup(self.leave, group)
        group.take(self.daemon)

    def leave(self, group: MemoryGroup) -> None:
        self.daemon.kill()
        group.close()

    def test_J12_memory_of_everybody_together(self) -> None:
        """The slowest readers go before memory does, which is counted and logged; all others are served"""
        speaker = self.user("speaker", "#room")
        keen = self.user("keen", "#room")
        readers = [self.reader(number) for number in range(READERS)]
        guessers = Guessers(self, 3)
        try:
            for number in range(ROUNDS):
                speaker.send(*[f"PRIVMSG #room :{number} {TEXT}" for _ in range(LINES)])
                speaker.barrier()
                for _ in range(LINES):
                    keen.expect("PRIVMSG", "#room", f"{number} {TEXT}")
        finally:
            guessers.stop()
        self.assertGreater(self.shed(), 0)
        self.daemon.log.wait_for("memory is short")
        self.assertLess(peak_bytes(self.daemon), CEILING)
        self.assertIn("SendQ exceeded", [quit.text for quit in of_command(keen.history, "QUIT")])
        for reader in readers:
            reader.close()
        self.assert_room_again()

    def reader(self, number: int) -> Client:
        """In the room, and silent and deaf from then on."""
        client = self.visitor(receive_buffer=4096)
        return client.register(f"reader{number}").join("#room")

    def shed(self) -> float:
        return self.counters()["patchcord_memory_shed_total"]

    def assert_room_again(self) -> None:
        """Who comes now is let in."""
        eventually(lambda: self.daemon.resident_bytes() < CEILING // 2, "memory is there again", 10 * patience())
        self.user("late", "#room").barrier()


if __name__ == "__main__":
    unittest.main()
