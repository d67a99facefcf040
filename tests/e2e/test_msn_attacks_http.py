"""Attack cases of groups H and I: the HTTP listener with its Passport, and logins by force."""

import http.client
import socket
import threading
import time
import unittest

from harness.bridge import MsnAttackCase
from harness.case import configured
from harness.daemon import patchcord
from harness.machine import eventually, patience, reply_timeout
from harness.passport import LoginRefused, authorization, find_login, log_in

CHALLENGE = "ct=1,rver=1"
SLOWEST_CANARY = 1.0  # seconds


class RawHttp:
    """A connection that sends bytes as they are."""

    def __init__(self, address, source: str = ""):
        self.socket = socket.create_connection(address, reply_timeout(), (source, 0) if source else None)

    def send(self, data: bytes) -> "RawHttp":
        try:
            self.socket.sendall(data)
        except ConnectionError:
            pass  # the server need not read to the end
        return self

    def read_to_end(self) -> bytes:
        data = b""
        try:
            while piece := self.socket.recv(65536):
                data += piece
        except ConnectionError:
            pass
        self.socket.close()
        return data

    def status(self) -> int:
        """Of the first answer; 0 when the connection was closed without one."""
        data = self.read_to_end()
        if not data:
            return 0
        if not data.startswith(b"HTTP/1."):
            raise AssertionError(f"no answer of HTTP: {data[:200]!r}")
        return int(data.split(b" ")[1])


def rst_body(handle: str, password: str) -> str:
    """What Messenger 7.5 asks RST.srf with, as far as it matters."""
    user = f"<wsse:Username>{handle}</wsse:Username><wsse:Password>{password}</wsse:Password>"
    place = "<wsa:EndpointReference><wsa:Address>messenger.msn.com</wsa:Address></wsa:EndpointReference>"
    return (
        f"<Envelope><Header><wsse:Security><wsse:UsernameToken>{user}</wsse:UsernameToken></wsse:Security></Header>"
        "<Body><ps:RequestMultipleSecurityTokens><wst:RequestSecurityToken><wsp:AppliesTo>"
        f"{place}</wsp:AppliesTo></wst:RequestSecurityToken></ps:RequestMultipleSecurityTokens></Body></Envelope>"
    )


class HttpCase(MsnAttackCase):
    """Has the listener's address."""

    def setUp(self) -> None:
        super().setUp()
        self.address = self.daemon.address("http")

    def raw(self, data: bytes) -> RawHttp:
        client = RawHttp(self.address)
        self.addCleanup(client.socket.close)
        return client.send(data)

    def get(self, path: str, method: str = "GET", **headers) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(*self.address, timeout=reply_timeout())
        self.addCleanup(connection.close)
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response


class RequestTest(HttpCase):
    """Requests that are none."""

    def test_H10_junk(self) -> None:
        """A number of the 400s, or nothing, and the end; others are served"""
        for data in (
            b"\r\n\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/0.9\r\n\r\n",
            b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 9000 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 3000 + b"\r\n",
            b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
            bytes(range(256)) * 100,
            b"VER 1 MSNP8 CVR0\r\n\r\n",
        ):
            with self.subTest(data[:40]):
                client = self.raw(data)
                client.socket.shutdown(socket.SHUT_WR)
                status = client.status()
                self.assertTrue(status == 0 or 400 <= status <= 505, status)

    def test_H13_smuggling(self) -> None:
        """Two lengths, or none that is sure: 400 and the end, and what follows is no request"""
        smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        for head in (
            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            b"Content-Length: 5\r\nContent-Length: 6\r\n",
            b"Transfer-Encoding: xchunked\r\n",
            b"Content-Length: +5\r\n",
            b"Content-Length: 5, 6\r\n",
            b"Content-Length: -1\r\n",
            b"Content-Length : 5\r\n",
        ):
            with self.subTest(head):
                client = self.raw(b"POST /RST.srf HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n" + smuggled)
                client.socket.shutdown(socket.SHUT_WR)
                answer = client.read_to_end()
                self.assertRegex(answer[:15], rb"^(HTTP/1\.1 (4|5)\d\d)?")
                self.assertNotIn(b"200 OK", answer)

    def test_H18_bodies_that_are_too_long(self) -> None:
        """413 before the body is read"""
        for head in (b"Content-Length: 99999999\r\n", b"Content-Length: 99999999\r\nExpect: 100-continue\r\n"):
            client = self.raw(b"POST /RST.srf HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n")
            self.assertEqual(client.status(), 413)
        chunks = b"fff\r\n" + b"a" * 0xFFF + b"\r\n"
        client = self.raw(b"POST /RST.srf HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks * 50)
        self.assertIn(client.status(), (411, 413))

    def test_H14_paths(self) -> None:
        """Nothing outside: 404 or 400"""
        for path in ("/../../../etc/passwd", "/%2e%2e%2fetc%2fpasswd", "//etc/passwd", "/x%00.txt", "/" + "a" * 4000):
            with self.subTest(path[:30]):
                self.assertIn(self.get(path).status, (400, 404, 414))

    def test_H25_verbs(self) -> None:
        """Wrong ones are refused, nothing is proxied, HEAD has no body"""
        for method in ("TRACE", "PROPFIND", "DELETE", "PUT", "OPTIONS"):
            self.assertIn(self.get("/", method).status, (400, 405, 501), method)
        port = self.daemon.address("irc")[1]
        headers = "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        self.assertNotEqual(self.raw(f"CONNECT 127.0.0.1:{port} {headers}".encode()).status(), 200)
        absolute = self.raw(f"GET http://127.0.0.1:{port}/ {headers}".encode())
        self.assertNotIn(b"NOTICE", absolute.read_to_end())
        head = self.get("/", "HEAD")
        self.assertEqual((head.status, head.body), (200, b""))

    def test_H26_pipelining_and_keep_alive(self) -> None:
        """Answers come in order; so many requests on a connection, and no more"""
        client = self.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2000)
        answer = client.read_to_end()
        self.assertGreater(answer.count(b"HTTP/1.1 200"), 10)
        self.assertLess(answer.count(b"HTTP/1.1 200"), 2000)

    def test_H11_slow_requests(self) -> None:
        """Sixty connections that send a header byte by byte: others are served at once"""
        slow = [self.raw(b"GET / HTTP/1.1\r\nX: ") for _ in range(60)]
        for client in slow:
            client.send(b"a")
        started = time.monotonic()
        self.assertEqual(self.get("/healthz").status, 200)
        self.assertLess(time.monotonic() - started, SLOWEST_CANARY * patience())
        for client in slow:
            client.socket.close()

    @configured({"http": {"max_clients": 20}})
    def test_H11_too_many_connections(self) -> None:
        """`max_clients`: the next one is refused; when they go there is room again"""
        clients = [self.raw(b"") for _ in range(20)]
        refused = RawHttp(self.address)
        self.assertIn(refused.status(), (0, 503))
        for client in clients:
            client.socket.close()
        eventually(lambda: self._is_served(), "there is room again")

    def _is_served(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except (http.client.HTTPException, OSError):
            return False

    def test_headers_of_answers(self) -> None:
        """Pages say what they are and may not be misread; nothing of a request comes back in them"""
        page = self.get("/")
        self.assertEqual(page.status, 200)
        self.assertEqual(page.getheader("X-Content-Type-Options"), "nosniff")
        self.assertIn("default-src", page.getheader("Content-Security-Policy") or "")
        lost = self.get("/<script>alert(1)</script>")
        self.assertNotIn(b"<script>", lost.body)

    def test_H22_pages_of_other_sites(self) -> None:
        """What a page of another site may have a browser ask for: no answer is for it to read, nothing is asked twice
        with OPTIONS, no login lives in a cookie, and no GET changes anything"""
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
            (f"POST /RST.srf HTTP/1.1\r\n{simple}", (403,)),
            (f"POST /RST.srf HTTP/1.1\r\nContent-Length: {len(soap)}\r\n\r\n{soap}", (403,)),
            (f"POST /login HTTP/1.1\r\n{simple}", (405,)),
        ):
            with self.subTest(request[:40]):
                ours = "\r\nHost: evil.test\r\nOrigin: http://evil.test\r\nConnection: close\r\n"
                answer = self.raw(request.replace("\r\n", ours, 1).encode()).read_to_end()
                self.assertIn(int(answer.split()[1]), statuses)
                for header in (b"access-control-", b"set-cookie", b"cross-origin-resource-policy: cross-origin"):
                    self.assertNotIn(header, answer.lower())
        self.assertEqual(self.accounts(), before)

    def accounts(self) -> list[str]:
        return patchcord("account", "list", "--config", self.daemon.config_file).stdout.splitlines()

    def test_host_header_of_a_stranger(self) -> None:
        """A Host that is no host does not get into PassportURLs as a second header or another field"""
        for host in ("evil.test,DALogin=evil.test/x", "a b", "a\tb", "x" * 2000, "a'b\"", "[::1", ""):
            with self.subTest(host[:30]):
                answer = self.raw(
                    f"GET /rdr/pprdr.asp HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
                ).read_to_end()
                self.assertLessEqual(answer.count(b"DALogin="), 1, answer)


class PasswordTest(HttpCase):
    """Logins by force."""

    def refusal(self, handle: str, password: str) -> int:
        address, path = find_login(self.address)
        try:
            log_in(address, path, handle, password, CHALLENGE)
        except LoginRefused as refused:
            return refused.status
        return 200

    @configured({"http": {"login_burst": 5, "login_rate": 0.01}})
    def test_I17_many_wrong_passwords(self) -> None:
        """After `login_burst` failures from one address the right password is not looked at either; another address
        is"""
        self.msn("bob")
        answers = [self.refusal("bob@example.com", f"wrong {number}") for number in range(10)]
        self.assertNotIn(200, answers)
        self.assertNotEqual(self.refusal("bob@example.com", "secret"), 200)
        connection = http.client.HTTPConnection(*self.address, timeout=reply_timeout(), source_address=("127.0.0.9", 0))
        header = authorization("bob@example.com", "secret", CHALLENGE)
        connection.request("GET", "/login", headers={"Authorization": header})
        response = connection.getresponse()
        response.read()
        connection.close()
        self.assertEqual(response.status, 200)

    @configured({"http": {"login_burst": 10, "login_rate": 0.01}})
    def test_I05_brute_force(self) -> None:
        """Twenty tries on a connection, then three each on forty: so many passwords of one address are looked at, by
        both ways to log in together; each other is counted, and bob gets in from elsewhere"""
        self.msn("bob")
        path = find_login(self.address)[1]
        wrong = {"Authorization": authorization("bob@example.com", "guess", CHALLENGE)}
        looked_at = tries = 0
        for count in (20, *[3] * 40):
            connection = http.client.HTTPConnection(*self.address, timeout=reply_timeout())
            for _ in range(count):
                connection.request("GET", path, headers=wrong)
                response = connection.getresponse()
                response.read()
                self.assertEqual(response.status, 401)
                looked_at += response.getheader("Retry-After") is None
                tries += 1
            connection.close()
        self.assertEqual(looked_at, 10)
        soap = rst_body("bob@example.com", "secret").encode()
        head = f"POST /RST.srf HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(soap)}\r\n\r\n"
        self.assertIn(b"Too many wrong passwords", self.raw(head.encode() + soap).read_to_end())
        self.assertEqual(self.counters()['patchcord_http_limit_hits_total{limit="failed_logins"}'], tries - 10 + 1)
        elsewhere = RawHttp(self.address, source="127.0.0.9").send(head.encode() + soap)
        self.assertIn(b"BinarySecurityToken", elsewhere.read_to_end())

    @configured({"http": {"login_burst": 1000, "login_rate": 1000.0}})
    def test_I07_many_logins_at_once(self) -> None:
        """Forty wrong passwords at the same time: hashing is bounded, and messages do not wait for it"""
        self.msn("bob")
        threads = [
            threading.Thread(target=self.refusal, args=("bob@example.com", f"wrong {number}")) for number in range(40)
        ]
        for thread in threads:
            thread.start()
        worst = self.worst_canary_delay(20)
        for thread in threads:
            thread.join()
        self.assertLess(worst, SLOWEST_CANARY * patience())

    def test_I04_odd_credentials(self) -> None:
        """Headers that are no login: 401; a password of 100,000 bytes is not hashed"""
        for header in (
            "",
            "Basic Ym9iOnNlY3JldA==",
            "Passport1.4",
            "Passport1.4 OrgVerb=GET,sign-in=,pwd=",
            "Passport1.4 sign-in=bob%40example.com",
            "Passport1.4 pwd=x",
            "Passport1.4 sign-in=%00%0d%0a@x,pwd=%00",
            "Passport1.4 " + "a=b," * 1500,
            "Passport1.4 sign-in=bob%40example.com,pwd=" + "x" * 5000,
        ):
            with self.subTest(header[:50]):
                self.assertIn(self.get("/login", Authorization=header).status, (400, 401, 431))

    def test_soap_login(self) -> None:
        """RST.srf: XML bombs, entities and rubbish are refused; nothing is read from files"""
        bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
        entity = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><wsse:Username>&f;</wsse:Username>'
        for body in ("", "rubbish", "<a>" * 4000, bomb, entity, "<Envelope/>"):
            with self.subTest(body[:30]):
                headers = f"Host: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
                answer = self.raw(f"POST /RST.srf HTTP/1.1\r\n{headers}\r\n{body}".encode()).read_to_end()
                self.assertNotIn(b"root:", answer)
                self.assertNotIn(b"BinarySecurityToken", answer)


if __name__ == "__main__":
    unittest.main()
