"""Recorded conversations of real MSN clients (tests/data/msn-sessions), read into steps."""

import re
from pathlib import Path
from typing import NamedTuple

from .machine import REPOSITORY

SESSIONS = REPOSITORY / "tests" / "data" / "msn-sessions"
ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.))")
LETTERS = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}
FILE_NAME = re.compile(r"(\d\d)(\d\d)(\d\d)-(\d+)-(ns|sb)-(\w+)\.txt")


CLOSED = "# client closed its side"


class Step(NamedTuple):
    """One command, or the client's end of the connection (`close`); `at` are seconds of the day, off by one at most."""

    at: float
    from_client: bool
    words: list
    payload: bytes

    @property
    def verb(self) -> str:
        return self.words[0]

    @property
    def params(self) -> list:
        return self.words[1:]


class Recording:
    """One connection: `kind` is ns or sb, `number` tells in which order they were opened."""

    def __init__(self, path: Path):
        found = FILE_NAME.fullmatch(path.name)
        hours, minutes, seconds, number = (int(part) for part in found.groups()[:4])
        self.name = path.name
        self.number = number
        self.kind = found[5]
        self.opened = hours * 3600.0 + minutes * 60 + seconds
        self.steps = list(_steps(path, self.opened))

    @property
    def handle(self) -> str:
        """Whose connection it is; nothing when it never said."""
        for step in self.steps:
            if step.from_client and step.verb in ("USR", "ANS"):
                return step.params[1] if self.kind == "sb" else step.params[3]
        return ""

    @property
    def dialect(self) -> int:
        """What the recorded server chose; 0 when it chose none."""
        for step in self.steps:
            if not step.from_client and step.verb == "VER":
                return int(step.params[1].removeprefix("MSNP"))
        return 0


def scene(name: str) -> list[Recording]:
    """All connections of a directory, in the order in which they were opened."""
    paths = [path for path in (SESSIONS / name).glob("*.txt") if FILE_NAME.fullmatch(path.name)]
    return sorted((Recording(path) for path in paths), key=lambda recording: recording.number)


def _steps(path: Path, opened: float):
    at = opened
    current: list | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, text = line[:3], line[3:]
        if line.startswith("# t="):
            at = opened + float(line[4:])
        elif mark in ("C: ", "S: "):
            if current:
                yield _step(*current)
            current = [at, mark == "C: ", _unescaped(text)]
        elif mark in ("C+ ", "S+ "):
            current[2] += _unescaped(text)
        elif line.startswith(CLOSED):
            if current:
                yield _step(*current)
            current = None
            yield Step(opened + float(line.rpartition("=")[2]), True, ["close"], b"")
    if current:
        yield _step(*current)


def _step(at: float, from_client: bool, data: bytes) -> Step:
    line, _, payload = data.partition(b"\r\n")
    return Step(at, from_client, line.decode("utf-8", "surrogateescape").split(" "), payload)


def _unescaped(text: str) -> bytes:
    def replace(found: re.Match) -> str:
        return chr(int(found[1], 16)) if found[1] else LETTERS[found[2]]

    return ESCAPE.sub(replace, text).encode("latin-1")
