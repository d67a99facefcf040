"""Files between people on IRC, through accounts that are linked, and people of the MSN service."""

import unittest

from harness.dcc import DccReceiver, DccSender
from harness.file_case import (
    FileCase,
    ftp_by_connecting,
    ftp_taken_by_connecting,
    slp,
    slp_taken,
    take_by_dcc,
    take_by_link,
)
from harness.file_content import MEBIBYTE, Content, Work
from harness.links import handle_of
from harness.machine import pass_time
from harness.msn_ftp import FtpReceiver
from harness.two_gateways import TwoGatewaysCase

SIZES = (0, 1, 1203, MEBIBYTE)


class LinkedFilesCase(TwoGatewaysCase, FileCase):
    """ana is linked to the far gateway, where bob is with a client of that dialect."""

    def setUp(self) -> None:
        TwoGatewaysCase.setUp(self)

    def talk(self, dialect: int):
        self.ana, bob, chat = self.conversation(dialect=dialect)
        return bob, chat


class FromMsnTest(LinkedFilesCase):
    """bob gives ana files."""

    def cross(self, way, take_it, dialect: int = FileCase.SLP) -> None:
        _, chat = self.talk(dialect)
        for number, size in enumerate(SIZES):
            content = Content(size)
            giver = way(chat, f"cat {number}.jpg", content)
            taker = take_it(self, self.ana)
            giver.expect_accept_and_send()
            self.assertEqual(taker.result(), content.received())
        self.assert_ended(len(SIZES), 0)

    def test_msnslp_to_dcc(self) -> None:
        self.cross(slp, take_by_dcc)

    def test_msnslp_to_link(self) -> None:
        self.cross(slp, take_by_link)

    def test_msnftp_to_dcc(self) -> None:
        """The gateway waits; where bob is, only the service knows."""
        self.cross(ftp_by_connecting, take_by_dcc, self.FTP)

    def test_a_slow_taker_holds_the_giver_back(self) -> None:
        """What ana has not read waits with the service, and arrives."""
        _, chat = self.talk(self.SLP)
        content = Content(16 * MEBIBYTE)
        giver = slp(chat, "cat.jpg", content)
        taker = DccReceiver(self.ana, "Bob").accept()
        sending = Work(giver.expect_accept_and_send)
        pass_time(1)
        self.assertEqual(taker.receive(), content.received())
        sending.result()
        self.assert_ended(1, 0)

    def test_declined(self) -> None:
        _, chat = self.talk(self.SLP)
        giver = slp(chat, "cat.jpg", Content(10))
        DccReceiver(self.ana, "Bob").decline()
        giver.expect("603")

    def test_window_is_closed_half_way(self) -> None:
        _, chat = self.talk(self.SLP)
        giver = slp(chat, "cat.jpg", Content(MEBIBYTE))
        link = self.expect_link(self.ana)
        response = self.open_link(link)
        giver.expect_accept()
        chat.leave()
        self.assertEqual(response.status, 200)
        self.assert_ended(0, 1)


class FromIrcTest(LinkedFilesCase):
    """ana gives bob files."""

    def cross(self, way, dialect: int) -> None:
        _, chat = self.talk(dialect)
        for number, size in enumerate(SIZES):
            content, name = Content(size), f"cat {number}.jpg"
            giver = DccSender(self.ana, "Bob", name, content).start()
            taker = way(chat)
            self.assertEqual((taker.name, taker.size), (name, size))
            taker.accept()
            self.assertEqual(taker.receive(), content.received())
            self.assertEqual(giver.result(), size)
        self.assert_ended(len(SIZES), 0)

    def test_dcc_to_msnslp(self) -> None:
        self.cross(slp_taken, self.SLP)

    def test_dcc_to_msnftp(self) -> None:
        """The gateway waits for bob."""
        self.cross(ftp_taken_by_connecting, self.FTP)

    def test_dcc_to_msnftp_of_somebody_who_waits(self) -> None:
        """An address that only bob has said is not connected to, unless the configuration lets it."""
        _, chat = self.talk(self.FTP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
        taker = FtpReceiver(chat)
        listener, _ = taker.wait(Sender_Connect="TRUE")
        self.addCleanup(listener.close)
        self.expect_notice(self.ana, "cat.jpg for Bob failed: address not allowed")
        giver.close()

    def test_bob_is_called_for_it(self) -> None:
        """Without a window he is rung, and offered the file when he answers."""
        self.ana, bob = self.friends(dialect=self.SLP)
        content = Content(1203)
        giver = DccSender(self.ana, "Bob", "cat.jpg", content).start()
        chat = bob.answer(bob.wait_for_ring())
        taker = slp_taken(chat).accept()
        self.assertEqual(taker.receive(), content.received())
        self.assertEqual(giver.result(), 1203)

    def test_nobody_answers_the_call(self) -> None:
        self.ana, bob = self.friends(dialect=self.SLP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
        bob.wait_for_ring()
        bob.send("OUT")
        told = self.ana.expect("NOTICE", where=lambda line: "cat.jpg for Bob" in line.text)
        self.assertIn("failed", told.text)
        giver.close()


class RoomTest(LinkedFilesCase):
    """A room with an account of its own."""

    links = ({"room": "lobby", "handle": handle_of("lobby")},)

    def setUp(self) -> None:
        super().setUp()
        self.daemon.log.wait_for("Signed in to far (lobby@example.com)")
        self._files_before += 1

    def test_in_a_room(self) -> None:
        """… in a room | one line with name, size and link, accepted when the first fetches"""
        self.ana = self.irc("ana", "#lobby")
        bob = self.msn("bob", dialect=self.SLP)
        chat = bob.call(handle_of("lobby"))
        content = Content(MEBIBYTE)
        giver = slp(chat, "cat.jpg", content)
        taker = take_by_link(self, self.ana)
        giver.expect_accept_and_send()
        self.assertEqual(taker.result(), content.received())


if __name__ == "__main__":
    unittest.main()
