"""An IRC client's files by CTCP DCC: sent and received, by connecting or by waiting."""

import re
import socket
import struct
from typing import NamedTuple

from .client import Client
from .file_content import Content, Received, Work
from .machine import reply_timeout
from .message import Message

WORDS = re.compile(r'\x01DCC ([A-Z]+) (?:"([^"]*)"|(\S+))((?: \S+)*)\x01')
PIECE = 256 * 1024
OWN_ADDRESS = struct.unpack("!I", socket.inet_aton("127.0.0.1"))[0]


class Dcc(NamedTuple):
    """DCC SEND, RESUME or ACCEPT, taken apart; `number` is a size or a position."""

    verb: str
    name: str
    address: str
    port: int
    number: int
    token: str

    @property
    def endpoint(self) -> tuple[str, int]:
        return self.address, self.port


def parse(text: str) -> Dcc:
    """AssertionError when a client could not read it."""
    found = WORDS.fullmatch(text)
    if not found:
        raise AssertionError(f"no DCC that clients read: {text!r}")
    verb, name, rest = found[1], found[2] or found[3], found[4].split()
    address = ""
    if verb == "SEND":
        number = rest.pop(0)
        address = socket.inet_ntoa(struct.pack("!I", int(number)))
    return Dcc(verb, name, address, int(rest[0]), int(rest[1]), rest[2] if len(rest) > 2 else "")


def quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def expect_dcc(client: Client, nick: str, verb: str = "SEND") -> Dcc:
    """The next DCC of somebody."""

    def wanted(message: Message) -> bool:
        return message.nick == nick and message.text.startswith(f"\x01DCC {verb} ")

    return parse(client.expect("PRIVMSG", client.nick, where=wanted).text)


def expect_reject(client: Client, nick: str, name: str) -> None:
    """`DCC REJECT SEND name`, as a notice."""
    words = f"\x01DCC REJECT SEND {quoted(name)}\x01"
    client.expect("NOTICE", client.nick, words, where=lambda message: message.nick == nick)


def listen(address: str = "127.0.0.1") -> socket.socket:
    """A port that waits for one connection."""
    listener = socket.create_server((address, 0), backlog=1)
    listener.settimeout(reply_timeout())
    return listener


def accepted(listener: socket.socket) -> socket.socket:
    """The one connection that comes."""
    with listener:
        connection, _ = listener.accept()
    connection.settimeout(reply_timeout())
    return connection


def connected(endpoint) -> socket.socket:
    return socket.create_connection(endpoint, timeout=reply_timeout())


class DccReceiver:
    """Takes what is offered to a client: `offer` is what it was told, `connection` stands after `accept`."""

    def __init__(self, client: Client, nick: str):
        self.client = client
        self.nick = nick
        self.offer = expect_dcc(client, nick)
        self.offset = 0
        self.connection: socket.socket | None = None

    def accept(self) -> "DccReceiver":
        """Connects; or, to a passive offer, waits and says where."""
        if self.offer.port:
            self.connection = connected(self.offer.endpoint)
            return self
        listener = listen()
        port = listener.getsockname()[1]
        words = f"{quoted(self.offer.name)} {OWN_ADDRESS} {port} {self.offer.number} {self.offer.token}"
        self.client.send(f"PRIVMSG {self.nick} :\x01DCC SEND {words}\x01")
        self.connection = accepted(listener)
        return self

    def resume(self, position: int) -> int:
        """Asks to have it from `position` on; from where it will come."""
        token = f" {self.offer.token}" if self.offer.token else ""
        words = f"{quoted(self.offer.name)} {self.offer.port} {position}{token}"
        self.client.send(f"PRIVMSG {self.nick} :\x01DCC RESUME {words}\x01")
        answer = expect_dcc(self.client, self.nick, "ACCEPT")
        if (answer.port, answer.token) != (self.offer.port, self.offer.token):
            raise AssertionError(f"not an answer to {words}: {answer}")
        self.offset = answer.number
        return self.offset

    def decline(self) -> None:
        self.client.send(f"NOTICE {self.nick} :\x01DCC REJECT SEND {quoted(self.offer.name)}\x01")

    def receive(self) -> Received:
        """All that comes, acknowledged as clients do; the connection is closed by whoever has enough."""
        got = Received()
        buffer = bytearray(PIECE)
        view = memoryview(buffer)
        with self.connection as connection:
            while self.offset + got.size < self.offer.number:
                count = connection.recv_into(buffer)
                if not count:
                    break
                got.add(view[:count])
                connection.sendall(struct.pack("!I", (self.offset + got.size) & 0xFFFFFFFF))
            if connection.recv(1):
                raise AssertionError("more came than was offered")
        return got

    def start(self) -> Work:
        """`accept` must have been done."""
        return Work(self.receive)


class DccSender:
    """Offers a file to `nick`: a client that waits for who wants it, or, `passive`, goes to them."""

    def __init__(self, client: Client, nick: str, name: str, content: Content, *, passive: bool = False):
        self.client = client
        self.nick = nick
        self.name = name
        self.content = content
        self.connection: socket.socket | None = None
        self.listener = None if passive else listen()
        port = 0 if passive else self.listener.getsockname()[1]
        token = " 7113" if passive else ""
        client.send(f"PRIVMSG {nick} :\x01DCC SEND {quoted(name)} {OWN_ADDRESS} {port} {content.size}{token}\x01")

    def connect(self) -> socket.socket:
        """Once the file was accepted: the connection for it."""
        if self.listener is not None:
            self.connection = accepted(self.listener)
            return self.connection
        answer = expect_dcc(self.client, self.nick)
        if (answer.name, answer.number, answer.token) != (self.name, self.content.size, "7113"):
            raise AssertionError(f"not the answer to the offer: {answer}")
        self.connection = connected(answer.endpoint)
        return self.connection

    def send(self) -> int:
        """All of it; what the other side says that it has, at the end."""
        with self.connection or self.connect() as connection:
            for piece in self.content.pieces():
                connection.sendall(piece)
            return self.last_acknowledgement()

    def last_acknowledgement(self) -> int:
        """Reads to the one of the whole file, or to the end of the connection."""
        count, rest = 0, b""
        size = self.content.size & 0xFFFFFFFF
        while count != size or not self.content.size:
            data = self.connection.recv(65536)
            if not data:
                break
            rest += data
            whole = len(rest) - len(rest) % 4
            if whole:
                count = struct.unpack("!I", rest[whole - 4 : whole])[0]
            rest = rest[whole:]
        return count

    def start(self) -> Work:
        """Of a passive offer the answer is read first."""
        if self.listener is None:
            self.connect()
        return Work(self.send)

    def send_some(self, size: int) -> None:
        """The beginning only; the connection stays."""
        self.connect().sendall(self.content.read(0, size))

    def close(self) -> None:
        for end in (self.listener, self.connection):
            if end is not None:
                end.close()
