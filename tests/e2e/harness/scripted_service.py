"""An MSN service for gateways to sign in to: notification server, switchboard and Passport, that does what a test says.

By itself it is a service that works: everybody it is asked for is there, and every message arrives.
"""

import contextlib
import socket
import ssl
import struct
import threading

from .machine import eventually
from .msn_body import text_body
from .msn_wire import parse_body

PAYLOAD_VERBS = ("MSG", "UUX", "QRY", "ADL", "NOT")
TICKET = "HTTP/1.1 200 OK\r\nAuthentication-Info: Passport1.4 da-status=success,from-PP='t=x&p='\r\nContent-Length: 0\r\n\r\n"
NO_TICKET = (
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Passport1.4 da-status=failed,cbtxt=Bad%20password\r\n"
    "Content-Length: 0\r\n\r\n"
)


def plain_text(payload: bytes) -> str:
    """What somebody said; nothing when it is of another kind, such as typing or pieces of MSNSLP."""
    body = parse_body(payload)
    return body.text if body.kind == "text/plain" else ""


class Peer:
    """One connection of the gateway: what came, and what it is told."""

    def __init__(self, connection: socket.socket):
        self.socket = connection
        self.lines: list[str] = []
        self.bodies: list[bytes] = []  # of MSG

    def say(self, data: str | bytes) -> None:
        """Whatever of it the gateway takes."""
        with contextlib.suppress(OSError):
            self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def cut(self) -> None:
        """Ends the connection in good order."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Ends it without a word, and without what is on its way."""
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.cut()
        self.socket.close()

    def tell_message(self, text: str, sender: str = "bob@example.com", name: str = "Bob") -> None:
        body = text_body(text)
        self.say(f"MSG {sender} {name} {len(body)}\r\n".encode() + body)

    def count(self, verb: str) -> int:
        return sum(line.split(" ")[0] == verb for line in list(self.lines))


class ScriptedService:
    """`answers` goes by verb, "USR I" and "USR S", "SB CAL" for the switchboard, "login" for Passport: text in which
    {0} is the TrID, bytes, nothing for silence, or a function of the Peer and the words of the command."""

    def __init__(self, contacts=("bob",), answers: dict | None = None, tls: ssl.SSLContext | None = None):
        self.contacts = list(contacts)
        self.answers = {**self._usual_answers(), **(answers or {})}
        self.ns: list[Peer] = []
        self.sb: list[Peer] = []
        self.logins = 0  # requests for a ticket
        self.accepts = True  # new connections to the notification server
        self.messages: list[str] = []  # texts that reached a switchboard and were acknowledged
        self.lost: list[str] = []  # those that were not
        self.last_used: Peer | None = None  # where the last text came
        self.refused: list[str] = []  # those that were answered with NAK
        self._tls = tls
        self._servers = {kind: socket.create_server(("127.0.0.1", 0)) for kind in ("ns", "sb", "http")}
        for kind, server in self._servers.items():
            threading.Thread(target=self._accept, args=(kind, server), daemon=True).start()

    def address(self, kind: str) -> str:
        host, port = self._servers[kind].getsockname()
        return f"{host}:{port}"

    def close(self) -> None:
        for server in self._servers.values():
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        for peer in (*self.ns, *self.sb):
            peer.cut()

    def wait_for_switchboard(self, number: int) -> Peer:
        """The one of that number, the first being 1, once somebody was called into it, or it was answered."""

        def is_in_use() -> bool:
            return len(self.sb) >= number and self.sb[number - 1].count("CAL") + self.sb[number - 1].count("ANS") > 0

        eventually(is_in_use, f"switchboard {number} is used")
        return self.sb[number - 1]

    def ring(self, caller: str = "bob", name: str | None = None, session: int = 1) -> None:
        """Somebody calls the account into a new switchboard."""
        shown = caller.capitalize() if name is None else name
        self.ns[-1].say(f"RNG {session} {self.address('sb')} CKI key {caller}@example.com {shown}\r\n")

    def presence(self, name: str, status: str = "NLN") -> str:
        return f"ILN {{0}} {status} {name}@example.com {name.capitalize()} 0\r\n"

    def list_lines(self) -> str:
        """What SYN is answered with."""
        lines = [f"SYN {{0}} 1 1 {len(self.contacts)} 0\r\n"]
        for number, name in enumerate(self.contacts):
            guid = f"00000000-0000-0000-0000-{number:012d}"
            lines.append(f"LST N={name}@example.com F={name.capitalize()} C={guid} 3 1\r\n")
        return "".join(lines)

    def _usual_answers(self) -> dict:
        return {
            "VER": "VER {0} MSNP12\r\n",
            "CVR": "CVR {0} 7.5.0324 7.5.0324 7.5.0324 http://localhost/ http://localhost/\r\n",
            "USR I": "USR {0} TWN S ct=1,rver=1\r\n",
            "USR S": "USR {0} OK ana@example.com 1 0\r\n",
            "SYN": lambda peer, words: self.list_lines(),
            "CHG": self._shown,
            "UUX": "UUX {0} 0\r\n",
            "QRY": "QRY {0}\r\n",
            "PNG": "QNG 60\r\n",
            "ADC": lambda peer, words: " ".join([words[0], "{0}", *words[2:]]) + "\r\n",
            "REM": lambda peer, words: " ".join([words[0], "{0}", *words[2:]]) + "\r\n",
            "XFR": lambda peer, words: f"XFR {{0}} SB {self.address('sb')} CKI key\r\n",
            "SB USR": "USR {0} OK ana@example.com ana\r\n",
            "SB ANS": "IRO {0} 1 1 bob@example.com Bob 0\r\nANS {0} OK\r\n",
            "SB CAL": lambda peer, words: f"CAL {{0}} RINGING 1\r\nJOI {words[2]} {words[2].partition('@')[0].title()} 0\r\n",
            "SB MSG": "ACK {0}\r\n",
            "login": TICKET,
        }

    def _shown(self, peer: Peer, words: list) -> str:
        """CHG; the first one also brings who is there."""
        there = "".join(map(self.presence, self.contacts)) if peer.count("CHG") == 1 else ""
        return f"CHG {{0}} {words[2]} 0\r\n" + there

    def _accept(self, kind: str, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                connection.settimeout(60)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                peer = Peer(connection)
                if kind != "http":
                    (self.ns if kind == "ns" else self.sb).append(peer)
                if kind == "ns" and not self.accepts:
                    peer.cut()
                threading.Thread(target=self._serve, args=(kind, peer), daemon=True).start()

    def _serve(self, kind: str, peer: Peer) -> None:
        with contextlib.suppress(OSError, ValueError):
            if kind == "http" and self._tls:
                peer.socket = self._tls.wrap_socket(peer.socket, server_side=True)
            with peer.socket, peer.socket.makefile("rb") as stream:
                for line in stream:
                    self._take(kind, peer, stream, line.decode("utf-8", "replace").rstrip("\r\n"))

    def _take(self, kind: str, peer: Peer, stream, line: str) -> None:
        words = line.split(" ")
        if kind == "http":
            if words[0] == "GET":
                self.logins += 1
                self._send(peer, "login", words)
            return
        payload = stream.read(int(words[-1])) if words[0] in PAYLOAD_VERBS else b""
        peer.lines.append(line)
        if words[0] == "MSG":
            peer.bodies.append(payload)
        name = words[0] if words[0] != "USR" or kind == "sb" else f"USR {words[3]}"
        name = f"SB {name}" if kind == "sb" else name
        text = plain_text(payload) if words[0] == "MSG" else ""
        said = self._send(peer, name, words)
        if text:
            self.last_used = peer
            fate = "ACK" if "ACK" in said else "NAK" if "NAK" in said else ""
            {"ACK": self.messages, "NAK": self.refused, "": self.lost}[fate].append(text)

    def _send(self, peer: Peer, name: str, words: list) -> str:
        answer = self.answers.get(name, "")
        answer = answer(peer, words) if callable(answer) else answer
        trid = words[1] if len(words) > 1 else "0"
        data = answer.replace("{0}", trid).encode() if isinstance(answer, str) else answer or b""
        peer.say(data)
        return data.decode("utf-8", "replace")
