"""People who talk all the time, on IRC and on MSN, and who come back whenever their connection is lost."""

import contextlib
import heapq
from collections import defaultdict

from harness.accounts import PATCHCORD, ask_service, log_in
from harness.client import Client, Ended, of_command
from harness.history_case import LOW, MODERN
from harness.links import PASSWORD
from harness.msn import MsnClient
from harness.msn_body import text_body
from ledger import ROOM, Ledger, number_in

MOMENT = 0.0005  # seconds that reading waits for the next message of one connection
PAGE = 100


class Person:
    """`tend` once a round brings them back if they are gone, and reads all that came."""

    def __init__(self, name: str, ledger: Ledger):
        self.name = name
        self.ledger = ledger
        self.line = 0  # how often they have come
        self.is_here = False
        self.comes = True  # whether they come back

    def tend(self) -> None:
        try:
            if not self.is_here and self.comes:
                self.line += 1
                self.arrive()
                self.is_here = True
            if self.is_here:
                self.read_all()
        except (Ended, OSError, AssertionError):
            self.lose()

    def lose(self) -> None:
        """The connection is gone."""
        self.leave_quietly()
        self.is_here = False
        self.ledger.connection_lost(self.name, self.line)

    def attempt(self, action) -> None:
        """Does something that fails when the connection does."""
        if self.is_here:
            try:
                action()
            except (Ended, OSError, AssertionError):
                self.lose()

    def arrive(self) -> None:
        raise NotImplementedError

    def read_all(self) -> None:
        raise NotImplementedError

    def leave_quietly(self) -> None:
        raise NotImplementedError


class IrcPerson(Person):
    """Logged in to an account, in the room; reads its history at the end."""

    def __init__(self, name: str, ledger: Ledger, address, friends: tuple[str, ...] = ()):
        """`address` is a function, as the way may change; `friends` are handles for the contact list."""
        super().__init__(name, ledger)
        self._address = address
        self._friends = friends
        self._batches: set[str] = set()
        self._seen = 0  # of what the client has read
        self.client: Client | None = None

    def arrive(self) -> None:
        self.client = Client(self._address())
        self._batches.clear()
        self._seen = 0
        log_in(self.client, self.name, PASSWORD, caps=MODERN)
        if self.client.nick != self.name:
            raise AssertionError(f"another nick: {self.client.nick}")
        self.client.send(f"JOIN {ROOM}")
        for handle in self._friends:
            ask_service(self.client, f"add {handle}")
        self._friends = ()

    def leave_quietly(self) -> None:
        if self.client:
            self.client.close()
            self._note_new()

    def read_all(self) -> None:
        while self.client.read(MOMENT) is not None:
            pass
        self._note_new()

    def say(self, place: str, nick: str = "") -> None:
        """A new message to the room or to the person `place`, whose nick is given if it is another word."""

        def speak() -> None:
            entry = self.ledger.write(self.name, place, self.line)
            self.client.send(f"@label=m{entry.number} PRIVMSG {nick or place} :m{entry.number} says {self.name}")

        self.attempt(speak)

    def history_of(self, place: str, meanwhile) -> list[int]:
        """All numbers that CHATHISTORY shows of a place, page by page, to a further client of theirs. That takes longer
        than the others may be silent, so `meanwhile` is called all the time."""
        reader = Client(self._address())
        log_in(reader, self.name, PASSWORD, caps=MODERN)
        numbers, cursor = [], LOW
        while lines := self._page(reader, place, cursor):
            numbers += [number for line in lines if (number := number_in(line.text)) is not None]
            cursor = f"msgid={lines[-1].tags['msgid']}"
            meanwhile()
        reader.close()
        return numbers

    @staticmethod
    def _page(reader: Client, place: str, cursor: str) -> list:
        answer = reader.ask(f"CHATHISTORY AFTER {place} {cursor} {PAGE}")
        batches = {line.params[0][1:] for line in of_command(answer, "BATCH") if line.params[0].startswith("+")}
        return [line for line in of_command(answer, "PRIVMSG") if line.tags.get("batch") in batches]

    def _note_new(self) -> None:
        news, self._seen = self.client.history[self._seen :], len(self.client.history)
        for message in news:
            self._note(message)

    def _note(self, message) -> None:
        if message.command == "BATCH":
            self._note_batch(message)
        elif message.command == "PRIVMSG" and message.nick == self.name:
            if number_in(message.text) is not None:
                self.ledger.accepted(message.text)
        elif message.command == "PRIVMSG" and number_in(message.text) is not None and message.nick != PATCHCORD:
            if message.tags.get("batch") not in self._batches:
                self.ledger.arrived(self.name, message.text)
        elif message.command in ("FAIL", "NOTICE", "401", "404"):
            self.ledger.reported(message.tags.get("label", message.text))

    def _note_batch(self, message) -> None:
        name = message.params[0]
        if name.startswith("+") and message.params[1] == "chathistory":
            self._batches.add(name[1:])
        self._batches.discard(name.removeprefix("-"))


class MsnPerson(Person):
    """Signed in, with windows (switchboards) to the room or to somebody; answers who rings."""

    def __init__(self, name: str, ledger: Ledger, daemon, calls: dict[str, str], friends: tuple[str, ...] = ()):
        """`calls` are places and the handles that are called for them."""
        super().__init__(name, ledger)
        self.handle = f"{name}@example.com"
        self._daemon = daemon
        self._calls = calls
        self._friends = friends
        self.client: MsnClient | None = None
        self._windows: dict[str, object] = {}  # place to the switchboard that was opened for it
        self._answered: list = []
        self._waiting: dict[tuple, str] = {}  # switchboard and TrID to the text that was sent
        self._came: dict[int, list[str]] = defaultdict(list)  # by switchboard, since the last look at all of them

    def arrive(self) -> None:
        self.client = MsnClient(self._daemon, self.handle, dialect=12).sign_in(self.name.capitalize())
        for handle in self._friends:
            self.client.add("FL", handle)
        self._friends = ()

    def leave_quietly(self) -> None:
        for board in (*self._windows.values(), *self._answered):
            self._read_board(board)  # what has come before the connection went has come
            self._close(board)
        if self.client:
            self.client.close()
        self._windows, self._answered = {}, []
        self._waiting.clear()
        self._note_arrivals()

    def go(self) -> None:
        """Closes every window and signs out, having read what came; so nothing is lost on the way."""
        with contextlib.suppress(Ended, OSError, AssertionError):
            for board in (*self._windows.values(), *self._answered):
                board.send("OUT")
                board.read_to_end()
                self._note_new(board)
            self.client.send("OUT")
            self.client.read_to_end()
        self.lose()

    def abort(self) -> None:
        """Ends with RST."""
        for connection in (*self._windows.values(), *self._answered, self.client):
            connection.abort()
        self._note_lost()
        self.lose()

    def _note_lost(self) -> None:
        for board in (*self._windows.values(), *self._answered):
            self._close(board)

    def say(self, place: str) -> None:
        def speak() -> None:
            board = self._window(place)
            if board:
                entry = self.ledger.write(self.name, place, self.line)
                text = f"m{entry.number} says {self.name}"
                self._waiting[id(board), board.post(text_body(text))] = text

        self.attempt(speak)

    def read_all(self) -> None:
        while self.client.read(MOMENT) is not None:
            pass
        while self.client.rings:
            with contextlib.suppress(Ended, OSError, AssertionError):
                self._answered.append(self.client.answer(self.client.rings.popleft()))
        for board in (*self._windows.values(), *self._answered):
            self._read_board(board)
        self._note_arrivals()

    def _note_arrivals(self) -> None:
        """Nobody can say what came first in two windows that are read one after the other: the order of each counts."""
        came, self._came = self._came, defaultdict(list)
        for text in heapq.merge(*came.values(), key=number_in):
            self.ledger.arrived(self.name, text)

    def _window(self, place: str):
        """The switchboard for a place; None when it cannot be had now."""
        if place not in self._windows:
            with contextlib.suppress(AssertionError):
                self._windows[place] = self.client.call(self._calls[place])
        return self._windows.get(place)

    def _read_board(self, board) -> None:
        try:
            while board.read(MOMENT) is not None:
                pass
            self._note_new(board)
            if not board.present and board in self._windows.values():
                self._close(board)
        except (Ended, OSError):
            self._close(board)

    def _note_new(self, board) -> None:
        for command in board.history:
            self._note(board, command)
        board.history.clear()

    def _close(self, board) -> None:
        """What it was sent, and not told about, is in nobody's hands: its sender sees the window close."""
        self._note_new(board)
        board.close()
        for key in [key for key in self._waiting if key[0] == id(board)]:
            self.ledger.window_closed(self._waiting.pop(key))
        self._windows = {place: other for place, other in self._windows.items() if other is not board}
        self._answered = [other for other in self._answered if other is not board]

    def _note(self, board, command) -> None:
        if command.verb in ("ACK", "NAK"):
            text = self._waiting.pop((id(board), command.params[0]), "")
            if text:
                (self.ledger.accepted if command.verb == "ACK" else self.ledger.refused)(text)
        elif command.verb == "MSG" and command.body.kind == "text/plain" and number_in(command.body.text) is not None:
            self._came[id(board)].append(command.body.text)
