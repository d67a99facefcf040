"""Clean logs: what holds after every attack, and in other tests that ask for it."""

import re

from .client import Client
from .daemon import OPERATOR_PASSWORD
from .guard import Guard
from .secrets import found_in, note

ERROR_LINE = re.compile(rb"^\S+ error ", re.IGNORECASE)


def log_problems(log: bytes, *expected_errors: bytes) -> list[str]:
    """What is wrong with a log: one event a line, printable UTF-8, no error but the expected ones, no secret."""
    found = [f"holds a secret: {secret}" for secret in found_in(log)]
    if log and not log.endswith(b"\n"):
        found.append("its last line has no end")
    for line in log.split(b"\n"):
        if not line.decode("utf-8", "surrogateescape").isprintable():
            found.append(f"not printable: {line!r}")
        if ERROR_LINE.match(line) and not any(expected in line for expected in expected_errors):
            found.append(f"an error: {line!r}")
    return found


class CleanLogs(Guard):
    """All that the daemon has logged is in order, whichever start of it."""

    def begin(self) -> None:
        note(OPERATOR_PASSWORD)

    def stopped(self) -> None:
        wrong = log_problems(self.case.daemon.all_logs(), *self._expected())
        self.case.assertEqual(wrong, [], "the log is not clean")

    def _expected(self) -> tuple[bytes, ...]:
        """One, or several, as the class of the test says."""
        named = getattr(self.case, "expected_error", None) or ()
        return (named,) if isinstance(named, bytes) else named


class CleanLog:
    """For a `DaemonCase`: its logs are clean, but for errors that `expected_error` names."""

    guards = (CleanLogs,)
    expected_error: bytes | tuple[bytes, ...] | None = None

    def kill_and_restart(self) -> None:
        """kill -9 and a new start; the canaries come again."""
        self.daemon.kill()
        self.daemon.start()
        self.canaries = [self.keep(Client(self.daemon.address())).register(f"canary{number}") for number in (1, 2)]
        for canary in self.canaries:
            canary.join("#canary")
        self.canaries[0].barrier()
        self._operator = None
        self._files_before = self.daemon.open_file_count()
        self.__dict__.pop("_files_limit", None)
