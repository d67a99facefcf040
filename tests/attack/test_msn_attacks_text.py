"""Attack cases of groups C and F about texts and files: formatting, long texts, picture and file offers."""

import base64
import struct
import unittest

from harness.bridge import GATEWAY, LOBBY, MsnAttackCase, person
from harness.client import of_command
from harness.msn_body import file_invitation_body, text_body, typed_body

LINE_BYTES = 512
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
P2P = "application/x-msnmsgrp2p"


class TextCase(MsnAttackCase):
    """ana on IRC and mal on MSN are in the lobby; `query` is mal's window with ana."""

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana", "#lobby")
        self.mal = self.msn("mal")
        self.room = self.mal.call(LOBBY)
        self.query = self.mal.call(person("ana"))
        self.ana.barrier()

    def shown(self, place: str = "#lobby") -> list[str]:
        """What ana was shown of mal's."""
        messages = [message for message in of_command(self.ana.barrier(), "PRIVMSG", place) if message.nick == "Mal"]
        for message in messages:
            self.assertLessEqual(len(message.raw) + 2, LINE_BYTES)
        return [message.text for message in messages]


class FormattingTest(TextCase):
    """What formats can do."""

    def test_C04_formatting_from_irc(self) -> None:
        """No control character reaches MSN, whatever codes there are; the words are all there"""
        texts = {
            "\x0304,01red\x03 \x02b\x02 \x1d\x11\x1e \x16 \x0f\x04FF0000hex": ("red", "b", "hex"),
            "\x03\x03\x0399,99x\x04\x04GGGGGG\x02\x02": ("x", "GGGGGG"),
            "\x0312345678 \x04AABBCC,DDEEFFhex": ("345678", "hex"),
            "\x01\x05\x06\x07\x08\x0b\x0c\x1b[31mstill\x7f": ("[31mstill",),
            "\x02\x1d\x1f\x1e": (),
        }
        for text, words in texts.items():
            with self.subTest(ascii(text)):
                self.ana.ask(f"PRIVMSG #lobby :{text}", "PRIVMSG #lobby :end")
                while (message := self.room.expect_text(sender=person("ana"))).body.text != "end":
                    for word in words:  # the harness looks for controls
                        self.assertIn(word, message.body.text)
                    self.assertRegex(message.body.format_field("CO"), r"^[0-9a-f]{1,6}$")

    def test_C11_format_headers(self) -> None:
        """A format that is none is plain; nothing of it is seen on IRC, and the text is as it was"""
        for number, style in enumerate(
            (
                "FN=Arial%0D%0AX: y; EF=B%s; CO=zzzzzz; CS=-1; PF=999999999999",
                "FN=" + "x" * 1200,
                "FN; EF; CO",
                "EF=" + "B" * 1000 + "; CO=ffffffffffffffffff",
                "CO=-1; EF=\x02\x03",
                ";;;===;;EF==B;CO=;CO=ff=",
                "CO=0x10; CO=ff; CO=00ff00",
            )
        ):
            with self.subTest(style[:40]):
                self.room.deliver(text_body(f"text {number}", style=style))
                shown = self.shown()
                self.assertEqual(len(shown), 1)
                codes = r"\x02\x03\x0f\x1d\x1e\x1f"
                self.assertRegex(shown[0], rf"^[{codes}0-9,]*text {number}[{codes}]*$")
                self.assertNotIn("=", shown[0])


class SplittingTest(TextCase):
    """Long texts."""

    def test_C12_long_texts_from_msn(self) -> None:
        """Every line fits, no character is cut, and the lines together are the text"""
        for text in (
            "\U0001f600" * 380,
            "a" * 1500,
            FAMILY * 50,
            "e\u0301" * 480,
            "w" * 1490 + " end",
            "\u0f04" * 490,
            "x" + "\u0301" * 700,
            "word " * 280 + "end",
        ):
            for place, chat in (("#lobby", self.room), ("ana", self.query)):
                with self.subTest(f"{ascii(text[:3])} {place}"):
                    chat.say(text)
                    shown = self.shown(place)
                    self.assertGreater(len(shown), 1)
                    self.assertEqual("".join(shown).replace(" ", ""), text.replace(" ", ""))

    def test_C12_clusters_stay_whole(self) -> None:
        """A family of four people in one letter is on one line"""
        self.room.say(FAMILY * 50)
        for line in self.shown():
            self.assertEqual(line.replace(FAMILY, ""), "")

    def test_C12_lines_with_codes(self) -> None:
        """A bold and red text that is split is bold and red on each line"""
        self.room.deliver(text_body("word " * 250, style="FN=Arial; EF=BI; CO=ff; CS=0; PF=22"))
        shown = self.shown()
        self.assertGreater(len(shown), 1)
        for line in shown:
            self.assertTrue({"\x02", "\x1d", "\x03"} <= set(line), line)

    def test_C12_long_lines_from_irc(self) -> None:
        """The longest line of IRC, in letters of one to four bytes, is one text of MSN"""
        for letter in ("a", "\u00e9", "\u65e5", "\U0001f600"):
            text = letter * (380 // len(letter.encode()))
            self.ana.send(f"PRIVMSG #lobby :{text}", f"PRIVMSG Mal :{text}")
            for chat in (self.room, self.query):
                self.assertEqual(chat.expect_text(sender=person("ana")).body.text, text)


class FileTest(TextCase):
    """Offers of files and pictures to somebody on IRC: nothing is opened, sent or stored."""

    def setUp(self) -> None:
        super().setUp()
        self.files = {path.relative_to(self.directory) for path in self.directory.rglob("*")}

    def tearDown(self) -> None:
        files = {path.relative_to(self.directory) for path in self.directory.rglob("*")}
        self.assertEqual(files, self.files)
        super().tearDown()

    def slp(self, context: str, session: int = 4711) -> bytes:
        """An MSNSLP invitation in one packet."""
        body = f"EUF-GUID: {{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}}\r\nSessionID: {session}\r\nAppID: 1\r\n"
        body += f"Context: {context}\r\n\r\n\0"
        text = (
            f"INVITE MSNMSGR:{person('ana')} MSNSLP/1.0\r\nTo: <msnmsgr:{person('ana')}>\r\n"
            "From: <msnmsgr:mal@example.com>\r\nVia: MSNSLP/1.0/TLP ;branch={1B1B1B1B-0000-0000-0000-000000000001}\r\n"
            "CSeq: 0 \r\nCall-ID: {1B1B1B1B-0000-0000-0000-000000000002}\r\nMax-Forwards: 0\r\n"
            f"Content-Type: application/x-msnmsgr-sessionreqbody\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        header = struct.pack("<IIQQIIIIQ", 0, session, 0, len(text), len(text), 0, 99, 0, 0)
        return typed_body(f"{P2P}\r\nP2P-Dest: {person('ana')}", header + text + struct.pack(">I", 0))

    def answers(self, chat) -> bytes:
        """Every byte that came back to mal in messages."""
        return b"".join(command.payload for command in chat.barrier() if command.verb == "MSG")

    def test_F09_paths_in_picture_requests(self) -> None:
        """A picture is asked for by a path: no file of the machine comes, and ana sees nothing"""
        for location in ("../../../../etc/passwd", "..\\..\\x", "/etc/passwd", "%2e%2e%2fetc%2fpasswd"):
            thing = f'<msnobj Creator="{person("ana")}" Size="9" Type="3" Location="{location}" SHA1D="x"/>'
            for chat in (self.query, self.room):
                chat.post(self.slp(base64_of(thing)), "D")
                answers = self.answers(chat)
                self.assertNotIn(b"root:", answers)
                self.assertNotIn(b" 200 OK", answers)
        self.assertEqual(self.shown() + self.shown("ana"), [])

    def test_F08_packets_of_a_session_that_was_never_agreed(self) -> None:
        """Data, in any order, for sessions that nobody opened: nothing is kept, and the room goes on"""
        for offset, total, session in ((0, 2**40, 1), (2**63, 16, 1), (512, 100, 2), (0, 16, 4711), (0, 16, 4711)):
            header = struct.pack("<IIQQIIIIQ", session, 7, offset, total, 16, 0x20, 1, 0, 0)
            for chat in (self.query, self.room):
                chat.post(typed_body(f"{P2P}\r\nP2P-Dest: {person('ana')}", header + b"0123456789abcdef\0\0\0\1"), "D")
                chat.barrier()
        self.room.say("still here")
        self.assertEqual(self.shown()[-1], "still here")

    def test_F12_cookies(self) -> None:
        """The answer to an invitation holds its cookie as one value and nothing else of it; no cookie, no answer"""
        for cookie, good in (("4711", True), ("-1", False), ("", False), ("%0D%0AX: y", False), ("9" * 1200, False)):
            with self.subTest(cookie[:20]):
                body = file_invitation_body("x.txt", 10, cookie)
                self.query.post(body, "N")
                if good:  # declined, it is answered
                    self.query.barrier()
                    self.ana.ask("NOTICE Mal :\x01DCC REJECT SEND x.txt\x01")
                replies = [line for line in self.query.barrier() if line.verb == "MSG"]
                self.assertLessEqual(len(replies), 1)
                if good:
                    self.assertIn(b"Invitation-Command: CANCEL", replies[0].payload)
                    self.assertIn(b"Invitation-Cookie: 4711\r\n", replies[0].payload)
                for reply in replies:
                    self.assertEqual(reply.body.content.count(b"Invitation-Cookie:"), 1)
                    self.assertNotIn(b"\r\nX:", reply.payload)

    def test_F15_sizes(self) -> None:
        """Offers of any size are refused, or named in one line; no memory is taken for what was announced"""
        before = self.daemon.resident_bytes()
        for size in ("0", "-1", "10737418240", "99999999999999999999", "1e9", ""):
            self.query.post(file_invitation_body("x.txt", size), "N")
            self.room.post(file_invitation_body("x.txt", size), "N")
            for chat in (self.query, self.room):
                self.assertNotIn(b"ACCEPT", self.answers(chat))
        self.assertLess(self.daemon.resident_bytes() - before, 8 * 1024 * 1024)
        self.assertLessEqual(len(self.shown()), 6)
        self.assertLessEqual(len(self.shown("ana")), 6)


class AddressTest(MsnAttackCase):
    """Handles that hold words of IRC."""

    def test_B12_handles_as_sources(self) -> None:
        """A handle with signs that IRC sources are made of: one source, one host, and no other person's"""
        spoken = 0
        for number, local in enumerate(("a!b", "ana!~ana", ":ana", "a,b", "*", "#lobby", "a$b", "-x", "a{b}")):
            with self.subTest(local):
                client = self.msn_client(f"{local}@example.com")
                try:
                    client.sign_in(f"mal{number}")
                except AssertionError:
                    continue  # refused
                client.call(LOBBY).say(f"number {number}")
                message = self.canaries[0].expect("PRIVMSG", "#lobby", f"number {number}")
                self.assertRegex(message.source, r"^[^!@ :,*#]+![^!@ :]+@example\.com$")
                self.assertNotIn(GATEWAY, message.source)
                spoken += 1
        self.assertGreater(spoken, 0)


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode() + b"\0").decode()


if __name__ == "__main__":
    unittest.main()
