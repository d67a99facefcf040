"""What a loss of power leaves of files: the changes that a sync has followed, and none, or some, of the others."""

import random
import struct
from collections import defaultdict
from pathlib import Path

from .disk import FailingDisk

HEAD = struct.Struct("iiqq")  # kind, length of the path, offset or new length, size
CHANGE, SYNC, LENGTH, REMOVAL = range(4)


class JournalledDisk(FailingDisk):
    """A disk that remembers every change of what lies in `folder`."""

    def __init__(self, directory: Path, folder: Path):
        super().__init__(directory, folder)
        self._journal = directory / "disk-journal"
        self._journal.touch()
        self.environment["DISK_JOURNAL"] = str(self._journal)

    def moment(self) -> int:
        """Now, for `leave`."""
        return self._journal.stat().st_size

    def leave(self, folder: Path, moment: int, dice: random.Random | None = None) -> None:
        """Makes `folder` what the disk holds when the power was lost at that moment. Changes that no sync had followed
        are lost; with `dice`, some of them are, each by itself: a disk writes in the order it likes."""
        folder.mkdir()
        for name, changes in self._changes_until(moment).items():
            content = bytearray()
            for offset, data, synced in changes:
                if synced or (dice is not None and dice.random() < 0.5):
                    _apply(content, offset, data)
            (folder / name).write_bytes(content)

    def moments_since(self, first: int, most: int) -> list[int]:
        """Moments between two changes, `most` of them at even distances."""
        ends = [end for end, *_ in self._records() if end >= first]
        return ends[:: max(len(ends) // most, 1)]

    def _changes_until(self, moment: int) -> dict[str, list]:
        """By file: offset and bytes of each change (no bytes: a new length), and whether it was synced."""
        files: dict[str, list] = defaultdict(list)
        for end, kind, name, offset, data in self._records():
            if end > moment:
                break
            if kind == SYNC:
                files[name] = [(offset, data, True) for offset, data, _ in files[name]]
            elif kind == REMOVAL:
                files.pop(name, None)
            else:
                files[name].append((offset, data, False))
        return files

    def _records(self):
        """Where it ends, kind, name of the file, offset, and the bytes of a change."""
        journal = self._journal.read_bytes()
        at = 0
        while at + HEAD.size <= len(journal):
            kind, path_length, offset, size = HEAD.unpack_from(journal, at)
            path = at + HEAD.size
            data = path + path_length
            at = data + size
            content = journal[data:at] if kind == CHANGE else None
            yield at, kind, Path(journal[path:data].decode()).name, offset, content


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    end = offset if data is None else offset + len(data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[end:]
    else:
        content[offset:end] = data
