"""An MSN client's files by MSNSLP: all of it goes through the conversation, in pieces of 1202 bytes.

The signalling looks like SIP and has session 0; the file has a session of its own. Who has got the whole of a message
acknowledges it, once.
"""

import base64
import random
import re
import struct
import time
import uuid
from typing import NamedTuple

from .file_content import Content, Received
from .machine import reply_timeout
from .msn_body import FILE_PURPOSE, text_body
from .switchboard import Switchboard

KIND = "application/x-msnmsgrp2p"
HEAD = struct.Struct("<IIQQIIIIQ")
PIECE_BYTES = 1202
IN_FLIGHT = 8  # messages that the switchboard has not acknowledged
ACK, DATA_FLAGS, NO_DATA = 0x2, 0x01000030, 0x1CF
WORDS = re.compile(r"(?:(INVITE|BYE) MSNMSGR:\S+ MSNSLP/1\.0|MSNSLP/1\.0 (\d{3}) [A-Za-z ]+)\r\n")


class Head(NamedTuple):
    """In front of each piece."""

    session: int
    identifier: int
    offset: int
    total: int
    length: int
    flags: int
    ack: int
    ack_unique: int
    ack_size: int


class Slp(NamedTuple):
    """A request or an answer: `what` is INVITE, BYE or a number."""

    what: str
    headers: dict
    body: dict


def parse_slp(text: str) -> Slp:
    """AssertionError when a client could not read it."""
    found = WORDS.match(text)
    if not found or not text.endswith("\0"):
        raise AssertionError(f"not MSNSLP: {text!r}")
    head, _, body = text[found.end() :].partition("\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.split("\r\n"))
    if int(headers["Content-Length"]) != len(body):
        raise AssertionError(f"not as long as it says: {text!r}")
    return Slp(found[1] or found[2], headers, dict(line.split(": ", 1) for line in body.split("\r\n") if ": " in line))


class SlpSession:
    """One file, either way. `others` are messages about anything else, and what the peer said after the end."""

    def __init__(self, chat: Switchboard, peer: str = ""):
        self.chat = chat
        self.own = chat.owner.handle
        self.peer = peer or next(iter(chat.present))
        self.session = 0
        self.call_id = ""
        self.via = ""
        self.others: list = []
        self.acknowledged: set = set()  # (identifier, unique) of messages of ours
        self.heard: list[Slp] = []  # not looked at yet
        self._last_identifier = random.randrange(2**24)
        self._parts: dict[int, bytes] = {}
        self._prefix = f"MIME-Version: 1.0\r\nContent-Type: {KIND}\r\nP2P-Dest: {self.peer}\r\n\r\n".encode()

    # --- out

    def next_identifier(self) -> int:
        self._last_identifier += 1
        return self._last_identifier

    def post(self, head: Head, data: bytes = b"", application: int = 0) -> None:
        self.chat.post(self._prefix + HEAD.pack(*head) + data + struct.pack(">I", application), "D")

    def acknowledge(self, head: Head) -> None:
        self.post(Head(head.session, self.next_identifier(), 0, head.total, 0, ACK, head.identifier, head.ack,
                       head.total))  # fmt: skip

    def send_text(self, text: str) -> tuple:
        """The mark by which it is acknowledged."""
        raw = text.encode()
        mark = self.next_identifier(), random.getrandbits(32)
        for offset in range(0, len(raw), PIECE_BYTES):
            piece = raw[offset : offset + PIECE_BYTES]
            self.post(Head(0, mark[0], offset, len(raw), len(piece), 0, mark[1], 0, 0), piece)
        return mark

    def send_request(self, method: str, kind: str, body: str) -> tuple:
        self.via = f"MSNSLP/1.0/TLP ;branch={{{uuid.uuid4()}}}".upper().replace("BRANCH", "branch")
        return self.send_text(f"{method} MSNMSGR:{self.peer} MSNSLP/1.0\r\n" + self._headers(0, kind, body))

    def send_answer(self, status: str, request: Slp) -> None:
        self.via = request.headers["Via"]
        body = f"SessionID: {self.session}\r\n\r\n\0"
        self.send_text(f"MSNSLP/1.0 {status}\r\n" + self._headers(1, "sessionreqbody", body))

    def say_bye(self) -> tuple:
        return self.send_request("BYE", "sessionclosebody", "\r\n\0")

    def _headers(self, number: int, kind: str, body: str) -> str:
        return (
            f"To: <msnmsgr:{self.peer}>\r\nFrom: <msnmsgr:{self.own}>\r\nVia: {self.via}\r\nCSeq: {number} \r\n"
            f"Call-ID: {self.call_id}\r\nMax-Forwards: 0\r\nContent-Type: application/x-msnmsgr-{kind}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    # --- in

    def take(self, command) -> None:
        """Whatever came in the conversation."""
        if command.verb != "MSG" or command.body.kind != KIND or command.params[0] != self.peer:
            self.others.append(command)
            return
        content = command.body.content
        if command.body.headers["p2p-dest"] != self.own or len(content) < HEAD.size + 4:
            raise AssertionError(f"not a piece for us: {command}")
        head = Head(*HEAD.unpack_from(content))
        data = content[HEAD.size : -4]
        if head.length != len(data) or head.offset + head.length > head.total and not head.flags & ACK:
            raise AssertionError(f"a piece that does not fit: {head}")
        if head.flags & ACK:
            self.acknowledged.add((head.ack, head.ack_unique))
        elif head.session:
            self.take_data(head, data)
        else:
            self._take_text(head, data)

    def take_data(self, head: Head, data) -> None:
        raise AssertionError(f"unexpected data: {head}")

    def _take_text(self, head: Head, data: bytes) -> None:
        text = self._parts.pop(head.identifier, b"") + data
        if len(text) < head.total:
            self._parts[head.identifier] = text
            return
        self.acknowledge(head)
        self.heard.append(parse_slp(text.decode()))

    def read_until(self, condition, what: str, timeout: float = 0.0) -> None:
        deadline = time.monotonic() + (timeout or reply_timeout())
        while not condition():
            command = self.chat.read(max(deadline - time.monotonic(), 0.001))
            if command is None:
                raise AssertionError(f"no {what} came; heard {self.heard}:\n{self.chat.transcript()[-4000:]}")
            self.take(command)

    def expect(self, what: str, timeout: float = 0.0) -> Slp:
        """The next of what is signalled of this file has to be this."""
        self.read_until(lambda: self.heard, what, timeout)
        said = self.heard.pop(0)
        if said.what != what:
            raise AssertionError(f"not {what}: {said}")
        return said

    def expect_bye(self, timeout: float = 0.0) -> None:
        if self.expect("BYE", timeout).headers["Call-ID"] != self.call_id:
            raise AssertionError("BYE of something else")

    def wait_until_acknowledged(self, mark: tuple, timeout: float = 0.0) -> None:
        self.read_until(lambda: mark in self.acknowledged, f"acknowledgement of {mark}", timeout)

    def say(self, text: str) -> None:
        """A text that must be acknowledged, without losing what else comes."""
        number = self.chat.post(text_body(text))

        def is_answer(command) -> bool:
            return command.verb in ("ACK", "NAK") and command.params == [number]

        self.read_until(lambda: any(is_answer(command) for command in self.others), "answer to a text")
        if [command.verb for command in self.others if is_answer(command)] != ["ACK"]:
            raise AssertionError(f"not delivered: {text}")

    def texts(self) -> list[str]:
        """What was said in between."""
        return self.chat.texts(self.others)


class SlpSender(SlpSession):
    """Offers a file in a conversation of two."""

    def __init__(self, chat: Switchboard, name: str, content: Content, peer: str = ""):
        super().__init__(chat, peer)
        self.content = content
        self.session = random.randrange(1, 2**31)
        self.call_id = f"{{{uuid.uuid4()}}}".upper()
        self.sent = 0
        self.data_mark = self.next_identifier(), random.getrandbits(32)
        self._in_flight: set = set()
        context = base64.b64encode(file_context(name, content.size)).decode()
        self.invite(
            f"EUF-GUID: {FILE_PURPOSE}\r\nSessionID: {self.session}\r\nAppID: 2\r\nContext: {context}\r\n\r\n\0"
        )

    def invite(self, body: str) -> None:
        self.wait_until_acknowledged(self.send_request("INVITE", "sessionreqbody", body))

    def expect_accept(self) -> "SlpSender":
        answer = self.expect("200")
        if answer.body["SessionID"] != str(self.session) or answer.headers["Call-ID"] != self.call_id:
            raise AssertionError(f"an answer to something else: {answer}")
        return self

    def cancel(self) -> None:
        self.say_bye()

    def ask_for_a_direct_connection(self) -> None:
        """As official clients do; they then wait for the answer."""
        body = "Bridges: TRUDPv1 TCPv1\r\nNetID: 0\r\nConn-Type: Firewall\r\nUPnPNat: false\r\nICF: false\r\n\r\n\0"
        self.send_request("INVITE", "transreqbody", body)
        answer = self.expect("200")
        if answer.body.get("Listening") != "false":
            raise AssertionError(f"no: {answer}")

    def send_pieces(self, end: int) -> None:
        """The file up to there, with never too much under way."""
        session, (identifier, unique), total = self.session, self.data_mark, self.content.size
        footer = struct.pack(">I", 2)
        for window in self.content.pieces(self.sent, 64 * PIECE_BYTES):
            window = window[: end - self.sent]
            for start in range(0, len(window), PIECE_BYTES):
                data = window[start : start + PIECE_BYTES]
                head = HEAD.pack(session, identifier, self.sent, total, len(data), DATA_FLAGS, unique, 0, 0)
                self._post_fast(b"".join((self._prefix, head, data, footer)))
                self.sent += len(data)
            if self.sent >= end:
                break
        while self._in_flight:
            self._wait_for_the_switchboard()

    def _post_fast(self, body: bytes) -> None:
        while len(self._in_flight) >= IN_FLIGHT:
            self._wait_for_the_switchboard()
        number = self.chat.next_number()
        self._in_flight.add(number)
        self.chat.socket.sendall(b"MSG %d D %d\r\n" % (number, len(body)) + body)

    def _wait_for_the_switchboard(self) -> None:
        """Counts what it acknowledges; all else is taken as ever."""
        buffer = self.chat.take_buffered()
        if b"\n" not in buffer:
            self.chat.socket.settimeout(reply_timeout())
            more = self.chat.socket.recv(65536)
            if not more:
                raise AssertionError("the switchboard closed the connection")
            buffer += more
        while buffer.startswith(b"ACK ") and b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            self._in_flight.discard(int(line[4:]))
        self.chat.give_back(buffer)
        if buffer and not b"ACK ".startswith(buffer[:4]):
            command = self.chat.read()
            if command.verb == "ACK":  # came in two parts
                self._in_flight.discard(int(command.params[0]))
            self.take(command)

    def send(self) -> "SlpSender":
        """All of it, to the end."""
        if self.content.size:
            self.send_pieces(self.content.size)
        else:
            head = Head(self.session, self.data_mark[0], 0, 0, 0, DATA_FLAGS, self.data_mark[1], 0, 0)
            self.post(head, b"", 2)
        self.wait_until_acknowledged(self.data_mark)
        self.wait_until_acknowledged(self.say_bye())
        return self

    def expect_accept_and_send(self) -> "SlpSender":
        return self.expect_accept().send()


class SlpReceiver(SlpSession):
    """Is offered a file in a conversation of two."""

    def __init__(self, chat: Switchboard, peer: str = ""):
        super().__init__(chat, peer)
        self.got = Received()
        self.invitation = self.expect("INVITE")
        body = self.invitation.body
        if body["EUF-GUID"].upper() != FILE_PURPOSE or body["AppID"] != "2":
            raise AssertionError(f"no file: {body}")
        self.session = int(body["SessionID"])
        self.call_id = self.invitation.headers["Call-ID"]
        context = base64.b64decode(body["Context"], validate=True)
        length, version, self.size, kind = struct.unpack_from("<IIQI", context)
        if (length, version, kind, len(context)) != (574, 2, 1, 574):
            raise AssertionError(f"not a description of a file: {context!r}")
        self.name = context[20:540].decode("utf-16-le").partition("\0")[0]

    def accept(self) -> "SlpReceiver":
        self.send_answer("200 OK", self.invitation)
        return self

    def decline(self) -> None:
        self.send_answer("603 Decline", self.invitation)

    def cancel(self) -> None:
        self.say_bye()

    def take_data(self, head: Head, data) -> None:
        if head.session != self.session or head.offset != self.got.size or head.total != self.size:
            raise AssertionError(f"not the next piece after {self.got.size} bytes: {head}")
        self.got.add(data)
        if self.got.size == self.size:
            self.acknowledge(head)

    def receive_pieces(self, size: int) -> None:
        """Until that much is there."""
        deadline = time.monotonic() + reply_timeout()
        buffer, at = b"", 0
        while self.got.size < size and not self.heard:
            taken = self._take_fast(buffer, at) if buffer else 0
            if taken:
                at += taken
                deadline = time.monotonic() + reply_timeout()
                continue
            self.chat.give_back(buffer[at:] + self.chat.take_buffered())
            command = self.chat.read(max(deadline - time.monotonic(), 0.001))
            if command is None:
                raise AssertionError(f"only {self.got.size} bytes came:\n{self.chat.transcript()[-2000:]}")
            self.take(command)
            buffer, at = self.chat.take_buffered(), 0
        self.chat.give_back(buffer[at:])

    def _take_fast(self, buffer: bytes, at: int) -> int:
        """How many bytes of the buffer a whole piece of the file is; 0: there is something else."""
        line_end = buffer.find(b"\n", at)
        if line_end < 0 or not buffer.startswith(b"MSG ", at):
            return 0
        end = line_end + 1 + int(buffer[buffer.rfind(b" ", at, line_end) : line_end])
        start = buffer.find(b"\r\n\r\n", line_end, end) + 4
        if end > len(buffer) or start < 4 or start + HEAD.size + 4 > end:
            return 0
        if KIND.encode() not in buffer[line_end:start]:
            return 0
        head = HEAD.unpack_from(buffer, start)
        if head[0] != self.session or head[5] & NO_DATA or start + HEAD.size + head[4] + 4 != end:
            return 0
        self.take_data(Head(*head), buffer[start + HEAD.size : end - 4])
        return end - at

    def receive(self) -> Received:
        """All of it, and BYE of the sender. AssertionError when the sender takes it back or breaks off."""
        if self.size:
            self.receive_pieces(self.size)
        self.expect_bye()
        if self.got.size != self.size:
            raise AssertionError(f"the sender ended it after {self.got.size} bytes")
        return self.got


def file_context(name: str, size: int) -> bytes:
    """What clients since 7.5 say of a file: 638 bytes."""
    head = struct.pack("<IIQI", 638, 3, size, 1) + name.encode("utf-16-le").ljust(520, b"\0")
    return head + bytes(30) + b"\xff" * 4 + bytes(64)
