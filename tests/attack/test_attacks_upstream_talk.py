"""Attack cases in which the MSN service that people are signed in to is the attacker: switchboards and what is said."""

import base64
import struct
import unittest

from harness.machine import eventually, pass_time
from harness.msn_body import datacast_body, p2p_bodies, slp_invitation, text_body, typed_body, typing_body
from harness.upstream import EVIL_NAME, MIB, UpstreamCase

BOB = "bob@example.com"
PLAIN = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"


def message(body: bytes, sender: str = BOB, name: str = "Bob") -> bytes:
    return f"MSG {sender} {name} {len(body)}\r\n".encode() + body


class SwitchboardTest(UpstreamCase):
    """Who is there, and who is not."""

    def test_E06_E13_calls(self) -> None:
        """RNG by the thousand: a bounded number of switchboards, and the next call is answered"""
        ana = self.ana()
        for number in range(2000):
            self.service.ring(caller=f"m{number}", session=number)
        eventually(lambda: "far: ana" in self.tell(ana, "links"), "she is served")
        pass_time(0.5)
        self.assertLessEqual(len(self.service.sb), 60)
        for peer in list(self.service.sb):
            peer.cut()
        self.assert_recovers(ana)

    def test_E05_calls_that_make_no_sense(self) -> None:
        """RNG without an address, to another class of address, with odd handles and keys"""
        ana = self.ana()
        place = self.service.address("sb")
        for line in (
            "RNG",
            "RNG 1",
            f"RNG 1 {place} ABC key {BOB} Bob",
            f"RNG 1 nowhere CKI key {BOB} Bob",
            f"RNG 1 10.0.0.1:1863 CKI key {BOB} Bob",
            f"RNG 1 169.254.169.254:80 CKI key {BOB} Bob",
            f"RNG 1 {place} CKI key nobody Bob",
            f"RNG 1 {place} CKI key a@b@c Bob",
            f"RNG {'9' * 5000} {place} CKI {'k' * 5000} {BOB} Bob",
            f"RNG -1 {place} CKI key ana@example.com Ana",
        ):
            with self.subTest(line[:40]):
                self.ns_say(line + "\r\n")
                self.tell(ana, "links")
        self.assert_recovers(ana)

    def test_E11_switchboard_that_lets_nobody_in(self) -> None:
        """USR and ANS are not answered, or nobody ever comes: given up in time, connections are freed"""
        ana = self.ana()
        usual = dict(self.service.answers)
        self.service.answers.update({"SB ANS": "", "SB USR": ""})
        for number in range(5):
            self.service.ring(caller=f"m{number}", session=number)
        ana.send("PRIVMSG Bob :hello?")
        ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        self.service.answers = usual
        self.assert_recovers(ana)

    def test_E16_answers_to_nothing(self) -> None:
        """ACK and NAK of messages that were not sent, twice, with odd numbers; CAL, ANS, OUT OTH at odd times"""
        ana = self.ana()
        peer = self.query(ana)
        peer.say("ACK 99\r\nNAK 99\r\nACK 1\r\nACK 1\r\nNAK 1\r\nACK -1\r\nACK\r\nACK 99999999999999999999\r\n")
        peer.say("CAL 5 RINGING 7\r\nANS 9 OK\r\nUSR 1 OK x y\r\nXFR 1 NS 127.0.0.1:1\r\n217 77\r\nRNG 1 x CKI y z w\r\n")
        peer.say("NLN BSY bob@example.com Bob 0\r\nFLN bob@example.com\r\nLST x\r\nQNG 5\r\nCHL 0 5\r\n")
        self.assert_recovers(ana)

    def test_E17_floods_of_people(self) -> None:
        """IRO and JOI by the ten thousand, of oneself, of the same, with names that break lines; BYE of nobody"""
        ana = self.ana()
        self.service.answers["SB ANS"] = (
            "".join(f"IRO {{0}} {number} 10000 m{number}@example.com {EVIL_NAME} 0\r\n" for number in range(10_000))
            + "ANS {0} OK\r\n"
        )
        self.service.ring()
        peer = self.service.wait_for_switchboard(1)
        ana.expect("366", where=lambda line: line.params[1].startswith("&") and line.params[1] != "&contacts")
        self.assertLess(self.worst_canary_delay(), 0.5)
        peer.say("".join(f"JOI n{number}@example.com {EVIL_NAME} 0\r\n" for number in range(10_000)))
        peer.say("JOI ana@example.com ana 0\r\nJOI\r\nJOI x\r\nBYE nobody@example.com\r\nBYE\r\nBYE ana@example.com\r\n")
        peer.say("".join(f"BYE m{number}@example.com\r\n" for number in range(10_000)))
        self.assert_recovers(ana)

    def test_E17_third_person_in_a_query(self) -> None:
        """Somebody joins unannounced: what ana writes to bob from then on is not shown to them"""
        ana = self.ana()
        peer = self.query(ana)
        peer.say("JOI mal@example.com mal 0\r\n")
        ana.expect("NOTE", "JOIN", "BROUGHT_IN")
        before = peer.count("MSG")
        ana.send("PRIVMSG Bob :between us")
        eventually(lambda: "between us" in self.service.messages, "it arrives")
        self.assertEqual(peer.count("MSG"), before)
        self.assertIsNot(self.service.sb[-1], peer)
        self.assert_nothing_odd(ana)

    def test_D02_lengths(self) -> None:
        """Payloads that are too long, or have no length: the end of that switchboard only"""
        ana = self.ana()
        for line in ("MSG bob@example.com Bob -13", "MSG bob@example.com Bob 99999999", "MSG bob@example.com Bob x", "MSG"):
            with self.subTest(line):
                self.query(ana).say(f"{line}\r\n" + "a" * 100_000)
                self.assert_recovers(ana)
        self.assertEqual(len(self.service.ns), 1)

    def test_E12_cut_in_a_payload(self) -> None:
        """Half a message is none"""
        ana = self.ana()
        body = text_body("this is whole")
        peer = self.query(ana)
        peer.say(message(body)[:-5])
        peer.cut()
        self.assert_recovers(ana)
        self.assertEqual([line for line in ana.history if "this is" in line.text], [])


class PayloadTest(UpstreamCase):
    """What a message holds."""

    def setUp(self) -> None:
        super().setUp()
        self.client = self.ana(caps=("standard-replies", "message-tags"))
        self.peer = self.query(self.client)

    def shown(self) -> list[str]:
        """What came of all that was said before."""
        known = len(self.client.history)
        self.peer.tell_message("end of that")
        self.client.expect("PRIVMSG", "ana", "end of that")
        lines = self.client.history[known:]
        return [line.text for line in lines if line.command in ("PRIVMSG", "NOTICE") and line.text != "end of that"]

    def tearDown(self) -> None:
        self.assert_recovers(self.client)
        self.assertEqual(len(self.service.ns), 1)
        super().tearDown()

    def test_F01_F02_broken_mime(self) -> None:
        """No empty line, no colon, a thousand headers, folded ones, NUL, doubled and odd types"""
        for body in (
            b"no empty line",
            b"\r\n",
            b"",
            b"a\r\n\r\nx",
            b": x\r\n\r\nx",
            b"Content-Type\r\n\r\nx",
            b"A: b\r\n" * 200 + b"\r\nx",
            b"A" * 1600 + b": x\r\n\r\n",
            PLAIN + b" folded\r\n\tmore\r\n\r\nfolded",
            PLAIN + b"X\x00: \x00\r\n\r\nnul",
            b"Content-Type: text/plain\n\nLF only",
            b"Content-Type: text/plain;;;charset\r\n\r\nodd",
            b'Content-Type: text/plain; charset="utf-8\r\n\r\nodd',
            b"Content-Type: " + b"x" * 1500 + b"\r\n\r\nodd",
            PLAIN + b"X-MMS-IM-Format: FN=" + b"%" * 500 + b"; EF=" + b"B" * 500 + b"; CO=zzzz\r\n\r\nstyle",
        ):
            self.peer.say(message(body))
        for text in self.shown():
            self.assertIn(text.strip("\x02\x0f"), ("folded", "nul", "LF only", "odd", "style", "x", "no empty line", ""))

    def test_C01_lines_and_controls(self) -> None:
        """Lines are lines, CTCP is text, and no byte breaks out"""
        self.peer.say(message(text_body("hello\r\nQUIT :pwn\nJOIN #x\r\x01DCC SEND x 1 1 1\x01\x00\x1b[2J")))
        self.peer.say(message(text_body("name"), name=EVIL_NAME))
        self.peer.say(message(PLAIN + f"P4-Context: {EVIL_NAME}\r\n\r\ncontext".encode()))
        self.peer.say(message(PLAIN + b"\r\n\xff\xfe\xc0\xaf\xed\xa0\x80 bytes"))
        lines = self.shown()
        self.assertEqual(lines[:2], ["hello", "QUIT :pwn"])
        self.assertNotIn("\x01", "".join(lines))

    def test_F03_chunks(self) -> None:
        """Parts without a first one, of impossible numbers, a thousand sets that never end"""
        ident = "Message-ID: {{A{0:011d}}}\r\n"
        for number in range(1000):
            head = ident.format(number) + ("Chunk: 1\r\n" if number % 2 else "Chunks: 3\r\n")
            self.peer.say(message((head.encode() + (PLAIN if not number % 2 else b"") + b"\r\n" + b"x" * 1000)))
        for odd in ("Chunks: 4294967295", "Chunks: -1", "Chunk: 99", "Chunk: x", "Chunks: 0", "Chunks: 1"):
            self.peer.say(message(f"Message-ID: {{B}}\r\n{odd}\r\n".encode() + PLAIN + b"\r\nodd"))
        self.shown()

    def test_F05_F06_F07_p2p(self) -> None:
        """Short pieces, offsets and sizes that overflow, declared giants: nothing is kept of them"""
        bodies = [typed_body("application/x-msnmsgrp2p", b"\0" * size) for size in (0, 1, 4, 47, 48, 51, 52)]
        for offset, total, length in (
            (0xFFFFFFFFFFFFFF00, 0xFFFFFFFFFFFFFFFF, 0x200),
            (2**63, 16, 16),
            (0, 16, 0xFFFFFFFF),
            (16, 4, 4),
        ):
            head = struct.pack("<IIQQIIIIQ", 0, 7, offset, total, length, 0, 1, 0, 0)
            bodies.append(typed_body("application/x-msnmsgrp2p", head + b"x" * 512 + b"\0\0\0\0"))
        for number in range(200):
            for total in (2**40, 5 * MIB):
                head = struct.pack("<IIQQIIIIQ", number, number, 0, total, 1000, 0, 1, 0, 0)
                bodies.append(typed_body("application/x-msnmsgrp2p", head + b"x" * 1000 + b"\0\0\0\0"))
        for body in bodies:
            self.peer.say(message(body))
        self.shown()

    def test_F09_F10_slp(self) -> None:
        """Objects with paths, invitations without what they need: nothing is opened, nothing is answered with it"""
        thing = b'<msnobj Creator="ana@example.com" Size="9" Type="2" Location="../../../../etc/passwd"/>'
        whole = slp_invitation(BOB, "ana@example.com", "{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}", thing)
        for text in (
            whole,
            whole.replace(b"Call-ID", b"X"),
            whole.replace(b"SessionID: 4711", b"SessionID: 99999999999"),
            whole.replace(base64.b64encode(thing), b"!!!not base64!!!"),
            whole.replace(b"Content-Length: ", b"Content-Length: 9"),
            b"INVITE\r\n\r\n\0",
        ):
            for body in p2p_bodies("ana@example.com", text):
                self.peer.say(message(body))
        self.shown()

    def test_F11_F12_F14_files(self) -> None:
        """Offers of files with odd names and cookies, addresses to connect to: nothing is fetched, names are plain"""
        for name in ("../../../tmp/x", "a\r\nQUIT :pwn", ".bashrc", "\u202egpj.exe", "", "x" * 1000, "-o"):
            for cookie in ("4711", "-1", "x", "9" * 500):
                fields = (
                    "Application-Name: File Transfer\r\nApplication-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n"
                    f"Invitation-Command: INVITE\r\nInvitation-Cookie: {cookie}\r\n"
                    f"Application-File: {name}\r\nApplication-FileSize: -5\r\n\r\n"
                )
                self.peer.say(message(typed_body("text/x-msmsgsinvite; charset=UTF-8", fields.encode())[:1600]))
        accept = (
            "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 1\r\nIP-Address: 169.254.169.254\r\nPort: 22\r\n"
            "Launch-Application: FALSE\r\nRequest-Data: IP-Address:\r\n\r\n"
        )
        self.peer.say(message(typed_body("text/x-msmsgsinvite; charset=UTF-8", accept.encode())))
        self.shown()

    def test_F16_F17_floods(self) -> None:
        """Nudges, winks and typing by the hundred, typing of somebody else: few are shown"""
        for _ in range(300):
            self.peer.say(message(datacast_body(1)) + message(datacast_body(2, "wink")))
            self.peer.say(message(typing_body("ana@example.com")) + message(typing_body("x" * 1000)))
        self.assertLess(self.worst_canary_delay(), 0.5)
        shown = self.shown()
        self.assertLessEqual(sum("nudges" in text for text in shown), 5, shown[:20])
        typing = [line for line in self.client.history if line.tags.get("+typing") == "active"]
        self.assertEqual({line.nick for line in typing} - {"Bob"}, set())
        self.assertLessEqual(len(typing), 5)

    def test_F18_F19_other_types(self) -> None:
        """Emoticon tables, ink, unknown types, remote assistance: not shown as text"""
        table = b"\t".join(b":%d\t<msnobj/>" % number for number in range(100))
        for kind, content in (
            ("text/x-mms-emoticon", table),
            ("application/x-foo", b"QUIT :pwn"),
            ("text/x-clientcaps", b"Client-Name: x\r\n"),
            ("image/gif", b"GIF89a"),
            ("application/x-ms-ink", b"base64:xxx"),
            ("text/html", b"<b>x</b>"),
        ):
            self.peer.say(message(typed_body(kind, content)))
        self.assertNotIn("pwn", "".join(self.shown()))

    def test_F18_cost(self) -> None:
        """A thousand messages of nothing but smileys and codes: others are served"""
        for _ in range(1000):
            self.peer.say(message(text_body(":D" * 700)))
        self.assertLess(self.worst_canary_delay(), 0.5)
        self.shown()


if __name__ == "__main__":
    unittest.main()
