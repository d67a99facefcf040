"""What holds after every attack on files, pages or history, besides what every test of a daemon checks."""

import re

from .client import Client

ERROR_LINE = re.compile(rb"^\S+ error ", re.IGNORECASE)


class CleanLog:
    """For a `DaemonCase`: at the end each line of the log is printable UTF-8, and none is an error but those that
    `expected_error` names."""

    expected_error: bytes | None = None

    def tearDown(self) -> None:
        for line in self.daemon.log.raw().splitlines():
            self.assertTrue(line.decode("utf-8").isprintable(), line)
            if self.expected_error is None or self.expected_error not in line:
                self.assertNotRegex(line, ERROR_LINE)
        super().tearDown()

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
