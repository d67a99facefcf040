"""One connection that speaks MSNP: sends commands, waits for answers, and never sleeps."""

import itertools
import socket
import time
from collections import deque

from .client import Ended
from .machine import reply_timeout
from .msn_wire import Command, check_payload, parse_line, payload_length

TRANSCRIPT_COMMANDS = 40


class MsnConnection:
    """One TCP connection that speaks MSNP; what the server says is held to the rules of `dialect`."""

    def __init__(self, address, dialect: int, *, receive_buffer: int = 0, source: str = ""):
        self.dialect = dialect
        self._trids = itertools.count(1)
        self._buffer = b""
        self._transcript: deque = deque(maxlen=TRANSCRIPT_COMMANDS)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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

    def send(self, *commands: str | bytes) -> None:
        """Sends lines in one write, each with its CRLF."""
        self.send_raw(b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in commands))

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
        except ConnectionError:
            return False

    def command(self, verb: str, *params, payload: bytes | None = None) -> str:
        """Sends a command with a fresh transaction identifier, and gives that back."""
        trid = str(next(self._trids))
        words = [verb, trid, *map(str, params)]
        if payload is not None:
            words.append(str(len(payload)))
        self.send_raw(" ".join(words).encode() + b"\r\n" + (payload or b""))
        return trid

    def request(self, verb: str, *params, payload: bytes | None = None) -> Command:
        """Sends a command and gives back the first answer with its transaction identifier, an error or not."""
        trid = self.command(verb, *params, payload=payload)
        return self.expect_any((verb,), trid)

    def read(self, timeout: float = 0.0) -> Command | None:
        """The next command, or None when none comes in time; Ended at the end of the connection."""
        deadline = time.monotonic() + (timeout or reply_timeout())
        if not self._wait_for(lambda: b"\n" in self._buffer, deadline):
            return None
        line, end, rest = self._buffer.partition(b"\n")
        command = parse_line(line + end, self.dialect)
        length = payload_length(command)
        start = len(line) + 1
        if not self._wait_for(lambda: len(self._buffer) >= start + length, deadline):
            raise AssertionError(f"a payload of {length} bytes did not come whole:\n{self.transcript()}")
        command = command._replace(payload=self._buffer[start : start + length])
        self._buffer = self._buffer[start + length :]
        self._transcript.append(f"< {command}"[:400])
        check_payload(command)
        self._note(command)
        return command

    def expect(self, verb: str, *params, where=None, timeout: float = 0.0) -> Command:
        """The next command that `is_about` this and of which `where(command)` holds; others are passed over."""

        def wanted(command: Command) -> bool:
            return command.is_about(verb, *params) and (where is None or where(command))

        return self._read_until(wanted, f"{verb} {params}", timeout)[-1]

    def expect_any(self, verbs, trid: str, timeout: float = 0.0) -> Command:
        """The next answer to `trid`: one of these verbs, or an error."""

        def wanted(command: Command) -> bool:
            return (command.verb in verbs or command.is_error) and command.params[:1] == [trid]

        return self._read_until(wanted, f"answer of {verbs} to {trid}", timeout)[-1]

    def ask(self, *commands: str | bytes) -> list[Command]:
        """Sends lines and gives back everything that came until the server had done them."""
        self.send(*commands)
        return self.barrier()

    def ask_to_end(self, *commands: str | bytes) -> list[Command]:
        """Sends lines and gives back everything that came until the server closed the connection."""
        self.send(*commands)
        return self.read_to_end()

    def barrier(self, timeout: float = 0.0) -> list[Command]:
        """Everything that was on its way when the server had done all that was sent before."""
        raise NotImplementedError

    def read_to_end(self, timeout: float = 0.0) -> list[Command]:
        """Everything until the server closes the connection; AssertionError when it does not."""
        deadline = time.monotonic() + (timeout or reply_timeout())
        commands = []
        try:
            while True:
                command = self.read(max(deadline - time.monotonic(), 0.001))
                if command is None:
                    raise AssertionError(f"the server did not close the connection:\n{self.transcript()}")
                commands.append(command)
        except Ended:
            return commands

    def transcript(self) -> str:
        """The last commands in both directions, for the text of a failure."""
        return "\n".join(self._transcript)

    def _note(self, command: Command) -> None:
        """Looks at each command that comes, whoever waits for what."""

    def _read_until(self, is_last, what: str, timeout: float = 0.0) -> list[Command]:
        deadline = time.monotonic() + (timeout or reply_timeout())
        commands = []
        while True:
            command = self.read(max(deadline - time.monotonic(), 0.001))
            if command is None:
                raise AssertionError(f"no {what} came:\n{self.transcript()}")
            commands.append(command)
            if is_last(command):
                return commands

    def _wait_for(self, condition, deadline: float) -> bool:
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
        except ConnectionError:
            data = b""
        if not data:
            raise Ended(f"the server closed the connection with {self._buffer!r} left:\n{self.transcript()}")
        self._buffer += data
