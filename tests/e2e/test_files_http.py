"""Files over HTTP: what people send with a password or a link of theirs, and fetch by links."""

import hashlib
import http.client
import os
import re
import resource
import signal
import unittest

from harness.case import configured
from harness.http_files import AUTHORIZATION, FilesCase, read_to_end
from harness.machine import eventually, pass_time, sanitizers

MEBIBYTE = 1024 * 1024


class LinkTest(FilesCase):
    """A file and its link."""

    has_canaries = False  # the daemon is killed

    def test_what_is_sent_can_be_had(self) -> None:
        """201 and a link; the bytes come as an attachment that no browser shows."""
        sent = self.send("/upload/na%C3%AFve.txt", b"hello file")
        self.assertEqual(sent.status, 201)
        self.assertEqual(sent.body.decode(), sent.link + "\n")
        self.assertRegex(sent.link, r"^http://127\.0\.0\.1:\d+/file/[a-z2-7]{26}/na%C3%AFve\.txt$")
        got = self.get(sent.link)
        self.assertEqual((got.status, got.body), (200, b"hello file"))
        self.assertEqual(
            got.headers["Content-Disposition"], "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"
        )
        self.assertEqual(got.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(got.headers["Content-Security-Policy"], "sandbox; default-src 'none'")
        head = self.ask("HEAD", sent.link)
        self.assertEqual((head.status, head.headers["Content-Length"], head.body), (200, "10", b""))

    def test_the_same_bytes_twice_have_two_links(self) -> None:
        """A link tells nothing about what is in the file."""
        self.assertNotEqual(self.send("/upload/a", b"x").link, self.send("/upload/a", b"x").link)

    def test_chunks(self) -> None:
        """A body whose length nobody knows."""
        connection = self.connect()
        pieces = iter([b"hello", b" ", b"chunks"])
        headers = {"Authorization": AUTHORIZATION}
        connection.request("POST", "/upload/c", pieces, headers, encode_chunked=True)
        response = connection.getresponse()
        self.assertEqual(response.status, 201)
        self.assertEqual(self.get(response.headers["Location"]).body, b"hello chunks")

    @configured({"files": {"link_time": "2s"}})
    def test_link_time(self) -> None:
        """200, then 404 as for a link that never was; the bytes are gone from the disk."""
        link = self.send("/upload/a", b"hello").link
        self.assertEqual(self.get(link).status, 200)
        self.assert_nothing_stored()
        expired = self.get(link)
        never = self.get("/file/" + "a" * 26 + "/a")
        self.assertEqual((expired.status, expired.body), (404, never.body))

    def test_a_link_outlives_a_crash_and_keeps_its_time(self) -> None:
        """Killed and started again: what was whole is there, what was half there is not."""
        link = self.send("/upload/a.txt", b"hello").link
        half = self.raw()
        half.sendall(f"PUT /upload/b HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\n".encode())
        half.sendall(b"Content-Length: 100\r\n\r\nhalf")
        eventually(lambda: len(self.stored()) == 2, "the second one has begun")
        (self.directory / "data" / "files" / "planted").symlink_to("/etc/passwd")
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(self.get(link).body, b"hello")
        self.assertEqual(len(self.stored()), 1)


class SendingTest(FilesCase):
    """Who may send what."""

    def test_who_has_no_account_is_refused(self) -> None:
        """401, before the body is asked for."""
        connection = self.raw()
        connection.sendall(b"PUT /upload/a HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n")
        self.assertTrue(read_to_end(connection).startswith(b"HTTP/1.1 401 "))
        wrong = {"Authorization": "Basic " + "YW5hOndyb25n"}
        self.assertEqual(self.ask("PUT", "/upload/a", b"x", wrong).status, 401)
        self.assertEqual(self.stored(), [])

    def test_options(self) -> None:
        """What clients ask first (soju.im/FILEHOST)."""
        answer = self.ask("OPTIONS", "/upload")
        self.assertEqual((answer.status, answer.headers["Allow"]), (204, "OPTIONS, POST, PUT"))

    def test_clients_are_told_where(self) -> None:
        """FILEHOST in RPL_ISUPPORT, until there are no links any more."""
        ana = self.user("someone")
        tokens = " ".join(" ".join(message.params) for message in ana.ask("VERSION") if message.command == "005")
        address = "http://{}:{}/upload".format(*self.daemon.address("http"))
        self.assertIn(f" FILEHOST={address}", tokens)
        self.assertIn(f" soju.im/FILEHOST={address}", tokens)
        self.daemon.rewrite({"files": {"links": False}})
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded")
        self.assertEqual(self.send("/upload/a", b"x").status, 404)
        tokens = " ".join(" ".join(message.params) for message in ana.ask("VERSION") if message.command == "005")
        self.assertNotIn("FILEHOST", tokens)

    def test_a_link_for_one_file(self) -> None:
        """`upload` gives a link, behind which is a form; it is good once."""
        someone = self.user("someone")
        someone.send("PRIVMSG *patchcord :upload")
        said = someone.expect("PRIVMSG", "someone").text
        link = re.search(r"http://\S+/upload/[a-z2-7]{26}", said)[0]
        page = self.get(link)
        self.assertEqual(page.status, 200)
        self.assertIn(b'<input type="file"', page.body)
        self.assertIn("form-action 'self'", page.headers["Content-Security-Policy"])
        form = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="cat.png"\r\n\r\n' + bytes(range(256)) * 999
        )
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Origin": "null"}
        sent = self.ask("POST", link, form + b"\r\n--x--\r\n", headers)
        self.assertEqual(sent.status, 201)
        got = self.get(sent.link)
        self.assertEqual(got.body, bytes(range(256)) * 999)
        self.assertIn("cat.png", got.headers["Content-Disposition"])
        self.assertEqual(self.get(link).status, 404)
        someone.send("PRIVMSG *patchcord :upload nobody")
        self.assertIn("nobody", someone.expect("PRIVMSG", "someone").text)


class LimitTest(FilesCase):
    """Every limit of [files] that has to do with links, and what who reaches it is told."""

    @configured({"files": {"max_size": "100 B"}})
    def test_max_size(self) -> None:
        """413 before the body, and in the middle of one whose length was not told."""
        self.assertEqual(self.send("/upload/a", b"x" * 100).status, 201)
        self.assertEqual(self.refused_at_once(101), b"413")
        self.assertEqual(self.refused_in_chunks(101), b"413")
        self.assertEqual(len(self.stored()), 1)

    @configured({"files": {"quota": "100 B"}})
    def test_quota(self) -> None:
        """413 when the owner has no room left."""
        self.assertEqual(self.send("/upload/a", b"x" * 60).status, 201)
        self.assertEqual(self.refused_at_once(41), b"413")
        self.assertEqual(self.refused_in_chunks(41), b"413")
        self.assertEqual(self.send("/upload/a", b"x" * 40).status, 201)
        self.assertEqual(len(self.stored()), 2)

    @configured({"files": {"total_quota": "100 B"}})
    def test_total_quota(self) -> None:
        """507 when nobody has."""
        self.assertEqual(self.send("/upload/a", b"x" * 60).status, 201)
        self.assertEqual(self.refused_at_once(41), b"507")
        self.assertEqual(self.refused_in_chunks(41), b"507")

    @configured({"files": {"max_files": 3}})
    def test_max_files(self) -> None:
        """Empty files count."""
        self.assertEqual([self.send("/upload/a", b"").status for _ in range(4)], [201, 201, 201, 413])

    @configured({"files": {"stall_time": "1s"}})
    def test_stall_time(self) -> None:
        """Who sends or takes next to nothing is cut off; nothing is left of it, and others are served."""
        giver = self.raw()
        giver.sendall(f"PUT /upload/b HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\n".encode())
        giver.sendall(b"Content-Length: 1000000\r\n\r\nx")
        link = self.send("/upload/big", os.urandom(16 * MEBIBYTE)).link
        taker = self.raw()
        taker.sendall(f"GET {link[link.index('/file'):]} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        self.assertTrue(read_to_end(giver).startswith(b"HTTP/1.1 408 "))
        eventually(lambda: len(self.stored()) == 1, "what came is deleted")
        pass_time(2.5)
        self.assertLess(len(read_to_end(taker)), 16 * MEBIBYTE)

    def test_a_disk_that_is_full_fails_the_transfer_alone(self) -> None:
        """507, and nothing else happens."""
        process = self.daemon.process.pid
        before = resource.prlimit(process, resource.RLIMIT_FSIZE, (MEBIBYTE, resource.RLIM_INFINITY))
        self.addCleanup(lambda: self.daemon.is_running() and resource.prlimit(process, resource.RLIMIT_FSIZE, before))
        connection = self.raw()
        connection.sendall(f"PUT /upload/b HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\n".encode())
        connection.sendall(b"Content-Length: 3000000\r\n\r\n")
        connection.sendall(b"x" * (MEBIBYTE + 1))
        self.assertTrue(read_to_end(connection).startswith(b"HTTP/1.1 507 "))
        self.assert_nothing_stored()
        self.assertEqual(self.send("/upload/small", b"hello").status, 201)

    def test_a_sender_who_goes_leaves_nothing(self) -> None:
        """Half a file is none."""
        connection = self.raw()
        connection.sendall(f"PUT /upload/b HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\n".encode())
        connection.sendall(b"Content-Length: 3000000\r\n\r\nhalf")
        eventually(self.stored, "it has begun")
        connection.close()
        self.assert_nothing_stored()

    def refused_at_once(self, length: int) -> bytes:
        """The status for an upload whose body waits to be asked for."""
        connection = self.raw()
        connection.sendall(f"PUT /upload/b HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\n".encode())
        connection.sendall(f"Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n".encode())
        return read_to_end(connection)[9:12]

    def refused_in_chunks(self, length: int) -> bytes:
        connection = self.raw()
        connection.sendall(f"PUT /upload/b HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\n".encode())
        connection.sendall(b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * length + b"0\r\n\r\n")
        return read_to_end(connection)[9:12]


class BigTest(FilesCase):
    """Files that do not fit into memory."""

    SIZE = 300 * MEBIBYTE

    def test_a_big_file_needs_little_memory(self) -> None:
        """300 MiB there and back; the daemon grows by less than 64 MiB."""
        self.send("/upload/first", b"x")  # the password has been looked at, which takes memory of its own
        before = self.daemon.resident_bytes()
        piece = os.urandom(MEBIBYTE)
        sent = hashlib.sha256()

        def pieces():
            for number in range(self.SIZE // MEBIBYTE):
                changed = number.to_bytes(8, "big") + piece[8:]
                sent.update(changed)
                yield changed

        connection = self.connect()
        headers = {"Authorization": AUTHORIZATION, "Content-Length": str(self.SIZE)}
        connection.request("PUT", "/upload/big.bin", pieces(), headers)
        response = connection.getresponse()
        self.assertEqual(response.status, 201)
        most = self.daemon.resident_bytes()
        got = hashlib.sha256()
        download = self.connect()
        link = response.headers["Location"]
        download.request("GET", link[link.index("/file") :])
        whole: http.client.HTTPResponse = download.getresponse()
        while taken := whole.read(MEBIBYTE):
            got.update(taken)
            most = max(most, self.daemon.resident_bytes())
        self.assertEqual(got.hexdigest(), sent.hexdigest())
        if not sanitizers():  # they keep what was freed
            self.assertLess(most - before, 64 * MEBIBYTE)


if __name__ == "__main__":
    unittest.main()
