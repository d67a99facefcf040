"""One connection that speaks MSNP: sends commands, waits for answers, and never sleeps."""

import itertools

from .connection import Connection
from .msn_wire import Command, check_payload, parse_line, payload_length


class MsnConnection(Connection):
    """One TCP connection that speaks MSNP; what the server says is held to the rules of `dialect`."""

    def __init__(self, address, dialect: int, *, receive_buffer: int = 0, source: str = ""):
        super().__init__(address, source=source, receive_buffer=receive_buffer)
        self.dialect = dialect
        self.history: list[Command] = []  # all that was read, whoever waited for what
        self._trids = itertools.count(1)

    def command(self, verb: str, *params, payload: bytes | None = None) -> str:
        """Sends a command with a fresh transaction identifier, and gives that back."""
        trid = str(self.next_number())
        words = [verb, trid, *map(str, params)]
        if payload is not None:
            words.append(str(len(payload)))
        self.send_raw(" ".join(words).encode() + b"\r\n" + (payload or b""))
        return trid

    def next_number(self) -> int:
        """A fresh transaction identifier, for commands that are put together elsewhere."""
        return next(self._trids)

    def request(self, verb: str, *params, payload: bytes | None = None) -> Command:
        """Sends a command and gives back the first answer with its transaction identifier, an error or not."""
        trid = self.command(verb, *params, payload=payload)
        return self.expect_any((verb,), trid)

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

    def ask_to_end(self, *commands: str | bytes) -> list[Command]:
        """Sends lines and gives back everything that came until the server closed the connection."""
        self.send(*commands)
        return self.read_to_end()

    def _take(self, deadline: float) -> Command | None:
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
        self.history.append(command)
        self._note(command)
        return command

    def _note(self, command: Command) -> None:
        """Looks at each command that comes, whoever waits for what."""
