"""One connection to the server under test, whatever it speaks: sends, waits for answers, and never sleeps."""

import socket
import ssl
import struct
import time
from collections import deque

from .machine import reply_timeout

TRANSCRIPT_ENTRIES = 40


class Ended(AssertionError):
    """The server closed the connection while an answer was awaited."""


class Connection:
    """A TCP connection, what came of it, and a transcript. `_take` of a protocol cuts messages off the bytes."""

    def __init__(self, address, *, source: str = "", receive_buffer: int = 0):
        """`source` is the address to come from; `receive_buffer` makes a client whose kernel takes few bytes."""
        self._buffer = b""
        self._transcript: deque = deque(maxlen=TRANSCRIPT_ENTRIES)
        self.socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(reply_timeout())
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Goes without a word."""
        self.socket.close()

    def abort(self) -> None:
        """Goes with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def send(self, *lines: str | bytes) -> None:
        """Sends the lines in one write, each with its CRLF."""
        self.send_raw(b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in lines))

    def send_raw(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self._transcript.append(f"> {data[:300]!r}")
        self.socket.settimeout(reply_timeout())
        self.socket.sendall(data)

    def send_until_closed(self, data: bytes) -> bool:
        """Sends as much as the server takes; false when it closed before the end."""
        try:
            self.send_raw(data)
            return True
        except (ConnectionError, ssl.SSLError):
            return False

    def read(self, timeout: float = 0.0):
        """The next message, or None when none comes in time; Ended at the end of the connection."""
        return self._take(time.monotonic() + (timeout or reply_timeout()))

    def barrier(self, timeout: float = 0.0) -> list:
        """Everything that was on its way when the server had done all that was sent before."""
        raise NotImplementedError

    def ask(self, *lines: str | bytes) -> list:
        """Sends lines and gives back everything that came until the server had done them."""
        self.send(*lines)
        return self.barrier()

    def read_to_end(self, timeout: float = 0.0) -> list:
        """Everything until the server closes the connection; AssertionError when it does not."""
        messages = []
        deadline = time.monotonic() + (timeout or reply_timeout())
        try:
            while (message := self._take(deadline)) is not None:
                messages.append(message)
        except Ended:
            return messages
        raise AssertionError(f"the server did not close the connection:\n{self.transcript()}")

    def take_buffered(self) -> bytes:
        """What came and was not read as messages, for who reads faster than message by message; to be given back."""
        taken, self._buffer = self._buffer, b""
        return taken

    def give_back(self, rest: bytes) -> None:
        """What is left of `take_buffered`, and what came since."""
        self._buffer = rest

    def transcript(self) -> str:
        """The last of what went in both directions, for the text of a failure."""
        return "\n".join(self._transcript)

    def _take(self, deadline: float):
        """The next message, or None when it is not whole by `deadline`."""
        raise NotImplementedError

    def _read_until(self, is_last, what: str, timeout: float = 0.0) -> list:
        """All messages up to the first of which `is_last` holds, that one included."""
        messages = []
        deadline = time.monotonic() + (timeout or reply_timeout())
        while (message := self._take(deadline)) is not None:
            messages.append(message)
            if is_last(message):
                return messages
        raise AssertionError(f"no {what} came:\n{self.transcript()}")

    def _wait_for(self, condition, deadline: float) -> bool:
        """Receives until `condition()` holds; false when it does not by `deadline`."""
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._receive(left)
        return True

    def _receive(self, timeout: float) -> None:
        self.socket.settimeout(timeout)
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return
        except (ConnectionError, ssl.SSLError):
            data = b""
        if not data:
            raise Ended(f"the server closed the connection with {self._buffer!r} left:\n{self.transcript()}")
        self._buffer += data
