"""Files that do not arrive: declined, taken back, broken off by either side. The other is told in its own words."""

import http.client
import unittest

from harness.dcc import DccReceiver, DccSender, expect_reject
from harness.file_case import FileCase, fetch_all
from harness.file_content import MEBIBYTE, Content
from harness.msn_ftp import Blocks, FtpReceiver, FtpSender
from harness.msn_slp import SlpReceiver, SlpSender

SIZE = 8 * MEBIBYTE
HALF = 64 * 1024


def take_half(taker: DccReceiver) -> None:
    """Some of the file; the connection stays."""
    left = HALF
    while left:
        left -= len(taker.connection.recv(left))


def take_rest(taker: DccReceiver) -> int:
    """To the end of the connection, however it ends; how much came."""
    count = 0
    try:
        while data := taker.connection.recv(MEBIBYTE):
            count += len(data)
    except ConnectionError:
        pass
    return count


class OffersOfMsnTest(FileCase):
    """bob offers, ana is offered; nothing has begun."""

    def offered(self, way, dialect: int = FileCase.SLP):
        giver = way(self.someone_on_msn(dialect), "cat.jpg", Content(SIZE))
        return giver, DccReceiver(self.ana, "Bob")

    def assert_port_is_closed(self, taker: DccReceiver) -> None:
        self.assert_nothing_runs()
        with self.assertRaises(ConnectionError):
            taker.accept()

    def test_msnftp_is_declined(self) -> None:
        """CANCEL, REJECT"""
        giver, taker = self.offered(FtpSender)
        taker.decline()
        giver.expect_cancel("REJECT")
        self.assert_port_is_closed(taker)

    def test_msnslp_is_declined(self) -> None:
        """603"""
        giver, taker = self.offered(SlpSender)
        taker.decline()
        giver.expect("603")
        self.assert_port_is_closed(taker)

    def test_declined_by_a_word_to_the_service(self) -> None:
        """The same as by DCC REJECT."""
        giver, taker = self.offered(SlpSender)
        self.ana.send("PRIVMSG *patchcord :cancel 1")
        giver.expect("603")
        self.assert_port_is_closed(taker)

    def test_msnftp_is_taken_back(self) -> None:
        """A notice, and nobody waits at the port any more."""
        giver, taker = self.offered(FtpSender)
        link = self.expect_link(self.ana)
        giver.cancel()
        self.expect_notice(self.ana, "cat.jpg of Bob was cancelled")
        self.assert_port_is_closed(taker)
        self.assertEqual(self.open_link(link).status, 404)

    def test_msnslp_is_taken_back(self) -> None:
        giver, taker = self.offered(SlpSender)
        giver.cancel()
        self.expect_notice(self.ana, "cat.jpg of Bob was cancelled")
        self.assert_port_is_closed(taker)

    def test_the_window_is_closed(self) -> None:
        """Who offered it is not there any more."""
        for way, dialect in ((FtpSender, self.FTP), (SlpSender, self.SLP)):
            giver, taker = self.offered(way, dialect)
            giver.chat.leave()
            self.expect_notice(self.ana, "cat.jpg of Bob failed: the sender is gone")
            self.assert_port_is_closed(taker)
            giver.chat.owner.close()
            self.ana.barrier()

    def test_who_was_offered_it_goes(self) -> None:
        """CANCEL, 603"""
        giver, _ = self.offered(FtpSender)
        other = SlpSender(giver.chat, "dog.jpg", Content(SIZE))
        self.ana.send("QUIT")
        giver.expect_cancel("OUTBANDCANCEL")
        other.expect("603")


class OffersOfIrcTest(FileCase):
    """ana offers, bob is offered; nothing has begun."""

    def offered(self, way, dialect: int, *, passive: bool = False):
        chat = self.someone_on_msn(dialect)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(SIZE), passive=passive)
        self.addCleanup(giver.close)
        return giver, way(chat)

    def test_msnftp_is_declined(self) -> None:
        """DCC REJECT, and a notice"""
        giver, taker = self.offered(FtpReceiver, self.FTP)
        taker.decline()
        expect_reject(self.ana, "Bob", "cat.jpg")
        self.expect_notice(self.ana, "Bob declined cat.jpg")

    def test_msnslp_is_declined(self) -> None:
        for passive in (False, True):
            giver, taker = self.offered(SlpReceiver, self.SLP, passive=passive)
            taker.decline()
            expect_reject(self.ana, "Bob", "cat.jpg")
            self.expect_notice(self.ana, "Bob declined cat.jpg")
            taker.chat.owner.close()
            self.wait_until_gone("Bob")

    def test_msnftp_is_taken_back(self) -> None:
        """CANCEL, OUTBANDCANCEL"""
        _, taker = self.offered(FtpReceiver, self.FTP)
        self.ana.send("PRIVMSG *patchcord :cancel 1")
        taker.expect_cancel("OUTBANDCANCEL")

    def test_msnslp_is_taken_back(self) -> None:
        """BYE"""
        _, taker = self.offered(SlpReceiver, self.SLP)
        self.ana.send("PRIVMSG *patchcord :cancel 1")
        taker.expect_bye()

    def test_who_offered_it_goes(self) -> None:
        _, taker = self.offered(FtpReceiver, self.FTP)
        self.ana.send("QUIT")
        taker.expect_cancel("OUTBANDCANCEL")

    def test_nobody_waits_where_it_should_be(self) -> None:
        """The client has closed its port meanwhile: CANCEL, BYE."""
        for way, dialect in ((FtpReceiver, self.FTP), (SlpReceiver, self.SLP)):
            giver, taker = self.offered(way, dialect)
            giver.close()
            if way is FtpReceiver:
                taker.say("ACCEPT", Launch_Application="FALSE", Request_Data="IP-Address:")
                self.expect_notice(self.ana, "cat.jpg for Bob failed: no connection could be made")
                taker.expect("ACCEPT")
                taker.expect_cancel("FTTIMEOUT")
            else:
                taker.accept().expect_bye()
                self.expect_notice(self.ana, "cat.jpg for Bob failed: no connection could be made")
            taker.chat.owner.close()
            self.wait_until_gone("Bob")


class HalfwayFromMsnTest(FileCase):
    """Half of what bob gives is on its way to ana."""

    def begun(self, way, dialect: int = FileCase.SLP):
        giver = way(self.someone_on_msn(dialect), "cat.jpg", Content(SIZE))
        taker = DccReceiver(self.ana, "Bob").accept()
        self.addCleanup(taker.connection.close)
        giver.expect_accept()
        if way is FtpSender:
            giver.lines = giver.shake_hands()
            giver.send_blocks(0, HALF)
        else:
            giver.send_pieces(HALF)
        take_half(taker)
        return giver, taker

    def assert_broken_off(self, taker: DccReceiver, notice: str) -> None:
        self.expect_notice(self.ana, f"cat.jpg of Bob {notice}")
        self.assertLess(HALF + take_rest(taker), SIZE)
        self.assert_ended(0, 1)

    def test_msnftp_is_cancelled_by_its_sender(self) -> None:
        """01 00 00"""
        giver, taker = self.begun(FtpSender)
        giver.connection.sendall(b"\1\0\0")
        self.assert_broken_off(taker, "was cancelled")

    def test_msnslp_is_cancelled_by_its_sender(self) -> None:
        """BYE"""
        giver, taker = self.begun(SlpSender)
        giver.cancel()
        self.assert_broken_off(taker, "was cancelled")

    def test_the_connection_of_msnftp_ends(self) -> None:
        giver, taker = self.begun(FtpSender)
        giver.connection.close()
        self.assert_broken_off(taker, "failed: the sender is gone")

    def test_the_conversation_of_msnslp_ends(self) -> None:
        giver, taker = self.begun(SlpSender)
        giver.chat.abort()
        self.assert_broken_off(taker, "failed: the sender is gone")

    def test_the_senders_client_is_lost(self) -> None:
        """All its connections."""
        giver, taker = self.begun(SlpSender)
        giver.chat.owner.close()
        self.assert_broken_off(taker, "failed: the sender is gone")

    def test_the_receiver_closes_the_connection(self) -> None:
        """CCL; BYE"""
        giver, taker = self.begun(FtpSender)
        taker.connection.close()
        giver.lines.expect("CCL")
        self.expect_notice(self.ana, "cat.jpg of Bob failed: the receiver is gone")
        other = SlpSender(giver.chat, "dog.jpg", Content(SIZE))
        taker = DccReceiver(self.ana, "Bob").accept()
        other.expect_accept().send_pieces(HALF)
        taker.connection.close()
        other.expect_bye()
        self.expect_notice(self.ana, "dog.jpg of Bob failed: the receiver is gone")
        self.assert_ended(0, 2)

    def test_the_receiver_cancels_by_a_word(self) -> None:
        """CCL; BYE"""
        giver, taker = self.begun(FtpSender)
        self.ana.send("PRIVMSG *patchcord :cancel 1")
        giver.lines.expect("CCL")
        other = SlpSender(giver.chat, "dog.jpg", Content(SIZE))
        taker = DccReceiver(self.ana, "Bob").accept()
        other.expect_accept().send_pieces(HALF)
        self.ana.send("PRIVMSG *patchcord :cancel 2")
        other.expect_bye()
        take_rest(taker)
        self.assert_ended(0, 2)

    def test_the_receiver_leaves_irc(self) -> None:
        """What is on its way goes on, for its connections stand."""
        giver, taker = self.begun(FtpSender)
        self.ana.send("QUIT")
        self.ana.read_to_end()
        taker.offset = HALF
        rest = taker.start()
        giver.send_blocks(HALF, SIZE - HALF)
        giver.lines.expect("BYE 16777989")
        self.assertEqual(HALF + rest.result().size, SIZE)

    def test_a_download_ends_when_the_sender_goes(self) -> None:
        """Half a file is not given as a whole one, and not kept."""
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", Content(SIZE))
        link = self.expect_link(self.ana)
        download = self.open_link(link)
        giver.expect_accept().send_pieces(HALF)
        giver.chat.abort()
        with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
            fetch_all(download)
        self.assertEqual(self.open_link(link).status, 404)
        self.assertEqual(list((self.directory / "data" / "files").iterdir()), [])

    def test_a_download_that_is_broken_off_can_be_had_again(self) -> None:
        """The gateway takes the whole file once somebody has begun to fetch it."""
        content = Content(MEBIBYTE)
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", content)
        link = self.expect_link(self.ana)
        first = self.open_link(link)
        giver.expect_accept().send_pieces(HALF)
        first.read(1000)
        first.close()
        giver.send()
        self.assertEqual(fetch_all(self.open_link(link)), content.received())


class HalfwayFromIrcTest(FileCase):
    """Half of what ana gives is on its way to bob."""

    def begun(self, way, dialect: int):
        chat = self.someone_on_msn(dialect)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(SIZE))
        self.addCleanup(giver.close)
        taker = way(chat).accept()
        giver.send_some(HALF)
        if way is FtpReceiver:
            taker.lines = taker.shake_hands()
            taker.blocks = Blocks(taker.lines)
            while taker.blocks.got.size < HALF // 2:
                taker.blocks.take_some()
        else:
            taker.receive_pieces(HALF // 2)
        return giver, taker

    def assert_broken_off(self, giver: DccSender, notice: str) -> None:
        self.expect_notice(self.ana, f"cat.jpg for Bob {notice}")
        giver.last_acknowledgement()
        self.assert_ended(0, 1)

    def test_msnftp_is_cancelled_by_its_receiver(self) -> None:
        """CCL"""
        giver, taker = self.begun(FtpReceiver, self.FTP)
        taker.connection.sendall(b"CCL\r\n")
        self.assert_broken_off(giver, "was cancelled")

    def test_the_receiver_of_msnftp_has_no_room(self) -> None:
        """BYE 2147942405"""
        giver, taker = self.begun(FtpReceiver, self.FTP)
        taker.connection.sendall(b"BYE 2147942405\r\n")
        self.assert_broken_off(giver, "failed: there is no room for it")

    def test_msnslp_is_cancelled_by_its_receiver(self) -> None:
        """BYE"""
        giver, taker = self.begun(SlpReceiver, self.SLP)
        taker.cancel()
        self.assert_broken_off(giver, "was cancelled")

    def test_the_connection_of_msnftp_ends(self) -> None:
        giver, taker = self.begun(FtpReceiver, self.FTP)
        taker.connection.close()
        self.assert_broken_off(giver, "failed: the receiver is gone")

    def test_the_conversation_of_msnslp_ends(self) -> None:
        giver, taker = self.begun(SlpReceiver, self.SLP)
        taker.chat.abort()
        self.assert_broken_off(giver, "failed: the receiver is gone")

    def test_the_sender_closes_the_connection_to_msnftp(self) -> None:
        """01 00 00, which is no end of a file"""
        giver, taker = self.begun(FtpReceiver, self.FTP)
        giver.connection.close()
        self.assertTrue(taker.blocks.take_all().cancelled)
        self.assertLess(taker.blocks.got.size, SIZE)
        self.expect_notice(self.ana, "cat.jpg for Bob failed: the sender is gone")

    def test_the_sender_closes_the_connection_to_msnslp(self) -> None:
        """BYE"""
        giver, taker = self.begun(SlpReceiver, self.SLP)
        giver.connection.close()
        taker.receive_pieces(SIZE)
        taker.expect_bye()
        self.expect_notice(self.ana, "cat.jpg for Bob failed: the sender is gone")

    def test_the_sender_cancels_by_a_word(self) -> None:
        giver, taker = self.begun(SlpReceiver, self.SLP)
        self.ana.send("PRIVMSG *patchcord :cancel 1")
        taker.receive_pieces(SIZE)
        taker.expect_bye()
        giver.last_acknowledgement()
        self.assert_ended(0, 1)


if __name__ == "__main__":
    unittest.main()
