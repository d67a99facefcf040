"""A name server that does what a test says, and a machine that asks it alone."""

import contextlib
import ipaddress
import socket
import struct
import threading
from pathlib import Path

from .disk import mount_over, unmount
from .machine import PAUSE, reply_timeout

ADDRESS = ("127.0.0.53", 53)
A, CNAME = 1, 5
REFERENCE = b"\xc0\x0c"  # the name that was asked for
NO_ERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
TRUNCATED = 0x0200
RESOLV_CONF = "nameserver {0}\noptions timeout:{1} attempts:1\n"


class Query:
    """One question, and how it can be answered."""

    def __init__(self, data: bytes):
        self.id = int.from_bytes(data[:2], "big")
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]])
            at += 1 + data[at]
        self.name = b".".join(labels).decode("ascii", "replace").lower()
        self.kind = int.from_bytes(data[at + 1 : at + 3], "big")
        self._question = data[12 : at + 5]

    def reply(self, *records: bytes, code: int = NO_ERROR, flags: int = 0, id_change: int = 0) -> bytes:
        head = struct.pack(">6H", self.id ^ id_change, 0x8180 | flags | code, 1, len(records), 0, 0)
        return head + self._question + b"".join(records)

    def addresses(self, *given: str) -> bytes:
        """These, when IPv4 was asked for, else none."""
        records = [record(A, ipaddress.IPv4Address(each).packed) for each in given]
        return self.reply(*(records if self.kind == A else ()))


def record(kind: int, data: bytes, name: bytes = REFERENCE) -> bytes:
    return name + struct.pack(">HHIH", kind, 1, 0, len(data)) + data


def wire_name(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


class NameServer:
    """`answer(query)` gives what is sent back, after `delay` seconds: one datagram, several, or None."""

    def __init__(self, answer):
        self.answer = answer
        self.delay = 0.0
        self.asked: list[str] = []  # names of which an IPv4 address was wanted
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(ADDRESS)
        self._server = threading.Thread(target=self._serve, daemon=True)
        self._server.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._server.join(reply_timeout())  # who still waits for a question keeps the address
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while (received := self._socket.recvfrom(4096))[0]:
                data, whence = received
                query = Query(data)
                if query.kind == A:
                    self.asked.append(query.name)
                threading.Thread(target=self._answer, args=(query, whence), daemon=True).start()

    def _answer(self, query: Query, whence) -> None:
        answer = self.answer(query)
        if self.delay:
            PAUSE.wait(self.delay)
        with contextlib.suppress(OSError):  # it may be closed by now
            for datagram in [answer] if isinstance(answer, bytes) else answer or ():
                self._socket.sendto(datagram, whence)


class AsksNobodyElse:
    """Name look-ups of this process and of those it starts go to `ADDRESS`. Needs root; nobody else sees it."""

    def __init__(self, directory: Path, patience: int):
        """`patience`: seconds until a look-up is given up."""
        texts = {"resolv.conf": RESOLV_CONF.format(ADDRESS[0], patience), "nsswitch.conf": "hosts: files dns\n"}
        self._paths = []
        for name, text in texts.items():
            file = directory / name
            file.write_text(text, encoding="ascii")
            file.chmod(0o644)
            path = Path("/etc") / name
            mount_over(path, file)
            self._paths.append(path)

    def end(self) -> None:
        for path in self._paths:
            unmount(path)
