"""A ceiling for a daemon's memory, as a container or a service manager would set it."""

import contextlib
import os
from pathlib import Path

from .daemon import Daemon

ROOT = Path("/sys/fs/cgroup")
MEBIBYTE = 1024 * 1024


class MemoryGroup:
    """A control group for one process, beyond whose `limit` it would be killed. Where none can be made, as without
    root, `enforced` is false and only what the process uses can be looked at."""

    def __init__(self, limit: int):
        version_1 = ROOT / "memory"
        parent, self._limit_file = (version_1, "memory.limit_in_bytes") if version_1.is_dir() else (ROOT, "memory.max")
        self._folder = parent / f"patchcord-test-{os.getpid()}"
        self.enforced = False
        with contextlib.suppress(OSError):
            self._folder.mkdir()
            (self._folder / self._limit_file).write_text(str(limit))
            self.enforced = True

    def take(self, daemon: Daemon) -> None:
        """From now on the limit holds for it."""
        if self.enforced:
            (self._folder / "cgroup.procs").write_text(str(daemon.process.pid))

    def close(self) -> None:
        """When the process has gone."""
        with contextlib.suppress(OSError):
            self._folder.rmdir()


def peak_bytes(daemon: Daemon) -> int:
    """The most that was resident at any time."""
    for line in Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the daemon has no memory: it is gone")
