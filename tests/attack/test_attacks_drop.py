"""Attack cases of group H: files over HTTP, sent and fetched by whoever means harm."""

import itertools
import os
import re
import secrets
import socket
import unittest

from harness.case import configured
from harness.drop_case import HAND, DropCase
from harness.file_content import Work
from harness.http_files import ACCOUNT, AUTHORIZATION, PASSWORD, read_to_end
from harness.machine import eventually, pass_time, patience, sanitizers

MEBIBYTE = 1024 * 1024
SLOWEST_CANARY = 1.0  # seconds
STRANGER = "127.0.0.9"
NEVER = "/file/" + "a" * 26 + "/a"


class SlowTest(DropCase):
    """H12: who sends or takes next to nothing."""

    config = {"files": {"stall_time": "2s"}}
    MANY = 50

    def test_H12_slow_senders(self) -> None:
        """A byte a second, fifty times: all are cut off, nothing is left of them, and a file sent meanwhile is whole"""
        givers = [self.begun_upload() for _ in range(self.MANY)]
        answers = [Work(read_to_end, giver) for giver in givers]
        others = 0
        while any(answer.is_alive() for answer in answers):
            for giver in givers:
                self.drip(giver)
            self.assert_others_are_served()
            others += 1
            pass_time(1.0)
        self.assertEqual({answer.result()[:13] for answer in answers}, {b"HTTP/1.1 408 "})
        eventually(lambda: len(self.stored()) == others, "what came slowly is deleted")
        self.assertEqual({path.stat().st_size for path in self.stored()}, {len(b"hello")})
        self.assertEqual(self.hits("http", "transfer_rate"), self.MANY)

    def begun_upload(self) -> socket.socket:
        giver = self.put(f"Content-Length: {MEBIBYTE}\r\nExpect: 100-continue\r\n")
        self.assertEqual(giver.recv(25, socket.MSG_WAITALL), b"HTTP/1.1 100 Continue\r\n\r\n")
        return giver

    def drip(self, giver: socket.socket) -> None:
        try:
            giver.sendall(b"x")
        except OSError:
            pass  # it was cut off

    def assert_others_are_served(self) -> None:
        link = self.send("/upload/a", b"hello").link
        self.assertEqual(self.get(link).body, b"hello")
        self.assertLess(self.worst_canary_delay(5), SLOWEST_CANARY * patience())

    def test_H12_slow_readers(self) -> None:
        """A byte a second of a big file, fifty times: all are cut off before the end, in little memory; another
        download meanwhile is whole"""
        content = os.urandom(16 * MEBIBYTE)
        link = self.send("/upload/big", content).link
        before = self.daemon.resident_bytes()
        takers = [self.reader(link) for _ in range(self.MANY)]
        while self.hits("http", "transfer_rate") < self.MANY:
            for taker in takers:
                self.sip(taker)
            self.assertEqual(self.get(link).body, content)
            self.assertLess(self.worst_canary_delay(5), SLOWEST_CANARY * patience())
            if not sanitizers():
                self.assertLess(self.daemon.resident_bytes() - before, 48 * MEBIBYTE)
            pass_time(0.5)
        for taker in takers:
            self.assertLess(len(read_to_end(taker)), len(content))

    def reader(self, link: str) -> socket.socket:
        connection = socket.socket()
        self.addCleanup(connection.close)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(15 * patience())
        connection.connect(self.daemon.address("http"))
        connection.sendall(f"GET {link[link.index('/file'):]} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        return connection

    def sip(self, taker: socket.socket) -> None:
        try:
            taker.recv(1, socket.MSG_DONTWAIT)
        except OSError:
            pass  # nothing is there, or it was cut off


class RequestTest(DropCase):
    """What no client does."""

    def test_H13_requests_that_two_programs_read_differently(self) -> None:
        """400, and the connection ends: nothing behind it is taken for a request."""
        for shape in (
            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            b"Content-Length: 5\r\nContent-Length: 6\r\n",
            b"Transfer-Encoding: xchunked\r\n",
            b"Content-Length: +5\r\n",
            b"Content-Length: 5, 5\r\n",
            b"X: a\r\n Content-Length: 5\r\n",
            b"X: a\nContent-Length: 5\r\n",
            b"Host: b\r\nContent-Length: 5\r\n",
        ):
            connection = self.raw()
            connection.sendall(f"PUT /upload/a HTTP/1.1\r\n{HAND}".encode())
            connection.sendall(shape + b"\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            got = read_to_end(connection)
            self.assertTrue(got.startswith(b"HTTP/1.1 400 "), (shape, got))
            self.assertEqual(got.count(b"HTTP/1.1 "), 1, shape)
        self.assertEqual(self.stored(), [])

    @configured({"http": {"login_burst": 100}})
    def test_H14_path_traversal(self) -> None:
        """404, and no file of the machine."""
        token = self.send("/upload/a", b"hello").link.split("/")[-2]
        for path in (
            "/file/../../../etc/passwd",
            "/file/%2e%2e%2fetc%2fpasswd",
            "/file/%252e%252e%252f",
            "/file/..%5c..%5c",
            "//etc/passwd",
            f"/file/{token}%00.txt",
            f"/file/{token}/../../etc/passwd",
            "/file/../patchcord.db",
            f"/file/{'./' * 13}",
            "/file/" + "a" * 7000,
            "/file/",
            "/file",
        ):
            connection = self.raw()
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            got = read_to_end(connection)
            self.assertTrue(got.startswith(b"HTTP/1.1 404 "), (path, got))
        connection = self.raw()
        connection.sendall(b"GET /file/" + b"a" * 8192 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertEqual(read_to_end(connection)[9:12], b"431")

    def test_H14_planted_symlinks(self) -> None:
        """Only files are opened, whatever lies in their place: not what a link leads to, no pipe, no directory."""
        self.expected_error = b"a file that was kept cannot be read"
        plants = {
            "link": lambda path: path.symlink_to("/etc/passwd"),
            "pipe": os.mkfifo,
            "directory": os.mkdir,
        }
        for name, plant in plants.items():
            before = set(self.stored())
            link = self.send(f"/upload/{name}", b"hello").link
            (path,) = set(self.stored()) - before
            path.unlink()
            plant(path)
            got = self.get(link)
            self.assertEqual((got.status, b"root:" in got.body), (404, False), name)

    def test_H14_B09_names_lead_nowhere(self) -> None:
        """What a sender calls a file is only ever shown."""
        mark = f"pwn-{secrets.token_hex(6)}"
        names = [f"../../{mark}", f"/tmp/{mark}", f"../../../../../tmp/{mark}", f".{mark}", ".", ".."]
        names += ["-rf", "CON", f"a%00{mark}", "x" * 300]
        for name in names:
            link = self.send("/upload", b"hello", Content_Disposition=f'attachment; filename="{name}"').link
            self.assertEqual(self.get(link).body, b"hello")
        self.assertEqual(len(self.stored()), len(names))
        self.assertEqual([path.name for path in self.stored() if not re.fullmatch("[a-z2-7]{26}", path.name)], [])
        self.assertEqual([path for path in self.directory.rglob("*") if mark in path.name], [])
        self.assertFalse(os.path.exists(f"/tmp/{mark}"))

    def test_H15_active_content(self) -> None:
        """Scripts are bytes; what says that it is a picture is saved all the same."""
        script = b"<html><script>alert(1)</script>"
        for name, kind, body in (
            ("x.html", "application/octet-stream", script),
            ("x.svg", "application/octet-stream", b"<svg><script>alert(1)</script></svg>"),
            ("x.xhtml", "application/octet-stream", script),
            ("x.pdf", "application/octet-stream", b"%PDF-1.4 /JavaScript"),
            ("x.js", "application/octet-stream", b"alert(1)"),
            ("photo.jpg", "image/jpeg", script),
            ("both.gif", "image/gif", b"GIF89a/*" + bytes(8) + b"*/=1;alert(1)"),
        ):
            for stated in ("text/html", "image/svg+xml", "text/html\t;x"):
                got = self.get(self.send(f"/upload/{name}", body, Content_Type=stated).link)
                self.assertEqual((got.status, got.body), (200, body))
                self.assertEqual(got.headers["Content-Type"], kind)
                self.assertTrue(got.headers["Content-Disposition"].startswith("attachment;"))
                self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(got.headers["Content-Security-Policy"], "sandbox; default-src 'none'")
                self.assertIsNone(got.headers["Access-Control-Allow-Origin"])

    def test_H26_ranges(self) -> None:
        """One range is 206; several, and what is not there, are 416: never more bytes than the file has."""
        link = self.send("/upload/a.bin", b"0123456789").link
        for value, status, body in (
            ("bytes=2-4", 206, b"234"),
            ("bytes=7-", 206, b"789"),
            ("bytes=-3", 206, b"789"),
            ("bytes=0-18446744073709551615", 206, b"0123456789"),
            ("lines=1-2", 200, b"0123456789"),
        ):
            got = self.get(link, Range=value)
            self.assertEqual((got.status, got.body), (status, body), value)
        for value in ("bytes=-0", "bytes=5-1", "bytes=10-", "bytes=" + "0-0," * 1500 + "0-0"):
            got = self.get(link, Range=value)
            self.assertEqual((got.status, got.headers["Content-Range"]), (416, "bytes */10"))
            self.assertLess(len(got.body), 100)
        self.assertEqual(self.get(link, Range="bytes=" + "0-0," * 2100).status, 431)
        tag = self.get(link).headers["ETag"]
        self.assertEqual(self.get(link, If_None_Match=tag).status, 304)
        self.assertEqual(self.get(link, If_Range='"another"', Range="bytes=2-4").status, 200)

    def test_H26_pipelined_downloads(self) -> None:
        """Ten thousand on one connection: so many are served, and no more"""
        link = self.send("/upload/a", b"hello").link
        one = f"GET {link[link.index('/file'):]} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        connection = self.raw()
        sending = Work(self.send_all, connection, one * 10_000)
        got = read_to_end(connection)
        sending.result()
        self.assertLessEqual(got.count(b"HTTP/1.1 200 OK"), 100)
        self.assertGreater(got.count(b"\r\n\r\nhello"), 10)

    def send_all(self, connection: socket.socket, data: bytes) -> None:
        try:
            connection.sendall(data)
        except OSError:
            pass  # it need not read to the end


class TokenTest(DropCase):
    """H17, H21: who guesses."""

    def test_H17_links_are_random(self) -> None:
        """Of the same bytes and the same name: 130 bits each, no two alike, and no place where they are listed."""
        tokens = [self.send("/upload/a", b"x").link.split("/")[-2] for _ in range(40)]
        self.assertEqual([token for token in tokens if not re.fullmatch("[a-z2-7]{26}", token)], [])
        self.assertEqual(len(set(tokens)), len(tokens))
        for place in range(26):  # one letter at a place in all of them: a chance of 32 to the power of -39
            self.assertGreater(len({token[place] for token in tokens}), 1)
        for path in ("/file/", "/file", "/upload", "/upload/", "/"):
            page = self.get(path).body.decode()
            self.assertEqual([token for token in tokens if token in page], [], path)

    def test_H17_guessing_links(self) -> None:
        """404, then 429; right ones are served, also to the same address, behind which may be many."""
        link = self.send("/upload/a", b"hello").link
        numbers = itertools.count()
        statuses = []
        for _ in range(50):
            connection = socket.create_connection(self.daemon.address("http"), 15 * patience(), (STRANGER, 0))
            self.addCleanup(connection.close)
            guesses = [f"GET /file/{next(numbers):026d}/a HTTP/1.1\r\nHost: a\r\n\r\n" for _ in range(100)]
            connection.sendall("".join(guesses).encode())
            statuses += re.findall(rb"HTTP/1\.1 (\d+)", read_to_end(connection))
            connection.close()
        self.assertEqual(len(statuses), 5000)
        self.assertEqual(set(statuses), {b"404", b"429"})
        self.assertLess(statuses.count(b"404"), 40)
        refused = self.ask("GET", NEVER, source=STRANGER)
        self.assertEqual(refused.status, 429)
        self.assertGreater(int(refused.headers["Retry-After"]), 0)
        self.assertEqual(self.ask("GET", link, source=STRANGER).status, 200)
        self.assertEqual(self.get(NEVER).status, 404)
        self.assertGreater(self.hits("spool", "wrong_links"), 4900)

    @configured({"files": {"link_time": "1s"}})
    def test_H17_H20_expired_looks_like_never(self) -> None:
        """The same answer, to the letter, but for the date"""
        link = self.send("/upload/a", b"hello").link
        eventually(lambda: self.get(link).status == 404, "it expires", every=0.3)
        answers = [self.get(path) for path in (link, NEVER)]
        for answer in answers:
            del answer.headers["Date"]
        expired, never = ((answer.status, answer.body, answer.headers.items()) for answer in answers)
        self.assertEqual(expired, never)

    @configured({"http": {"login_burst": 10, "login_rate": 0.01}})
    def test_H21_passwords_of_senders(self) -> None:
        """Missing, wrong, a part of the right one, or the right one in the address: 401; guesses are throttled"""
        self.assertEqual(self.ask("PUT", "/upload/a", b"x").status, 401)
        for path in (f"/upload/a?password={PASSWORD}", f"/upload/a?token={ACCOUNT}:{PASSWORD}"):
            self.assertEqual(self.ask("PUT", path.replace(" ", "%20"), b"x").status, 401)
        whole = f"http://{ACCOUNT}:{PASSWORD}@a/upload/a".replace(" ", "%20")
        connection = self.raw()
        connection.sendall(f"PUT {whole} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx".encode())
        self.assertIn(read_to_end(connection)[9:12], (b"400", b"401"))
        for header in ("Bearer x", "Basic", "Basic !", "Basic OnA=", "Digest username=ana", AUTHORIZATION[:-8]):
            answer = self.ask("PUT", "/upload/a", b"x", {"Authorization": header})
            self.assertEqual(answer.status, 401, header)
        self.assertEqual(self.send("/upload/a", b"x").status, 201)
        wrong = {"Authorization": "Basic YW5hOndyb25n"}
        statuses = [self.ask("PUT", "/upload/a", b"x", wrong, source=STRANGER).status for _ in range(40)]
        self.assertEqual((statuses[0], statuses[-1]), (401, 429))
        self.assertEqual(len(self.stored()), 1)


if __name__ == "__main__":
    unittest.main()
