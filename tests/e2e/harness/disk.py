"""Disks that fail when a test says so: one that lies under the daemon's system calls, and a real one that is small."""

import contextlib
import ctypes
import errno
import functools
import os
import struct
import subprocess
from pathlib import Path

from .machine import binary

LIBRARY = "libdisk_faults.so"
FIELDS = ("write_error", "sync_error", "writes_left", "refused")
CLONE_NEWNS = 0x00020000


class HealthyDisk:
    """The usual one."""

    environment: dict[str, str] = {}


class FailingDisk:
    """What lies in `folder` is on a disk whose writes and syncs can be made to fail, for a daemon that is started with
    `environment`. Other processes are not concerned."""

    def __init__(self, directory: Path, folder: Path):
        library = binary().parent / LIBRARY
        if not library.exists():
            raise AssertionError(f"there is no {library}, which is built with the tests; they are not skipped")
        self._control = directory / "disk-faults"
        self._control.write_bytes(struct.pack("4i", 0, 0, 0, 0))
        self.environment = {
            "LD_PRELOAD": str(library),
            "DISK_FAULTS": str(self._control),
            "DISK_FAULTS_AT": str(folder),
        }

    def fail(self, *, writes: int = 0, syncs: int = 0) -> None:
        """From now on, writes, and syncs, fail with these errors (errno)."""
        self._set("write_error", writes)
        self._set("sync_error", syncs)

    def fill(self) -> None:
        self.fail(writes=errno.ENOSPC)

    def heal(self) -> None:
        self.fail()

    def kill_at(self, change: int) -> None:
        """The process that makes so many changes from now on is killed in place of the last one; 0: it is not."""
        self._set("writes_left", change)

    @property
    def refused(self) -> int:
        """How many calls have failed."""
        return struct.unpack("4i", self._control.read_bytes())[FIELDS.index("refused")]

    def _set(self, field: str, value: int) -> None:
        """In place: the daemon has the file in its memory."""
        with open(self._control, "r+b") as file:
            file.seek(FIELDS.index(field) * struct.calcsize("i"))
            file.write(struct.pack("i", value))


class SmallDisk:
    """A file system of its own at `folder`, of `mebibytes`. Needs root; nobody outside of this process sees it."""

    environment: dict[str, str] = {}

    def __init__(self, folder: Path, mebibytes: int):
        self._folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir(mode=0o700)
        keep_mounts_to_ourselves()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=700", "tmpfs", folder], check=True)

    def fill(self) -> None:
        """Leaves not a byte."""
        with open(self._ballast, "ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))

    def heal(self) -> None:
        self._ballast.unlink()

    def unmount(self) -> None:
        unmount(self._folder)


def may_mount() -> bool:
    return os.geteuid() == 0


def mount_over(path: Path, file: Path) -> None:
    """From now on, this process and its children find `file` at `path`. Needs root."""
    keep_mounts_to_ourselves()
    subprocess.run(["mount", "--bind", file, path], check=True)


def unmount(path: Path) -> None:
    subprocess.run(["umount", "--lazy", path], check=True)


@functools.cache
def keep_mounts_to_ourselves() -> None:
    """What is mounted from now on is seen by this process and its children alone, and goes with them."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "no mount namespace can be made")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
