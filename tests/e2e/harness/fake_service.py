"""An MSN service that misbehaves: notification server, switchboard and Passport, whose every answer a test may
replace."""

import contextlib
import socket
import ssl
import threading

from .machine import eventually

ANSWERS = {  # by verb, and by the third word of USR, of the switchboard with "SB" in front; {0} is the TrID
    "VER": "VER {0} MSNP12\r\n",
    "CVR": "CVR {0} 7.5.0324 7.5.0324 7.5.0324 http://localhost/ http://localhost/\r\n",
    "USR I": "USR {0} TWN S ct=1,rver=1\r\n",
    "USR S": "USR {0} OK m1@lab.test 1 0\r\n",
    "SYN": "SYN {0} 1 1 0 0\r\n",
    "CHG": "CHG {0} NLN 0\r\n",
    "PNG": "QNG 60\r\n",
    "XFR": lambda fake: "XFR {0} SB " + fake.address("sb") + " CKI key\r\n",
    "SB USR": "USR {0} OK m1@lab.test m1\r\n",
    "SB CAL": "CAL {0} RINGING 1\r\nJOI m2@lab.test m2 0\r\n",
    "SB MSG": "ACK {0}\r\n",
    "nexus": "HTTP/1.1 200 OK\r\nPassportURLs: DALogin=localhost/login\r\nContent-Length: 0\r\n\r\n",
    "login": "HTTP/1.1 200 OK\r\nAuthentication-Info: Passport1.4 da-status=success,from-PP='t=x&p='\r\n"
    "Content-Length: 0\r\n\r\n",
}


class FakeService:
    """`answers` replaces what is in ANSWERS; bytes, or text. `say` sends words that nobody asked for. With `tls`,
    Passport is there over HTTPS only."""

    def __init__(self, answers: dict | None = None, tls: ssl.SSLContext | None = None):
        self.requests: list[str] = []  # paths that Passport was asked for
        self._tls = tls
        self.logins = 0  # connections of the notification server
        self.messages: list[bytes] = []  # payloads of MSG that reached the switchboard
        self._answers = {**ANSWERS, **(answers or {})}
        self._connections: list[socket.socket] = []
        self._servers = {kind: socket.create_server(("127.0.0.1", 0)) for kind in ("ns", "sb", "http")}
        for kind, server in self._servers.items():
            threading.Thread(target=self._accept, args=(kind, server), daemon=True).start()

    def address(self, kind: str) -> str:
        host, port = self._servers[kind].getsockname()
        return f"{host}:{port}"

    def say(self, data: bytes) -> None:
        """To the client that connected last; whatever of it the client takes."""
        with contextlib.suppress(OSError):
            self._connections[-1].sendall(data)

    def wait_for_login(self) -> None:
        """Until the client has connected."""
        eventually(lambda: self._connections, "the client connects")

    def close(self) -> None:
        for one in (*self._servers.values(), *self._connections):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, kind: str, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                connection.settimeout(60)
                if kind == "ns":
                    self.logins += 1
                    self._connections.append(connection)
                threading.Thread(target=self._serve, args=(kind, connection), daemon=True).start()

    def _serve(self, kind: str, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if kind == "http" and self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._read(kind, connection)

    def _read(self, kind: str, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                words = line.decode("utf-8", "replace").split()
                if kind == "sb" and words:
                    if words[0] == "MSG":
                        self.messages.append(lines.read(int(words[3])))
                    self._send(connection, f"SB {words[0]}", words[1] if len(words) > 1 else "0")
                elif kind == "ns" and words:
                    self._answer_command(connection, words)
                elif words[:1] == ["GET"]:
                    self.requests.append(words[1])
                    self._send(connection, "nexus" if words[1].startswith("/rdr/") else "login")

    def _answer_command(self, connection: socket.socket, words: list) -> None:
        verb = f"USR {words[3]}" if words[0] == "USR" else words[0]
        self._send(connection, verb, words[1] if len(words) > 1 else "0")

    def _send(self, connection: socket.socket, name: str, trid: str = "0") -> None:
        answer = self._answers.get(name, "")
        answer = answer(self) if callable(answer) else answer
        connection.sendall(answer.replace("{0}", trid).encode() if isinstance(answer, str) else answer)
