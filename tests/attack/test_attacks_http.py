"""Attack cases of group H: the HTTP listener, its status pages, and who is served while others misuse it."""

import http.client
import selectors
import socket
import time
import unittest

from harness.attacks import CleanLog
from harness.bridge import LOBBY
from harness.case import configured
from harness.daemon import patchcord
from harness.machine import eventually, pass_time, patience
from harness.msn_body import text_body
from harness.passport import LoginRefused
from harness.raw_http import HttpCase, RawHttp, rst_body

SLOWEST_CANARY = 1.0  # seconds
CLOSE = "Host: x\r\nConnection: close\r\n\r\n"
ROUTES = ("/", "/healthz", "/metrics", "/rdr/pprdr.asp", "/login", "/RST.srf", "/upload", "/upload/a", "/file/a")


def other_addresses() -> list[str]:
    """An IPv4 address of this machine that is not loopback; none where nobody could come from elsewhere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # which sends nothing
        except OSError:
            return []
        return [address] if not (address := probe.getsockname()[0]).startswith("127.") else []


class RequestTest(CleanLog, HttpCase):
    """Requests that are none, or too much of one."""

    def test_H10_junk(self) -> None:
        """A number of the 400s, or nothing, and the end; nothing of the request comes back"""
        for data in (
            b"\r\n\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/0.9\r\n\r\n",
            b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET /canary-word HTTP/1.1\r\n" + b"X: " + b"a" * 9000 + b"\r\n\r\n",
            b"GET /canary-word HTTP/1.1\r\n" + b"X: a\r\n" * 3000 + b"\r\n",
            b"GET /canary-word" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
            b"GET /canary-word HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
            bytes(range(256)) * 100,
            b"VER 1 MSNP8 CVR0\r\n\r\n",
        ):
            with self.subTest(data[:40]):
                client = self.raw(data)
                client.socket.shutdown(socket.SHUT_WR)
                answer = client.read_to_end()
                if answer:
                    self.assertRegex(answer[:14], rb"^HTTP/1\.1 (4\d\d|50[15]) ")
                self.assertNotIn(b"canary-word", answer)

    def test_H10_another_protocol_is_not_begun(self) -> None:
        """Who asks for HTTP/2 is answered as if they had not"""
        wish = b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
        answer = self.raw(b"GET / HTTP/1.1\r\nHost: x\r\n" + wish + b"\r\n").read_to_end()
        self.assertRegex(answer[:13], rb"^HTTP/1\.1 (200|4\d\d) ")

    def test_H13_smuggling(self) -> None:
        """Two lengths, or none that is sure: 400 or 411 and the end, and what follows is no request"""
        smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        for head in (
            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            b"Content-Length: 5\r\nContent-Length: 6\r\n",
            b"Transfer-Encoding: xchunked\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"Content-Length: +5\r\n",
            b"Content-Length: 5, 5\r\n",
            b"Content-Length: 5, 6\r\n",
            b"Content-Length: -1\r\n",
            b"Content-Length: 0x5\r\n",
            b"Content-Length : 5\r\n",
            b"X: a\r\n Content-Length: 5\r\n",
            b"X: a\nContent-Length: 5\r\n",
            b"Host: y\r\nContent-Length: 5\r\n",
        ):
            with self.subTest(head):
                client = self.raw(b"POST /RST.srf HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + smuggled)
                client.socket.shutdown(socket.SHUT_WR)
                answer = client.read_to_end()
                self.assertRegex(answer[:13], rb"^HTTP/1\.1 4(00|11) ")
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)

    def test_H14_paths(self) -> None:
        """Nothing outside: 404 or 400"""
        for path in ("/../../../etc/passwd", "/%2e%2e%2fetc%2fpasswd", "//etc/passwd", "/x%00.txt", "/" + "a" * 4000):
            with self.subTest(path[:30]):
                self.assertIn(self.get(path).status, (400, 404, 414))

    def test_H18_bodies_that_are_too_long(self) -> None:
        """413 before the body is read"""
        for head in (b"Content-Length: 99999999\r\n", b"Content-Length: 99999999\r\nExpect: 100-continue\r\n"):
            client = self.raw(b"POST /RST.srf HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n")
            self.assertEqual(client.status(), 413)
        chunks = b"fff\r\n" + b"a" * 0xFFF + b"\r\n"
        client = self.raw(b"POST /RST.srf HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks * 50)
        self.assertIn(client.status(), (411, 413))

    def test_H25_verbs(self) -> None:
        """Wrong ones are refused on each route, and HEAD has no body"""
        for path in (*ROUTES, "/nowhere", "*"):
            for method in ("TRACE", "CONNECT", "PROPFIND", "DELETE", "MOVE", "OPTIONS"):
                with self.subTest(f"{method} {path}"):
                    status = self.raw(f"{method} {path} HTTP/1.1\r\n{CLOSE}".encode()).status()
                    files = method == "OPTIONS" and path.startswith("/upload")  # clients ask where files can be sent
                    self.assertIn(status, (204,) if files else (400, 404, 405, 501))
        for path in ROUTES:
            with self.subTest(path):
                answer = self.raw(f"HEAD {path} HTTP/1.1\r\n{CLOSE}".encode()).read_to_end()
                self.assertEqual(answer.partition(b"\r\n\r\n")[2], b"")

    def test_H25_nothing_is_proxied(self) -> None:
        """CONNECT, and addresses with a host: no byte of that other service comes back"""
        port = self.daemon.address("irc")[1]
        self.assertNotEqual(self.raw(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n{CLOSE}".encode()).status(), 200)
        for target in (f"http://127.0.0.1:{port}/", f"//127.0.0.1:{port}/", f"irc://127.0.0.1:{port}/"):
            answer = self.raw(f"GET {target} HTTP/1.1\r\n{CLOSE}".encode()).read_to_end()
            self.assertRegex(answer[:13], rb"^HTTP/1\.1 (200|400|404) ")
            self.assertNotIn(b"NOTICE", answer)
            self.assertNotIn(b"irc.lab.test 4", answer)

    def test_H26_pipelining(self) -> None:
        """Answers come in order; so many requests on a connection, and no more"""
        client = self.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 10_000)
        answer = client.read_to_end()
        self.assertGreater(answer.count(b"HTTP/1.1 200"), 10)
        self.assertLessEqual(answer.count(b"HTTP/1.1 200"), 100)

    def test_headers_of_answers(self) -> None:
        """Pages say what they are and may not be misread; nothing of a request comes back in them"""
        page = self.get("/")
        self.assertEqual(page.status, 200)
        self.assertEqual(page.getheader("X-Content-Type-Options"), "nosniff")
        self.assertIn("default-src", page.getheader("Content-Security-Policy") or "")
        lost = self.get("/<script>alert(1)</script>")
        self.assertNotIn(b"<script>", lost.body)


class SlowTest(CleanLog, HttpCase):
    """H11: connections that are held for nothing."""

    DEADLINE = 30.0  # seconds, of a request from its first byte to its last, and of a connection that says nothing
    SLOW, IDLE = 200, 20

    def test_H11_H26_slow_headers_and_idle_connections(self) -> None:
        """A header byte a second on 200 connections, none on twenty more: all end in time; others are served at once"""
        slow = [self.raw(b"GET / HTTP/1.1\r\nX: ") for _ in range(self.SLOW)]
        idle = [self.raw(b"") for _ in range(self.IDLE)]
        started = time.monotonic()
        waiting = selectors.DefaultSelector()
        for client in slow + idle:
            waiting.register(client.socket, selectors.EVENT_READ, client)
        said = {}
        while waiting.get_map() and time.monotonic() - started < self.DEADLINE + 15 * patience():
            for key, _ in waiting.select(0.2):
                waiting.unregister(key.fileobj)
                said[key.data] = key.data.read_to_end()
            for client in slow:
                if client not in said:
                    client.send(b"a")
            self.assert_served_at_once()
            pass_time(0.8)
        waiting.close()
        self.assertEqual(len(said), self.SLOW + self.IDLE, "some were never closed")
        self.assertLess({said[client][:13] for client in slow}, {b"HTTP/1.1 408 ", b""})
        self.assertEqual({said[client] for client in idle}, {b""})
        self.assertEqual(self.counters()['patchcord_http_limit_hits_total{limit="request_time"}'], self.SLOW)

    def assert_served_at_once(self) -> None:
        started = time.monotonic()
        self.assertEqual(self.get("/healthz").status, 200)
        self.assertLess(time.monotonic() - started, SLOWEST_CANARY * patience())

    @configured({"http": {"max_clients": 20}})
    def test_H11_too_many_connections(self) -> None:
        """`max_clients`: the next one is refused; when they go there is room again"""
        clients = [self.raw(b"") for _ in range(20)]
        refused = RawHttp(self.address)
        self.assertIn(refused.status(), (0, 503))
        for client in clients:
            client.socket.close()
        eventually(self._is_served, "there is room again")

    def _is_served(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except (http.client.HTTPException, OSError):
            return False


class BrowserTest(CleanLog, HttpCase):
    """H22: what a page of another site may have a browser ask for."""

    def test_H22_pages_of_other_sites(self) -> None:
        """No answer is for it to read, nothing is asked twice with OPTIONS, no login lives in a cookie, and no GET
        changes anything"""
        self.msn("bob")
        before = self.accounts()
        body = "sign-in=bob%40example.com&pwd=secret"
        simple = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\nCookie: MSPAuth=x\r\n\r\n{body}"
        query = "?sign-in=mal%40example.com&pwd=x&ct=1"
        soap = rst_body("mal@example.com", "secret")
        for request, statuses in (
            ("GET / HTTP/1.1\r\n\r\n", (200,)),
            ("GET /metrics HTTP/1.1\r\n\r\n", (200,)),
            ("GET /rdr/pprdr.asp HTTP/1.1\r\n\r\n", (200,)),
            (f"GET /login{query} HTTP/1.1\r\nCookie: sign-in=mal%40example.com; pwd=x\r\n\r\n", (403,)),
            (f"GET /RST.srf{query} HTTP/1.1\r\n\r\n", (405,)),
            ("OPTIONS /RST.srf HTTP/1.1\r\nAccess-Control-Request-Method: POST\r\n\r\n", (405,)),
            ("OPTIONS /login HTTP/1.1\r\nAccess-Control-Request-Headers: authorization\r\n\r\n", (405,)),
            ("OPTIONS /upload/a HTTP/1.1\r\nAccess-Control-Request-Method: PUT\r\n\r\n", (204,)),
            (f"POST /RST.srf HTTP/1.1\r\n{simple}", (403,)),
            (f"POST /RST.srf HTTP/1.1\r\nContent-Length: {len(soap)}\r\n\r\n{soap}", (403,)),
            (f"POST /login HTTP/1.1\r\n{simple}", (405,)),
            (f"POST /upload/a HTTP/1.1\r\n{simple}", (403,)),
            (f"POST /upload/a HTTP/1.1\r\nAuthorization: Basic Ym9iOnNlY3JldA==\r\n{simple}", (403,)),
        ):
            with self.subTest(request[:40]):
                ours = "\r\nHost: evil.test\r\nOrigin: http://evil.test\r\nConnection: close\r\n"
                answer = self.raw(request.replace("\r\n", ours, 1).encode()).read_to_end()
                self.assertIn(int(answer.split()[1]), statuses)
                for header in (b"access-control-", b"set-cookie", b"cross-origin-resource-policy: cross-origin"):
                    self.assertNotIn(header, answer.lower())
        self.assertEqual(self.accounts(), before)
        self.assertEqual(list((self.directory / "data" / "files").iterdir()), [])

    def accounts(self) -> list[str]:
        return patchcord("account", "list", "--config", self.daemon.config_file).stdout.splitlines()

    def test_H22_host_header_of_a_stranger(self) -> None:
        """A Host that is no host does not get into PassportURLs as a second header or another field"""
        for host in ("evil.test,DALogin=evil.test/x", "a b", "a\tb", "x" * 2000, "a'b\"", "[::1", ""):
            with self.subTest(host[:30]):
                answer = self.raw(
                    f"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
                ).read_to_end()
                self.assertLessEqual(answer.count(b"DALogin="), 1, answer)


class MetricsTest(CleanLog, HttpCase):
    """H24: what the counters give away."""

    def test_H24_metrics_name_nobody(self) -> None:
        """No handle, nick, address, key or ticket is in /metrics or on the status page"""
        bob = self.msn("bob")
        key = bob.request("XFR", "SB").params[4]
        with self.assertRaises(LoginRefused):
            self.msn_client("bob", password="wrong").log_in()
        bob.call(LOBBY).deliver(text_body("a word that nobody may count"))
        for path in ("/metrics", "/"):
            page = self.get(path).body.decode()
            for word in ("bob", "example.com", key, "nobody may", "canary", "overseer"):
                self.assertNotIn(word, page, path)
        self.assertNotIn("127.0.0.", self.get("/metrics").body.decode())

    @configured({"http": {"listen": ["0.0.0.0:0"]}, "chat": {"allow_open": True}})
    def test_H24_metrics_are_for_this_machine(self) -> None:
        """Who comes from elsewhere is refused, whatever their headers say; the status page is for all"""
        port = self.address[1]
        for address in other_addresses():
            self.address = (address, port)
            for header in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Host": "127.0.0.1"}):
                refused = self.get("/metrics", **header)
                self.assertEqual((refused.status, b"patchcord_" in refused.body), (403, False), header)
            self.assertEqual(self.get("/healthz").status, 200)
        self.address = ("127.0.0.1", port)
        self.assertEqual(self.get("/metrics").status, 200)


if __name__ == "__main__":
    unittest.main()
