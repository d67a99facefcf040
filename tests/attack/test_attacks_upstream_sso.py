"""Attack cases in which a service of MSNP15 is the attacker: its notification server, login and web services."""

import itertools
import time
import unittest
from xml.sax.saxutils import escape

from harness.accounts import log_in
from harness.client import Client
from harness.machine import eventually, pass_time, patience, sanitizers
from harness.soap import envelope, fault
from harness.sso_service import GUID, RST_TOKEN, contact_element
from harness.upstream import EVIL_NAME, MIB, SAFE, BoundedMemory
from test_links_sso import BOB, CAROL, CONTACTS, PATCHCORD, SsoCase

QUICK = {"request_timeout": "1s", "reconnect_min": "100ms", "reconnect_max": "400ms", "connect_rate": 1000.0}
BOMB = b'<!DOCTYPE a [<!ENTITY b "cccccccccc"><!ENTITY d "&b;&b;&b;&b;"><!ENTITY e "&d;&d;&d;&d;">]><a>&e;&e;&e;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
DEEP = b"<a>" * 8000
PLAIN_OK = b"HTTP/1.1 200 OK\r\n"


def drip(seconds: float = 20.0):
    """A body that goes on and on, a little at a time."""
    end = time.monotonic() + seconds
    yield b"<?xml version='1.0'?><a>"
    while time.monotonic() < end:
        pass_time(0.05)
        yield b" "


def book_of(contacts) -> bytes:
    """An answer to ABFindAll."""
    result = f"<ABFindAllResult><contacts>{''.join(contacts)}</contacts></ABFindAllResult>"
    return envelope(f"<ABFindAllResponse>{result}</ABFindAllResponse>")


class HostileSsoCase(BoundedMemory, SsoCase):
    """ana is signed in to the attacker, or tries to."""

    def prepare(self) -> dict:
        config = super().prepare()
        config["msn_service"][0] |= {**QUICK, "ping_interval": "1s"}
        return config

    def asked(self, operation: str) -> int:
        return self.far.operations.count(operation)

    def notices(self, client: Client) -> list[str]:
        """All that the service nick has told her."""
        client.barrier()
        return [line.text for line in client.history if line.command == "NOTICE" and line.nick == PATCHCORD]

    def names(self, client: Client) -> list[str]:
        lines = [line for line in client.ask(f"NAMES {CONTACTS}") if line.command == "353"]
        return [name for line in lines for name in line.text.split()]

    def expect_signed_in(self, ana: Client) -> None:
        """Waits until `links` says so."""

        def is_signed_in() -> bool:
            return any(line.text.endswith(", signed in") for line in ana.ask(f"PRIVMSG {PATCHCORD} :links"))

        eventually(is_signed_in, "she is signed in", every=0.1)

    def assert_recovers(self, ana: Client) -> None:
        """Signed in (again), and bob can be talked to, each way; what others sent came as what they may send."""
        self.expect_signed_in(ana)
        eventually(lambda: "Bob" in self.names(ana), "bob is there", every=0.1)
        known = len(self.far.messages)
        words, answer = f"hello {known}", f"I hear you {known}"  # others each time, as a loop has the same
        ana.send(f"PRIVMSG Bob :{words}")
        eventually(lambda: any(words.encode() in one for one in self.far.messages[known:]), "the message arrives")
        self.far.say(BOB, answer)
        ana.expect("PRIVMSG", "ana", answer)
        odd = [line for line in ana.history if line.source and "!" in line.source and line.command not in SAFE]
        self.assertEqual([line for line in odd if line.nick not in ("ana", PATCHCORD)], [])

    def assert_closed_and_back(self, ana: Client, data: bytes) -> None:
        """What was said is the end of the connection; the next one works."""
        before = self.far.good_proofs
        self.far.push(data)
        eventually(lambda: self.far.good_proofs > before, f"the link is closed and tried again after {data[:40]!r}")
        self.assert_recovers(ana)


class NotificationTest(HostileSsoCase):
    """D: lengths and structures of what only servers of MSNP13 and later say."""

    def test_D01_D02_D03_lengths(self) -> None:
        """Negative, huge and odd lengths: the end of the connection as soon as they are read"""
        ana = self.ana()
        for line in (
            "ADL 0 4294967295",
            "ADL 0 65537",
            "RML 0 99999999999999999999",
            "FQY 0 2147483648",
            "GCF 0 -1",
            "GCF 0 1e3",
            f"UBX {BOB} 1 -5",
            f"UBX {BOB} 1 4294967295",
            f"UBN {BOB} 1 0x10",
            f"UBM {BOB} 1 1 +5",
            "NOT 18446744073709551616",
            "241 5 4294967295",
        ):
            with self.subTest(line):
                memory = self.daemon.resident_bytes()
                self.assert_closed_and_back(ana, f"{line}\r\n".encode() + b"a" * 65536)
                self.assertTrue(sanitizers() or self.daemon.resident_bytes() - memory < MIB * 4)
        self.assertLessEqual(sum("cannot be reached" in text for text in self.notices(ana)), 1)

    def test_D04_payload_that_never_completes(self) -> None:
        """A list of ours that is begun and left: noticed like silence"""
        ana = self.ana()
        before = self.far.good_proofs
        self.far.push(b"ADL 0 60000\r\n<ml>")
        eventually(lambda: self.far.good_proofs > before or self.far.push(b" "), "the link is closed", every=0.1)
        self.assert_recovers(ana)

    def test_D05_commands_inside_payloads(self) -> None:
        """... of lists, errors and policies are payload"""
        ana = self.ana()
        for line in ("ADL 0", "RML 0", "GCF 0", f"UBX {BOB} 1", f"UBN {BOB} 1", "241 77", "NOT"):
            body = b"<x/>\r\nOUT OTH\r\nFLN bob@example.com 1 0\r\n"
            self.far.push(f"{line} {len(body)}\r\n".encode() + body)
        self.assert_recovers(ana)
        self.assertEqual(self.far.good_proofs, 1)

    def test_D13_structures(self) -> None:
        """Entities, nesting, attributes without end, not XML: nothing is fetched or expanded, and the link stays"""
        ana = self.ana()
        some = '<ml><d n="example.com"><c n="mal" l="8" t="1" f="{}"/></d></ml>'
        for body in (
            BOMB,
            OUTSIDE,
            DEEP,
            b'<ml><d n="x">' * 4000,
            b"<ml " + b"".join(b'a%d="b" ' % number for number in range(5000)) + b"/>",
            b'<ml><d n="example.com"><c n="' + b"m" * 60_000,
            b"not XML \r\n\x00\xff",
            b"",
            some.format("x&#13;&#10;QUIT :pwn&#0;&#27;[2J").encode(),
            some.format(EVIL_NAME).encode(),
            b'<ml><d n="example.com"><c n="ana" l="99999999999" t="-1"/><c n="a@b" l="3"/><c/></d></ml>',
            b'<ml><c n="x" l="3"/><d><c n="x" l="3"/></d><d n=""><c n="" l="3"/></d></ml>',
        ):
            with self.subTest(body[:40]):
                for line in ("ADL 0", "RML 0", f"UBX {BOB} 1", f"UBN {BOB} 1", "NOT", "GCF 0"):
                    self.far.push(f"{line} {len(body)}\r\n".encode() + body)
                self.tell(ana, "links")
        self.assert_recovers(ana)
        self.assertEqual(self.far.good_proofs, 1)

    def test_D14_D15_everybody_asks_to_be_added(self) -> None:
        """Lists of thousands who put ana on theirs: a bounded number of notices, others are served"""
        ana = self.ana()
        for start in range(0, 20_000, 500):
            people = "".join(f'<c n="m{start + number}" l="8" t="1" f="M"/>' for number in range(500))
            body = f'<ml><d n="example.com">{people}</d></ml>'.encode()
            self.far.push(f"ADL 0 {len(body)}\r\n".encode() + body)
        self.assertLess(self.worst_canary_delay(), 0.5 * patience())
        self.assert_recovers(ana)
        self.assertLessEqual(len(self.notices(ana)), 60)

    def test_D10_answers_that_nobody_waits_for(self) -> None:
        """ADL, RML, BLP, PRP, UUX and USR of no request, errors with payloads: no change"""
        ana = self.ana()
        self.far.push(
            b"ADL 99 OK\r\nRML 99 OK\r\nADL OK\r\nADL\r\nBLP 99 BL\r\nPRP 99 MFN x\r\nUUX 99 0\r\n"
            b"USR 99 OK mal@example.com 1 0\r\nUSR 99 SSO S MBI_KEY_OLD AAAA\r\nVER 1 MSNP8\r\n"
            b"911 99\r\n203 99 4\r\nabcdSBS 0 null\r\nUBM mal@example.com 1 1 5\r\nhello"
        )
        self.assert_recovers(ana)
        self.assertNotIn("Mal", self.names(ana))
        self.assertEqual(self.far.good_proofs, 1)


class LoginTest(HostileSsoCase):
    """G08: what the login answers over SOAP."""

    def sign_in_after(self, answer) -> None:
        """The login answers so until it was asked again, and is what it should be then."""
        ana = self.online
        before = self.asked("RST")
        self.far.answers["RST"] = answer
        self.far.drop()
        eventually(lambda: self.asked("RST") >= before + 2, "it is asked again", every=0.02)
        del self.far.answers["RST"]
        self.expect_signed_in(ana)

    def setUp(self) -> None:
        super().setUp()
        self.online = self.ana()

    def test_G08_broken_answers(self) -> None:
        """Giants, bombs, depth, other kinds of things: no sign-in, told once, and tried again later"""
        for status, body in (
            (200, b"<a>" + b"x" * (8 * MIB)),
            (200, b"".join(b"<a>" for _ in range(20_000))),
            (200, BOMB),
            (200, OUTSIDE),
            (200, DEEP),
            (200, b""),
            (200, b'{"token": "x"}'),
            (200, b"\x1f\x8b\x08\x00" + b"\x00" * 1000),
            (200, bytes(range(256)) * 100),
            (500, fault("psf:Redirect")),
            (500, fault("x" * 60_000, "\r\nQUIT :pwn" + "w" * 50_000)),
            (204, b""),
            (0, PLAIN_OK + b"X: " + b"a" * (2 * MIB)),
            (0, b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000),
            (0, PLAIN_OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"5\r\naaaaa\r\n" * 200_000),
            (0, PLAIN_OK + b"Content-Length: 99999999999999999999\r\n\r\nx"),
            (0, PLAIN_OK + b"Content-Length: -1\r\n\r\nx"),
            (0, PLAIN_OK + b"Content-Length: 100\r\n\r\n<a>"),
            (0, b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
            (0, b"HTTP/1.1 302 Found\r\nLocation: http://thief.example/\r\nContent-Length: 0\r\n\r\n"),
            (0, b"HTTP/1.1 302 Found\r\nLocation: /RST.srf\r\nContent-Length: 0\r\n\r\n"),
            (0, b"garbage\r\n\r\n"),
        ):
            with self.subTest(f"{status} {body[:60]}"):
                self.sign_in_after(lambda answer=(status, body): answer)
        self.assert_recovers(self.online)
        told = [text for text in self.notices(self.online) if "cannot be reached" in text]
        self.assertLessEqual(len(told), 3, told)
        self.assertEqual([text for text in told if any(ord(c) < 32 for c in text)], [])
        self.assertLess(self.asked("RST"), 300)

    def test_G08_odd_tickets(self) -> None:
        """Controls, no proof, a proof that is none, no end, thousands of them: no sign-in with those"""
        address = "messengerclear.live.com"
        proof = "<wst:RequestedProofToken><wst:BinarySecret>{}</wst:BinarySecret></wst:RequestedProofToken>"
        good = proof.format("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")
        before = self.far.good_proofs
        for number, (where, ticket, secret) in enumerate(
            (
                (address, "t=a&#13;&#10;QUIT&amp;p=", good),
                (address, "t=a b", good),
                (address, "t=" + "a" * 60_000, good),
                (address, "", good),
                (address, "t=messenger&amp;p=", ""),
                (address, "t=messenger&amp;p=", proof.format("")),
                (address, "t=messenger&amp;p=", proof.format("!!!not base64!!!")),
                (address, "t=messenger&amp;p=", proof.format("QQ==" * 5000)),
                ("other.example", "t=messenger&amp;p=", good),
                ("x" * 5000, "t=messenger&amp;p=", good),
            )
        ):
            with self.subTest(f"{number} {ticket[:20]} {secret[-80:]}"):
                tokens = RST_TOKEN.format(where, ticket, secret)
                name = "wst:RequestSecurityTokenResponseCollection"
                body = envelope(f"<{name}>{tokens}</{name}>")
                self.sign_in_after(lambda body=body: (200, body))
        self.assertEqual(self.far.good_proofs, before + number + 1, "one of those tickets was used")
        self.assert_recovers(self.online)

    def test_G11_endless_slow_answer(self) -> None:
        """A byte now and then: given up after `request_timeout`, whatever comes"""
        begun = time.monotonic()
        self.sign_in_after(lambda: (200, drip()))
        self.assertLess(time.monotonic() - begun, 10)
        self.sign_in_after(lambda: (0, itertools.chain([PLAIN_OK], drip())))
        self.assert_recovers(self.online)


class AddressBookTest(HostileSsoCase):
    """G07, G08: what the web services of contact lists answer."""

    def test_G08_broken_answers(self) -> None:
        """Giants, bombs, other kinds of things, slow ones: the account is without a list, and told; then it works"""
        ana = self.ana()
        for operation in ("FindMembership", "ABFindAll"):
            for status, body in (
                (200, BOMB),
                (200, OUTSIDE),
                (200, DEEP),
                (200, b'{"a": 1}'),
                (500, fault("x" * 60_000, "w" * 50_000, "z" * 1000)),
                (0, PLAIN_OK + b"X: " + b"a" * (2 * MIB)),
                (0, b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000),
                (0, PLAIN_OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"5\r\naaaaa\r\n" * 1_000_000),
                (0, b"HTTP/1.1 302 Found\r\nLocation: http://thief.example/\r\nContent-Length: 0\r\n\r\n"),
                (200, None),
            ):
                with self.subTest(f"{operation} {status} {body and body[:60]}"):
                    before = self.asked(operation)
                    self.far.answers[operation] = lambda s=status, b=body: (s, drip() if b is None else b)
                    self.far.drop()
                    eventually(lambda b=before, o=operation: self.asked(o) > b, "the book is asked", every=0.02)
                    eventually(lambda b=before, o=operation: self.asked(o) > b + 1, "it is asked again", every=0.02)
                    del self.far.answers[operation]
                    self.far.drop()
                    self.assert_recovers(ana)
        self.assertLess(self.worst_canary_delay(), 0.5 * patience())

    def test_D14_G07_huge_book(self) -> None:
        """Tens of thousands of contacts and members: bounded, and others are served meanwhile"""
        book = book_of(contact_element(GUID.format(n), f"m{n}@example.com") for n in range(14_000))
        self.assertLess(len(book), 4 * MIB)
        ana = self.ana()
        self.far.answers["ABFindAll"] = lambda: (200, book)
        before = self.asked("ABFindAll")
        self.far.drop()
        eventually(lambda: self.asked("ABFindAll") > before, "the book is asked", every=0.02)
        self.assertLess(self.worst_canary_delay(200), 0.5 * patience())
        del self.far.answers["ABFindAll"]
        self.expect_signed_in(ana)
        self.far.drop()
        self.assert_recovers(ana)
        self.assertLess(sum(len(one) for one in self.far.told), 4 * MIB)

    def test_D14_odd_contacts(self) -> None:
        """Doubles, oneself, handles that are none, ids without end, evil names: bob is there, and nothing breaks out"""
        evil = "x&#13;&#10;QUIT :pwn&#27;[2J\u202eevil"
        some = [
            contact_element("A" * 5000, "eve@example.com"),
            contact_element(GUID.format(1), CAROL).replace("Carol", evil),
            contact_element(GUID.format(2), BOB),
            contact_element(GUID.format(3), BOB),
            contact_element(GUID.format(4), "ana@example.com"),
            contact_element(GUID.format(5), escape("a@b@c <x>")),
            contact_element(GUID.format(6), "x" * 5000 + "@example.com"),
            contact_element(GUID.format(7), "mal&#13;&#10;OUT@example.com"),
            "<Contact/><Contact><contactInfo/></Contact><Contact>text</Contact><other>x</other>",
        ]
        self.far.answers["ABFindAll"] = lambda: (200, book_of(some))
        self.far.contacts.append(CAROL)
        ana = self.ana_among("Bob")
        self.assert_recovers(ana)
        for name in self.names(ana):
            self.assertRegex(name.lstrip("@+"), r"^[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]*$")
        told = "".join(self.far.told)
        for bad in ("OUT", "\r", "\n", "a@b@c", "xxxx"):
            self.assertNotIn(bad, told)

    def ana_among(self, *nicks: str) -> Client:
        """Logged in, with these in her list, whoever else is there."""
        client = log_in(self.visitor(), "ana", "first password")
        eventually(lambda: set(nicks) <= set(self.names(client)), f"{nicks} are there", every=0.1)
        return client


if __name__ == "__main__":
    unittest.main()
