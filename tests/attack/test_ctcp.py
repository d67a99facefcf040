"""Attack cases of group L: CTCP and DCC from people on IRC; and C10, the same from texts of people on MSN."""

import unittest

from harness.bridge import LOBBY, MsnAttackCase, person
from harness.case import configured
from harness.client import Client, of_command
from harness.msn_body import chunk_bodies, datacast_body, text_body
from harness.traps import Traps

OWN = 2130706433  # 127.0.0.1, where the clients of these tests are
METADATA = 2852039166  # 169.254.169.254, where clouds keep secrets
PRIVATE = 3232235777  # 192.168.1.1
RULE = "address not allowed, the gateway connects to 127.0.0.1 at ports from 1024 on, but for its own"
INCOMPLETE = "DCC SEND needs a file name, an address, a port and a size"
BAIT = "DCC SEND aaaaaaaaaaaaaaa 0 0 0"


def ctcp(words: str) -> str:
    return f"\x01{words}\x01"


class CtcpCase(Traps, MsnAttackCase):
    """mal is on IRC; bob is on MSN and has windows with him and with the lobby."""

    def setUp(self) -> None:
        super().setUp()
        self.mal = self.irc("mal", "#lobby", caps=("standard-replies",))
        self.bob = self.msn("bob")
        self.query = self.bob.call(person("mal"))
        self.room = self.bob.call(LOBBY)
        self.mal.barrier()

    def refusal(self, words: str, *, target: str = "Bob") -> str:
        """The one line that mal is answered."""
        (line,) = of_command(self.mal.ask(f"PRIVMSG {target} :{ctcp(words)}"), "FAIL")
        self.assertEqual(line.params[:3], ["PRIVMSG", "DCC_REFUSED", target])
        return line.text

    def assert_bob_heard_nothing(self) -> None:
        for chat in (self.query, self.room):
            self.assertEqual([command for command in chat.barrier() if command.verb == "MSG"], [])
        self.bob.barrier()
        self.assertFalse(self.bob.rings)


class DccTest(CtcpCase):
    """L01, L02, L05. Files by DCC are taken for people on MSN, so an offer that is right is one; all else is refused in
    one line that says why."""

    def test_L01_dcc_to_somebody_on_msn(self) -> None:
        """An address that is not mal's own, and CHAT: one line with the reason, no text on MSN, nobody is connected to"""
        self.assertEqual(self.refusal(f"DCC SEND f.txt {PRIVATE} 5000 10"), f"f.txt was not offered to Bob: {RULE}")
        chat = self.refusal(f"DCC CHAT chat {OWN} {self.trap()}")
        self.assertEqual(chat, "Bob was offered nothing: of DCC only SEND can be used here, without encryption")
        self.assert_bob_heard_nothing()

    @configured({"files": {"ports": [], "links": False, "allow_loopback": False}})
    def test_L01_where_no_files_are_taken_from_this_machine(self) -> None:
        """By default nobody on this machine is connected to, not even where the client itself is"""
        self.assertIn("f.txt was not offered to Bob: ", self.refusal(f"DCC SEND f.txt {OWN} {self.trap()} 10"))
        self.assert_bob_heard_nothing()

    def test_L02_addresses(self) -> None:
        """Loopback but the client's own, private, link-local, none, and ports below 1024: a reason, and no connection"""
        elsewhere = self.trap("127.0.0.2")
        for place in (
            f"{METADATA} 5000",
            "167772161 5000",
            f"{PRIVATE} 5000",
            "0 5000",
            "fe80::1 5000",
            "::1 5000",
            f"::ffff:169.254.169.254 {elsewhere}",
            f"{OWN + 1} {elsewhere}",
            f"{OWN} 22",
            f"{OWN} 1",
            f"{OWN} 1023",
        ):
            with self.subTest(place):
                self.assertEqual(self.refusal(f"DCC SEND cat.jpg {place} 10"), f"cat.jpg was not offered to Bob: {RULE}")
        self.assert_bob_heard_nothing()

    def test_L02_what_makes_no_offer(self) -> None:
        """Malformed offers, numbers that are none, and answers to what nobody offered: a reason, and nothing on MSN"""
        reasons = {
            "SEND": INCOMPLETE,
            'SEND "aaa': INCOMPLETE,
            "SEND " + 400 * "a": INCOMPLETE,
            "SEND f 0 0 0": "the port is no number from 1 to 65535",
            f"SEND f {OWN} 0 10": "the port is no number from 1 to 65535",
            f"SEND f {OWN} 65536 10": "the port is no number from 1 to 65535",
            f"SEND f {OWN} -1 10": "the port is no number from 1 to 65535",
            f"SEND f {OWN} 5000 -1": "the size is no number",
            f"SEND f {OWN} 5000 {2**63}": "the size is no number",
            f"SEND f 127.0.0.1 {self.trap()} 10": "the address is neither an IPv4 address as one number nor an IPv6 address",
            f"SEND f {OWN} 5000": "the offer does not say how big the file is",
        }
        for words, reason in reasons.items():
            with self.subTest(words[:40]):
                self.assertEqual(self.refusal(f"DCC {words}"), f"Bob was offered nothing: {reason}")
        for words in ("RESUME f 5000 100", "ACCEPT f 5000 100", "REJECT SEND f", f"SEND f {OWN} 5000 10 42"):
            with self.subTest(words):
                self.assertEqual(self.refusal(f"DCC {words}"), "Bob offers no such file, or no longer")
        self.assert_bob_heard_nothing()

    def test_L05_bait_in_a_channel(self) -> None:
        """CTCP DCC to a channel is blocked; as plain text it passes, and is only text on MSN"""
        watcher = self.irc("watcher", "#lobby")
        for words in ("DCC SEND STARTKEYLOGGER 0 0 0", "dcc send x 0 0 0", "DCC", "DCC RESUME x 0 0"):
            text = self.refusal(words, target="#lobby")
            self.assertEqual(text, "DCC is not passed on to channels; offer the file to one person")
        self.assertEqual(of_command(self.mal.ask(f"NOTICE #lobby :{ctcp('DCC SEND x 0 0 0')}"), "FAIL"), [])
        self.assert_bob_heard_nothing()
        self.assert_silent(watcher, "PRIVMSG", "NOTICE")
        self.mal.send(f"PRIVMSG #lobby :{BAIT}")
        self.assertEqual(watcher.expect("PRIVMSG").text, BAIT)
        self.assertEqual(self.room.expect_text(BAIT, person("mal")).body.kind, "text/plain")


class ManyTest(CtcpCase):
    """L04: the gateway answers for nobody; what asks somebody on MSN is refused once each, and a NOTICE never."""

    def answers(self, *lines: str) -> list:
        return [line for line in self.mal.ask(*lines) if line.command != "PONG"]

    def test_L04_many_in_one_message(self) -> None:
        """Hundreds in one line, nested, unterminated: at most one answer a message, and none is a CTCP reply"""
        for text in (
            ctcp("PING 1") * 20 + ctcp("PING 2") * 20,
            "\x01" * 300,
            "\x01PING \x01VERSION\x01\x01",
            "\x01PING 1",
            "\x01",
            "\x01\x01",
            "\x01 \x01",
            "\x01ACTION \x01ACTION x\x01\x01",
            "text " + ctcp("VERSION"),
        ):
            for target in ("Bob", "#lobby"):
                with self.subTest(text=ascii(text[:30]), target=target):
                    answers = self.answers(f"PRIVMSG {target} :{text}")
                    self.assertLessEqual(len(answers), 1)
                    self.assertNotIn("\x01", "".join(line.text for line in answers))
        for chat in (self.query, self.room):
            self.assertNotIn("\x01", "".join(chat.texts()))

    def test_L04_a_flood_of_requests(self) -> None:
        """Each is answered once at most, by the server and to mal alone"""
        lines = [f"PRIVMSG Bob :{ctcp(f'PING {number}')}" for number in range(100)]
        self.assertLessEqual(len(self.answers(*lines)), len(lines))
        self.assert_bob_heard_nothing()
        self.assert_silent(self.canaries[0], "NOTICE")

    def test_L04_notices_are_never_answered(self) -> None:
        """Replies that nobody asked for, right or wrong"""
        texts = (ctcp("PING 1"), ctcp("PING 1") * 40, ctcp("VERSION x"), "\x01", ctcp("DCC SEND"), ctcp("DCC REJECT SEND f"))
        for target in ("Bob", "#lobby", "*patchcord"):
            self.assertEqual(self.answers(*[f"NOTICE {target} :{text}" for text in texts] * 10), [], target)
        for chat in (self.query, self.room):
            self.assertNotIn("\x01", "".join(chat.texts()))

    def test_L04_the_service_answers_no_ctcp(self) -> None:
        """Whatever is asked"""
        lines = [f"PRIVMSG *patchcord :{ctcp(words)}" for words in ("VERSION", "PING 1", "TIME", "CLIENTINFO", "x")]
        self.assertEqual(self.answers(*lines), [])


class FromMsnTest(MsnAttackCase):
    """C10: texts of MSN are no CTCP."""

    TEXTS = (
        ctcp(f"DCC SEND evil.exe {OWN} 6667 10"),
        ctcp("VERSION"),
        ctcp("ACTION waves"),
        "\x01",
        "\x01" * 300,
        "hello\n" + ctcp("VERSION") + "\r\n\x01ACTION waves",
        "hello \x01VERSION\x01",
        "/me \x01VERSION\x01",
        "\x02\x01VERSION\x01\x02",
        "\u200b\x01VERSION\x01",
        "\x01" + "w" * 1400 + "\x01",
    )

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana", "#lobby", caps=("batch", "draft/multiline", "message-tags"))
        self.plain = self.irc("plain", "#lobby")
        self.mal = self.msn("mal")
        self.chats = [self.mal.call(LOBBY), self.mal.call(person("ana")), self.mal.call(person("plain"))]

    def said(self, client: Client, end: str) -> list:
        """What mal's texts became, all of them: up to the one that is `end`."""
        for place in ("#lobby", client.nick):
            client.expect("PRIVMSG", place, end)
        return [line for line in client.history if line.nick == "Mal" and line.command in ("PRIVMSG", "NOTICE")]

    def assert_no_ctcp(self) -> None:
        """A line of mal's that holds 0x01 is an action by the rule for `/me`, and holds nothing else of it."""
        for chat in self.chats:
            chat.say("end of it")
        for client in (self.ana, self.plain):
            lines = self.said(client, "end of it")
            self.assertGreater(len(lines), 4)
            for line in lines:
                inner = line.text.removeprefix("\x01ACTION ").removesuffix("\x01") if "/me" in self.tried else line.text
                self.assertNotIn("\x01", inner, line)

    def test_C10_texts(self) -> None:
        """No byte 0x01 reaches IRC, in the room or in a query"""
        self.tried = ""
        for text in self.TEXTS:
            if not text.startswith("/me"):
                for chat in self.chats:
                    chat.say(text)
        self.assert_no_ctcp()

    def test_C10_action_by_our_own_rule(self) -> None:
        """`/me` becomes an action, which ends where the text does"""
        self.tried = "/me"
        for text in ("/me waves", "/me \x01VERSION\x01", "/me\x01 \x01ACTION x", f"/me waves\n{ctcp('VERSION')}"):
            for chat in self.chats:
                chat.say(text)
        self.assert_no_ctcp()
        waves = [line for line in self.ana.history if line.nick == "Mal" and line.text == ctcp("ACTION waves")]
        self.assertGreaterEqual(len(waves), 2)

    def test_C10_other_ways_to_say_it(self) -> None:
        """In chunks, in other charsets, with formats, in a name, in a personal message, as data of a nudge"""
        self.tried = "/me"  # a nudge is an action
        self.mal.rename(ctcp("VERSION"))
        self.mal.say_of_oneself(ctcp("VERSION"))
        for chat in self.chats:
            for body in chunk_bodies(["\x01VER", "SION\x01"]):
                chat.deliver(body)
            for charset in ("UTF-8", "UTF-16", "ISO-8859-1", "\x01"):
                chat.deliver(text_body(ctcp("VERSION"), charset=charset))
            chat.deliver(text_body(ctcp("VERSION"), style="FN=Arial; EF=BI; CO=ff; CS=0; PF=22"))
            chat.deliver(datacast_body(1, ctcp("VERSION")))
            chat.deliver(datacast_body(4, ctcp("VERSION")))
        self.assert_no_ctcp()
        for client in (self.ana, self.plain):
            for line in (*client.history, *client.ask("WHOIS Mal", "WHO #lobby")):
                self.assertNotIn(ctcp("VERSION"), line.raw.decode(), line)


if __name__ == "__main__":
    unittest.main()
