"""Files over HTTP: sent with a password or by a link, and fetched by theirs."""

import base64
import http.client
import socket
import urllib.parse
from pathlib import Path

from .accounts import make_account
from .case import DaemonCase
from .machine import eventually, reply_timeout

ACCOUNT, PASSWORD = "ana", "correct horse"
AUTHORIZATION = "Basic " + base64.b64encode(f"{ACCOUNT}:{PASSWORD}".encode()).decode()


class Answer:
    """One answer, whole."""

    def __init__(self, response: http.client.HTTPResponse):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def link(self) -> str:
        """Where what was sent can be had."""
        return self.headers["Location"]


class FilesCase(DaemonCase):
    """ana has an account, and files."""

    def setUp(self) -> None:
        super().setUp()
        make_account(self.daemon, ACCOUNT, PASSWORD)

    def connect(self, source: str = "127.0.0.1") -> http.client.HTTPConnection:
        address = self.daemon.address("http")
        connection = http.client.HTTPConnection(*address, timeout=reply_timeout(), source_address=(source, 0))
        self.addCleanup(connection.close)
        return connection

    def ask(self, method: str, link: str, body=None, headers=(), source: str = "127.0.0.1") -> Answer:
        """One request for a link, or a path, on a connection of its own."""
        parts = urllib.parse.urlsplit(link)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection = self.connect(source)
        connection.request(method, target, body, dict(headers))
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def get(self, link: str, **headers) -> Answer:
        return self.ask("GET", link, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def send(self, path: str, body, **headers) -> Answer:
        """An upload by ana."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("PUT", path, body, {"Authorization": AUTHORIZATION, **given})

    def raw(self) -> socket.socket:
        """A connection for bytes that no library would send."""
        connection = socket.create_connection(self.daemon.address("http"), timeout=reply_timeout())
        self.addCleanup(connection.close)
        return connection

    def stored(self) -> list[Path]:
        """What lies on disk."""
        return list((self.directory / "data" / "files").iterdir())

    def assert_nothing_stored(self) -> None:
        eventually(lambda: not self.stored(), "the bytes are deleted")


def read_to_end(connection: socket.socket) -> bytes:
    """All that comes before the connection ends, in good order or not."""
    got = b""
    try:
        while piece := connection.recv(65536):
            got += piece
    except ConnectionResetError:
        pass
    return got
