"""The test case of attacks on files over HTTP."""

import socket

from .attacks import CleanLog
from .http_files import AUTHORIZATION, FilesCase, read_to_end

HAND = f"Host: a\r\nAuthorization: {AUTHORIZATION}\r\n"


class DropCase(CleanLog, FilesCase):
    """ana's files."""

    def put(self, headers: str, body: bytes = b"") -> socket.socket:
        """An upload by ana with these headers, each with its CRLF; what comes back is not read."""
        connection = self.raw()
        connection.sendall(f"PUT /upload/b HTTP/1.1\r\n{HAND}{headers}\r\n".encode() + body)
        return connection

    def status_of(self, headers: str, body: bytes = b"") -> bytes:
        """The status of such an upload, after which the connection ends."""
        return read_to_end(self.put(headers, body))[9:12]

    def hits(self, family: str, limit: str) -> float:
        return self.counters()[f'patchcord_{family}_limit_hits_total{{limit="{limit}"}}']
