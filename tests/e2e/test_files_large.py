"""300 MiB by every way, with little memory; while they are on their way, people talk.

One file a way is part of every run; all combinations are when PATCHCORD_E2E_LARGE is set.
"""

import os
import sys
import threading
import time
import unittest

from harness.dcc import DccSender
from harness.file_case import (
    NO_LIMIT,
    FileCase,
    dcc_connecting,
    dcc_waiting,
    ftp_by_connecting,
    ftp_by_waiting,
    ftp_taken_by_connecting,
    ftp_taken_by_waiting,
    slp,
    slp_taken,
    take_by_dcc,
    take_by_link,
    upload_to,
)
from harness.file_content import MEBIBYTE, Content
from harness.machine import sanitizers

SIZE = 300 * MEBIBYTE
MOST_GROWTH = 64 * MEBIBYTE
LONGEST_ANSWER = 2.0  # seconds; the machine has other things to do, too
FAR_TOO_LONG = 600.0  # seconds; the time limit of a test ends it before
ALL = bool(os.environ.get("PATCHCORD_E2E_LARGE"))


class Watch(threading.Thread):
    """While files are on their way: the most that the daemon needs, and how long somebody else waits for answers."""

    def __init__(self, daemon, bystander):
        super().__init__(daemon=True)
        self.before = self.most = daemon.resident_bytes()
        self.longest = 0.0
        self._daemon = daemon
        self._bystander = bystander
        self._done = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._done.wait(0.05):
            self.most = max(self.most, self._daemon.resident_bytes())
            self.longest = max(self.longest, self._bystander.round_trip_seconds())

    def stop(self) -> "Watch":
        self._done.set()
        self.join()
        return self


class LargeCase(FileCase):
    """One file each."""

    config = {"files": NO_LIMIT}

    def setUp(self) -> None:
        super().setUp()
        self.content = Content(SIZE)
        self.bystander = self.irc("bystander")
        self.expected = self.content.received()
        self.content = Content(SIZE)

    def from_msn(self, way, take_it, dialect: int = FileCase.SLP) -> None:
        chat = self.someone_on_msn(dialect)
        watch, started = Watch(self.daemon, self.bystander), time.monotonic()
        giver = way(chat, "big.bin", self.content)
        taker = take_it(self, self.ana)
        giver.expect_accept_and_send()
        self.assertEqual(taker.result(FAR_TOO_LONG), self.expected)
        self.assert_modest(watch, started)

    def from_irc(self, give_it, way, dialect: int) -> None:
        chat = self.someone_on_msn(dialect)
        watch, started = Watch(self.daemon, self.bystander), time.monotonic()
        giver = give_it(self, self.ana, "Bob", "big.bin", self.content)
        taker = way(chat).accept()
        if isinstance(giver, DccSender):
            giver = giver.start()
        self.assertEqual(taker.receive(), self.expected)
        if giver is not None:
            self.assertEqual(giver.result(FAR_TOO_LONG), SIZE)
        self.expect_notice(self.ana, "Bob has big.bin (300 MiB)")
        self.assert_modest(watch, started)

    def assert_modest(self, watch: Watch, started: float) -> None:
        seconds = time.monotonic() - started
        growth = watch.stop().most - watch.before
        self.assert_ended(1, 0)
        told = f"{seconds:.1f} s, {growth // MEBIBYTE} MiB more, answers within {watch.longest:.3f} s"
        print(f"    {told} ... ", end="", file=sys.stderr)
        if not sanitizers():  # which keep what is given back, to see who uses it still
            self.assertLess(growth, MOST_GROWTH)
        self.assertLess(watch.longest, LONGEST_ANSWER)


class OneOfEachTest(LargeCase):
    """Each way once."""

    def test_msnftp_to_dcc(self) -> None:
        self.from_msn(ftp_by_connecting, take_by_dcc)

    def test_msnslp_to_dcc(self) -> None:
        self.from_msn(slp, take_by_dcc)

    def test_msnslp_to_http(self) -> None:
        self.from_msn(slp, take_by_link)

    def test_dcc_to_msnftp(self) -> None:
        self.from_irc(dcc_waiting, ftp_taken_by_connecting, self.FTP)

    def test_dcc_to_msnslp(self) -> None:
        self.from_irc(dcc_waiting, slp_taken, self.SLP)

    def test_upload_to_msnslp(self) -> None:
        self.from_irc(upload_to, slp_taken, self.SLP)


if ALL:

    class FromMsnTest(LargeCase):
        """All that has MSN's side in common, to a client that connects."""

        take_it = staticmethod(take_by_dcc)

        def test_msnftp_by_connecting(self) -> None:
            self.from_msn(ftp_by_connecting, self.take_it)

        def test_msnftp_by_waiting(self) -> None:
            self.from_msn(ftp_by_waiting, self.take_it, self.FTP)

        def test_msnslp(self) -> None:
            self.from_msn(slp, self.take_it)

    class FromMsnToPassiveTest(FromMsnTest):
        """... that waits,"""

        config = {"files": {**NO_LIMIT, "dcc": "passive"}}

    class FromMsnByLinkTest(FromMsnTest):
        """and by HTTP."""

        take_it = staticmethod(take_by_link)

    class FromIrcTest(LargeCase):
        """The other way: from a client that waits,"""

        give_it = staticmethod(dcc_waiting)

        def test_msnftp_by_connecting(self) -> None:
            self.from_irc(self.give_it, ftp_taken_by_connecting, self.FTP)

        def test_msnftp_by_waiting(self) -> None:
            self.from_irc(self.give_it, ftp_taken_by_waiting, self.FTP)

        def test_msnslp(self) -> None:
            self.from_irc(self.give_it, slp_taken, self.SLP)

    class FromPassiveIrcTest(FromIrcTest):
        """... from one that connects,"""

        give_it = staticmethod(dcc_connecting)

    class FromIrcByUploadTest(FromIrcTest):
        """and by HTTP."""

        give_it = staticmethod(upload_to)


if __name__ == "__main__":
    unittest.main()
