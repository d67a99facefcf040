"""Files for tests: what is in them, what came of them, and work that goes on beside the test."""

import hashlib
import os
import threading

from .machine import reply_timeout

MEBIBYTE = 1024 * 1024
BLOCK = os.urandom(MEBIBYTE)


class Content:
    """The bytes of a file, which is never in memory as a whole; no two mebibytes of it are alike."""

    def __init__(self, size: int):
        self.size = size
        self._number, self._block = -1, b""

    def read(self, offset: int, most: int) -> bytes:
        """Up to `most` bytes from `offset` on; none at the end."""
        parts = []
        end = min(self.size, offset + most)
        while offset < end:
            number, start = divmod(offset, MEBIBYTE)
            part = self._mebibyte(number)[start : start + end - offset]
            parts.append(part)
            offset += len(part)
        return b"".join(parts)

    def pieces(self, offset: int = 0, most: int = 256 * 1024):
        """All from `offset` on, piece by piece."""
        while piece := self.read(offset, most):
            yield piece
            offset += len(piece)

    def received(self, offset: int = 0) -> "Received":
        """What who has all of it from `offset` on has got."""
        whole = Received()
        for piece in self.pieces(offset, MEBIBYTE):
            whole.add(piece)
        return whole

    def _mebibyte(self, number: int) -> bytes:
        if number != self._number:
            self._number, self._block = number, number.to_bytes(8, "big") + BLOCK[8:]
        return self._block


class Received:
    """How much came, and its digest."""

    def __init__(self):
        self.size = 0
        self._digest = hashlib.sha256()

    def add(self, data) -> None:
        self.size += len(data)
        self._digest.update(data)

    def __eq__(self, other) -> bool:
        return self.size == other.size and self._digest.digest() == other._digest.digest()

    def __repr__(self) -> str:
        return f"{self.size} bytes, SHA-256 {self._digest.hexdigest()}"


class Work(threading.Thread):
    """A function that runs beside the test; `result` waits for what it gives back, or raises what it raised."""

    def __init__(self, function, *arguments):
        super().__init__(daemon=True)
        self._call = lambda: function(*arguments)
        self._value = None
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:  # told to whoever waits
            self._error = error

    def result(self, timeout: float = 0.0):
        self.join(timeout or reply_timeout())
        if self.is_alive():
            raise AssertionError("what goes on beside the test does not come to its end")
        if self._error is not None:
            raise self._error
        return self._value
