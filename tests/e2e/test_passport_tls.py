"""Tickets from a Passport service over HTTPS, as patchcord-msn gets them: whose certificate is trusted, what its user is
told when it is not, and where the password goes."""

import os
import subprocess
import unittest

from harness.case import TemporaryDirectoryCase
from harness.certificates import Certificate, make_server_certificate, server_context
from harness.fake_service import FakeService
from harness.machine import binary, patience

NO_TICKET = "! cannot sign in: the Passport service gave no ticket: localhost: "


class PassportTlsTest(TemporaryDirectoryCase):
    def screen(
        self, shown: Certificate, trusted: Certificate | None = None, host: str = "localhost", answers: dict | None = None
    ) -> str:
        """What patchcord-msn shows when the service shows that certificate."""
        self.service = FakeService(
            {"nexus": self.nexus("localhost/login"), **(answers or {})}, tls=server_context(shown)
        )
        self.addCleanup(self.service.close)
        port = self.service.address("http").split(":")[1]
        places = ["--server", self.service.address("ns"), "--http", f"https://{host}:{port}"]
        store = str(trusted.certificate) if trusted else str(self.directory / "none")
        result = subprocess.run(
            [binary().parent / "patchcord-msn", "m1@lab.test", *places, "--password-stdin"],
            input=b"secret\n",
            capture_output=True,
            timeout=20 * patience(),
            env={**os.environ, "SSL_CERT_FILE": store, "SSL_CERT_DIR": str(self.directory / "none")},
            check=False,
        )
        self.assertNotIn(b"Sanitizer", result.stderr)
        return result.stdout.decode()

    def nexus(self, login: str):
        """An answer that names that place to log in, on the service's own port unless it names one."""

        def answer(fake: FakeService) -> str:
            port = fake.address("http").split(":")[1]
            place = login.replace("localhost/", f"localhost:{port}/")
            return f"HTTP/1.1 200 OK\r\nPassportURLs: DALogin={place}\r\nContent-Length: 0\r\n\r\n"

        return answer

    def test_trusted(self) -> None:
        """A certificate for the very host that is trusted: signed in"""
        good = make_server_certificate(self.directory, "localhost")
        self.assertIn("* signed in as m1@lab.test", self.screen(good, good))
        self.assertEqual(self.service.requests, ["/rdr/pprdr.asp", "/login"])

    def test_not_trusted(self) -> None:
        """Expired, unknown, or for another name: the user is told which, and nothing was asked of the service"""
        good = make_server_certificate(self.directory, "localhost")
        expired = make_server_certificate(self.directory, "localhost", days=-1)
        other = make_server_certificate(self.directory, "msn.lab.test")
        for shown, trusted, words in (
            (expired, expired, "the host's certificate has expired"),
            (good, None, "the host's certificate is signed by itself and not trusted"),
            (good, other, "the host's certificate is signed by itself and not trusted"),
            (other, other, "the host's certificate is for another name"),
        ):
            with self.subTest(words):
                self.assertIn(NO_TICKET + words, self.screen(shown, trusted))
                self.assertEqual(self.service.requests, [])
                self.service.close()

    def test_address_in_place_of_the_name(self) -> None:
        """A certificate for a name is none for its address"""
        good = make_server_certificate(self.directory, "localhost")
        self.assertIn("certificate is for another name", self.screen(good, good, host="127.0.0.1"))

    def test_password_stays(self) -> None:
        """Neither the nexus nor a redirection leads the password away from TLS, nor a redirection to another host"""
        good = make_server_certificate(self.directory, "localhost")
        away = "HTTP/1.1 302 Found\r\nLocation: {0}\r\nContent-Length: 0\r\n\r\n"
        for answers, words in (
            ({"nexus": self.nexus("http://localhost/login")}, "it wants the password without TLS"),
            ({"login": away.replace("{0}", "http://localhost/login")}, "it wants the password without TLS"),
            ({"login": away.replace("{0}", "https://127.0.0.1/login")}, "to another host"),
        ):
            with self.subTest(words):
                self.assertIn(words, self.screen(good, good, answers=answers))
                self.assertLessEqual(len(self.service.requests), 2)
                self.service.close()


if __name__ == "__main__":
    unittest.main()
