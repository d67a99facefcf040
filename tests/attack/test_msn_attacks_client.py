"""Attack cases of group G: our client, patchcord-msn, and a service that is hostile or broken."""

import re
import subprocess
import unittest
from pathlib import Path

from harness.fake_service import FakeService
from harness.logbook import Logbook
from harness.machine import binary, pass_time, patience, reply_timeout, sanitizers

MIB = 1024 * 1024
REQUEST_TIMEOUT = 30  # seconds that patchcord-msn waits for an answer
BROKEN = "the server makes no sense"


class ClientCase(unittest.TestCase):
    """`start` runs patchcord-msn against a service."""

    def start(self, answers: dict | None = None) -> FakeService:
        service = FakeService(answers)
        self.addCleanup(service.close)
        program = binary().parent / "patchcord-msn"
        places = ["--server", service.address("ns"), "--http", service.address("http")]
        self.client = subprocess.Popen(
            [program, "m1@lab.test", *places, "--password-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.addCleanup(self._end)
        self.screen = Logbook(self.client.stdout)
        self.type("secret")
        return service

    def signed_in(self, answers: dict | None = None) -> FakeService:
        service = self.start(answers)
        self.screen.wait_for("* signed in as m1@lab.test")
        return service

    def type(self, line: str) -> None:
        self.client.stdin.write(line.encode() + b"\n")
        self.client.stdin.flush()

    def resident_bytes(self) -> int:
        status = Path(f"/proc/{self.client.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024

    def assert_still_there(self) -> None:
        """It reads commands, and what it shows is plain text."""
        mark = self.screen.mark()
        self.type("/chat")
        self.type("/list")
        self.screen.wait_for("in all", after=mark)
        self.assert_plain()

    def assert_ends(self) -> None:
        """By itself, with exit code 1: no crash, and no endless loop."""
        self.assertEqual(self.client.wait(reply_timeout()), 1, self.screen.text_since())
        self.screen.join()
        self.assert_plain()

    def assert_plain(self) -> None:
        for line in self.screen.raw().splitlines():
            self.assertTrue(line.decode("utf-8").isprintable(), line)

    def _end(self) -> None:
        self.client.kill()
        self.client.wait()
        self.client.stdin.close()
        report = self.screen.sanitizer_report()
        self.assertEqual(report, "")


class LoginTest(ClientCase):
    """Until it is signed in."""

    def test_G01_redirects(self) -> None:
        """Sent to itself again and again, to port 0 and to rubbish: few hops, and the end"""
        service = self.start({"USR I": lambda fake: "XFR {0} NS " + fake.address("ns") + " 0\r\n"})
        self.assert_ends()
        self.assertLessEqual(service.logins, 6)
        for place in ("127.0.0.1:0", "junk", "127.0.0.1:99999", "::1", "", "%0D%0A:1"):
            with self.subTest(place):
                self.start({"USR I": "XFR {0} NS " + place + " 0\r\n"})
                self.assert_ends()

    def test_G02_endless_line_and_lengths(self) -> None:
        """A line without end, lengths that are too long or none: told, and the end"""
        lines = ("MSG Hotmail Hotmail 2147483647", "UBX m2@lab.test -5", "NOT 4294967295")
        for data in (b"A" * (2 * MIB), *(line.encode() + b"\r\n" for line in lines)):
            with self.subTest(data[:30]):
                service = self.signed_in()
                service.say(data)
                self.screen.wait_for(BROKEN)
                self.assert_ends()

    def test_G03_errors(self) -> None:
        """Every error number at each step of the login is an end with a reason, without another try"""
        for number in ("911", "540", "600", "601", "713", "800", "910", "928", "999"):
            with self.subTest(number):
                service = self.start({"USR S": number + " {0}\r\n"})
                self.screen.wait_for("cannot sign in")
                self.assert_ends()
                self.assertEqual(service.logins, 1)
        for step in ("VER", "CVR", "USR I"):
            for answer in (
                "911 {0}\r\n",
                "VER {0} 0\r\n",
                "USR {0}\r\n911 {0}\r\n",
                "\r\n\r\n911 {0}\r\nUSR {0} OK\r\n",
            ):
                with self.subTest(f"{step} {answer}"):
                    service = self.start({step: answer})
                    if "911" not in answer and step != "VER":
                        service.wait_for_login()
                        service.close()
                    self.assert_ends()

    def test_G08_passport(self) -> None:
        """Redirects, endless heads and bodies, tickets with line ends or without end: refused, with little memory"""
        ok = "HTTP/1.1 200 OK\r\n"
        for name, answer in (
            ("login", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
            ("login", ok + "X: " + "a" * MIB + "\r\n\r\n"),
            ("login", ok + "Content-Length: 99999999999\r\n\r\n" + "a" * MIB),
            ("login", ok + "Transfer-Encoding: chunked\r\n\r\n" + "fff\r\n" + "a" * 0xFFF + "\r\n" + "zz\r\n"),
            ("login", ok + "Authentication-Info: Passport1.4 from-PP='t=a\x0bb\x01'\r\nContent-Length: 0\r\n\r\n"),
            ("login", ok + "Authentication-Info: Passport1.4 from-PP='" + "t" * 70_000 + "'\r\n\r\n"),
            ("login", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Passport1.4 da-status=failed\x1b[2J\r\n\r\n"),
            ("login", "rubbish\r\n\r\n"),
            ("nexus", ok + "PassportURLs: DALogin=\r\nContent-Length: 0\r\n\r\n"),
            ("nexus", ok + "Content-Length: 0\r\n\r\n"),
            ("nexus", "HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        ):
            with self.subTest(f"{name} {answer[:60]}"):
                service = self.start({name: answer, "USR S": "911 {0}\r\n"})
                if answer.startswith((ok + "Content-Length: 9", ok + "Transfer")):
                    pass_time(0.3)
                    self.client.terminate()  # it waits for the rest, as it may
                    self.client.wait(reply_timeout())
                else:
                    self.assert_ends()
                self.assertLessEqual(service.logins, 1)

    def test_G11_drip_feed(self) -> None:
        """A payload that comes byte by byte instead of an answer: given up when its time is over, however many bytes
        have come"""

        def drip(fake: FakeService) -> str:
            fake.say(b"MSG Hotmail Hotmail 1600\r\n")
            while self.client.poll() is None:
                fake.say(b"x")
                pass_time(0.5)
            return ""

        service = self.start({"USR S": drip})
        self.client.wait(REQUEST_TIMEOUT + reply_timeout())
        self.screen.wait_for("cannot sign in: no answer from the server")
        self.assert_ends()
        self.assertEqual(service.logins, 1)


class SessionTest(ClientCase):
    """When it is signed in."""

    def test_G04_sent_away(self) -> None:
        """OUT with and without a reason: said, and no new login"""
        for data, words in ((b"OUT OTH\r\n", "signed in elsewhere"), (b"OUT SSD\r\n", "goes down"), (b"OUT\r\n", "")):
            with self.subTest(data):
                service = self.signed_in()
                service.say(data)
                if words:
                    self.screen.wait_for(words)
                else:
                    service.close()
                self.assert_ends()
                self.assertEqual(service.logins, 1)

    def test_G05_words_that_nobody_asked_for(self) -> None:
        """Commands of switchboards, answers to nothing, the same TrID twice: passed over"""
        service = self.signed_in()
        for line in (
            "JOI m2@lab.test x 0", "BYE m2@lab.test", "IRO 1 9 3 m2@lab.test x", "ANS 9 OK", "CAL 77 RINGING 1",
            "NAK 99", "ACK 99", "QNG", "QNG 50", "QNG x", "SYN 4 1 1 0 0", "CHG 99 NLN 0", "USR 4 OK m1@lab.test 1 0",
            "VER 1 MSNP99", "XFR 99 SB 127.0.0.1:1 CKI x", "XFR 0 SB", "911 99", "XYZ", "ADC", "REM 0", "LST", "LSG x",
            "BPR", "PRP", "BLP", "GTC", "ILN", "NLN", "FLN", "CHL", "CHL 0", "RNG",
            "RNG 1 2 3 4 5 6", "UBX m2@lab.test 0",
        ):  # fmt: skip
            service.say(line.encode() + b"\r\n")
        self.assert_still_there()

    def test_G07_lists_without_end(self) -> None:
        """More contacts than were announced, or than anybody has, doubled, and with names that are none: bounded"""
        service = self.signed_in({"SYN": "SYN {0} 1 1 2 0\r\nLST N=m2@lab.test 1\r\nLST N=m2@lab.test 1\r\n"})
        before = self.resident_bytes()
        line = "LST N=c{0}@lab.test F=" + "x" * 300 + " C=00000000-0000-0000-0000-{0:012} 3 1\r\n"
        for start in range(0, 20_000, 1000):
            service.say("".join(line.format(number) for number in range(start, start + 1000)).encode())
        for handle in ("m1@lab.test", "", "@", "a b", "%0D%0A@x", "x" * 3000):
            service.say(f"LST N={handle} 3\r\nLST {handle} 3\r\nADC 0 FL N={handle}\r\n".encode())
        self.assert_still_there()
        if not sanitizers():
            self.assertLess(self.resident_bytes() - before, 16 * MIB)

    def test_G10_messages_that_are_refused(self) -> None:
        """NAK for every message: each is shown with its text, and sent once"""
        service = self.signed_in({"SB MSG": "NAK {0}\r\n"})
        self.type("/chat m2@lab.test")
        for number in range(5):
            self.type(f"words {number}")
        for number in range(5):
            self.screen.wait_for(f"! not delivered (not delivered): words {number}", timeout=5 * patience())
        self.type("/nudge")
        self.screen.wait_for("! nudge not delivered")
        self.assert_still_there()
        self.assertEqual(len(service.messages), 6)

    def test_G12_names(self) -> None:
        """CR LF, escape sequences and text that runs backwards in names: one line each, in letters that can be seen"""
        bad = "x%0D%0AQUIT%20:p%1B[2J%C2%9B31m%E2%80%AE%00"
        service = self.signed_in(
            {"SYN": "SYN {0} 1 1 1 0\r\nLST N=m2@lab.test F=" + bad + " C=00000000-0000-0000-0000-000000000001 3\r\n"}
        )
        service.say(f"ILN 9 NLN m2@lab.test {bad} 0\r\nNLN BSY m2@lab.test {bad} 0\r\n".encode())
        service.say(f"RNG 1 127.0.0.1:1 CKI k m2@lab.test {bad}\r\n".encode())
        service.say(f"PRP MFN {bad}\r\nBPR m2@lab.test MFN {bad}\r\n".encode())
        payload = b"<Data><PSM>a&#13;&#10;! forged\x1b[2J\n! forged too</PSM></Data>"
        service.say(b"UBX m2@lab.test %d\r\n" % len(payload) + payload)
        self.screen.wait_for("m2@lab.test is busy")
        self.screen.wait_for("m2@lab.test calls")
        self.assert_still_there()
        for line in self.screen.raw().splitlines():
            self.assertFalse(line.startswith((b"QUIT", b"! forged")), line)

    def test_G13_notices(self) -> None:
        """Profiles, notifications and policies of any content: not fetched, not shown, not carried out"""
        service = self.signed_in()
        for head in ("MSG Hotmail Hotmail", "NOT", "GCF Shields.xml"):
            for payload in (
                b"MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
                b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n\x1b[2J",
                b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
                b"",
            ):
                service.say(f"{head} {len(payload)}\r\n".encode() + payload)
        self.assert_still_there()


if __name__ == "__main__":
    unittest.main()
