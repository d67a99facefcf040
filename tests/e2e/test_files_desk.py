"""What people on IRC are told of files, and what their clients say of those that the gateway offers."""

import unittest

from harness.case import configured
from harness.dcc import DccReceiver, DccSender, expect_reject
from harness.file_case import FileCase, fetch_all
from harness.file_content import MEBIBYTE, Content
from harness.msn_ftp import FtpReceiver
from harness.msn_slp import PIECE_BYTES, SlpReceiver

HALF = 64 * 1024


class UploadForIrcTest(FileCase):
    """What carol sends to the gateway for ana, both on IRC, is offered in carol's name, but by the gateway."""

    def setUp(self) -> None:
        super().setUp()
        self.carol = self.irc("carol")

    def offered(self, size: int = MEBIBYTE, name: str = "cat.jpg"):
        content = Content(size)
        self.upload(self.carol, "ana", name, content)
        return DccReceiver(self.ana, "carol"), content

    def test_resumed(self) -> None:
        """The rest of it, and no more."""
        taker, content = self.offered()
        self.assertEqual(taker.resume(700_001), 700_001)
        self.assertEqual(taker.accept().start().result(), content.received(700_001))
        self.assert_ended(1, 0)

    @configured({"files": {"dcc": "passive"}})
    def test_resumed_by_a_passive_client(self) -> None:
        taker, content = self.offered(name="two words.jpg")
        self.assertEqual(taker.resume(1), 1)
        self.assertEqual(taker.accept().start().result(), content.received(1))

    @configured({"files": {"dcc": "passive"}})
    def test_taken_by_a_passive_client(self) -> None:
        taker, content = self.offered()
        self.assertEqual(taker.accept().start().result(), content.received())

    def test_resumed_beyond_the_end(self) -> None:
        """From the beginning."""
        taker, content = self.offered(1000)
        self.assertEqual(taker.resume(1001), 0)
        self.assertEqual(taker.accept().start().result(), content.received())

    def test_resumed_at_the_end(self) -> None:
        """A client that has it all asks for the rest all the same."""
        taker, _ = self.offered(1000)
        self.assertEqual(taker.resume(1000), 1000)
        self.assertEqual(taker.accept().start().result().size, 0)
        self.assert_ended(1, 0)

    def test_fetched_by_its_link(self) -> None:
        """... instead of by DCC: carol is told, and the link stays good."""
        taker, content = self.offered()
        link = self.expect_link(self.ana, "carol")
        self.assertEqual(fetch_all(self.open_link(link)), content.received())
        self.expect_notice(self.carol, "ana has cat.jpg (1 MiB)")
        with self.assertRaises(ConnectionError):
            taker.accept()
        self.assertEqual(fetch_all(self.open_link(link)), content.received())
        self.assert_ended(1, 0)

    @configured({"files": {"offer_time": "1s"}})
    def test_nobody_answers(self) -> None:
        """It is no failure: what was uploaded can be had by its link for long."""
        _, content = self.offered()
        link = self.expect_link(self.ana, "carol")
        self.expect_notice(self.carol, f"cat.jpg is offered to ana no longer; it can still be had: {link}")
        self.expect_notice(self.ana, f"cat.jpg of carol can still be had: {link}")
        self.assertEqual(fetch_all(self.open_link(link)), content.received())

    def test_declined(self) -> None:
        taker, _ = self.offered()
        taker.decline()
        self.expect_notice(self.carol, "ana declined cat.jpg")

    def test_what_is_no_offer_of_the_gateway_passes(self) -> None:
        """... as between any two people on IRC, also when there is one."""
        self.offered()
        words = "\x01DCC RESUME another.jpg 5000 10\x01"
        self.ana.send(f"PRIVMSG carol :{words}")
        self.carol.expect("PRIVMSG", "carol", words)


class ReasonTest(FileCase):
    """Why a file did not arrive is told to who offered it, on IRC as on MSN."""

    def test_the_window_is_closed_before_the_answer(self) -> None:
        for way, dialect in ((FtpReceiver, self.FTP), (SlpReceiver, self.SLP)):
            chat = self.someone_on_msn(dialect)
            giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
            way(chat).chat.leave()
            expect_reject(self.ana, "Bob", "cat.jpg")
            self.expect_notice(self.ana, "cat.jpg for Bob failed: the receiver is gone")
            giver.close()
            chat.owner.close()
            self.wait_until_gone("Bob")

    @configured({"files": {"max_transfers_per_user": 1}})
    def test_too_many(self) -> None:
        chat = self.someone_on_msn(self.SLP)
        first = DccSender(self.ana, "Bob", "first.jpg", Content(MEBIBYTE))
        taker = SlpReceiver(chat).accept()
        first.send_some(HALF)
        taker.receive_pieces(HALF - HALF % PIECE_BYTES)
        second = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
        SlpReceiver(chat).accept().expect_bye()
        self.expect_notice(self.ana, "cat.jpg for Bob failed: too many files at once")
        first.close()
        second.close()


class TakenBackByTheClientTest(FileCase):
    """irssi's `/dcc close send bob cat.jpg`: DCC REJECT of who made the offer."""

    def test_before_the_answer(self) -> None:
        for words in ("REJECT GET cat.jpg", "REJECT SEND cat.jpg"):
            chat = self.someone_on_msn(self.FTP)
            giver = DccSender(self.ana, "Bob", "cat.jpg", Content(10))
            taker = FtpReceiver(chat)
            giver.close()
            self.ana.send(f"NOTICE Bob :\x01DCC {words}\x01")
            taker.expect_cancel("OUTBANDCANCEL")
            chat.owner.close()
            self.wait_until_gone("Bob")


if __name__ == "__main__":
    unittest.main()
