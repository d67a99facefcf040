"""IRC over WebSocket for tests: the same client, with frames around its lines."""

import base64
import hashlib
import os
import ssl
import struct
import time

from .case import DaemonCase
from .client import Client

TEXT = "text.ircv3.net"
BINARY = "binary.ircv3.net"
ORIGIN = "https://chat.lab.test"
CONTINUATION_FRAME, TEXT_FRAME, BINARY_FRAME, CLOSE_FRAME, PING_FRAME, PONG_FRAME = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FINAL, MASKED = 0x80, 0x80
MASK = b"\x37\xfa\x21\x3d"
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3


def frame_header(first: int, length: int, masked: bool = True) -> bytes:
    """The beginning of a frame; `first` holds FIN and the opcode. The mask itself is not part of it."""
    bit = MASKED if masked else 0
    if length < 126:
        return bytes((first, bit | length))
    if length < 0x10000:
        return struct.pack(">BBH", first, bit | 126, length)
    return struct.pack(">BBQ", first, bit | 127, length)


def frame(opcode: int, payload: bytes = b"", final: bool = True) -> bytes:
    """A frame of a client."""
    mask = (MASK * (len(payload) // 4 + 1))[: len(payload)]
    masked = bytes(one ^ other for one, other in zip(payload, mask))
    return frame_header(opcode | (FINAL if final else 0), len(payload)) + MASK + masked


def close_frame(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE_FRAME, struct.pack(">H", code) + reason)


def upgrade_request(headers: dict[str, str | None] | None = None, line: str = "GET /chat HTTP/1.1") -> bytes:
    """The opening handshake; `headers` replace those of the same name, or take them away with None."""
    usual = {
        "Host": "irc.lab.test",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Origin": ORIGIN,
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
    }
    all_headers = {**usual, **(headers or {})}
    lines = [line] + [f"{name}: {value}" for name, value in all_headers.items() if value is not None]
    return "\r\n".join(lines + ["", ""]).encode()


class WebClient(Client):
    """A client in a browser. `frames` are all (opcode, payload) that came; `close_code` that of the server's Close."""

    def __init__(
        self,
        address,
        *,
        source: str = "",
        tls: ssl.SSLContext | None = None,
        protocols: tuple[str, ...] = (TEXT,),
        headers: dict[str, str | None] | None = None,
    ):
        super().__init__(address, source=source, tls=tls)
        self.frames: list[tuple[int, bytes]] = []
        self.close_code: int | None = None
        self.opcode = BINARY_FRAME if protocols[:1] == (BINARY,) else TEXT_FRAME
        self._wire = b""
        self._open = False
        key = base64.b64encode(os.urandom(16)).decode()
        offered = {"Sec-WebSocket-Protocol": ", ".join(protocols)} if protocols else {}
        self.send_raw(upgrade_request({"Sec-WebSocket-Key": key, **offered, **(headers or {})}))
        self.response = self._read_response()
        self._open = True
        self._check_response(key)
        self._decode()

    @property
    def protocol(self) -> str | None:
        """What was agreed on."""
        return self.response.get("sec-websocket-protocol")

    def send(self, *lines: str | bytes) -> None:
        """Sends each line as a message, all in one write."""
        self.send_raw(b"".join(frame(self.opcode, line.encode() if isinstance(line, str) else line) for line in lines))

    def ping(self, payload: bytes) -> None:
        """Sends a ping and waits for its pong."""
        self.send_raw(frame(PING_FRAME, payload))
        came = self._wait_for(lambda: (PONG_FRAME, payload) in self.frames, time.monotonic() + 5)
        if not came:
            raise AssertionError(f"no pong came:\n{self.transcript()}")

    def read_close(self) -> int | None:
        """The code in the server's Close, after which it must end the connection; what comes before is passed over."""
        self.read_to_end()
        return self.close_code

    def _read_response(self) -> dict[str, str]:
        deadline = time.monotonic() + self.socket.gettimeout()
        if not self._wait_for(lambda: b"\r\n\r\n" in self._wire, deadline):
            raise AssertionError("the handshake was not answered")
        header, _, self._wire = self._wire.partition(b"\r\n\r\n")
        status, *lines = header.decode().split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return {"status": status, **{name.lower(): value.strip() for name, _, value in pairs}}

    def _check_response(self, key: str) -> None:
        wanted = base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()
        if not self.response["status"].startswith("HTTP/1.1 101 ") or self.response["sec-websocket-accept"] != wanted:
            raise AssertionError(f"the handshake was refused: {self.response}")

    def _receive(self, timeout: float) -> None:
        lines, self._buffer = self._buffer, self._wire
        try:
            super()._receive(timeout)
        finally:
            self._wire, self._buffer = self._buffer, lines
        if self._open:
            self._decode()

    def _decode(self) -> None:
        """Takes whole frames off the wire; AssertionError where the server breaks the rules for them."""
        while len(self._wire) >= 2:
            first, length = self._wire[0], self._wire[1]
            size = 2 + {126: 2, 127: 8}.get(length, 0)
            if len(self._wire) < size:
                return
            if size > 2:
                length = int.from_bytes(self._wire[2:size], "big")
            if len(self._wire) < size + length:
                return
            payload, self._wire = self._wire[size : size + length], self._wire[size + length :]
            if first & ~0xF != FINAL or self.close_code is not None:
                raise AssertionError(f"not a frame that may come: {first:#x} {payload!r}")
            self._note(first & 0xF, payload)

    def _note(self, opcode: int, payload: bytes) -> None:
        self.frames.append((opcode, payload))
        if opcode == CLOSE_FRAME:
            self.close_code = int.from_bytes(payload[:2], "big")
        elif opcode in (TEXT_FRAME, BINARY_FRAME):
            if b"\r" in payload or b"\n" in payload:
                raise AssertionError(f"more than a line in a message: {payload!r}")
            if opcode == TEXT_FRAME:
                payload.decode("utf-8")
            self._buffer += payload + b"\r\n"


class WebsocketCase(DaemonCase):
    """A daemon that listens for WebSocket, too, for one page."""

    config = {
        "irc.websocket": {"listen": ["127.0.0.1:0"], "origins": [ORIGIN]},
        "irc.tls": {"handshake_timeout": "2s"},
    }

    def web(self, listener: str = "irc-ws", **options) -> WebClient:
        """A connection that has done its handshake and said nothing yet."""
        client = self.keep(WebClient(self.daemon.address(listener), **options))
        self._clients.append(client)
        return client

    def answer_to(self, request: bytes, listener: str = "irc-ws") -> str:
        """The status of the server's answer, after which it must have closed the connection; "" for none."""
        client = self.visitor(listener)
        client.send_until_closed(request)
        answer = b""
        try:
            while data := client.socket.recv(65536):
                answer += data
        except ConnectionError:
            pass  # a reset, as there was more to read
        client.close()
        return answer.decode().partition("\r\n")[0].removeprefix("HTTP/1.1 ")[:3]
