"""Sockets that the service manager opened: the gateway serves them, and refuses to start with those it cannot serve."""

import socket
import unittest
from unittest import mock

from harness.activation import PassedSockets
from harness.case import TemporaryDirectoryCase
from harness.client import Client
from harness.daemon import Daemon

CANNOT_LISTEN = 69  # sysexits.h
NOT_LISTENED_ON = "which the service manager passed, is not a TCP socket that is listened on"


class SocketActivationTest(TemporaryDirectoryCase):
    """`patchcord run` with LISTEN_FDS."""

    def opened(self, address: str = "127.0.0.1", *, listening: bool = True) -> socket.socket:
        """A socket at a free port, as a manager makes it: it blocks."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        self.addCleanup(made.close)
        made.bind((address, 0))
        if listening:
            made.listen()
        return made

    def assert_served(self, address, nick: str) -> None:
        client = Client(address)
        self.addCleanup(client.close)
        client.register(nick).barrier()

    def assert_refused(self, sentence: str, config: dict, *sockets: socket.socket) -> None:
        """It does not start, says why, and ends as it does when it cannot listen."""
        daemon = Daemon(self.directory, config, sockets=PassedSockets(sockets))
        self.addCleanup(self._finish, daemon)
        with self.assertRaises(AssertionError):  # the log ends without readiness
            daemon.start()
        self.assertEqual(daemon.wait(), CANNOT_LISTEN)
        self.assertIn(sentence, daemon.log.text_since())

    def test_client_is_served(self) -> None:
        """At the address of the socket, which the readiness line shows"""
        passed = self.opened()
        daemon = self.launch({"irc": {"listen": [name_of(passed)]}}, sockets=PassedSockets([passed]))
        self.assertEqual(daemon.addresses["irc"], [passed.getsockname()])
        self.assert_served(daemon.address(), "ana")
        self.assert_clean_end(daemon)

    def test_each_listener_has_its_own(self) -> None:
        """In whatever order they are passed; those of which none is passed are opened as ever"""
        irc, six, web = self.opened(), self.opened("::1"), self.opened()
        config = {"irc": {"listen": [name_of(irc), "127.0.0.1:0", name_of(six)]}, "http": {"listen": [name_of(web)]}}
        daemon = self.launch(config, sockets=PassedSockets([web, six, irc]))
        self.assertEqual(daemon.address("http"), web.getsockname())
        self.assertEqual(daemon.addresses["irc"][0], irc.getsockname())
        self.assertEqual(daemon.addresses["irc"][2], six.getsockname()[:2])
        for number, address in enumerate(daemon.addresses["irc"]):
            self.assert_served(address, f"user{number}")
        self.assert_clean_end(daemon)

    def test_client_that_came_before_the_start(self) -> None:
        """It waits, and is served"""
        passed = self.opened()
        early = Client(passed.getsockname())
        self.addCleanup(early.close)
        early.send("NICK early", "USER early 0 * :Early")
        daemon = self.launch({"irc": {"listen": [name_of(passed)]}}, sockets=PassedSockets([passed]))
        early.expect("001")
        early.close()
        self.assert_clean_end(daemon)

    def test_next_start_serves_who_came_in_between(self) -> None:
        """The socket is the manager's: it stays open when the gateway stops"""
        passed = self.opened()
        daemon = self.launch({"irc": {"listen": [name_of(passed)]}}, sockets=PassedSockets([passed]))
        self.assert_clean_end(daemon)
        between = Client(passed.getsockname())
        self.addCleanup(between.close)
        daemon.start()
        between.register("between").close()
        self.assert_clean_end(daemon)

    def test_socket_that_no_listener_names(self) -> None:
        """Its clients would wait for ever"""
        stranger = self.opened()
        sentence = f"passed a socket at {name_of(stranger)}, but no listener in the configuration has this address"
        self.assert_refused(sentence, {}, stranger)

    def test_socket_that_is_not_listened_on(self) -> None:
        """Bound, and no more"""
        bound = self.opened(listening=False)
        self.assert_refused(f"descriptor 3, {NOT_LISTENED_ON}", {"irc": {"listen": [name_of(bound)]}}, bound)

    def test_socket_of_another_kind(self) -> None:
        """A datagram socket beside a right one"""
        right = self.opened()
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(datagrams.close)
        self.assert_refused(
            f"descriptor 4, {NOT_LISTENED_ON}", {"irc": {"listen": [name_of(right)]}}, right, datagrams
        )

    def test_sockets_of_another_process(self) -> None:
        """Variables that were inherited from somebody else mean nothing"""
        with mock.patch.dict("os.environ", {"LISTEN_PID": "1", "LISTEN_FDS": "1"}):
            daemon = self.launch()
        self.assert_served(daemon.address(), "ana")
        self.assert_clean_end(daemon)


def name_of(made: socket.socket) -> str:
    """Its address as the configuration writes it."""
    host, port = made.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    unittest.main()
