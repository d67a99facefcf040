"""A scripted MSN client's connection to a switchboard."""

import time

from .machine import reply_timeout
from .msn_body import nudge_body, text_body, typing_body
from .msn_connection import MsnConnection
from .msn_wire import Command


class Switchboard(MsnConnection):
    """`present` are those who are there besides its owner, an MsnClient: handle to name."""

    def __init__(self, owner, address, **options):
        super().__init__(address, owner.dialect, **options)
        self.owner = owner
        self.session_id = ""
        self.present: dict[str, str] = {}

    def enter(self, key: str) -> None:
        """USR with a key from XFR."""
        answer = self.request("USR", self.owner.handle, key)
        if not answer.is_about("USR", None, "OK", self.owner.handle):
            raise AssertionError(f"the switchboard let nobody in: {answer}")

    def answer(self, key: str, session_id: str) -> None:
        """ANS with key and session id from RNG; afterwards `present` is who is there."""
        self.session_id = session_id
        answer = self.request("ANS", self.owner.handle, key, session_id)
        if not answer.is_about("ANS", None, "OK"):
            raise AssertionError(f"the switchboard let nobody in: {answer}")

    def call(self, handle: str) -> Command:
        """CAL; AssertionError when it is refused. The called person comes with JOI, or does not."""
        answer = self.request("CAL", handle)
        if not answer.is_about("CAL", None, "RINGING"):
            raise AssertionError(f"{handle} cannot be called: {answer}")
        self.session_id = answer.params[2]
        return answer

    def expect_joined(self, handle: str) -> None:
        """Waits until somebody is there."""
        self._read_while(lambda: handle not in self.present, f"JOI of {handle}")

    def expect_left(self, handle: str) -> None:
        self._read_while(lambda: handle in self.present, f"BYE of {handle}")

    def post(self, body: bytes, mode: str = "A") -> str:
        """MSG, without waiting for what is said of it; its transaction identifier."""
        return self.command("MSG", mode, payload=body)

    def deliver(self, body: bytes, mode: str = "A") -> None:
        """MSG that must be acknowledged."""
        trid = self.post(body, mode)
        answer = self.expect_any(("ACK", "NAK"), trid)
        if answer.verb != "ACK":
            raise AssertionError(f"not delivered: {answer}")

    def say(self, text: str, **format_options) -> None:
        """A text that must be acknowledged."""
        self.deliver(text_body(text, **format_options))

    def type_something(self) -> None:
        self.post(typing_body(self.owner.handle), "U")

    def nudge(self) -> None:
        self.deliver(nudge_body())

    def expect_text(self, text: str | None = None, sender: str | None = None) -> Command:
        """The next text message, of this sender with this text."""

        def wanted(command: Command) -> bool:
            return command.body.kind == "text/plain" and text in (None, command.body.text)

        return self.expect("MSG", sender, where=wanted)

    def expect_kind(self, kind: str, sender: str | None = None) -> Command:
        """The next message of a content type."""
        return self.expect("MSG", sender, where=lambda command: command.body.kind == kind)

    def leave(self) -> None:
        """OUT, as when the window is closed."""
        self.send("OUT")
        self.read_to_end()
        self.close()

    def barrier(self, timeout: float = 0.0) -> list[Command]:
        """A switchboard has no PNG: a call of nobody is refused at once."""
        trid = self.command("CAL", "nobody")
        return self._read_until(lambda command: command.is_about("208", trid), "answer to a bad call", timeout)[:-1]

    def texts(self, commands=None) -> list[str]:
        """The texts among commands, by default among all that are on their way."""
        arrived = self.barrier() if commands is None else commands
        return [command.body.text for command in arrived if command.verb == "MSG" and command.body.kind == "text/plain"]

    def _note(self, command: Command) -> None:
        if command.verb == "IRO":
            self._joined(command.params[3], command.name(4))
        elif command.verb == "JOI":
            self._joined(command.params[0], command.name(1))
        elif command.verb == "BYE":
            if self.present.pop(command.params[0], None) is None:
                raise AssertionError(f"somebody left who was not there: {command}\n{self.transcript()}")

    def _joined(self, handle: str, name: str) -> None:
        if handle in self.present or handle == self.owner.handle:
            raise AssertionError(f"{handle} came twice:\n{self.transcript()}")
        self.present[handle] = name

    def _read_while(self, condition, what: str) -> None:
        deadline = time.monotonic() + reply_timeout()
        while condition():
            if self.read(max(deadline - time.monotonic(), 0.001)) is None:
                raise AssertionError(f"no {what} came:\n{self.transcript()}")
