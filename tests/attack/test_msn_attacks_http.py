"""Attack cases of group I: Passport, and logins by force."""

import http.client
import threading
import unittest

from harness.bridge import BridgeCase
from harness.case import configured
from harness.machine import patience, reply_timeout
from harness.msn import MsnClient
from harness.passport import LoginRefused, authorization, find_login, log_in
from harness.raw_http import HttpCase, RawHttp, rst_body

CHALLENGE = "ct=1,rver=1"
SLOWEST_CANARY = 1.0  # seconds


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


class DigestTest(BridgeCase):
    """Clients of MSNP2 to 7, who log in without a ticket."""

    @configured({"http": {"login_burst": 10, "login_rate": 0.01}})
    def test_I05_md5(self) -> None:
        """Two hundred wrong digests from one address (MSNP2 to 7): the right one is not looked at any more"""
        self.make_legacy_account("old@example.com", "secret")
        for password in [*["guess"] * 200, "secret"]:
            client = self.keep_msn(MsnClient(self.daemon, "old@example.com", password, dialect=7))
            answer = client.authenticate()
            client.close()
        self.assertTrue(answer.is_error, answer)


if __name__ == "__main__":
    unittest.main()
