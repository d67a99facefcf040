"""Attack cases in which the MSN service that people are signed in to is the attacker, to its notification client."""

import unittest

from harness.links import CONTACTS
from harness.machine import eventually, pass_time
from harness.upstream import EVIL_NAME, MIB, UpstreamCase


class FramingTest(UpstreamCase):
    """Lines and payloads that are none."""

    def test_D01_D02_D03_lengths(self) -> None:
        """Negative, huge and odd lengths of payloads: the end of the connection as soon as they are read"""
        ana = self.ana()
        for line in (
            "UBX bob@example.com -5",
            "UBX bob@example.com 4294967295",
            "MSG Hotmail Hotmail 2147483647",
            "MSG Hotmail Hotmail 99999999999999999999",
            "NOT 4294967295",
            "UBX bob@example.com 0x10",
            "UBX bob@example.com +5",
            "UBX bob@example.com 1e3",
        ):
            with self.subTest(line):
                self.assert_closed_and_back(ana, f"{line}\r\n" + "a" * 65536)
        self.assertLessEqual(sum("cannot be reached" in text for text in self.notices(ana)), 1)

    def test_D04_payload_that_never_completes(self) -> None:
        """Begun and left, or drip-fed byte by byte (G11): noticed like silence"""
        ana = self.ana()
        tries = len(self.service.ns)
        self.ns_say("UBX bob@example.com 1000\r\n<Data>")
        peer = self.service.ns[-1]
        self.service.answers["PNG"] = ""
        for _ in range(100):
            peer.say("x")
            pass_time(0.05)
            if len(self.service.ns) > tries:
                break
        self.service.answers["PNG"] = "QNG 60\r\n"
        eventually(lambda: len(self.service.ns) > tries, "the link is closed")
        self.assert_recovers(ana)

    def test_D05_commands_inside_a_payload(self) -> None:
        """... are payload"""
        ana = self.ana()
        body = "<Data><PSM>x</PSM></Data>\r\nOUT OTH\r\nFLN bob@example.com\r\n"
        self.ns_say(f"UBX bob@example.com {len(body)}\r\n{body}")
        self.assert_recovers(ana)
        self.assertEqual(len(self.service.ns), 1)

    def test_D06_endless_line(self) -> None:
        """A line without end, on either connection"""
        ana = self.ana()
        self.assert_closed_and_back(ana, b"NLN " + b"A" * (4 * MIB))
        peer = self.query(ana)
        peer.say(b"JOI " + b"A" * (4 * MIB))
        self.assert_recovers(ana)

    def test_D07_line_ends_and_controls(self) -> None:
        """LF alone, empty lines, NUL, bytes that are no UTF-8: refused or passed over"""
        ana = self.ana()
        self.ns_say("\r\n" * 1000, "QNG 60\n", "NLN BSY bob@example.com B\xff 0\r\n".encode("latin-1"))
        for data in (b"NLN\x00 NLN bob@example.com x 0\r\n", b"\x00" * 1000 + b"\r\n", b"\r\r\r\n", b" \r\n", b"1\r\n"):
            self.ns_say(data)
            eventually(lambda: "far: ana" in self.tell(ana, "links"), "she is served")
        self.assert_recovers(ana)


class LoginTest(UpstreamCase):
    """Answers to the login that make no sense."""

    def test_D09_D10_answers_of_the_login(self) -> None:
        """Dialects that were not offered, TrIDs that were not sent, unknown numbers: tried again, and told once"""
        usual = dict(self.service.answers)
        ana = self.linked("ana")
        for verb, answer in (
            ("VER", "VER {0} MSNP99\r\n"),
            ("VER", "VER {0} 0\r\n"),
            ("VER", "VER {0}\r\n"),
            ("VER", "VER\r\n"),
            ("VER", "VER {0} MSNP12 " + "MSNP1 " * 1000 + "\r\n"),
            ("CVR", "CVR 77 1 1 1 x x\r\n"),
            ("USR I", "USR {0} SSO S x y\r\n"),
            ("USR I", "USR {0} OK ana@example.com 1 0\r\n"),
            ("USR S", "USR {0} TWN S ct=1\r\n"),
            ("USR S", "XYZ {0}\r\n"),
            ("SYN", "SYN {0} 1 1 1000000 0\r\n"),
        ):
            with self.subTest(f"{verb}: {answer[:40]}"):
                tries = len(self.service.ns)
                self.service.answers = {**usual, verb: answer}
                self.service.ns[-1].cut()
                eventually(lambda tries=tries: len(self.service.ns) > tries + 1, "it is tried twice", every=0.02)
                self.service.answers = dict(usual)
                self.expect_links(ana, "far: ana@example.com, signed in")
        self.assertLessEqual(len(self.notices(ana)), 3)
        self.assert_recovers(ana)

    def test_G08_answers_of_passport(self) -> None:
        """A long header, an endless body, a ticket with controls or without end: no sign-in, and told"""
        ana = self.linked("ana")
        usual = self.service.answers["login"]
        for answer in (
            b"HTTP/1.1 200 OK\r\nX: " + b"a" * (2 * MIB),
            b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\naaaaa\r\n" * 200_000,
            b"HTTP/1.1 200 OK\r\nAuthentication-Info: x from-PP='t=a\x01b'\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nAuthentication-Info: x from-PP='t=" + b"a" * 65536 + b"'\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
            b"garbage\r\n\r\n",
        ):
            with self.subTest(answer[:60]):
                tries = len(self.service.ns)
                self.service.answers["login"] = answer
                self.service.ns[-1].cut()
                eventually(lambda tries=tries: len(self.service.ns) > tries + 1, "it is tried twice", every=0.02)
                self.service.answers["login"] = usual
                self.expect_links(ana, "far: ana@example.com, signed in")
        self.assertLess(self.service.logins, 500)
        self.assert_recovers(ana)


class StateTest(UpstreamCase):
    """Commands at odd times, too often, about nobody."""

    def test_D10_G05_unsolicited(self) -> None:
        """Answers to nothing, commands of another kind of server: no change"""
        ana = self.ana()
        self.ns_say(
            "JOI mal@example.com mal 0\r\nBYE bob@example.com\r\nIRO 1 9 3 mal@example.com mal 0\r\nANS 9 OK\r\n",
            "CAL 77 RINGING 1\r\nNAK 99\r\nACK 99\r\nQNG\r\nQNG x\r\nQNG 99999999999999\r\nQNG 0\r\n",
            "USR 5 OK mal@example.com 1 0\r\nVER 1 MSNP2\r\nXFR 99 SB 127.0.0.1:1 CKI key\r\nCHG 99 HDN 0\r\n",
            "911 99\r\n715 0\r\n999\r\nSYN 99 1 1 5 5\r\nLST N=mal@example.com F=mal C=x 3 1\r\n",
            "MSG mal@example.com mal 5\r\nhello",
        )
        self.assert_recovers(ana)
        self.assertNotIn("mal", self.names(ana, CONTACTS))
        self.assertEqual(len(self.service.ns), 1)

    def test_D11_unknown_commands(self) -> None:
        """... by the thousand: passed over"""
        ana = self.ana()
        self.ns_say("".join(f"XX{letter} {number}\r\n" for number in range(3000) for letter in "ABC"))
        self.assert_recovers(ana)

    def test_D13_xml_bombs(self) -> None:
        """Entities, nesting and DTDs in personal messages and notifications: nothing is fetched or expanded"""
        ana = self.ana()
        entity = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Data><PSM>&b;&b;</PSM></Data>'
        for body in (
            entity,
            '<!DOCTYPE d SYSTEM "file:///etc/passwd"><Data><PSM>x</PSM></Data>',
            "<Data>" + "<d>" * 300 + "</Data>",
            "<Data><PSM>" + "&lt;" * 300,
            "",
            "not XML \r\n\x00",
        ):
            with self.subTest(body[:30]):
                self.ns_say(f"UBX bob@example.com {len(body)}\r\n{body}", f"NOT {len(body)}\r\n{body}")
        self.ns_say("NLN BSY bob@example.com Bob 0\r\n")
        self.assert_recovers(ana)

    def test_D14_G07_huge_list(self) -> None:
        """SYN says 5, and 100,000 LST come; then a million are announced, and none comes"""
        usual = dict(self.service.answers)

        def flood(peer, words) -> str:
            lines = (f"LST N=m{number}@example.com F=m{number} C={number:036d} 3 1\r\n" for number in range(100_000))
            return "SYN {0} 1 1 5 0\r\n" + "".join(lines)

        self.service.answers["SYN"] = flood
        ana = self.linked("ana", signed_in=False)
        ana.expect("NOTICE", where=lambda line: "far" in line.text, timeout=30)
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.service.answers = {**usual, "SYN": "SYN {0} 1 1 1000000 0\r\n"}
        self.service.ns[-1].cut()
        pass_time(1.5)
        self.service.answers = usual
        self.service.ns[-1].cut()
        self.assert_recovers(ana)

    def test_D14_odd_list(self) -> None:
        """Doubles, oneself, addresses that are none, groups that are not there"""
        self.service.answers["SYN"] = (
            "SYN {0} 1 1 9 0\r\n"
            "LST N=bob@example.com F=Bob C=00000000-0000-0000-0000-000000000000 3 1\r\n"
            "LST N=bob@example.com F=Bob C=00000000-0000-0000-0000-000000000000 3 1\r\n"
            "LST N=ana@example.com F=ana C=00000000-0000-0000-0000-000000000001 3 1\r\n"
            "LST N=a@b@c F=x C=00000000-0000-0000-0000-000000000002 3 1\r\n"
            "LST N= F= C= 3 1\r\n"
            f"LST N={'x' * 300}@example.com F=x C=00000000-0000-0000-0000-000000000003 3 1\r\n"
            f"LST N=mal@example.com F={EVIL_NAME} C=00000000-0000-0000-0000-000000000004 3 1 nogroup,nogroup\r\n"
            "LST N=eve@example.com/far F=x C=00000000-0000-0000-0000-000000000005 99999999999 1\r\n"
            "LST\r\n"
        )
        ana = self.ana()
        self.ns_say(f"NLN NLN mal@example.com {EVIL_NAME} 0\r\n")
        self.assert_recovers(ana)

    def test_D16_status_flapping(self) -> None:
        """Thousands of changes of status and name: the last one counts, and others are served"""
        ana = self.ana()
        changes = (
            f"NLN {'BSY' if number % 2 else 'AWY'} bob@example.com Bob{number} 0\r\n" for number in range(5000)
        )
        self.ns_say("".join(changes))
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.ns_say("NLN NLN bob@example.com Bob 0\r\n")
        self.assert_recovers(ana)
        self.assertEqual([line for line in ana.history if line.command == "NICK"], [])

    def test_D17_challenges(self) -> None:
        """CHL without a challenge, with a long one, and by the thousand"""
        ana = self.ana()
        self.ns_say("CHL 0\r\nCHL\r\nCHL 0 \r\n", f"CHL 0 {'9' * 5000}\r\n", "CHL 0 15570131571988941333\r\n" * 1000)
        self.assert_recovers(ana)

    def test_D18_objects(self) -> None:
        """Descriptions of pictures with paths, quotes and NUL"""
        ana = self.ana()
        for thing in (
            "%3Cmsnobj%20Location%3D%22..%2F..%2Fetc%2Fpasswd%22%20Size%3D%22-1%22%2F%3E",
            "%3Cmsnobj%20%22%22%22",
            "%00",
            "x" * 7000,
        ):
            self.ns_say(f"NLN NLN bob@example.com Bob 0 {thing}\r\n")
        self.assert_recovers(ana)

    def test_C02_G12_line_ends_in_names(self) -> None:
        """CR LF in names in NLN, ILN, BPR, ADC, RNG, UBX: never a command"""
        ana = self.ana()
        self.ns_say(
            f"NLN BSY bob@example.com {EVIL_NAME} 0\r\n",
            f"ILN 1 NLN carol@example.com {EVIL_NAME} 0\r\n",
            f"BPR MFN {EVIL_NAME}\r\nPRP 5 MFN {EVIL_NAME}\r\n",
            f"ADC 0 RL N=mal@example.com F={EVIL_NAME}\r\n",
            f"ADC 0 RL N=mal%0D%0A@example.com F={EVIL_NAME}\r\n",
        )
        self.service.ring(name=EVIL_NAME)
        self.service.wait_for_switchboard(1).tell_message("hello", name=EVIL_NAME)
        ana.expect("PRIVMSG", "ana", "hello")
        self.ns_say("NLN NLN bob@example.com Bob 0\r\n")
        self.assert_recovers(ana)

    def test_D15_requests_to_be_added(self) -> None:
        """Thousands of people who ask to be added: a bounded number of notices"""
        ana = self.ana()
        self.ns_say("".join(f"ADC 0 RL N=m{number}@example.com F=m{number}\r\n" for number in range(5000)))
        self.assert_recovers(ana)
        self.assertLessEqual(len(self.notices(ana)), 60)

    def test_G13_notifications(self) -> None:
        """Profiles with thousands of headers, policies, update addresses, mail: nothing is fetched, nothing is shown"""
        ana = self.ana()
        profile = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile\r\n" + "A: b\r\n" * 100 + "\r\n"
        mail = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsemailnotification\r\n\r\nFrom: \x1b[2J\r\nSubject: x\r\n"
        for body in (profile, mail, "", "\r\n", "\x00" * 100):
            self.ns_say(f"MSG Hotmail Hotmail {len(body)}\r\n{body}")
        self.ns_say("GCF 0 Shields.xml 5\r\n<xml>", "URL 1 http://127.0.0.1/ http://127.0.0.1/ 1\r\n", "IPG 3\r\nabc")
        self.assert_recovers(ana)

    def test_M13_service_that_forgot_everything(self) -> None:
        """The list is empty after a restart: her own list of people of the gateway stays, and contacts there leave"""
        ana = self.ana()
        self.service.contacts.clear()
        self.service.ns[-1].reset()
        ana.expect("PART", CONTACTS)
        self.expect_links(ana, "far: ana@example.com, signed in")
        self.service.contacts.append("bob")
        self.service.ns[-1].reset()
        self.assert_recovers(ana)


if __name__ == "__main__":
    unittest.main()
