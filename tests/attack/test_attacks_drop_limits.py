"""Attack cases of group H: files over HTTP that are too big, too many, or too old."""

import http.client
import time
import unittest

from harness.case import configured
from harness.drop_case import DropCase
from harness.faketime import faketime
from harness.file_content import Work
from harness.http_files import AUTHORIZATION, read_to_end
from harness.machine import eventually, pass_time, patience, reply_timeout, sanitizers

SLOWEST_CANARY = 1.0  # seconds
MEBIBYTE = 1024 * 1024


class SizeTest(DropCase):
    """H18: lengths that are too much, and lengths that lie."""

    config = {"files": {"max_size": "1 MiB"}}

    def test_H18_length_that_is_too_much(self) -> None:
        """413, the end, and not a byte of the body was asked for"""
        for length in (MEBIBYTE + 1, 2**40, 10**17):
            self.assertEqual(self.status_of(f"Content-Length: {length}\r\n"), b"413")
            self.assertEqual(self.status_of(f"Content-Length: {length}\r\nExpect: 100-continue\r\n"), b"413")
        for length in (2**64, 2**64 + 5, 10**40):
            self.assertEqual(self.status_of(f"Content-Length: {length}\r\n"), b"400")
        self.assertEqual(self.stored(), [])

    def test_H18_chunks_that_are_too_much(self) -> None:
        """413 as soon as there is one byte too many; a chunk that says it is enormous gets no memory"""
        before = self.daemon.resident_bytes()
        body = b"10000\r\n" + bytes(0x10000) + b"\r\n"
        whole = body * 16 + b"1\r\nx\r\n"
        self.assertEqual(self.status_of("Transfer-Encoding: chunked\r\n", whole), b"413")
        for size in (b"ffffffffffffffff", b"7fffffffffffffff", b"10000000000000000", b"-1", b"0x10", b"+1", b"1 1"):
            with self.subTest(size):
                connection = self.put("Transfer-Encoding: chunked\r\n", size + b"\r\nx")
                connection.shutdown(1)
                self.assertIn(read_to_end(connection)[9:12], (b"400", b"413", b""))
        self.assert_nothing_stored()
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 32 * MEBIBYTE)

    def test_H18_lengths_that_lie(self) -> None:
        """Less than was said is no file; what is more is no part of it"""
        short = self.put("Content-Length: 100\r\n", b"x" * 50)
        eventually(self.stored, "it has begun")
        short.shutdown(1)
        self.assertNotIn(b" 201 ", read_to_end(short)[:20])
        self.assert_nothing_stored()
        answer = read_to_end(self.put("Connection: close\r\nContent-Length: 5\r\n", b"hello and more"))
        self.assertEqual(answer[9:12], b"201")
        link = answer.partition(b"\r\n\r\n")[2].decode().strip()
        self.assertEqual(self.get(link).body, b"hello")

    def test_H18_broken_off_half_way(self) -> None:
        """What came of forty files is gone with their senders, however they went"""
        givers = []
        for number in range(40):
            givers.append(self.put("Content-Length: 1000000\r\n", bytes(500_000)))
            eventually(lambda number=number: len(self.stored()) == number + 1, "it has begun")
        self.assertEqual(self.counters()["patchcord_spool_files"], 40)
        for giver in givers:
            giver.close()  # some with RST: there is an answer, or is not
        self.assert_nothing_stored()
        eventually(lambda: self.counters()["patchcord_spool_bytes"] == 0, "no quota is held by what is gone")
        self.assertEqual(self.send("/upload/a", b"x" * MEBIBYTE).status, 201)


class ManyTest(DropCase):
    """H19: many tiny files."""

    SENDERS, EACH, MOST = 8, 15, 30

    @configured({"files": {"max_files": MOST}})
    def test_H19_many_tiny_files(self) -> None:
        """Empty ones, from eight connections at once: so many are kept, further ones are 413; others are served"""
        work = [Work(self.send_many) for _ in range(self.SENDERS)]
        worst = 0.0
        while any(each.is_alive() for each in work):
            worst = max(worst, self.worst_canary_delay(1))
            pass_time(0.05)
        self.assertLess(worst, SLOWEST_CANARY * patience())
        statuses = [status for each in work for status in each.result()]
        self.assertEqual(set(statuses) - {201, 413, 429}, set())
        self.assertEqual(statuses.count(201), self.MOST)
        self.assertEqual(len(self.stored()), self.MOST)
        self.assertGreater(self.hits("spool", "max_files"), 0)
        self.assertIn("limit=max_files", self.daemon.log.text_since())

    def send_many(self) -> list[int]:
        statuses = []
        connection = http.client.HTTPConnection(*self.daemon.address("http"), timeout=4 * reply_timeout())
        for _ in range(self.EACH):
            connection.request("PUT", "/upload/a", b"", {"Authorization": AUTHORIZATION})
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()
        return statuses

    def test_H19_no_file_can_be_made(self) -> None:
        """507 while the system gives no more files, as where a disk has no inodes; what is said goes on, and files are
        taken again as soon as there is room"""
        self.assertEqual(self.send("/upload/a", b"hello").status, 201)
        connections = [self.connect() for _ in range(3)]
        for connection in connections:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        before = self.daemon.limit_open_files(3)  # those that are open stay
        for connection in connections:
            connection.request("PUT", "/upload/a", b"hello", {"Authorization": AUTHORIZATION})
            self.assertEqual(connection.getresponse().status, 507)
            connection.close()
        self.assert_canaries_sing()
        self.daemon.limit_open_files(before)
        self.assertEqual(self.send("/upload/a", b"hello").status, 201)
        self.assertEqual(len(self.stored()), 2)


class ExpiryTest(DropCase):
    """H20: what is kept for a time."""

    LINK_TIME = 8 * int(patience())  # seconds
    config = {"files": {"link_time": f"{LINK_TIME}s"}}

    def test_H20_kill_and_restart(self) -> None:
        """A file keeps its time over kill -9: it is there, and is gone when it would have been; so are its bytes"""
        link = self.send("/upload/a", b"hello").link
        self.assertEqual(self.get(link).status, 200)
        pass_time(self.LINK_TIME / 3)
        self.kill_and_restart()
        restarted = time.monotonic()
        link = link.replace(link.split("/")[2], "a")  # the port is another
        self.assertEqual(self.get(link).body, b"hello")
        eventually(lambda: self.get(link).status == 404, "it expires", every=0.2)
        self.assertLess(time.monotonic() - restarted, self.LINK_TIME)
        self.assert_nothing_stored()


@unittest.skipIf(sanitizers(), "a sanitizer wants to be the first library that is loaded")
class ClockTest(DropCase):
    """H20, while somebody sets the clock."""

    config = {"files": {"link_time": "3h"}}

    def prepare(self) -> dict:
        self.clock, self.environment = faketime(self.directory)
        return {}

    def test_H20_clock_that_jumps(self) -> None:
        """Set forward by an hour it is there, by a day it is gone and not served again, also after a start; set back,
        files do not live for ever"""
        link = self.send("/upload/a", b"hello").link
        self.clock.write_text("+1h")
        self.assertEqual(self.get(link).body, b"hello")
        self.clock.write_text("+1d")
        self.assertEqual(self.get(link).status, 404)
        self.kill_and_restart()
        self.assertEqual(self.get(link).status, 404)
        self.assert_nothing_stored()
        later = self.send("/upload/a", b"hello").link
        self.clock.write_text("-1d")
        self.assertEqual(self.get(later).body, b"hello")
        self.clock.write_text("+28h")
        self.assertEqual(self.get(later).status, 404)
        self.assertEqual(self.get(link).status, 404)


if __name__ == "__main__":
    unittest.main()
