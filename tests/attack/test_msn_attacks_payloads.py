"""Attack cases of group F: what MSN clients put into messages."""

import random
import struct
import unittest

from harness.bridge import LOBBY, MsnAttackCase, person
from harness.client import of_command
from harness.machine import patience, sanitizers
from harness.msn_body import chunk_bodies, datacast_body, nudge_body, text_body, typed_body

MIB = 1024 * 1024
P2P = "application/x-msnmsgrp2p"
FILES_SHOWN = ("x (10 B)", "a (1 B)")  # of the offers in F11, names without their tricks; others have no size


class PayloadCase(MsnAttackCase):
    """mal talks to ana in a query and in a room; bob is in the room as well."""

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana", "#lobby", caps=("message-tags",))
        self.bob = self.msn("bob").call(LOBBY)
        self.mal = self.msn("mal")
        self.query = self.mal.call(person("ana"))
        self.room = self.mal.call(LOBBY)
        self.ana.barrier()

    def shown(self) -> list[str]:
        """What ana was shown of mal since last time."""
        return [message.text for message in of_command(self.ana.barrier(), "PRIVMSG") if message.nick == "Mal"]

    def throw(self, *bodies: bytes) -> None:
        """Sends each to the query and to the room; both connections must be kept."""
        for chat in (self.query, self.room):
            for body in bodies:
                chat.post(body, "N")
            chat.barrier()


class MimeTest(PayloadCase):
    """Heads of messages."""

    def test_F01_broken_mime(self) -> None:
        """No empty line, no colon, a thousand headers, folded ones, a name of 1,600 bytes: nothing is made up"""
        head = b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
        for body in (
            b"",
            b"\r\n",
            b"\r\n\r\n",
            head + b"X: no empty line",
            head + b"no colon\r\n\r\nthe text",
            head + b"A: b\r\n" * 250 + b"\r\nthe text",
            head + b"X: a\r\n folded\r\n\tand more\r\n\r\nthe text",
            b"x" * 1600 + b": y\r\n\r\nthe text",
            head + b": x\r\n\r\nthe text",
            head + b"X: \x00\r\n\r\nthe text",
            head.replace(b"\r\n", b"\n") + b"\nthe text",
            b"\x00" * 1664,
            bytes(range(256)) * 6,
        ):
            with self.subTest(body[:60]):
                self.throw(body)
                for text in self.shown():
                    self.assertIn(text, ("the text", " "))

    def test_F02_content_types(self) -> None:
        """The type counts without case, the first of two; others are not shown as text"""
        plain = "MIME-Version: 1.0\r\nContent-Type: {}\r\n\r\nthe text"
        for kind, shown in (
            ("TEXT/PLAIN", True),
            ("text/plain;;;charset", True),
            ('text/plain; charset="utf-8', True),
            ("text/plain\r\nContent-Type: text/x-msmsgsinvite", True),
            ("text/html", False),
            ("text/plainer", False),
            ("x" * 1500, False),
            ("", False),
        ):
            with self.subTest(kind[:40]):
                self.throw(plain.format(kind).encode())
                self.assertEqual(self.shown(), ["the text"] * 2 if shown else [])

    def test_F03_chunks(self) -> None:
        """Parts without a first, with numbers that cannot be, and many unfinished sets: bounded, no text"""
        before = self.daemon.resident_bytes()
        guid = "{8B1F0C52-7D43-4E1A-9C0F-2A6D5E9B%04X}"
        later = "Message-ID: {}\r\nChunk: {}\r\n\r\nlater part"
        self.throw(later.format(guid % 1, 1).encode(), later.format(guid % 1, 99).encode())
        for number, count in enumerate(("4294967295", "-1", "0", "x", "99999999999999999999"), 2):
            self.throw(text_body("first part", more=f"Message-ID: {guid % number}\r\nChunks: {count}\r\n"))
        self.shown()
        for number in range(100, 600):
            self.query.post(chunk_bodies(["x" * 1300, ""], guid % number, 3)[0], "N")
        self.query.barrier()
        self.assertEqual(self.shown(), [])
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 8 * MIB)

    def test_F03_chunk_that_comes_twice(self) -> None:
        """A set is delivered once, in order, whatever comes twice"""
        first, second, third = chunk_bodies(["one ", "two ", "three"])
        for body in (first, third, third, second, second, third):
            self.query.post(body, "N")
        self.query.barrier()
        self.assertEqual(self.shown(), ["one two three"])

    def test_F18_emoticon_tables(self) -> None:
        """A thousand fields, a text of smileys: no work to speak of"""
        before = self.daemon.cpu_seconds()
        for _ in range(50):
            self.throw(typed_body("text/x-mms-emoticon", b"\t" * 1500), text_body(":D" * 600))
        self.assertLess(self.daemon.cpu_seconds() - before, 2.0 * patience())

    def test_F19_unknown_types(self) -> None:
        """Not shown as text, and no answer that tells anything"""
        for kind in ("application/x-foo", "text/x-clientcaps", "text/x-keepalive"):
            self.throw(typed_body(kind, b"secret words"))
        self.assertEqual(self.shown(), [])
        self.assertEqual([command.verb for command in self.query.barrier()], [])

    def test_C13_very_many_lines(self) -> None:
        """As many lines as a payload holds: refused, and the sender is told; so many as may be are shown"""
        trid = self.query.post(text_body("x\r\n" * 500))
        self.assertEqual(self.query.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assertEqual(self.shown(), [])
        self.throw(text_body("x\r\n" * 40))
        self.assertEqual(self.shown(), ["x"] * 80)


class ObjectTest(PayloadCase):
    """P2P packets, datacasts, typing, invitations."""

    def header(self, **fields) -> bytes:
        names = ("session", "identifier", "offset", "total", "length", "flags", "ack", "ack_unique", "ack_size")
        return struct.pack("<IIQQIIIIQ", *(fields.get(name, 0) for name in names))

    def test_F05_short_packets(self) -> None:
        """Packets that are shorter than their header: dropped"""
        for size in (0, 1, 4, 47, 48, 51):
            self.throw(typed_body(P2P, b"\xff" * size))
        self.assertEqual(self.shown(), [])

    def test_F06_offsets_and_sizes(self) -> None:
        """Numbers that overflow when they are added: dropped"""
        top = 2**64 - 1
        for fields in (
            {"identifier": 7, "offset": top - 255, "total": top, "length": 0x200, "ack": 1},
            {"total": 16, "length": 16},
            {"offset": 2**63, "total": 16, "length": 16},
            {"total": 1, "length": 0xFFFFFFFF},
        ):
            self.throw(typed_body(P2P, self.header(**fields) + b"x" * 512 + bytes(4)))
        self.assertEqual(self.shown(), [])

    def test_F07_declared_totals(self) -> None:
        """Objects of a terabyte that are announced: nothing is kept for them"""
        before = self.daemon.resident_bytes()
        for number in range(200):
            packet = self.header(identifier=number, total=2**40, length=16) + b"x" * 16 + bytes(4)
            self.query.post(typed_body(P2P, packet), "N")
        self.query.barrier()
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 16 * MIB)

    def test_F10_malformed_slp(self) -> None:
        """Invitations of MSNSLP that lack what they need: declined or dropped"""
        for text in (
            "INVITE MSNMSGR:ana MSNSLP/1.0\r\n\r\n",
            "INVITE\r\n\r\n",
            f"INVITE MSNMSGR:{person('ana')} MSNSLP/1.0\r\nContent-Length: 99999\r\n\r\n",
            "BYE MSNMSGR:x MSNSLP/1.0\r\nCall-ID: {}\r\n\r\n",
        ):
            data = text.encode()
            packet = self.header(total=len(data), length=len(data)) + data + bytes(4)
            self.throw(typed_body(P2P, packet))
        self.assertEqual(self.shown(), [])

    def test_F11_file_names_and_cookies(self) -> None:
        """F11, F12: hostile names, cookies and commands: declined in one well-formed message, or dropped"""
        fields = (
            "Application-Name: x\r\nApplication-GUID: {{5D3E02AB-6190-11d3-BBBB-00C04F795683}}\r\n"
            "Invitation-Command: {}\r\nInvitation-Cookie: {}\r\n"
            "Application-File: {}\r\nApplication-FileSize: {}\r\n\r\n"
        )
        shown = []
        for command, cookie, name, size in (
            ("INVITE", "1", "../../../../tmp/x", "10"),
            ("INVITE", "2", "C:\\a\\b.txt", "-1"),
            ("INVITE", "3", "\u202egpj.exe", "99999999999999999999"),
            ("INVITE", "x" * 1000, "a", "1"),
            ("INVITE", "-1 %20 %0D%0A", "a", "1"),
            ("CANCEL", "4", "a", "1"),
            ("ACCEPT", "5", "a", "1"),
            ("INVITE\r\nInvitation-Command: CANCEL", "6", "a", "1"),
        ):
            body = typed_body("text/x-msmsgsinvite; charset=UTF-8", fields.format(command, cookie, name, size).encode())
            with self.subTest(f"{command} {cookie[:20]}"):
                self.query.post(body, "N")
                answers = [line for line in self.query.barrier() if line.verb == "MSG"]
                self.assertLessEqual(len(answers), 1 if command.startswith("INVITE") else 0)
            shown += self.shown()
        self.throw()
        lines = [text.split(": http://")[0] for text in shown if "DCC SEND" not in text]
        self.assertEqual(lines, [f"\x01ACTION offers a file: {file}" for file in FILES_SHOWN])
        names = [text.split()[2] for text in shown if "DCC SEND" in text]
        self.assertEqual(names, [file.split()[0] for file in FILES_SHOWN])

    def test_F14_addresses_in_invitations(self) -> None:
        """An address in an invitation is not connected to"""
        fields = (
            "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 1\r\n"
            "IP-Address: 127.0.0.1\r\nPort: {}\r\nAuthCookie: 1\r\n\r\n"
        )
        port = self.daemon.address("irc")[1]
        before = self.counters()["patchcord_irc_connections_total"]
        self.throw(typed_body("text/x-msmsgsinvite", fields.format(port).encode()))
        self.assertEqual(self.counters()["patchcord_irc_connections_total"], before)

    def test_F16_nudges_winks_ink(self) -> None:
        """200 nudges at once: what reaches IRC is bounded by flood control, and the connection is kept"""
        self.throw(*[nudge_body()] * 200)
        self.throw(datacast_body(2, "<msnobj/>" * 100), typed_body("application/x-ms-ink", b"base64:" + b"A" * 1400))
        self.assertLessEqual(len([text for text in self.shown() if "nudge" in text]), 40)

    def test_F17_typing(self) -> None:
        """A thousand notices in somebody else's name: one is shown, as mal's"""
        typing = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: {}\r\n\r\n\r\n"
        for name in (person("ana"), "x" * 1500, "a\rb: c", "%0D%0A", "bob@example.com"):
            for _ in range(200):
                self.room.post(typing.format(name).encode(), "U")
        self.room.barrier()
        notices = of_command(self.ana.barrier(), "TAGMSG")
        self.assertLessEqual(len(notices), 2)
        self.assertEqual({message.nick for message in notices}, {"Mal"})

    def test_random_payloads(self) -> None:
        """Bytes by chance, between words that mean something: no harm, whatever they are"""
        dice = random.Random(20)
        words = [b"MIME-Version: 1.0", b"\r\n", b"\r\n\r\n", b"Content-Type: text/plain", b": ", b"ID: 1", b"\x01"]
        words += [b"Chunks: 2", b"Message-ID: {1}", b"text/x-msnmsgr-datacast", b"Data: ", b"\xff\xfe"]
        words += [b"X-MMS-IM-Format: ", b"CO=", b";"]
        for _ in range(400):
            body = b"".join(dice.choice(words) + dice.randbytes(dice.randrange(6)) for _ in range(dice.randrange(30)))
            self.room.post(body[:1664], "N")
        self.room.barrier()
        self.shown()


if __name__ == "__main__":
    unittest.main()
