"""A way to a service that fails: TCP that is cut, reset, slow, or swallows everything."""

import contextlib
import random
import socket
import struct
import threading
from dataclasses import dataclass, field

from .machine import PAUSE
from .scripted_service import ScriptedService

CHUNK = 65536
ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST


@dataclass
class Line:
    """One connection through the proxy."""

    near: socket.socket
    far: socket.socket
    ended: bool = False
    done: list = field(default_factory=list)  # what went each way is over


class FaultProxy:
    """Passes TCP connections on to `target`, as the network would that is at hand; while nobody listens there, they are
    reset.

    `hole`: nothing passes, nothing is refused, and what was swallowed is gone; a connection that has lost bytes never
    passes any more. `rate`: bytes a second, each way of each connection. `most`: bytes in one piece, at random up to
    this. `jitter`: seconds a piece may wait, at random.
    """

    def __init__(self, target):
        self.hole = False
        self.rate = 0.0
        self.most = CHUNK
        self.jitter = 0.0
        self.accepted = 0  # connections so far
        self.first_words: list[bytes] = []  # what came first from whoever connected
        self.target = target
        self._dice = random.Random(1)
        self._lines: list[Line] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        return self._server.getsockname()

    def cut(self) -> None:
        """FIN, each way of each connection."""
        self._end_all(abort=False)

    def reset(self) -> None:
        """RST, each way of each connection."""
        self._end_all(abort=True)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()

    def _end_all(self, abort: bool) -> None:
        lines, self._lines = self._lines, []
        for line in lines:
            line.ended = True
            for end in (line.near, line.far):
                with contextlib.suppress(OSError):
                    if abort:
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
                        end.shutdown(socket.SHUT_RD)  # sends nothing; the thread that reads gives it up
                        end.close()
                    else:
                        end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                self.accepted += 1
                far = self._far_end(near)
                if far is None:
                    continue
                line = Line(near, far)
                self._lines.append(line)
                for source, sink in ((near, far), (far, near)):
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self._pump, args=(line, source, sink), daemon=True).start()

    def _far_end(self, near: socket.socket) -> socket.socket | None:
        try:
            return socket.create_connection(self.target)
        except OSError:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
            near.close()
            return None

    def _pump(self, line: Line, source: socket.socket, sink: socket.socket) -> None:
        swallowed = False
        begins = source is line.near
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if begins:
                    self.first_words.append(data)
                begins = False
                swallowed = swallowed or self.hole
                if not swallowed:
                    self._pass_on(data, sink)
        if not swallowed and not line.ended:
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
        line.done.append(sink)
        if len(line.done) == 2:
            line.near.close()
            line.far.close()

    def _pass_on(self, data: bytes, sink: socket.socket) -> None:
        while data:
            size = min(len(data), self._dice.randint(1, self.most) if self.most < CHUNK else CHUNK)
            wait = self._dice.uniform(0.0, self.jitter) + (size / self.rate if self.rate else 0.0)
            if wait:
                PAUSE.wait(wait)
            sink.sendall(data[:size])
            data = data[size:]


class ProxiedService(ScriptedService):
    """A scripted service that is reached through `ways`, by kind of server: "ns", "sb" and "http"."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.ways = {kind: FaultProxy(server.getsockname()) for kind, server in self._servers.items()}

    def address(self, kind: str) -> str:
        host, port = self.ways[kind].address
        return f"{host}:{port}"

    def close(self) -> None:
        for way in self.ways.values():
            way.close()
        super().close()
