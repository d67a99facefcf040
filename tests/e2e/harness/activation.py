"""A service manager that opens sockets for a service and passes them to it, as sd_listen_fds(3) describes it."""

import fcntl
import os
import socket
from collections.abc import Sequence

FIRST = 3  # the number of the first one, by that protocol
OUT_OF_THE_WAY = 64


class PassedSockets:
    """What a new process gets; false when that is nothing. All other descriptors of ours are close-on-exec."""

    def __init__(self, sockets: Sequence[socket.socket]):
        self._sockets = sockets
        self.environment = {"LISTEN_FDS": str(len(sockets))} if sockets else {}

    def __bool__(self) -> bool:
        return bool(self._sockets)

    def command(self, *arguments) -> list:
        """What to run so that these arguments run, under a LISTEN_PID that is their process's own."""
        return ["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *arguments] if self else list(arguments)

    def hand_over(self) -> None:
        """In the new process, before it becomes another program: each gets its number."""
        # First away from numbers that another of them is to have.
        copies = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, OUT_OF_THE_WAY) for each in self._sockets]
        for number, copy in enumerate(copies, FIRST):
            os.dup2(copy, number)
