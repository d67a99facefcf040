"""A small IRC client for tests: sends lines, waits for answers, and never sleeps."""

import itertools
import ssl
import time

from .connection import Connection, Ended
from .message import Message, parse
from .secrets import note

__all__ = ["Client", "Ended", "of_command"]

TOKENS = itertools.count(1)


class Client(Connection):
    """One connection. `register` makes it a user; `barrier` waits until the server has done everything sent before."""

    def __init__(self, address, *, source: str = "", tls: ssl.SSLContext | None = None, receive_buffer: int = 0):
        """`source` is the address to come from; `receive_buffer` makes a client whose kernel takes few bytes."""
        super().__init__(address, source=source, receive_buffer=receive_buffer)
        self.nick = "*"
        self.isupport: dict[str, str] = {}
        self.answers_pings = True
        self.history: list[Message] = []  # all that was read, whoever waited for what
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="irc.lab.test")

    def expect(self, command: str, *params, where=None, timeout: float = 0.0) -> Message:
        """The next line that `is_about` this and of which `where(message)` is true; those before it are passed over."""

        def wanted(message: Message) -> bool:
            return message.is_about(command, *params) and (where is None or where(message))

        return self._read_until(wanted, f"{command} {params}", timeout)[-1]

    def expect_any(self, commands, timeout: float = 0.0) -> Message:
        """The next line whose command is one of these."""
        return self._read_until(lambda message: message.command in commands, f"any of {commands}", timeout)[-1]

    def barrier(self, timeout: float = 0.0) -> list[Message]:
        """Everything that was on its way: sends PING with a fresh token and reads until its PONG."""
        token = f"barrier-{next(TOKENS)}"
        self.send(f"PING :{token}")

        def is_pong(message: Message) -> bool:
            return message.command == "PONG" and message.text == token

        return self._read_until(is_pong, f"PONG :{token}", timeout)[:-1]

    def register(self, nick: str, *, caps=(), password: str = "", realname: str = "A Tester") -> "Client":
        """Registers, and reads everything up to the end of the message of the day."""
        if password:
            self.send(note(f"PASS {password}"))
        if caps:
            self.send("CAP LS 302", f"CAP REQ :{' '.join(caps)}")
        self.send(f"NICK {nick}", f"USER {nick[:8]} 0 * :{realname}")
        if caps:
            self.expect("CAP", None, "ACK")
            self.send("CAP END")
        self.nick = self.expect("001").params[0]
        for message in self._read_until(lambda message: message.command in ("376", "422"), "end of the MOTD"):
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

    def _take(self, deadline: float) -> Message | None:
        if not self._wait_for(lambda: b"\n" in self._buffer, deadline):
            return None
        line, _, self._buffer = self._buffer.partition(b"\n")
        message = parse(line + b"\n")
        self._transcript.append(f"< {message.raw.decode()}")
        self.history.append(message)
        if message.command == "PING" and self.answers_pings:
            self.send(f"PONG :{message.text}")
        return message

    def _note_isupport(self, tokens) -> None:
        for token in tokens:
            key, _, value = token.partition("=")
            self.isupport[key] = value


def of_command(messages, command: str, *params) -> list[Message]:
    """Those of the messages that are this command, with these first parameters."""
    return [message for message in messages if message.is_about(command, *params)]
