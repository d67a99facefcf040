"""Every limit of [files] that has to do with transfers between MSN and IRC, and what both sides are told."""

import http.client
import time
import unittest

from harness.case import configured
from harness.dcc import DccReceiver, DccSender, expect_reject
from harness.file_case import FileCase
from harness.file_content import MEBIBYTE, Content, Work
from harness.msn_ftp import Blocks, FtpReceiver, FtpSender
from harness.msn_slp import PIECE_BYTES, SlpReceiver, SlpSender

HALF = 64 * 1024


class OfferLimitTest(FileCase):
    """Before anything has begun."""

    @configured({"files": {"max_size": "1 KiB"}})
    def test_max_size(self) -> None:
        """REJECT, 603, a line; what is not bigger passes."""
        chat = self.someone_on_msn(self.SLP)
        FtpSender(chat, "cat.jpg", Content(1025)).expect_cancel("REJECT")
        SlpSender(chat, "cat.jpg", Content(1025)).expect("603")
        for _ in range(2):
            said = self.ana.expect("PRIVMSG", "ana").text.strip("\x01")
            self.assertEqual(said, "ACTION offers a file: cat.jpg (1 KiB), which cannot be had: the file is too big")
        (refusal,) = self.ana.ask("PRIVMSG Bob :\x01DCC SEND cat.jpg 2130706433 5000 1025\x01")
        self.assertIn("cat.jpg was not offered to Bob: the file is too big", refusal.text)
        self.assertEqual(self.limit_hits_of_files("max_size"), 3)
        SlpSender(chat, "cat.jpg", Content(1024))
        DccReceiver(self.ana, "Bob")

    @configured({"files": {"max_offers": 2}})
    def test_max_offers(self) -> None:
        """REJECT, 603, a line; declined ones do not count any more."""
        chat = self.someone_on_msn(self.SLP)
        for _ in range(2):
            giver = SlpSender(chat, "cat.jpg", Content(10))
            taker = DccReceiver(self.ana, "Bob")
        FtpSender(chat, "cat.jpg", Content(10)).expect_cancel("REJECT")
        SlpSender(chat, "cat.jpg", Content(10)).expect("603")
        taker.decline()
        giver.expect("603")
        SlpSender(chat, "cat.jpg", Content(10))
        DccReceiver(self.ana, "Bob")
        self.assertEqual(self.limit_hits_of_files("max_offers"), 2)

    @configured({"files": {"max_offers": 2}})
    def test_max_offers_of_somebody_on_irc(self) -> None:
        chat = self.someone_on_msn(self.SLP)
        for _ in range(2):
            self.assertEqual(self.ana.ask("PRIVMSG Bob :\x01DCC SEND cat.jpg 2130706433 5000 10\x01"), [])
        (refusal,) = self.ana.ask("PRIVMSG Bob :\x01DCC SEND dog.jpg 2130706433 5000 10\x01")
        self.assertIn("dog.jpg was not offered to Bob: too many files at once", refusal.text)
        self.assertIn("too many files at once", self.upload(self.ana, "Bob", "dog.jpg", Content(10)))
        offered = [SlpReceiver(chat).name for _ in range(2)]
        self.assertEqual(offered, ["cat.jpg", "cat.jpg"])

    @configured({"files": {"offer_burst": 2, "offer_rate": 0.001}})
    def test_offer_rate(self) -> None:
        """Also of offers that are taken back at once: a notice, and bob is shown no more of them."""
        chat = self.someone_on_msn(self.SLP)
        for _ in range(2):
            self.ana.ask("PRIVMSG Bob :\x01DCC SEND cat.jpg 2130706433 5000 10\x01")
            taker = SlpReceiver(chat)
            self.ana.ask("NOTICE Bob :\x01DCC REJECT SEND cat.jpg\x01")
            taker.expect_bye()
        (refusal,) = self.ana.ask("PRIVMSG Bob :\x01DCC SEND cat.jpg 2130706433 5000 10\x01")
        self.assertIn("cat.jpg was not offered to Bob: too many files at once", refusal.text)
        self.assertEqual(self.limit_hits_of_files("offer_rate"), 1)
        self.assertEqual(self.limit_hits_of_files("max_offers"), 0)

    @configured({"files": {"offer_time": "1s"}})
    def test_offer_time(self) -> None:
        """CANCEL TIMEOUT, 603, a notice; the port is closed and the link is dead."""
        chat = self.someone_on_msn(self.SLP)
        one, other = FtpSender(chat, "cat.jpg", Content(10)), SlpSender(chat, "dog.jpg", Content(10))
        taker = DccReceiver(self.ana, "Bob")
        link = self.expect_link(self.ana)
        other.read_until(lambda: other.heard and one.cancel_codes(other.others), "answers")
        self.assertEqual((other.heard.pop().what, one.cancel_codes(other.others)), ("603", ["TIMEOUT"]))
        told = {self.ana.expect("NOTICE").text for _ in range(2)}
        self.assertEqual(told, {f"{name} of Bob failed: nobody answered in time" for name in ("cat.jpg", "dog.jpg")})
        with self.assertRaises(ConnectionError):
            taker.accept()
        self.assertEqual(self.open_link(link).status, 404)
        self.assertEqual(self.limit_hits_of_files("offer_time"), 2)

    @configured({"files": {"offer_time": "1s"}})
    def test_offer_time_of_somebody_on_irc(self) -> None:
        """DCC REJECT, a notice; CANCEL TIMEOUT or BYE."""
        for way, dialect in ((FtpReceiver, self.FTP), (SlpReceiver, self.SLP)):
            chat = self.someone_on_msn(dialect)
            giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
            taker = way(chat)
            if way is FtpReceiver:
                taker.expect_cancel("TIMEOUT")
            else:
                taker.expect_bye()
            expect_reject(self.ana, "Bob", "cat.jpg")
            self.expect_notice(self.ana, "cat.jpg for Bob failed: nobody answered in time")
            giver.close()
            chat.owner.close()
            self.wait_until_gone("Bob")

    @configured({"files": {"ports": [6893, 6893]}})
    def test_ports(self) -> None:
        """With one port there is one DCC offer at a time; the link is offered all the same."""
        chat = self.someone_on_msn(self.SLP)
        first = SlpSender(chat, "cat.jpg", Content(10))
        taker = DccReceiver(self.ana, "Bob")
        self.assertEqual(taker.offer.port, 6893)
        self.expect_link(self.ana)
        second = SlpSender(chat, "dog.jpg", Content(10))
        link = self.expect_link(self.ana)
        first.cancel()
        self.expect_notice(self.ana, "cat.jpg of Bob was cancelled")
        download = self.open_link(link)
        second.expect_accept_and_send()
        self.assertEqual(len(download.read()), 10)


    @configured({"files": {"max_offers_at_ports": 1}})
    def test_max_offers_at_ports(self) -> None:
        """One more is passive, and can be taken like any."""
        chat = self.someone_on_msn(self.SLP)
        content = Content(10)
        SlpSender(chat, "cat.jpg", content)
        self.assertNotEqual(DccReceiver(self.ana, "Bob").offer.port, 0)
        giver = SlpSender(chat, "dog.jpg", content)
        taker = DccReceiver(self.ana, "Bob")
        self.assertEqual(taker.offer.port, 0)
        work = taker.accept().start()
        giver.expect_accept_and_send()
        self.assertEqual(work.result(), content.received())
        self.assertEqual(self.limit_hits("dcc_ports"), 1)

    @configured({"files": {"ports": [6894, 6895]}})
    def test_half_of_the_ports(self) -> None:
        """Are for what was accepted, however many offers wait."""
        chat = self.someone_on_msn(self.SLP)
        for number in range(3):
            SlpSender(chat, "cat.jpg", Content(10))
            self.assertEqual(DccReceiver(self.ana, "Bob").offer.port != 0, number == 0)
        giver = DccSender(self.ana, "Bob", "dog.jpg", Content(10), passive=True)
        taker = SlpReceiver(chat).accept()
        work = giver.start()
        self.assertEqual(taker.receive(), Content(10).received())
        self.assertEqual(work.result(), 10)


class TransferLimitTest(FileCase):
    """Once they are on their way."""

    def begun(self, chat, name: str) -> SlpSender:
        giver = SlpSender(chat, name, Content(MEBIBYTE))
        taker = DccReceiver(self.ana, "Bob").accept()
        self.addCleanup(taker.connection.close)
        giver.expect_accept().send_pieces(HALF)
        return giver

    def assert_no_more(self, chat, limit: str) -> None:
        """By DCC and by link; the offer stays, and can be accepted later."""
        first = self.begun(chat, "first.jpg")
        giver = SlpSender(chat, "cat.jpg", Content(10))
        taker = DccReceiver(self.ana, "Bob").accept()
        self.expect_notice(self.ana, "cat.jpg: too many files at once")
        self.assertEqual(taker.connection.recv(10), b"")
        link = self.ana_has_link("cat.jpg")
        refused = self.open_link(link)
        self.assertEqual(refused.status, 503)
        self.assertGreater(int(refused.headers["Retry-After"]), 0)
        self.assertEqual(self.limit_hits_of_files(limit), 2)
        first.cancel()
        self.expect_notice(self.ana, "first.jpg of Bob was cancelled")
        download = self.open_link(link)
        giver.expect_accept_and_send()
        self.assertEqual(len(download.read()), 10)

    def ana_has_link(self, name: str) -> str:
        (said,) = [said for said in self.ana.history if f"offers a file: {name}" in said.text]
        return said.text[said.text.index("http:") :].rstrip("\x01")

    @configured({"files": {"max_transfers": 1}})
    def test_max_transfers(self) -> None:
        self.assert_no_more(self.someone_on_msn(self.SLP), "max_transfers")

    @configured({"files": {"max_transfers_per_user": 1}})
    def test_max_transfers_per_user(self) -> None:
        self.assert_no_more(self.someone_on_msn(self.SLP), "max_transfers_per_user")

    @configured({"files": {"max_transfers_per_user": 1}})
    def test_max_transfers_per_user_of_somebody_on_irc(self) -> None:
        """Who accepts one too many on MSN is told: BYE, CANCEL; so is who offered it."""
        chat = self.someone_on_msn(self.SLP)
        first = DccSender(self.ana, "Bob", "first.jpg", Content(MEBIBYTE))
        self.addCleanup(first.close)
        taker = SlpReceiver(chat).accept()
        first.send_some(HALF)
        taker.receive_pieces(HALF - HALF % PIECE_BYTES)
        second = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
        self.addCleanup(second.close)
        SlpReceiver(chat).accept().expect_bye()
        expect_reject(self.ana, "Bob", "cat.jpg")
        self.ana.expect("NOTICE", where=lambda message: "cat.jpg for Bob" in message.text)
        first.close()
        self.expect_notice(self.ana, "first.jpg for Bob failed: the sender is gone")

    @configured({"files": {"rate": "512 KiB"}})
    def test_rate(self) -> None:
        """A file is not passed on faster, and is whole."""
        content = Content(2 * MEBIBYTE)
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", content)
        work = DccReceiver(self.ana, "Bob").accept().start()
        started = time.monotonic()
        giver.expect_accept_and_send()
        self.assertEqual(work.result(), content.received())
        self.assertGreater(time.monotonic() - started, 2.5)


class SlowRateTest(FileCase):
    """A rate at which whoever gives a file is held back for longer than `stall_time`."""

    config = {"files": {"rate": "32 KiB", "stall_time": "1s"}}

    def test_from_msn(self) -> None:
        """It is the gateway that waits, which is no stall."""
        content = Content(128 * 1024)
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", content)
        work = DccReceiver(self.ana, "Bob").accept().start()
        giver.expect_accept_and_send()
        self.assertEqual(work.result(), content.received())

    def test_from_irc(self) -> None:
        content = Content(128 * 1024)
        chat = self.someone_on_msn(self.FTP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", content)
        taker = FtpReceiver(chat)
        work = giver.start()
        self.assertEqual(taker.accept().receive(), content.received())
        self.assertEqual(work.result(), content.size)


class StallTest(FileCase):
    """Who stands still for `stall_time` is cut off, and both are told; nothing is kept."""

    config = {"files": {"stall_time": "1s"}}
    STALLED = "nothing came for too long"

    def assert_stalled(self) -> None:
        self.assert_ended(0, 1)
        self.assertEqual(self.limit_hits_of_files("stall_time"), 1)

    def test_a_sender_by_msnftp(self) -> None:
        giver = FtpSender(self.someone_on_msn(self.FTP), "cat.jpg", Content(MEBIBYTE))
        taker = DccReceiver(self.ana, "Bob").accept()
        lines = giver.expect_accept().shake_hands()
        giver.send_blocks(0, HALF)
        lines.expect("CCL")
        self.expect_notice(self.ana, f"cat.jpg of Bob failed: {self.STALLED}")
        taker.connection.close()
        self.assert_stalled()

    def test_a_sender_by_msnslp(self) -> None:
        giver = SlpSender(self.someone_on_msn(self.SLP), "cat.jpg", Content(MEBIBYTE))
        link = self.expect_link(self.ana)
        download = self.open_link(link)
        giver.expect_accept().send_pieces(HALF)
        giver.expect_bye()
        self.expect_notice(self.ana, f"cat.jpg of Bob failed: {self.STALLED}")
        with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
            download.read()
        self.assertEqual(list((self.directory / "data" / "files").iterdir()), [])
        self.assert_stalled()

    def test_a_receiver_by_dcc(self) -> None:
        giver = FtpSender(self.someone_on_msn(self.FTP), "cat.jpg", Content(64 * MEBIBYTE))
        taker = DccReceiver(self.ana, "Bob").accept()
        lines = giver.expect_accept().shake_hands()
        work = Work(giver.send_blocks, 0, 64 * MEBIBYTE)
        self.expect_notice(self.ana, f"cat.jpg of Bob failed: {self.STALLED}")
        lines.expect("CCL")
        giver.close()
        with self.assertRaises(OSError):
            work.result()
        taker.connection.close()
        self.assert_stalled()

    def test_a_sender_by_dcc(self) -> None:
        chat = self.someone_on_msn(self.SLP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(MEBIBYTE))
        taker = SlpReceiver(chat).accept()
        giver.send_some(HALF)
        taker.receive_pieces(MEBIBYTE)
        taker.expect_bye()
        self.expect_notice(self.ana, f"cat.jpg for Bob failed: {self.STALLED}")
        giver.close()
        self.assert_stalled()

    def test_a_receiver_by_msnftp(self) -> None:
        chat = self.someone_on_msn(self.FTP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(64 * MEBIBYTE))
        taker = FtpReceiver(chat).accept()
        lines = taker.shake_hands()
        work = giver.start()
        self.expect_notice(self.ana, f"cat.jpg for Bob failed: {self.STALLED}")
        with self.assertRaises(ConnectionError):
            work.result()
        self.assertLess(Blocks(lines).take_all().got.size, 64 * MEBIBYTE)
        taker.close()
        self.assert_stalled()

    def test_a_receiver_by_msnslp(self) -> None:
        """Its client reads nothing at all; its conversation is not lost by that."""
        chat = self.someone_on_msn(self.SLP)
        giver = DccSender(self.ana, "Bob", "cat.jpg", Content(64 * MEBIBYTE))
        taker = SlpReceiver(chat).accept()
        work = giver.start()
        self.expect_notice(self.ana, f"cat.jpg for Bob failed: {self.STALLED}")
        with self.assertRaises(ConnectionError):
            work.result()
        taker.receive_pieces(64 * MEBIBYTE)
        taker.expect_bye()
        taker.say("still here")
        self.ana.expect("PRIVMSG", "ana", "still here")
        self.assert_stalled()


if __name__ == "__main__":
    unittest.main()
