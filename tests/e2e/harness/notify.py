"""A service manager, as far as a service tells it how it is, and a thread that hangs."""

import ctypes
import os
import socket
import time
from pathlib import Path

from .daemon import Daemon
from .machine import reply_timeout

PTRACE_ATTACH = 16


class NotifySocket:
    """Where a daemon that is started with `environment` says READY=1 and the like. With `watchdog`, it is to say
    WATCHDOG=1 at least that often, in seconds."""

    def __init__(self, directory: Path, watchdog: float = 0.0):
        self._path = directory / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._path))
        self._socket.settimeout(0.1)
        self.environment = {"NOTIFY_SOCKET": str(self._path)}
        if watchdog:
            self.environment["WATCHDOG_USEC"] = str(round(watchdog * 1_000_000))

    def wait_for(self, word: str, timeout: float = 0.0) -> float:
        """The moment (monotonic) at which a message with this line came; AssertionError when none does."""
        timeout = timeout or reply_timeout()
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if word in self._next():
                return time.monotonic()
        raise AssertionError(f"nobody said {word} in {timeout:.1f} s")

    def heard_in(self, seconds: float) -> list[str]:
        """All lines of so many seconds from now on; those that wait already are forgotten."""
        while self._next():
            pass
        deadline = time.monotonic() + seconds
        lines: list[str] = []
        while time.monotonic() < deadline:
            lines += self._next()
        return lines

    def close(self) -> None:
        self._socket.close()

    def _next(self) -> list[str]:
        """The lines of one message; none when there is none for a moment."""
        try:
            return self._socket.recv(4096).decode().splitlines()
        except TimeoutError:
            return []


def hang_main_thread(daemon: Daemon) -> None:
    """Stops the daemon's main thread for good, and no other: what a loop that never ends looks like from outside."""
    libc = ctypes.CDLL(None, use_errno=True)
    pid = daemon.process.pid
    if libc.ptrace(PTRACE_ATTACH, pid, None, None) != 0:
        raise OSError(ctypes.get_errno(), "the thread cannot be stopped")
    os.waitpid(pid, os.WUNTRACED)  # it stands still now
