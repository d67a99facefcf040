"""Formatting and actions across the bridge, and text that is made to break out of its place."""

import unittest

from harness.bridge import LOBBY, BridgeCase, person
from harness.case import configured
from harness.client import of_command
from harness.msn_body import PLAIN_FORMAT, text_body

BOLD, ITALIC, UNDERLINE, STRIKE, COLOUR, RESET = "\x02", "\x1d", "\x1f", "\x1e", "\x03", "\x0f"


STYLED = "FN=Arial; EF=B; CO=7ffc; CS=0; PF=22"  # bold and orange


class FormattingCase(BridgeCase):
    """ana on IRC and bob on MSN, in a query."""

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana")
        self.bob = self.msn("bob")
        self.chat = self.bob.call(person("ana"))

    def from_irc(self, text: str):
        """What bob's client gets of it."""
        self.ana.send(f"PRIVMSG Bob :{text}")
        return self.chat.expect_text(sender=person("ana")).body

    def from_msn(self, text: str | bytes, **format_options) -> list[str]:
        """What ana gets of it, line by line."""
        self.chat.deliver(text_body(text, **format_options))
        return [message.text for message in of_command(self.ana.barrier(), "PRIVMSG", "ana")]


class ToMsnTest(FormattingCase):
    """mIRC codes become X-MMS-IM-Format."""

    def test_codes_over_the_whole_text(self) -> None:
        """bold, italic, underline, strike, colour over the whole text | `X-MMS-IM-Format` `EF=`, `CO=` (BGR!)"""
        for codes, effects in ((BOLD, "B"), (ITALIC, "I"), (UNDERLINE, "U"), (STRIKE, "S"), (BOLD + UNDERLINE, "BU")):
            with self.subTest(effects):
                body = self.from_irc(f"{codes}loud{RESET}")
                self.assertEqual((body.text, body.format_field("EF")), ("loud", effects))
        body = self.from_irc(f"{COLOUR}04red{COLOUR}")
        self.assertEqual((body.text, body.format_field("CO")), ("red", "ff"))
        body = self.from_irc(f"{COLOUR}02blue")
        self.assertEqual(body.format_field("CO"), "7f0000")
        body = self.from_irc("\x04ff8000orange")
        self.assertEqual((body.text, body.format_field("CO")), ("orange", "80ff"))

    def test_codes_over_a_part_are_dropped(self) -> None:
        """where codes cover only part of the text they are dropped and the text kept"""
        body = self.from_irc(f"{COLOUR}04,01red{COLOUR} {BOLD}b{BOLD} {ITALIC}\x11{STRIKE} \x16 {RESET}\x04FF0000hex")
        self.assertEqual(body.text, "red b   hex")
        self.assertEqual((body.format_field("EF"), body.format_field("CO")), ("", "0"))

    def test_plain_text_is_plain(self) -> None:
        """no codes: no effects and the default colour; the font comes first"""
        body = self.from_irc("plain")
        self.assertTrue(body.headers["x-mms-im-format"].startswith("FN="))
        self.assertEqual((body.format_field("EF"), body.format_field("CO")), ("", "0"))

    def test_action(self) -> None:
        """CTCP `ACTION waves` | text `*ana waves*` in italics"""
        body = self.from_irc("\x01ACTION waves\x01")
        self.assertEqual((body.text, body.format_field("EF")), ("*ana waves*", "I"))

    def test_other_ctcp_does_not_cross(self) -> None:
        """No control character reaches MSN, and no question that only IRC clients can answer."""
        self.ana.ask("PRIVMSG Bob :\x01VERSION\x01", "NOTICE Bob :\x01VERSION irssi\x01")
        self.assertEqual(self.chat.texts(), [])

    def test_text_that_looks_like_mime(self) -> None:
        """A MIME header in IRC text is text"""
        headers = ("Content-Type: text/x-msmsgsinvite", "MIME-Version: 1.0", "X-MMS-IM-Format: EF=B")
        for text in (*headers, ": odd", "%0d%0a"):
            with self.subTest(text):
                body = self.from_irc(text)
                self.assertEqual((body.kind, body.text), ("text/plain", text))
                self.assertEqual(len(body.headers), 3, body.headers)

    def test_control_characters_do_not_cross(self) -> None:
        """C0 and DEL are for terminals and IRC clients, TAB is a character"""
        body = self.from_irc("a\tb\x07\x1b[31mc\x7f\x05d")
        self.assertRegex(body.text, r"^a[\t ]b(\[31m)?cd$")


class ToIrcTest(FormattingCase):
    """X-MMS-IM-Format becomes mIRC codes."""

    def test_effects_and_colour(self) -> None:
        """`X-MMS-IM-Format` with `EF=BIUS`, `CO=` | the matching mIRC codes around each line"""
        for effect, code in (("B", BOLD), ("I", ITALIC), ("U", UNDERLINE), ("S", STRIKE)):
            with self.subTest(effect):
                (line,) = self.from_msn("loud", style=f"FN=Arial; EF={effect}; CO=0; CS=0; PF=22")
                self.assertTrue(line.startswith(code), line)
                self.assertEqual(line.strip(code + RESET), "loud")
        (line,) = self.from_msn("red", style="FN=Arial; EF=; CO=ff; CS=0; PF=22")
        self.assertRegex(line, f"^{COLOUR}0?4red")
        (line,) = self.from_msn("orange", style="FN=Arial; EF=; CO=7ffc; CS=0; PF=22")
        self.assertRegex(line, f"^{COLOUR}0?7orange")

    def test_codes_are_repeated_on_each_line(self) -> None:
        """... around each line"""
        lines = self.from_msn("one\r\ntwo\r\nthree", style="FN=Arial; EF=B; CO=0; CS=0; PF=22")
        self.assertEqual([line.strip(BOLD + RESET) for line in lines], ["one", "two", "three"])
        for line in lines:
            self.assertTrue(line.startswith(BOLD), line)

    def test_colour_does_not_swallow_digits(self) -> None:
        """A text that begins with digits keeps them behind a colour code."""
        (line,) = self.from_msn("42 is the answer", style="FN=Arial; EF=; CO=ff; CS=0; PF=22")
        self.assertRegex(line, f"^{COLOUR}(04|4{BOLD}{BOLD})42 is the answer")

    def test_default_black_is_no_colour(self) -> None:
        """default black and no effects → no codes"""
        for style in (PLAIN_FORMAT, "", "FN=Arial", "EF=; CO=000000"):
            self.assertEqual(self.from_msn("plain", style=style), ["plain"], style)

    @configured({"irc": {"formatting": "hex"}})
    def test_exact_colours(self) -> None:
        """... or hex colour `\\x04` where the setting asks"""
        self.assertEqual(self.from_msn("orange", style=STYLED), ["\x04FC7F00" + BOLD + "orange"])

    @configured({"irc": {"formatting": "strip"}})
    def test_no_codes_at_all(self) -> None:
        """setting `formatting = "strip"`"""
        self.assertEqual(self.from_msn("plain\r\ntoo", style=STYLED), ["plain", "too"])
        self.assertEqual(self.from_msn("/me waves", style=STYLED), ["\x01ACTION waves\x01"])

    def test_bad_formats_are_plain(self) -> None:
        """A format that makes no sense is plain, and nothing of it is seen on IRC"""
        styles = (
            "FN=Arial%0D%0AX: y; EF=%d; CO=zzzzzzzz; CS=-1; PF=999999999999",
            "FN=" + "a" * 1200 + "; EF=; CO=0",
            "=;;=;EF;CO=;",
            "CO=1000000000000",
        )
        for style in styles:
            with self.subTest(style[:20]):
                self.assertEqual(self.from_msn("plain", style=style), ["plain"])

    def test_action(self) -> None:
        """MSN `/me waves` (text starting with `/me `) → `ACTION`"""
        self.assertEqual(self.from_msn("/me waves"), ["\x01ACTION waves\x01"])
        self.assertEqual(self.from_msn("/mention it"), ["/mention it"])

    def test_charsets(self) -> None:
        """UTF-8, and what clients meant who named none; what is neither is shown as well as it can be"""
        self.assertEqual(self.from_msn("grüß".encode("latin-1"), charset="iso-8859-1"), ["grüß"])
        self.assertEqual(self.from_msn("grüß".encode("cp1252"), charset="windows-1252"), ["grüß"])
        self.assertEqual(self.from_msn("grüß", charset="UTF-8"), ["grüß"])
        for charset in ("UTF-7", "UTF-8.0", "%s%n%n", "x" * 900, ""):
            self.assertEqual(self.from_msn("plain", charset=charset), ["plain"], charset[:20])
        self.assertEqual(self.from_msn(b"\xff\xff", charset="UTF-8"), ["\ufffd\ufffd"])

    def test_ctcp_in_msn_text_is_no_ctcp(self) -> None:
        """CTCP `\\x01` in MSN text: no byte 0x01 reaches IRC but by our own rule"""
        questions = ("\x01DCC SEND evil.exe 2130706433 6667 10\x01", "\x01VERSION\x01", "\x01ACTION waves\x01")
        for text in (*questions, "\x01", "a\x01b"):
            with self.subTest(repr(text)):
                for line in self.from_msn(text):
                    self.assertNotIn("\x01", line)

    def test_codes_in_msn_text_are_not_codes(self) -> None:
        """mIRC's own control characters in MSN text do nothing either"""
        (line,) = self.from_msn(f"a{BOLD}b{COLOUR}4c{RESET}d\x16\x11e")
        self.assertEqual(line, "ab4cde")

    def test_control_characters_do_not_cross(self) -> None:
        """NUL, escape sequences and C1 controls are gone, in a room as well"""
        text = "a\x00b\x1b]0;pwn\x07c\x9b31md\u0085e\x7ff"
        self.ana.join("#lobby")
        room = self.bob.call(LOBBY)
        room.deliver(text_body(text))
        self.assertEqual(self.ana.expect("PRIVMSG", "#lobby").text, "ab]0;pwnc31mdef")

    def test_text_of_blanks_and_nothing(self) -> None:
        """Blanks are kept, a line end at the end is no line more, and an empty text is one space at most."""
        self.assertIn(self.from_msn(""), ([], [" "]))
        self.assertEqual(self.from_msn("  indented  "), ["  indented  "])
        self.assertEqual(self.from_msn("last\r\n"), ["last"])


if __name__ == "__main__":
    unittest.main()
