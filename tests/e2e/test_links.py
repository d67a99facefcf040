"""Accounts on an MSN service that are linked to people on IRC: what they and people there say to each other."""

import unittest

from harness.client import of_command
from harness.links import CONTACTS, handle_of
from harness.msn_body import PLAIN_FORMAT, chunk_bodies, datacast_body, text_body
from harness.two_gateways import TwoGatewaysCase

ANA, BOB = handle_of("ana"), handle_of("bob")
BOLD, ITALIC, COLOUR, RESET = "\x02", "\x1d", "\x03", "\x0f"


class EitherWayIn:
    """What must work whichever way the gateway proves who somebody is."""

    def test_contacts_come_and_go(self) -> None:
        """`NLN` | JOIN in `&contacts`; `FLN` | PART in `&contacts`, under nick and handle of the person"""
        ana, bob = self.friends()
        self.assertEqual(self.names(ana, CONTACTS), ["Bob", "ana"])
        bob.send("OUT")
        self.assertEqual(ana.expect("PART", CONTACTS).source, "Bob!bob@example.com")
        self.msn("bob")
        self.assertEqual(self.expect_contact(ana, "Bob").source, "Bob!bob@example.com")

    def test_irc_speaks_first(self) -> None:
        """two people talking | query | 1:1 switchboard session, between them as themselves: no gateway in sight"""
        ana, bob = self.friends()
        ana.send("PRIVMSG Bob :hello", "PRIVMSG Bob :grüß dich ☺ привет")
        ring = bob.wait_for_ring()
        self.assertEqual(ring.params[4], ANA)
        chat = bob.answer(ring)
        self.assertEqual(list(chat.present), [ANA])
        for text in ("hello", "grüß dich ☺ привет"):
            message = chat.expect_text(text, ANA)
            self.assertEqual(message.body.headers["content-type"], "text/plain; charset=UTF-8")
        chat.say("yes")
        self.assertEqual(ana.expect("PRIVMSG", "ana", "yes").source, "Bob!bob@example.com")
        self.assertFalse(bob.rings)

    def test_msn_speaks_first(self) -> None:
        """... and the answer goes through the window that is open"""
        ana, bob, chat = self.conversation()
        chat.say("hello\r\n\r\nare you there?")
        lines = [ana.expect("PRIVMSG", "ana").text for _ in range(3)]
        self.assertEqual(lines, ["hello", " ", "are you there?"])
        ana.send("PRIVMSG Bob :yes", "PRIVMSG Bob :\x01ACTION waves\x01")
        chat.expect_text("yes", ANA)
        chat.expect_text("*ana waves*", ANA)
        self.assertFalse(bob.rings)

    def test_typing_and_nudges(self) -> None:
        """TAGMSG `+typing` | `TypingUser` of the account itself; nudges, both ways"""
        ana, bob, chat = self.conversation(caps=("message-tags",))
        chat.type_something()
        self.assertEqual(ana.expect("TAGMSG", "ana").tags["+typing"], "active")
        chat.say("that is what I typed")
        self.assertEqual(ana.expect("TAGMSG", "ana").tags["+typing"], "done")
        ana.expect("PRIVMSG", "ana", "that is what I typed")
        ana.send("@+typing=active TAGMSG Bob")
        self.assertEqual(chat.expect_kind("text/x-msmsgscontrol", ANA).body.headers["typinguser"], ANA)
        chat.nudge()
        ana.expect("PRIVMSG", "ana", "\x01ACTION nudges you\x01")
        ana.send("PRIVMSG Bob :\x01NUDGE\x01")
        self.assertIn(b"ID: 1", chat.expect_kind("text/x-msnmsgr-datacast", ANA).body.content)

    def test_status_each_way(self) -> None:
        """`BSY` … `LUN` | `AWAY :Busy` … `Out to lunch`; `AWAY :lunch` | `LUN`"""
        ana, bob = self.friends(caps=("away-notify",))
        bob.change_status("BSY")
        self.assertEqual(ana.expect("AWAY").params, ["Busy"])
        bob.change_status("NLN")
        self.assertEqual(ana.expect("AWAY").params, [])
        ana.send("AWAY :lunch with carol")
        bob.expect("NLN", "LUN", ANA)
        ana.send("AWAY")
        bob.expect("NLN", "NLN", ANA)


class PassportTest(EitherWayIn, TwoGatewaysCase):
    """Signed in with a ticket of Passport, MSNP12."""


class Md5Test(EitherWayIn, TwoGatewaysCase):
    """Signed in with MD5, MSNP7."""

    auth = "md5"


class TextTest(TwoGatewaysCase):
    """Text between ana on IRC and bob on MSN, who has called her."""

    def from_msn(self, client, chat, text: str | bytes, **format_options) -> list[str]:
        """What she gets of it, line by line."""
        chat.deliver(text_body(text, **format_options))
        chat.say("end of that")
        lines = []
        while (line := client.expect("PRIVMSG", "ana").text) != "end of that":
            lines.append(line)
        return lines

    def test_long_text_of_msn_is_split(self) -> None:
        """text longer than an IRC line | split between grapheme clusters, better between words"""
        ana, _, chat = self.conversation()
        family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
        for text in ("a" * 1400, family * 70, "word " * 250 + "end"):
            with self.subTest(text[:12]):
                lines = self.from_msn(ana, chat, text)
                self.assertGreater(len(lines), 1)
                self.assertEqual("".join(lines), text)

    def test_longest_text_of_irc_is_one_message(self) -> None:
        """text longer than one MSN payload is split; an IRC line never is that long"""
        ana, _, chat = self.conversation()
        text = "b" * (510 - len(":ana!~ana@cloak PRIVMSG Bob :") - 64)
        ana.send(f"PRIVMSG Bob :{text}")
        chat.expect_text(text, ANA)

    def test_lines_are_never_commands(self) -> None:
        """CR, LF and NUL can never reach the wire inside a line"""
        ana, _, chat = self.conversation()
        lines = self.from_msn(ana, chat, "hello\r\nQUIT :pwn\nJOIN #secret\rPRIVMSG ana :psst\x00\r\nKILL ana :x")
        self.assertEqual(lines, ["hello", "QUIT :pwn", "JOIN #secret", "PRIVMSG ana :psst", "KILL ana :x"])

    def test_message_in_chunks(self) -> None:
        """chunked MSN message | put together, then as above"""
        ana, _, chat = self.conversation()
        letter = "ß".encode()
        for body in chunk_bodies([b"gru" + letter[:1], letter[1:] + b" dich"]):
            chat.deliver(body)
        ana.expect("PRIVMSG", "ana", "gruß dich")

    def test_formatting_each_way(self) -> None:
        """mIRC codes over the whole text | `X-MMS-IM-Format` `EF=`, `CO=` (BGR!)"""
        ana, _, chat = self.conversation()
        self.assertEqual(self.from_msn(ana, chat, "loud", style="FN=Arial; EF=B; CO=0; CS=0; PF=22"), [f"{BOLD}loud"])
        self.assertEqual(self.from_msn(ana, chat, "plain", style=PLAIN_FORMAT), ["plain"])
        red = self.from_msn(ana, chat, "red", style="FN=Arial; EF=; CO=ff; CS=0; PF=22")
        self.assertTrue(red[0].startswith(f"{COLOUR}4"), red)
        ana.send(f"PRIVMSG Bob :{BOLD}{ITALIC}{COLOUR}04loud and red{RESET}")
        body = chat.expect_text("loud and red", ANA).body
        self.assertEqual((body.format_field("EF"), body.format_field("CO")), ("BI", "ff"))

    def test_actions_and_notices(self) -> None:
        """CTCP `ACTION` | text in italics; `/me waves` | `ACTION`; `NOTICE` | MSG"""
        ana, _, chat = self.conversation()
        ana.send("PRIVMSG Bob :\x01ACTION waves\x01")
        self.assertEqual(chat.expect_text("*ana waves*", ANA).body.format_field("EF"), "I")
        chat.say("/me waves back")
        ana.expect("PRIVMSG", "ana", "\x01ACTION waves back\x01")
        ana.send("NOTICE Bob :for your information")
        chat.expect_text("for your information", ANA)
        self.assert_silent(ana, "NOTICE", "FAIL", "401")

    def test_nudge_by_word(self) -> None:
        """`/me nudges <nick>`, `*patchcord nudge` | a nudge"""
        ana, _, chat = self.conversation()
        ana.send("PRIVMSG Bob :\x01ACTION nudges Bob\x01")
        self.assertIn(b"ID: 1", chat.expect_kind("text/x-msnmsgr-datacast", ANA).body.content)
        self.assertEqual(self.tell(ana, "nudge bob@example.com"), "You nudged Bob")
        self.assertIn(b"ID: 1", chat.expect_kind("text/x-msnmsgr-datacast", ANA).body.content)

    def test_what_irc_cannot_show_is_named(self) -> None:
        """wink, voice clip, … | a one-line notice naming it"""
        ana, _, chat = self.conversation()
        chat.deliver(datacast_body(2, "wink"))
        self.assertIn("wink", ana.expect_any(("NOTICE", "PRIVMSG")).text)
        self.assertEqual(of_command(ana.barrier(), "NOTICE"), [])

    def test_own_messages_are_not_echoed(self) -> None:
        """own message: `echo-message` is for IRC; nobody hears twice what was said once"""
        ana, _, chat = self.conversation(caps=("echo-message",))
        ana.send("PRIVMSG Bob :mine")
        ana.expect("PRIVMSG", "Bob", "mine", where=lambda line: line.nick == "ana")
        chat.expect_text("mine", ANA)
        chat.say("his")
        ana.expect("PRIVMSG", "ana", "his")
        self.assertEqual(chat.texts(), [])
        self.assert_silent(ana, "PRIVMSG")


class WindowTest(TwoGatewaysCase):
    """To a person on IRC the query simply goes on, whatever becomes of the switchboards."""

    def test_closed_window_is_opened_again(self) -> None:
        """MSN client closes the chat window | nothing on IRC; the next message calls"""
        ana, bob, first = self.conversation()
        first.say("one")
        ana.expect("PRIVMSG", "ana", "one")
        first.leave()
        ana.send("PRIVMSG Bob :two")
        second = bob.answer()
        second.expect_text("two", ANA)
        second.close()
        ana.send("PRIVMSG Bob :three")
        bob.answer().expect_text("three", ANA)
        self.assert_silent(ana, "FAIL", "NOTICE", "PART", "QUIT")

    def test_two_windows(self) -> None:
        """She answers where she was spoken to last"""
        ana, bob, first = self.conversation()
        first.say("from the first")
        second = bob.call(ANA)
        second.say("from the second")
        ana.expect("PRIVMSG", "ana", "from the second")
        ana.send("PRIVMSG Bob :to the second")
        second.expect_text("to the second", ANA)
        first.say("from the first again")
        ana.expect("PRIVMSG", "ana", "from the first again")
        ana.send("PRIVMSG Bob :to the first")
        first.expect_text("to the first", ANA)
        self.assertEqual(second.texts(), [])

    def test_stranger_can_be_answered(self) -> None:
        """Somebody who is on no list calls: she sees them, and may answer"""
        ana = self.linked("ana")
        carol = self.msn("carol")
        self.assertTrue(of_command(ana.ask("WHOIS Carol"), "401"))
        chat = carol.call(ANA)
        chat.say("hello, I am new")
        self.assertEqual(ana.expect("PRIVMSG", "ana", "hello, I am new").source, "Carol!carol@example.com")
        ana.send("PRIVMSG Carol :welcome")
        chat.expect_text("welcome", ANA)
        chat.leave()
        ana.send("PRIVMSG Carol :are you gone?")
        carol.answer().expect_text("are you gone?", ANA)


class UnansweredTest(TwoGatewaysCase):
    """bob's client rings, and he does not answer."""

    service = {"request_timeout": "1s"}

    def test_message_to_who_does_not_answer_is_reported(self) -> None:
        """message cannot be delivered | `FAIL PRIVMSG UNDELIVERED`, else a `NOTICE`"""
        ana, bob = self.friends(caps=("standard-replies",))
        ana.send("PRIVMSG Bob :is anybody there?")
        bob.wait_for_ring()
        failure = ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        self.assertIn("is anybody there?", failure.text)

    test_message_to_who_does_not_answer_is_reported.config = {}


if __name__ == "__main__":
    unittest.main()
