"""Files from MSN to IRC and back, by every way of the one and every way of the other."""

import unittest

from harness.dcc import DccSender
from harness.file_case import (
    NO_LIMIT,
    FileCase,
    dcc_connecting,
    dcc_waiting,
    ftp_behind_a_router,
    ftp_by_connecting,
    ftp_by_waiting,
    ftp_taken_by_connecting,
    ftp_taken_by_waiting,
    slp,
    slp_of_messenger,
    slp_taken,
    take_by_dcc,
    take_by_link,
    upload_to,
)
from harness.file_content import MEBIBYTE, Content

SIZES = (0, 1, 1203, MEBIBYTE)


class FromMsnTest(FileCase):
    """bob gives ana files of several sizes, each of which arrives as it is."""

    config = {"files": NO_LIMIT}
    take_it = staticmethod(take_by_dcc)

    def cross(self, way, dialect: int = FileCase.SLP) -> None:
        chat = self.someone_on_msn(dialect)
        for number, size in enumerate(SIZES):
            content = Content(size)
            giver = way(chat, f"cat {number}.jpg", content)
            taker = self.take_it(self, self.ana)
            giver.expect_accept_and_send()
            self.assertEqual(taker.result(), content.received())
            self.assert_silent(self.ana, "NOTICE")
        self.assert_ended(len(SIZES), 0)

    def test_msnftp_by_connecting(self) -> None:
        """MSNFTP, the receiver waits."""
        self.cross(ftp_by_connecting)

    def test_msnftp_by_waiting(self) -> None:
        """MSNFTP, the sender waits."""
        self.cross(ftp_by_waiting, self.FTP)

    def test_msnftp_behind_a_router(self) -> None:
        """MSNFTP, the sender cannot wait."""
        self.cross(ftp_behind_a_router)

    def test_msnslp(self) -> None:
        """MSNSLP"""
        self.cross(slp)

    def test_msnslp_of_messenger(self) -> None:
        """MSNSLP with a direct connection asked for and refused."""
        self.cross(slp_of_messenger)


class FromMsnToPassiveTest(FromMsnTest):
    """The same to clients that wait for the gateway."""

    config = {"files": {**NO_LIMIT, "dcc": "passive"}}


class FromMsnByLinkTest(FromMsnTest):
    """The same by HTTP."""

    take_it = staticmethod(take_by_link)


class FromIrcTest(FileCase):
    """ana gives bob files of several sizes, each of which arrives as it is."""

    config = {"files": NO_LIMIT}
    give_it = staticmethod(dcc_waiting)

    def cross(self, way, dialect: int) -> None:
        chat = self.someone_on_msn(dialect)
        for number, size in enumerate(SIZES):
            content, name = Content(size), f"cat {number}.jpg"
            giver = self.give_it(self, self.ana, "Bob", name, content)
            taker = way(chat)
            self.assertEqual((taker.name, taker.size), (name, size))
            taker.accept()
            if isinstance(giver, DccSender):
                giver = giver.start()
            self.assertEqual(taker.receive(), content.received())
            if giver is not None:
                self.assertEqual(giver.result(), size)
            self.expect_end_of(name, size)
        self.assert_ended(len(SIZES), 0)

    def expect_end_of(self, name: str, size: int) -> None:
        told = {0: "0 B", 1: "1 B", 1203: "1 KiB", MEBIBYTE: "1 MiB"}[size]
        self.expect_notice(self.ana, f"Bob has {name} ({told})")

    def test_msnftp_by_connecting(self) -> None:
        """MSNFTP, the gateway waits."""
        self.cross(ftp_taken_by_connecting, self.FTP)

    def test_msnftp_by_waiting(self) -> None:
        """MSNFTP, Sender-Connect: TRUE"""
        self.cross(ftp_taken_by_waiting, self.FTP)

    def test_msnslp(self) -> None:
        """MSNSLP"""
        self.cross(slp_taken, self.SLP)


class FromPassiveIrcTest(FromIrcTest):
    """The same of clients that cannot wait."""

    give_it = staticmethod(dcc_connecting)


class FromIrcByUploadTest(FromIrcTest):
    """The same by HTTP."""

    give_it = staticmethod(upload_to)


if __name__ == "__main__":
    unittest.main()
