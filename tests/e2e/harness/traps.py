"""Ports that nobody may come to."""

import socket


class Traps:
    """For a test case: `trap` opens one, and when the test is over nobody must have come."""

    trap_address = "127.0.0.1"

    def trap(self, address: str = "", port: int = 0) -> int:
        """The port of a new one, at this address (default: `trap_address`); a free one, unless it is given."""
        listener = socket.create_server((address or self.trap_address, port))
        listener.setblocking(False)
        self.addCleanup(self._assert_nobody_came, listener)
        return listener.getsockname()[1]

    def _assert_nobody_came(self, listener: socket.socket) -> None:
        with listener, self.assertRaises(BlockingIOError):
            listener.accept()
