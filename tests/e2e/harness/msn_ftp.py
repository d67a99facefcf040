"""An MSN client's files by MSNFTP: the invitation in the conversation, and the connection beside it.

Either side may wait for the other. Usually the sender does and says where in its ACCEPT; since version 5 a receiver can
offer to (`Sender-Connect: TRUE`), and a sender can say that it cannot wait (`Connectivity: N`).
"""

import random
import socket
import struct

from .dcc import accepted, connected, listen
from .file_content import Content, Received, Work
from .msn_body import typed_body
from .switchboard import Switchboard

KIND = "text/x-msmsgsinvite"
FILE_GUID = "{5D3E02AB-6190-11d3-BBBB-00C04F795683}"
BLOCK_BYTES = 2045
RECEIVER_DONE = 16777989
SENDER_CANCELLED = 2164261683


def invitation(**fields) -> bytes:
    """The body of a message of this kind; `Invitation_Command="ACCEPT"` is a field."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return typed_body("text/x-msmsgsinvite; charset=UTF-8", f"{lines}\r\n".encode())


def fields_of(content: bytes) -> dict:
    lines = content.decode().split("\r\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)


class Invited:
    """What both sides do: they speak of one cookie in one conversation. `others` are messages about anything else."""

    def __init__(self, chat: Switchboard):
        self.chat = chat
        self.cookie = ""
        self.connection: socket.socket | None = None
        self.listener: socket.socket | None = None

    def say(self, command: str, **fields) -> None:
        self.chat.deliver(invitation(Invitation_Command=command, Invitation_Cookie=self.cookie, **fields))

    def expect(self, command: str, timeout: float = 0.0) -> dict:
        """The next invitation of this cookie, which has to be this command."""

        def wanted(message) -> bool:
            return message.body.kind == KIND and fields_of(message.body.content)["Invitation-Cookie"] == self.cookie

        fields = fields_of(self.chat.expect("MSG", where=wanted, timeout=timeout).body.content)
        if fields["Invitation-Command"] != command:
            raise AssertionError(f"not {command}: {fields}")
        return fields

    def cancel(self, code: str = "OUTBANDCANCEL") -> None:
        self.say("CANCEL", Cancel_Code=code)

    def expect_cancel(self, code: str, timeout: float = 0.0) -> None:
        fields = self.expect("CANCEL", timeout)
        if fields["Cancel-Code"] != code:
            raise AssertionError(f"cancelled with {fields['Cancel-Code']}, not with {code}")

    def cancel_codes(self, commands) -> list[str]:
        """Those of this cookie among what was read by others."""
        bodies = [command.body for command in commands if command.verb == "MSG" and command.body.kind == KIND]
        fields = [fields_of(body.content) for body in bodies]
        return [said["Cancel-Code"] for said in fields if said["Invitation-Cookie"] == self.cookie]

    def close(self) -> None:
        for end in (self.listener, self.connection):
            if end is not None:
                end.close()

    def wait(self, **more) -> tuple[socket.socket, str]:
        """Says ACCEPT with a port of its own; whoever comes there has to know the number that is given back."""
        self.listener = listen()
        secret = str(random.getrandbits(32))
        host, port = self.listener.getsockname()
        self.say("ACCEPT", IP_Address=host, Port=port, AuthCookie=secret, **more, Launch_Application="FALSE",
                 Request_Data="IP-Address:")  # fmt: skip
        return self.listener, secret

    def go(self, fields: dict) -> str:
        """Connects to where the other side waits; the number to say there."""
        self.connection = connected((fields["IP-Address"], int(fields["Port"])))
        return fields["AuthCookie"]


class Lines:
    """The lines of a connection, and then its bytes."""

    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.buffer = b""

    def next(self) -> str:
        while b"\r\n" not in self.buffer:
            data = self.connection.recv(65536)
            if not data:
                raise AssertionError(f"the connection ended after {self.buffer!r}")
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line.decode()

    def expect(self, line: str) -> None:
        said = self.next()
        if said != line:
            raise AssertionError(f"{said!r} instead of {line!r}")

    def say(self, line: str) -> None:
        self.connection.sendall(line.encode() + b"\r\n")


class FtpSender(Invited):
    """Offers a file in a conversation of two.

    `follows`: it goes to a receiver that waits, as clients since version 5 do. `listens`: it can wait itself.
    """

    def __init__(self, chat: Switchboard, name: str, content: Content, *, follows: bool = True, listens: bool = True):
        super().__init__(chat)
        self.content = content
        self.follows = follows
        self.secret = ""
        self.cookie = str(random.getrandbits(32))
        more = {} if listens else {"Connectivity": "N"}
        self.say("INVITE", Application_Name="File Transfer", Application_GUID=FILE_GUID, Application_File=name,
                 Application_FileSize=content.size, **more)  # fmt: skip

    def expect_accept(self) -> "FtpSender":
        """The receiver wants it: after this the connection stands, but nothing was said on it."""
        fields = self.expect("ACCEPT")
        if self.follows and fields.get("Sender-Connect") == "TRUE":
            self.secret = self.go(fields)
        else:
            listener, self.secret = self.wait()
            self.connection = accepted(listener)
        return self

    def shake_hands(self, size: int | None = None) -> Lines:
        """Up to and with TFR. `size` is a lie."""
        lines = Lines(self.connection)
        lines.expect("VER MSNFTP")
        lines.say("VER MSNFTP")
        word, handle, secret = lines.next().split(" ")
        if word != "USR" or handle not in self.chat.present or secret != self.secret:
            raise AssertionError(f"not what it should say: {word} {handle} {secret}")
        lines.say(f"FIL {self.content.size if size is None else size}")
        lines.expect("TFR")
        return lines

    def send_blocks(self, offset: int, size: int) -> None:
        """Some bytes of the file."""
        end = offset + size
        while offset < end:
            piece = self.content.read(offset, min(end - offset, 128 * BLOCK_BYTES))
            self.connection.sendall(b"".join(in_blocks(piece)))
            offset += len(piece)

    def expect_accept_and_send(self) -> "FtpSender":
        return self.expect_accept().send()

    def send(self) -> "FtpSender":
        """All of it, to the end."""
        lines = self.shake_hands()
        self.send_blocks(0, self.content.size)
        lines.expect(f"BYE {RECEIVER_DONE}")
        self.connection.close()
        return self


def in_blocks(piece: bytes):
    for start in range(0, len(piece), BLOCK_BYTES):
        data = piece[start : start + BLOCK_BYTES]
        yield b"\0" + len(data).to_bytes(2, "little") + data


class FtpReceiver(Invited):
    """Is offered a file in a conversation of two. `waits`: it says Sender-Connect."""

    def __init__(self, chat: Switchboard, *, waits: bool = False):
        super().__init__(chat)
        self.waits = waits
        self.secret = ""
        fields = fields_of(chat.expect_kind(KIND).body.content)
        if fields["Invitation-Command"] != "INVITE" or fields["Application-GUID"].upper() != FILE_GUID.upper():
            raise AssertionError(f"no offer of a file: {fields}")
        self.fields = fields
        self.cookie = fields["Invitation-Cookie"]
        self.name = fields["Application-File"]
        self.size = int(fields["Application-FileSize"])

    def accept(self) -> "FtpReceiver":
        """After this the connection stands."""
        if self.waits:
            listener, self.secret = self.wait(Sender_Connect="TRUE")
            self.connection = accepted(listener)
            return self
        self.say("ACCEPT", Launch_Application="FALSE", Request_Data="IP-Address:")
        self.secret = self.go(self.expect("ACCEPT"))
        return self

    def decline(self) -> None:
        self.cancel("REJECT")

    def shake_hands(self) -> Lines:
        lines = Lines(self.connection)
        lines.say("VER MSNFTP")
        lines.expect("VER MSNFTP")
        lines.say(f"USR {self.chat.owner.handle} {self.secret}")
        lines.expect(f"FIL {self.size}")
        lines.say("TFR")
        return lines

    def receive(self) -> Received:
        """All of it. AssertionError when the sender takes it back or breaks off."""
        blocks = Blocks(self.shake_hands())
        while blocks.got.size < self.size:
            if not blocks.take_some():
                raise AssertionError(f"the sender ended it after {blocks.got.size} bytes")
        self.connection.sendall(f"BYE {RECEIVER_DONE}\r\n".encode())
        self.connection.close()
        return blocks.got

    def start(self) -> Work:
        return Work(self.receive)


class Blocks:
    """What comes in blocks."""

    def __init__(self, lines: Lines):
        self.connection = lines.connection
        self.got = Received()
        self.cancelled = False  # the sender said so
        self._rest = lines.buffer

    def take_some(self) -> bool:
        """Waits for more; false at the end."""
        data = self.connection.recv(256 * 1024)
        if not data:
            return False
        data = self._rest + data
        parts, at = [], 0
        while at + 3 <= len(data):
            kind, length = struct.unpack_from("<BH", data, at)
            if kind != 0:
                self.cancelled = data[at : at + 3] == b"\1\0\0"
                break
            if at + 3 + length > len(data):
                break
            parts.append(data[at + 3 : at + 3 + length])
            at += 3 + length
        self._rest = data[at:]
        self.got.add(b"".join(parts))
        return not self.cancelled

    def take_all(self) -> "Blocks":
        """To the end, good or bad."""
        try:
            while self.take_some():
                pass
        except ConnectionError:
            pass
        return self
