"""The line in the log with which every connection ends."""

import re

from .machine import eventually

LINE = re.compile(
    r"(?:(?P<connection>\S+#\d+) )?connection closed listener=(?P<listener>\S+) address=(?P<address>\S+)"
    r" who=(?P<who>\S+) seconds=\d+ received=(?P<received>\d+) sent=(?P<sent>\d+) reason=(?P<reason>\S+) rule=(?P<rule>\S+)"
)
COUNTER = 'patchcord_connections_closed_total{{listener="{}",reason="{}"}}'


def endings(log: str, address: str = "") -> list[dict]:
    """What the lines say, in their order; with an address, those of connections from there."""
    found = [match.groupdict() for match in LINE.finditer(log)]
    return [ending for ending in found if address in ("", ending["address"])]


class EndingsMixin:
    """For test cases with a daemon: each connection that was looked at has one line in the end."""

    def setUp(self) -> None:
        super().setUp()
        self._looked_at: list[str] = []

    def tearDown(self) -> None:
        super().tearDown()
        for address in self._looked_at:
            lines = endings(self.daemon.log.text_since(), address)
            self.assertEqual(len(lines), self._looked_at.count(address), f"{address}: {lines}")

    def assert_ended(self, address: str, listener: str, reason: str, rule: str = "-", who: str = "-") -> dict:
        """Waits for the line of the connection from this address, the only one from there, and for its counter."""
        self._looked_at.append(address)
        lines = eventually(lambda: endings(self.daemon.log.text_since(), address), f"the end of {address} in the log")
        found = lines[0]
        told = {key: found[key] for key in ("listener", "reason", "rule", "who")}
        self.assertEqual(told, {"listener": listener, "reason": reason, "rule": rule, "who": who})
        return found

    def assert_counted(self, listener: str, reason: str, times: int = 1) -> None:
        self.assertEqual(self.counters().get(COUNTER.format(listener, reason)), times)
