"""Messages between one person on IRC and one on MSN, and what becomes of those that cannot be delivered."""

import unittest

from harness.bridge import LOBBY, BridgeCase, person
from harness.case import configured
from harness.client import of_command
from harness.msn_body import chunk_bodies, datacast_body, file_invitation_body, text_body, typed_body


class PairCase(BridgeCase):
    """ana on IRC and bob on MSN."""

    def pair(self, caps=(), dialect: int = 12):
        """Both, and bob's switchboard with ana in it."""
        ana = self.irc("ana", caps=caps, realname="Ana Bee")
        bob = self.msn("bob", dialect=dialect)
        return ana, bob, bob.call(person("ana"))


class TextTest(PairCase):
    """Text, each way."""

    def test_irc_speaks_first(self) -> None:
        """two people talking | query | 1:1 switchboard session: bob's client rings, and has the message when it comes"""
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


class FateTest(PairCase):
    """What the sender is told."""

    def test_delivered_message_is_acknowledged(self) -> None:
        """message delivered | MSN: `ACK` to mode `A`; nothing to `U` and `N`, `ACK` to `D`"""
        ana, _, chat = self.pair()
        trids = {mode: chat.post(text_body(f"mode {mode}"), mode) for mode in "UNADS"}
        answers = [(command.verb, command.params[0]) for command in chat.barrier()]
        self.assertEqual(answers, [("ACK", trids[mode]) for mode in "ADS"])
        texts = [message.text for message in of_command(ana.barrier(), "PRIVMSG")]
        self.assertEqual(texts, [f"mode {mode}" for mode in "UNADS"])

    def test_message_to_somebody_who_left_is_not_acknowledged(self) -> None:
        """message cannot be delivered | MSN sender: `NAK` when it asked for acknowledgement"""
        ana, _, chat = self.pair()
        ana.send("QUIT")
        chat.expect_left(person("ana"))
        trids = {mode: chat.post(text_body("hello?"), mode) for mode in "UNAD"}
        answers = [(command.verb, command.params[0]) for command in chat.barrier()]
        self.assertEqual(answers, [("NAK", trids[mode]) for mode in "NAD"])

    def test_message_before_anybody_came_is_not_acknowledged(self) -> None:
        """... so is a message in an empty switchboard"""
        chat = self.msn("bob").open_switchboard()
        trid = chat.post(text_body("hello?"), "A")
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")

    @configured({"msn": {"ring_timeout": "1s"}})
    def test_irc_message_that_nobody_answers(self) -> None:
        """session lost and no answer | `FAIL PRIVMSG UNDELIVERED bob :…`, else a `NOTICE`; one for each message"""
        ana = self.irc("ana", caps=("standard-replies",))
        plain = self.irc("paula")
        self.msn("bob")
        ana.send("PRIVMSG Bob :one", "PRIVMSG Bob :two")
        plain.send("PRIVMSG Bob :three")
        for _ in range(2):
            ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        plain.expect("NOTICE", "paula", where=lambda message: "Bob" in message.text)

    @configured({"msn": {"ring_timeout": "1s"}})
    def test_notice_that_nobody_answers(self) -> None:
        """`NOTICE` ... never answered, not even with an error"""
        ana = self.irc("ana", caps=("standard-replies",))
        self.msn("bob")
        ana.send("NOTICE Bob :one", "PRIVMSG Bob :two")
        ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        self.assert_silent(ana, "FAIL", "NOTICE")

    def test_called_client_goes_away_while_it_rings(self) -> None:
        """session lost and no answer | the sender is told at once when the called person signs out"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob = self.msn("bob")
        ana.send("PRIVMSG Bob :hello")
        bob.wait_for_ring()
        bob.send("OUT")
        ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")

    def test_message_to_somebody_who_blocks(self) -> None:
        """the sender is told; the blocking client does not even ring"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob = self.msn("bob")
        bob.add("BL", person("ana"))
        ana.send("PRIVMSG Bob :hello")
        ana.expect("FAIL", "PRIVMSG", "UNDELIVERED", "Bob")
        bob.barrier()
        self.assertFalse(bob.rings)

    def test_message_to_nobody(self) -> None:
        """a nick that nobody has: `401`"""
        ana = self.irc("ana")
        self.assertTrue(of_command(ana.ask("PRIVMSG Nobody :hello"), "401", "ana", "Nobody"))

    @configured({"msn": {"max_queued_messages": 3}})
    def test_messages_that_wait_are_limited(self) -> None:
        """while the called client rings, messages wait; beyond the limit the sender is told, the others arrive"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob = self.msn("bob")
        replies = ana.ask(*(f"PRIVMSG Bob :{number}" for number in range(5)))
        self.assertEqual(len(of_command(replies, "FAIL", "PRIVMSG", "UNDELIVERED", "Bob")), 2)
        self.assertEqual(bob.answer().texts(), ["0", "1", "2"])

    def test_away_msn_user(self) -> None:
        """`BSY` and the others are an away message: 301 with its words"""
        ana = self.irc("ana")
        bob = self.msn("bob")
        bob.change_status("LUN")
        self.assertTrue(of_command(ana.ask("PRIVMSG Bob :hello"), "301", "ana", "Bob", "Out to lunch"))


class ObjectTest(PairCase):
    """What is no text."""

    def test_nudge_from_msn(self) -> None:
        """nudge (`text/x-msnmsgr-datacast` `ID: 1`) | `ACTION nudges you` (room: `nudges everyone`)"""
        ana, bob, chat = self.pair()
        chat.nudge()
        ana.expect("PRIVMSG", "ana", "\x01ACTION nudges you\x01")
        short = b"MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n"
        chat.deliver(short)
        ana.expect("PRIVMSG", "ana", "\x01ACTION nudges you\x01")
        ana.join("#lobby")
        bob.call(LOBBY).nudge()
        ana.expect("PRIVMSG", "#lobby", "\x01ACTION nudges everyone\x01")

    def test_nudge_from_irc(self) -> None:
        """from IRC: `CTCP NUDGE` or `/me nudges <nick>` → a nudge"""
        ana, _, chat = self.pair()
        for line in ("PRIVMSG Bob :\x01NUDGE\x01", "PRIVMSG Bob :\x01ACTION nudges Bob\x01"):
            with self.subTest(line):
                ana.send(line)
                message = chat.expect_kind("text/x-msnmsgr-datacast", person("ana"))
                self.assertTrue(message.body.content.startswith(b"ID: 1\r\n"), message)
        self.assertEqual(chat.texts(), [])

    def test_nudge_of_a_room(self) -> None:
        """`CTCP NUDGE` to a channel nudges each client in it"""
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        ana.send("PRIVMSG #lobby :\x01NUDGE\x01")
        chat.expect_kind("text/x-msnmsgr-datacast", person("ana"))

    def test_wink_voice_clip_and_ink_are_named(self) -> None:
        """wink, voice clip, ink ... | a one-line notice naming it"""
        ana, _, chat = self.pair()
        bodies = (
            ("wink", datacast_body(2, "<msnobj Creator=\"bob@example.com\" Type=\"8\"/>")),
            ("voice clip", datacast_body(3, "<msnobj Type=\"11\"/>")),
            ("by hand", typed_body("application/x-ms-ink", b"base64:AAAA")),
        )
        for word, body in bodies:
            with self.subTest(word):
                chat.deliver(body)
                message = ana.expect("PRIVMSG", "ana")
                self.assertIn(word, message.text)
                self.assertNotIn("msnobj", message.text)

    def test_action_of_a_datacast(self) -> None:
        """a datacast of text is what somebody does: ACTION"""
        ana, _, chat = self.pair()
        chat.deliver(datacast_body(4, "waves"))
        ana.expect("PRIVMSG", "ana", "\x01ACTION waves\x01")

    def test_what_only_clients_need_is_not_shown(self) -> None:
        """custom emoticon | the text stays; client capabilities, keep-alives and unknown types are not shown"""
        ana, _, chat = self.pair()
        for kind in ("text/x-mms-emoticon", "text/x-clientcaps", "text/x-keepalive", "application/x-foo", ""):
            chat.deliver(typed_body(kind, b":)\t%3Cmsnobj%2F%3E\t"))
        self.assert_silent(ana, "PRIVMSG", "NOTICE")
        chat.say("look :)")
        ana.expect("PRIVMSG", "ana", "look :)")

    def test_file_invitation_is_declined(self) -> None:
        """A file that cannot be taken is declined in MSN's own words, so that the sender does not wait for ever."""
        _, _, chat = self.pair()
        chat.post(file_invitation_body("holiday.jpg", 1000, cookie=4711), "N")
        answer = chat.expect_kind("text/x-msmsgsinvite", person("ana"))
        self.assertIn(b"Invitation-Command: CANCEL\r\n", answer.body.content)
        self.assertIn(b"Invitation-Cookie: 4711\r\n", answer.body.content)
        self.assertIn(b"Cancel-Code: REJECT", answer.body.content)


class TypingTest(PairCase):
    """Who is typing."""

    def test_irc_types(self) -> None:
        """`TAGMSG target` with `+typing=active` | `text/x-msmsgscontrol` with `TypingUser: ana@irc.<gw>`"""
        ana, _, chat = self.pair(caps=("message-tags",))
        ana.send("@+typing=active TAGMSG Bob")
        message = chat.expect_kind("text/x-msmsgscontrol", person("ana"))
        self.assertEqual(message.body.headers["typinguser"], person("ana"))

    def test_irc_types_in_a_room(self) -> None:
        """... and in a room"""
        ana = self.irc("ana", "#lobby", caps=("message-tags",))
        chat = self.msn("bob").call(LOBBY)
        ana.send("@+typing=active TAGMSG #lobby")
        message = chat.expect_kind("text/x-msmsgscontrol", person("ana"))
        self.assertEqual(message.body.headers["typinguser"], person("ana"))

    def test_irc_typing_is_told_once_in_a_while(self) -> None:
        """... at most one each 5 s, repeated while typing goes on"""
        ana, _, chat = self.pair(caps=("message-tags",))
        for _ in range(20):
            ana.ask("@+typing=active TAGMSG Bob")
        kinds = [command.body.kind for command in chat.barrier() if command.verb == "MSG"]
        self.assertEqual(kinds, ["text/x-msmsgscontrol"])

    @configured({"msn": {"typing_interval": "1s"}, "chat": {"typing_interval": "1s"}})
    def test_irc_typing_is_repeated(self) -> None:
        """... repeated while typing goes on"""
        ana, _, chat = self.pair(caps=("message-tags",))
        seen = 0
        while seen < 2:
            ana.ask("@+typing=active TAGMSG Bob")
            seen += sum(command.verb == "MSG" for command in chat.barrier())

    def test_end_of_irc_typing_is_not_told(self) -> None:
        """`+typing=paused` or `done`, or the message itself | no further control message"""
        ana, _, chat = self.pair(caps=("message-tags",))
        ana.ask("@+typing=paused TAGMSG Bob", "@+typing=done TAGMSG Bob", "PRIVMSG Bob :done")
        kinds = [command.body.kind for command in chat.barrier() if command.verb == "MSG"]
        self.assertEqual(kinds, ["text/plain"])

    def test_irc_typing_opens_no_window(self) -> None:
        """Typing is no reason for a client to ring."""
        ana = self.irc("ana", caps=("message-tags",))
        bob = self.msn("bob")
        ana.ask("@+typing=active TAGMSG Bob")
        bob.barrier()
        self.assertFalse(bob.rings)

    def test_msn_types(self) -> None:
        """MSN `TypingUser` | `TAGMSG` with `+typing=active` to those with `message-tags`; nothing to others"""
        ana = self.irc("ana", "#lobby", caps=("message-tags",))
        plain = self.irc("paula", "#lobby")
        bob = self.msn("bob")
        bob.call(person("ana")).type_something()
        notice = ana.expect("TAGMSG", "ana")
        self.assertEqual((notice.nick, notice.tags["+typing"]), ("Bob", "active"))
        bob.call(LOBBY).type_something()
        notice = ana.expect("TAGMSG", "#lobby")
        self.assertEqual((notice.nick, notice.tags["+typing"]), ("Bob", "active"))
        self.assert_silent(plain, "TAGMSG", "PRIVMSG", "NOTICE")

    def test_msn_typing_is_told_once_in_a_while(self) -> None:
        """... at most one each 3 s"""
        ana, _, chat = self.pair(caps=("message-tags",))
        for _ in range(20):
            chat.type_something()
        chat.barrier()
        self.assertEqual(len(of_command(ana.barrier(), "TAGMSG", "ana")), 1)

    def test_message_ends_msn_typing(self) -> None:
        """`+typing=done` when the message arrives: the text itself says so to clients, and no `done` follows it later"""
        ana, _, chat = self.pair(caps=("message-tags",))
        chat.type_something()
        chat.say("here it is")
        arrived = [message.command for message in ana.barrier() if message.nick == "Bob"]
        self.assertEqual(arrived[0], "TAGMSG")
        self.assertIn("PRIVMSG", arrived)

    def test_claimed_typist_is_not_believed(self) -> None:
        """the sender of the MSG counts, whatever TypingUser says"""
        ana = self.irc("ana", "#lobby", caps=("message-tags",))
        self.irc("olga", "#lobby")
        chat = self.msn("mal").call(LOBBY)
        body = f"MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: {person('olga')}\r\n\r\n\r\n"
        chat.post(body.encode(), "U")
        self.assertEqual(ana.expect("TAGMSG", "#lobby").nick, "Mal")


if __name__ == "__main__":
    unittest.main()
