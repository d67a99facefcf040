"""The HTTP listener, attacked: connections that send bytes as they are, and a test case that knows where it is."""

import http.client
import socket

from .bridge import MsnAttackCase
from .machine import reply_timeout


class RawHttp:
    """A connection that sends bytes as they are."""

    def __init__(self, address, source: str = ""):
        self.socket = socket.create_connection(address, reply_timeout(), (source, 0) if source else None)

    def send(self, data: bytes) -> "RawHttp":
        try:
            self.socket.sendall(data)
        except ConnectionError:
            pass  # the server need not read to the end
        return self

    def read_to_end(self) -> bytes:
        data = b""
        try:
            while piece := self.socket.recv(65536):
                data += piece
        except ConnectionError:
            pass
        self.socket.close()
        return data

    def status(self) -> int:
        """Of the first answer; 0 when the connection was closed without one."""
        data = self.read_to_end()
        if not data:
            return 0
        if not data.startswith(b"HTTP/1."):
            raise AssertionError(f"no answer of HTTP: {data[:200]!r}")
        return int(data.split(b" ")[1])


def rst_body(handle: str, password: str) -> str:
    """What Messenger 7.5 asks RST.srf with, as far as it matters."""
    user = f"<wsse:Username>{handle}</wsse:Username><wsse:Password>{password}</wsse:Password>"
    place = "<wsa:EndpointReference><wsa:Address>messenger.msn.com</wsa:Address></wsa:EndpointReference>"
    return (
        f"<Envelope><Header><wsse:Security><wsse:UsernameToken>{user}</wsse:UsernameToken></wsse:Security></Header>"
        "<Body><ps:RequestMultipleSecurityTokens><wst:RequestSecurityToken><wsp:AppliesTo>"
        f"{place}</wsp:AppliesTo></wst:RequestSecurityToken></ps:RequestMultipleSecurityTokens></Body></Envelope>"
    )


class HttpCase(MsnAttackCase):
    """Has the listener's address."""

    def setUp(self) -> None:
        super().setUp()
        self.address = self.daemon.address("http")

    def raw(self, data: bytes) -> RawHttp:
        client = RawHttp(self.address)
        self.addCleanup(client.socket.close)
        return client.send(data)

    def get(self, path: str, method: str = "GET", **headers) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(*self.address, timeout=reply_timeout())
        self.addCleanup(connection.close)
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response
