"""A small IRC client for tests: sends lines, waits for answers, and never sleeps."""

import itertools
import socket
import ssl
import time
from collections import deque

from .machine import reply_timeout
from .message import Message, parse

TOKENS = itertools.count(1)
TRANSCRIPT_LINES = 40


class Ended(AssertionError):
    """The server closed the connection while an answer was awaited."""


class Client:
    """One connection. `register` makes it a user; `barrier` waits until the server has done everything sent before."""

    def __init__(self, address, *, source: str = "", tls: ssl.SSLContext | None = None, receive_buffer: int = 0):
        """`source` is the address to come from; `receive_buffer` makes a client whose kernel takes few bytes."""
        self.nick = "*"
        self.isupport: dict[str, str] = {}
        self.answers_pings = True
        self._buffer = b""
        self._transcript: deque = deque(maxlen=TRANSCRIPT_LINES)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(reply_timeout())
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="irc.lab.test")

    def close(self) -> None:
        """Goes without a word."""
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

    def read(self, timeout: float = 0.0) -> Message | None:
        """The next line, or None when none comes in time; Ended at the end of the connection."""
        deadline = time.monotonic() + (timeout or reply_timeout())
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self._receive(left)
        line, _, self._buffer = self._buffer.partition(b"\n")
        message = parse(line + b"\n")
        self._transcript.append(f"< {message.raw.decode()}")
        if message.command == "PING" and self.answers_pings:
            self.send(f"PONG :{message.text}")
        return message

    def expect(self, command: str, *params, where=None, timeout: float = 0.0) -> Message:
        """The next line that `is_about` this and of which `where(message)` is true; those before it are passed over."""
        deadline = time.monotonic() + (timeout or reply_timeout())
        while True:
            message = self.read(max(deadline - time.monotonic(), 0.001))
            if message is None:
                raise AssertionError(f"no {command} {params} came:\n{self.transcript()}")
            if message.is_about(command, *params) and (where is None or where(message)):
                return message

    def expect_any(self, commands, timeout: float = 0.0) -> Message:
        """The next line whose command is one of these."""
        deadline = time.monotonic() + (timeout or reply_timeout())
        while True:
            message = self.read(max(deadline - time.monotonic(), 0.001))
            if message is None:
                raise AssertionError(f"none of {commands} came:\n{self.transcript()}")
            if message.command in commands:
                return message

    def barrier(self, timeout: float = 0.0) -> list[Message]:
        """Everything that was on its way: sends PING with a fresh token and reads until its PONG."""
        token = f"barrier-{next(TOKENS)}"
        self.send(f"PING :{token}")
        return self._read_until(lambda message: message.command == "PONG" and message.text == token, timeout)

    def ask(self, *lines: str | bytes) -> list[Message]:
        """Sends lines and gives back everything that came until the server had done them."""
        self.send(*lines)
        return self.barrier()

    def read_to_end(self, timeout: float = 0.0) -> list[Message]:
        """Everything until the server closes the connection; AssertionError when it does not."""
        deadline = time.monotonic() + (timeout or reply_timeout())
        messages = []
        try:
            while True:
                message = self.read(max(deadline - time.monotonic(), 0.001))
                if message is None:
                    raise AssertionError(f"the server did not close the connection:\n{self.transcript()}")
                messages.append(message)
        except Ended:
            return messages

    def register(self, nick: str, *, caps=(), password: str = "", realname: str = "A Tester") -> "Client":
        """Registers, and reads everything up to the end of the message of the day."""
        if password:
            self.send(f"PASS {password}")
        if caps:
            self.send("CAP LS 302", f"CAP REQ :{' '.join(caps)}")
        self.send(f"NICK {nick}", f"USER {nick[:8]} 0 * :{realname}")
        if caps:
            self.expect("CAP", None, "ACK")
            self.send("CAP END")
        self.nick = self.expect("001").params[0]
        for message in self._read_until(lambda message: message.command in ("376", "422")):
            if message.command == "005":
                self._note_isupport(message.params[1:-1])
        self.barrier()
        return self

    def join(self, *channels: str) -> "Client":
        """Joins, and reads the server's answer away."""
        self.send(f"JOIN {','.join(channels)}")
        for channel in channels:
            self.expect("JOIN", where=lambda message, name=channel: message.params[0].lower() == name.lower())
        self.barrier()
        return self

    def round_trip_seconds(self) -> float:
        """How long the server takes for one PING."""
        started = time.monotonic()
        self.barrier()
        return time.monotonic() - started

    def transcript(self) -> str:
        """The last lines in both directions, for the text of a failure."""
        return "\n".join(self._transcript)

    def _read_until(self, is_last, timeout: float = 0.0) -> list[Message]:
        deadline = time.monotonic() + (timeout or reply_timeout())
        messages = []
        while True:
            message = self.read(max(deadline - time.monotonic(), 0.001))
            if message is None:
                raise AssertionError(f"the answer did not come in time:\n{self.transcript()}")
            if is_last(message):
                return messages
            messages.append(message)

    def _receive(self, timeout: float) -> None:
        self.socket.settimeout(timeout)
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return
        except (ConnectionError, ssl.SSLError):
            data = b""
        if not data:
            raise Ended(f"the server closed the connection:\n{self.transcript()}")
        self._buffer += data

    def _note_isupport(self, tokens) -> None:
        for token in tokens:
            key, _, value = token.partition("=")
            self.isupport[key] = value


def of_command(messages, command: str, *params) -> list[Message]:
    """Those of the messages that are this command, with these first parameters."""
    return [message for message in messages if message.is_about(command, *params)]
