"""Attack cases A01 to A10: what reaches the line reader and the parser."""

import re
import unittest

from harness.case import DaemonCase, configured
from harness.client import Client, of_command
from harness.machine import pass_time, patience, sanitizers

NEW_CAPS = ("message-tags", "labeled-response", "batch", "standard-replies")
KIB = 1024
SLOW_DOWN = {"irc": {"flood_rate": 2.0, "flood_burst": 20, "flood_timeout": "2s"}}


class LineReaderTest(DaemonCase):
    """`mal` attacks from #room, where `bob` listens."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.user("bob", "#room", caps=("message-tags",))
        self.mal = self.user("mal", "#room", caps=NEW_CAPS)
        self.bob.barrier()

    def test_A01_line_over_512_bytes(self) -> None:
        """An over-long line is answered with 417 and not relayed, not even in part; the next line is served."""
        self.mal.send("PRIVMSG #room :" + "a" * 600)
        replies = self.mal.ask("PING x")
        self.assertEqual(len(of_command(replies, "417")), 1)
        self.assertEqual([pong.text for pong in of_command(replies, "PONG")], ["x"])
        self.assert_silent(self.bob, "PRIVMSG")

    def test_A01_line_whose_relayed_form_is_over_512_bytes(self) -> None:
        """A line that fits, but would not fit with the sender's source in front, is refused too, not cut."""
        self.mal.send("PRIVMSG #room :" + "a" * (510 - len("PRIVMSG #room :")))
        self.assertEqual(len(of_command(self.mal.barrier(), "417")), 1)
        self.assert_silent(self.bob, "PRIVMSG")

    def test_A02_unterminated_line_of_a_user(self) -> None:
        """16 KiB without a line end: ERROR with "ReadQ exceeded", and the connection is closed."""
        self.mal.send_until_closed(b"PRIVMSG #room :" + b"a" * 16 * KIB)
        self.assertIn("ReadQ exceeded", of_command(self.mal.read_to_end(), "ERROR")[0].text)
        self.bob.expect("QUIT", where=lambda message: message.nick == "mal")

    def test_A02_unterminated_line_before_registration(self) -> None:
        """8 MiB without a line end from a stranger: closed early, and memory does not grow with what was sent."""
        before = self.daemon.resident_bytes()
        stranger = self.visitor()
        stranger.send_until_closed(b"a" * 8 * KIB * KIB)
        self.assertIn("ReadQ exceeded", of_command(stranger.read_to_end(), "ERROR")[0].text)
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 2 * KIB * KIB)

    def test_A03_bare_cr_does_not_smuggle_a_line(self) -> None:
        """No CR is relayed (the client refuses such a line), and nobody but mal seems to have spoken."""
        self.mal.send_raw(b"PRIVMSG #room :hi\rPRIVMSG bob :forged\r\nPRIVMSG #room :a\rb\r\n")
        self.assert_still_served(self.mal)
        for message in self.bob.barrier():
            self.assertEqual(message.nick, "mal")
            self.assertEqual(message.command, "PRIVMSG")

    def test_A04_nul_inside_a_line(self) -> None:
        """A line with NUL is not relayed, and a nick with NUL is not taken."""
        self.mal.send(b"PRIVMSG #room :a\0b", b"NICK a\0b")
        self.assert_still_served(self.mal)
        self.assert_silent(self.bob, "PRIVMSG", "NICK")
        self.assertEqual(self.mal.ask("USERHOST mal")[0].text.partition("=")[0], "mal")

    def test_A06_invalid_utf8(self) -> None:
        """Bytes that are not UTF-8 are refused with FAIL INVALID_UTF8, with the label, and not relayed."""
        for number, broken in enumerate((b"\xaa", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80")):
            with self.subTest(broken):
                label = f"utf{number}"
                replies = self.mal.ask(b"@label=%s PRIVMSG #room :hi%s" % (label.encode(), broken))
                fails = of_command(replies, "FAIL", "PRIVMSG", "INVALID_UTF8")
                self.assertEqual([fail.tags.get("label") for fail in fails], [label])
                self.assert_silent(self.bob, "PRIVMSG")

    def test_A07_parameter_count(self) -> None:
        """A MODE with far more than 15 parameters does no harm: too long a line is 417, a legal one is answered."""
        replies = self.mal.ask("MODE #room" + " +b x" * 200)
        self.assertEqual(len(of_command(replies, "417")), 1)
        self.mal.ask("MODE #room" + " +b x" * 90)
        self.assert_still_served(self.mal)

    def test_A07_runs_of_spaces(self) -> None:
        """Spaces between parameters collapse."""
        self.mal.send("PRIVMSG" + " " * 400 + "#room" + " " * 50 + ":hi")
        self.bob.expect("PRIVMSG", "#room", "hi")

    def test_A08_client_tags_over_the_limit(self) -> None:
        """More than 4094 bytes of tag data: 417, and the whole message is dropped."""
        replies = self.mal.ask("@+a=" + "x" * 4095 + " PRIVMSG #room :hi")
        self.assertEqual(len(of_command(replies, "417")), 1)
        self.assert_silent(self.bob, "PRIVMSG")

    def test_A08_many_small_tags(self) -> None:
        """2000 tags in 4000 bytes are within the limit and harmless: the command behind them is answered."""
        replies = self.mal.ask("@" + "a;" * 2000 + " PING x")
        self.assertEqual(len(of_command(replies, "PONG")) + len(of_command(replies, "417")), 1)

    def test_A08_tags_at_the_limit_are_relayed(self) -> None:
        """4094 bytes of tag data are still taken, and reach a client that asked for tags."""
        value = "x" * (4094 - len("+a="))
        self.mal.send(f"@+a={value} PRIVMSG #room :hi")
        self.assertEqual(self.bob.expect("PRIVMSG", "#room", "hi").tags["+a"], value)


class EmptyLineFloodTest(DaemonCase):
    """A10: lines with nothing in them."""

    config = SLOW_DOWN
    FLOODS = (b"\r\n" * 100_000, b":\r\n" * 10_000, b"@ \r\n" * 10_000, b": :\r\n" * 10_000, b"@;;;= :\r\n" * 10_000)

    def check_flood(self, make_client) -> None:
        """Each flood ends with a client that is served, or with the documented "Excess Flood"."""
        for flood in self.FLOODS:
            with self.subTest(flood[:8]):
                client: Client = make_client()
                if client.send_until_closed(flood) and self.is_served(client):
                    client.close()
                self.assertLess(self.worst_canary_delay(5), 1.0 * patience())

    def is_served(self, client: Client) -> bool:
        client.send_until_closed(b"PING :still-here\r\n")
        answer = client.expect_any(("PONG", "ERROR"), timeout=30 * patience())
        if answer.command == "ERROR":
            self.assertRegex(answer.text, "Excess Flood|ReadQ exceeded|[Rr]egistration")
        return answer.command == "PONG"

    def test_A10_empty_lines_before_registration(self) -> None:
        """A stranger's empty lines disturb nobody."""
        self.check_flood(self.visitor)

    def test_A10_empty_lines_of_a_user(self) -> None:
        """A user's empty lines disturb nobody, and cost no CPU once they are handled."""
        names = iter("abcdefgh")
        self.check_flood(lambda: self.user(f"mal-{next(names)}"))
        before = self.daemon.cpu_seconds()
        pass_time(1.0)
        self.assertLess(self.daemon.cpu_seconds() - before, 0.2 * patience())


class FragmentationTest(DaemonCase):
    """A05: how the bytes are cut must not matter."""

    SCRIPT = (
        b"NICK frag\r\nUSER frag 0 * :Frag\r\nJOIN #frag\r\nPRIVMSG #frag :hello there\r\nTOPIC #frag :of the day\r\n"
        b"NAMES #frag\r\nMODE #frag\r\nPRIVMSG nobody :x\r\nNOSUCH\r\nPING :the end\r\nQUIT :bye\r\n"
    )
    CHANGING = ("003", "251", "252", "253", "254", "255", "265", "266", "329", "333")  # hold times or counts

    def run_script(self, pieces) -> list[bytes]:
        client = self.visitor()
        for piece in pieces:
            client.send_raw(piece)
        messages = client.read_to_end()
        self.assertEqual(messages[-1].command, "ERROR")
        client.close()
        return [message.raw for message in messages if message.command not in self.CHANGING]

    def test_A05_fragmentation_and_pipelining(self) -> None:
        """One byte a segment, all in one, and CR and LF apart: the server says the same."""
        whole = self.run_script([self.SCRIPT])
        self.assertTrue(any(b"PONG" in line for line in whole))
        self.assertEqual(self.run_script([self.SCRIPT[i : i + 1] for i in range(len(self.SCRIPT))]), whole)
        self.assertEqual(self.run_script(re.split(rb"(?<=\r)", self.SCRIPT)), whole)


class FragmentationOfTagsTest(DaemonCase):
    """A05 for the longest line that is allowed."""

    @configured({"irc": {"readq": "10 KiB"}})
    def test_A05_longest_line_byte_by_byte(self) -> None:
        """4096 bytes of tags and 512 of body, one byte at a time, are one message."""
        bob = self.user("bob", caps=("message-tags",))
        ann = self.user("ann", caps=("message-tags",))
        head = "@+a=" + "x" * 4091 + " "
        for byte in (head + "PRIVMSG bob :hi").encode():
            ann.send_raw(bytes([byte]))
        ann.send_raw(b"\r")
        ann.send_raw(b"\n")
        self.assertEqual(len(bob.expect("PRIVMSG", "bob", "hi").tags["+a"]), 4091)


if __name__ == "__main__":
    unittest.main()
