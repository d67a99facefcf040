"""Text between one person on IRC and one on MSN."""

import unittest

from harness.bridge import LOBBY, PairCase, person
from harness.client import of_command
from harness.msn_body import chunk_bodies, text_body


class TextTest(PairCase):
    """Text, each way."""

    def test_irc_speaks_first(self) -> None:
        """two people talking | query | 1:1 switchboard session: bob's client rings, and then has the message"""
        ana = self.irc("ana", realname="Ana Bee")
        bob = self.msn("bob")
        ana.send("PRIVMSG Bob :hello", "PRIVMSG Bob :are you there?")
        ring = bob.wait_for_ring()
        self.assertEqual((ring.params[4], ring.name(5)), (person("ana"), "Ana Bee"))
        chat = bob.answer(ring)
        self.assertEqual(chat.present, {person("ana"): "Ana Bee"})
        self.assertEqual(chat.texts(), ["hello", "are you there?"])
        self.assertFalse(bob.rings)

    def test_irc_text_arrives_as_plain_text(self) -> None:
        """`PRIVMSG` | `MSG` `text/plain; charset=UTF-8` from `ana@irc.<gw>`"""
        ana, _, chat = self.pair()
        ana.send("PRIVMSG Bob :grüß dich ☺ привет")
        message = chat.expect_text("grüß dich ☺ привет", person("ana"))
        self.assertEqual(message.name(1), "Ana Bee")
        self.assertEqual(message.body.headers["content-type"], "text/plain; charset=UTF-8")

    def test_room_text_arrives_as_plain_text(self) -> None:
        """`PRIVMSG #lobby :hello` | `MSG` `text/plain; charset=UTF-8` from `ana@irc.<gw>`"""
        ana = self.irc("ana", "#lobby")
        chats = [self.msn(f"bob{dialect}", dialect=dialect).call(LOBBY) for dialect in (8, 12)]
        ana.send("PRIVMSG #lobby :hello")
        for chat in chats:
            chat.expect_text("hello", person("ana"))

    def test_room_text_of_msn_goes_to_all_but_its_sender(self) -> None:
        """No message crosses back to where it came from."""
        ana = self.irc("ana", "#lobby")
        bob, carol = (self.msn(name).call(LOBBY) for name in ("bob", "carol"))
        bob.say("hello")
        ana.expect("PRIVMSG", "#lobby", "hello", where=lambda message: message.source == "Bob!bob@example.com")
        carol.expect_text("hello", "bob@example.com")
        self.assertEqual(bob.texts(), [])
        self.assertEqual(of_command(ana.barrier(), "PRIVMSG"), [])

    def test_msn_text_of_one_line(self) -> None:
        """... and from MSN a PRIVMSG from bob's nick"""
        ana, _, chat = self.pair()
        chat.say("grüß dich ☺")
        self.assertEqual(ana.expect("PRIVMSG", "ana", "grüß dich ☺").source, "Bob!bob@example.com")

    def test_msn_text_of_several_lines(self) -> None:
        """MSN `MSG` `text/plain` of several lines | one `PRIVMSG` a line. Empty lines are kept as one space."""
        ana, _, chat = self.pair()
        for ends in ("\r\n", "\n", "\r"):
            with self.subTest(repr(ends)):
                chat.say(ends.join(("one", "", "three")))
                lines = [message.text for message in of_command(ana.barrier(), "PRIVMSG", "ana")]
                self.assertEqual(lines, ["one", " ", "three"])

    def test_msn_lines_are_never_commands(self) -> None:
        """CR, LF and NUL can never reach the wire inside a line"""
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        chat.say("hello\r\nQUIT :pwn\nJOIN #secret\rPRIVMSG ana :psst\x00\r\nKILL ana :x")
        lines = [message for message in ana.barrier() if message.nick == "Bob" and message.command != "JOIN"]
        self.assertEqual({message.command for message in lines}, {"PRIVMSG"})
        self.assertEqual(
            [message.params for message in lines],
            [["#lobby", text] for text in ("hello", "QUIT :pwn", "JOIN #secret", "PRIVMSG ana :psst", "KILL ana :x")],
        )
        chat.say("still here")
        ana.expect("PRIVMSG", "#lobby", "still here")

    def test_long_msn_text_is_split(self) -> None:
        """text longer than an IRC line | split at ≤ 512 bytes between grapheme clusters, better between words"""
        family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
        ana, _, chat = self.pair()
        for text in ("a" * 1400, "\U0001f600" * 300, family * 70, "word " * 250 + "end", "x" * 1200 + " end"):
            with self.subTest(text[:12]):
                chat.say(text)
                lines = [message.text for message in of_command(ana.barrier(), "PRIVMSG", "ana")]
                self.assertGreater(len(lines), 1)
                self.assertEqual("".join(lines), text)
        chat.say(family * 70)
        for message in of_command(ana.barrier(), "PRIVMSG", "ana"):
            self.assertEqual(len(message.text) % len(family), 0, "a family was torn apart")

    def test_irc_text_as_long_as_it_gets_is_one_message(self) -> None:
        """text longer than one MSN payload is split; an IRC line never is that long, tags and all"""
        ana, _, chat = self.pair()
        text = "b" * (510 - len(":ana!ana@cloak PRIVMSG Bob :") - 64)
        ana.send(f"PRIVMSG Bob :{text}")
        chat.expect_text(text)

    def test_own_messages_are_not_echoed_to_msn(self) -> None:
        """own message: `echo-message` is for IRC; the sender's own switchboard hears nothing of it"""
        ana, _, chat = self.pair(caps=("echo-message",))
        chat.say("mine")
        self.assertEqual(chat.texts(), [])
        ana.send("PRIVMSG Bob :hers")
        ana.expect("PRIVMSG", "Bob", "hers", where=lambda message: message.nick == "ana")
        chat.expect_text("hers")

    def test_notice_is_a_message(self) -> None:
        """`NOTICE` | MSG, and never answered by an automatic reply"""
        ana, _, chat = self.pair()
        ana.send("NOTICE Bob :for your information")
        chat.expect_text("for your information", person("ana"))
        self.assert_silent(ana, "NOTICE", "PRIVMSG", "401")

    def test_conversation_goes_on_in_the_window_that_is_open(self) -> None:
        """To a person on IRC the query simply goes on, whatever becomes of the switchboards."""
        ana, bob, first = self.pair()
        second = bob.call(person("ana"))
        second.say("from the second")
        ana.expect("PRIVMSG", "ana", "from the second")
        second.leave()
        ana.send("PRIVMSG Bob :go on")
        first.expect_text("go on")
        first.leave()
        ana.send("PRIVMSG Bob :and on")
        bob.answer().expect_text("and on")

    def test_irc_user_who_quits_leaves_the_switchboard(self) -> None:
        """QUIT | `BYE`; whoever takes the nick next hears nothing before they are called"""
        ana, bob, chat = self.pair()
        ana.send("QUIT :bye")
        chat.expect_left(person("ana"))
        again = self.irc("ana")
        trid = chat.post(text_body("to nobody"))
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assert_silent(again, "PRIVMSG")
        chat.call(person("ana"))
        chat.expect_joined(person("ana"))
        chat.say("welcome back")
        again.expect("PRIVMSG", "ana", "welcome back")

    def test_nick_change_keeps_the_handle(self) -> None:
        """IRC user changes nick | the conversation goes on under the handle that MSN knows"""
        ana, _, chat = self.pair()
        ana.send("NICK anabel", "PRIVMSG Bob :me again")
        message = chat.expect_text("me again", person("ana"))
        self.assertEqual(message.body.headers["p4-context"], "anabel")
        chat.say("hi anabel")
        ana.expect("PRIVMSG", "anabel", "hi anabel")

    def test_each_dialect_talks(self) -> None:
        """every generation of clients: both ways"""
        ana = self.irc("ana")
        for dialect in range(2, 13):
            with self.subTest(dialect):
                chat = self.msn(f"bob{dialect}", dialect=dialect).call(person("ana"))
                chat.say(f"I speak MSNP{dialect}")
                ana.expect("PRIVMSG", "ana", f"I speak MSNP{dialect}")
                ana.send(f"PRIVMSG Bob{dialect} :so you do")
                chat.expect_text("so you do", person("ana"))


class ChunkTest(PairCase):
    """Messages of Messenger 7 that come in parts."""

    def test_chunked_message(self) -> None:
        """chunked MSN message | put together, then as above"""
        ana, _, chat = self.pair()
        for body in chunk_bodies(["first half, ", "second half"]):
            chat.deliver(body)
        ana.expect("PRIVMSG", "ana", "first half, second half")
        self.assert_silent(ana, "PRIVMSG")

    def test_letter_that_is_cut_between_chunks(self) -> None:
        """... a UTF-8 sequence may be split across parts"""
        ana, _, chat = self.pair()
        letter = "ß".encode()
        for body in chunk_bodies([b"gru" + letter[:1], letter[1:] + b" dich"]):
            chat.deliver(body)
        ana.expect("PRIVMSG", "ana", "gruß dich")


if __name__ == "__main__":
    unittest.main()
