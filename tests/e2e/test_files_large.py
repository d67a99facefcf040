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
from harness.machine import PAUSE

SIZE = 300 * MEBIBYTE
MOST_GROWTH = 64 * MEBIBYTE
FAR_TOO_LONG = 600.0  # seconds; the time limit of a test ends it before
ALL = bool(os.environ.get("PATCHCORD_E2E_LARGE"))


class MemoryWatch(threading.Thread):
    """The most that the daemon has needed since it was started."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.before = self.most = daemon.resident_bytes()
        self._daemon = daemon
        self._done = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._done.wait(0.05):
            self.most = max(self.most, self._daemon.resident_bytes())

    def growth(self) -> int:
        self._done.set()
        self.join()
        return self.most - self.before


class LargeCase(FileCase):
    """One file each."""

    config = {"files": NO_LIMIT}

    def setUp(self) -> None:
        super().setUp()
        self.content = Content(SIZE)
        self.expected = self.content.received()
        self.content = Content(SIZE)

    def from_msn(self, way, take_it, dialect: int = FileCase.SLP) -> None:
        chat = self.someone_on_msn(dialect)
        memory, started = MemoryWatch(self.daemon), time.monotonic()
        giver = way(chat, "big.bin", self.content)
        taker = take_it(self, self.ana)
        giver.expect_accept_and_send()
        self.assertEqual(taker.result(FAR_TOO_LONG), self.expected)
        self.assert_modest(memory, started)

    def from_irc(self, give_it, way, dialect: int) -> None:
        chat = self.someone_on_msn(dialect)
        memory, started = MemoryWatch(self.daemon), time.monotonic()
        giver = give_it(self, self.ana, "Bob", "big.bin", self.content)
        taker = way(chat).accept()
        if isinstance(giver, DccSender):
            giver = giver.start()
        self.assertEqual(taker.receive(), self.expected)
        if giver is not None:
            self.assertEqual(giver.result(FAR_TOO_LONG), SIZE)
        self.expect_notice(self.ana, "Bob has big.bin (300 MiB)")
        self.assert_modest(memory, started)

    def assert_modest(self, memory: MemoryWatch, started: float) -> None:
        seconds, growth = time.monotonic() - started, memory.growth()
        self.assert_ended(1, 0)
        print(f"    {seconds:.1f} s, {growth // MEBIBYTE} MiB more ... ", end="", file=sys.stderr)
        self.assertLess(growth, MOST_GROWTH)


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


def dcc_connecting(case, client, nick, name, content):
    return DccSender(client, nick, name, content, passive=True)


def load_tests(loader, standard_tests, pattern):
    """Adds what is left of the table, when all of it is wanted."""
    if ALL:
        standard_tests.addTests(made for made in map(RestTest, RestTest.names()) if chosen(made, loader))
    return standard_tests


def chosen(test, loader) -> bool:
    import fnmatch

    patterns = loader.testNamePatterns
    return not patterns or any(fnmatch.fnmatchcase(test.id(), pattern) for pattern in patterns)


class RestTest(LargeCase):
    """Everything else; the methods are made below."""

    @classmethod
    def names(cls):
        return [name for name in vars(cls) if name.startswith("large_")]


class PassiveRestTest(RestTest):
    config = {"files": {**NO_LIMIT, "dcc": "passive"}}


if __name__ == "__main__":
    unittest.main()
