"""What is no text and crosses the bridge, or does not: nudges, winks, files, typing."""

import unittest

from harness.bridge import LOBBY, PairCase, person
from harness.case import configured
from harness.client import Client, of_command
from harness.msn_body import (
    FILE_PURPOSE,
    OBJECT_PURPOSE,
    datacast_body,
    file_context,
    file_invitation_body,
    nudge_body,
    p2p_bodies,
    slp_invitation,
    typed_body,
)


class ObjectTest(PairCase):
    """What is no text."""

    def test_nudge_from_msn(self) -> None:
        """nudge (`text/x-msnmsgr-datacast` `ID: 1`) | `ACTION nudges you` (room: `nudges everyone`)"""
        ana, bob, chat = self.pair()
        chat.nudge()
        ana.expect("PRIVMSG", "ana", "\x01ACTION nudges you\x01")
        short = b"MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n"
        bob.call(person("ana")).deliver(short)
        ana.expect("PRIVMSG", "ana", "\x01ACTION nudges you\x01")
        ana.join("#lobby")
        bob.call(LOBBY).nudge()
        ana.expect("PRIVMSG", "#lobby", "\x01ACTION nudges everyone\x01")

    def test_nudge_from_irc(self) -> None:
        """from IRC: `CTCP NUDGE` or `/me nudges <nick>` → a nudge"""
        ana = self.irc("ana")
        for nick, text in (("Bob", "\x01NUDGE\x01"), ("Carol", "\x01ACTION nudges Carol\x01")):
            with self.subTest(text):
                chat = self.msn(nick.lower()).call(person("ana"))
                ana.send(f"PRIVMSG {nick} :{text}")
                message = chat.expect_kind("text/x-msnmsgr-datacast", person("ana"))
                self.assertTrue(message.body.content.startswith(b"ID: 1\r\n"), message)
                self.assertEqual(chat.texts(), [])

    def test_nudges_are_rare(self) -> None:
        """... but not one after the other: the second is refused, and its sender is told"""
        ana, _, chat = self.pair(caps=("standard-replies",))
        chat.nudge()
        trid = chat.post(nudge_body())
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assertEqual(len(of_command(ana.barrier(), "PRIVMSG")), 1)
        replies = ana.ask(*["PRIVMSG Bob :\x01NUDGE\x01"] * 2)
        self.assertEqual(len(of_command(replies, "FAIL", "PRIVMSG", "UNDELIVERED", "Bob")), 1)
        self.assertEqual([command.verb for command in chat.barrier()], ["MSG"])

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

    def assert_offered(self, ana: Client, size: str) -> None:
        """A DCC offer of holiday.jpg came, and a line with a link."""
        self.assertRegex(ana.expect("PRIVMSG", "ana").text, r"^\x01DCC SEND holiday\.jpg \d+ \d+ \d+\x01$")
        named = rf"^\x01ACTION offers a file: holiday\.jpg \({size}\): http://\S+/file/\S+/holiday\.jpg\x01$"
        self.assertRegex(ana.expect("PRIVMSG", "ana").text, named)

    def test_file_invitation_is_offered(self) -> None:
        """A file is offered by DCC and by a link; a refusal is told in MSN's own words."""
        ana, _, chat = self.pair()
        chat.post(file_invitation_body("holiday.jpg", 12600, cookie=4711), "N")
        self.assert_offered(ana, "12 KiB")
        ana.send("NOTICE Bob :\x01DCC REJECT SEND holiday.jpg\x01")
        answer = chat.expect_kind("text/x-msmsgsinvite", person("ana"))
        self.assertIn(b"Invitation-Command: CANCEL\r\n", answer.body.content)
        self.assertIn(b"Invitation-Cookie: 4711\r\n", answer.body.content)
        self.assertIn(b"Cancel-Code: REJECT\r\n", answer.body.content)

    def test_file_offer_of_newer_clients(self) -> None:
        """... and in the words of newer ones: an acknowledgement at once, then `603 Decline`, which the sender understands"""
        ana, bob, chat = self.pair()
        offer = slp_invitation(bob.handle, person("ana"), FILE_PURPOSE, file_context("holiday.jpg", 11))
        *first, last = p2p_bodies(person("ana"), offer, size=600)
        for body in first:
            chat.deliver(body, "D")
        trid = chat.post(last, "D")
        chat.expect("ACK", trid)
        acknowledged = chat.expect_kind("application/x-msnmsgrp2p", person("ana")).body
        self.assertEqual(acknowledged.headers["p2p-dest"], bob.handle)
        flags, identifier, ack_uid = (acknowledged.content[at : at + 4] for at in (28, 32, 36))
        self.assertEqual((flags, identifier, ack_uid), (b"\x02\0\0\0", b"\x07\0\0\0", b"\x63\0\0\0"))
        self.assert_offered(ana, "11 B")
        ana.send("NOTICE Bob :\x01DCC REJECT SEND holiday.jpg\x01")
        declined = chat.expect_kind("application/x-msnmsgrp2p", person("ana")).body.content
        self.assertTrue(declined[48:].startswith(b"MSNSLP/1.0 603 Decline\r\n"), declined)
        self.assertIn(b"Call-ID: {9D79AE57-1BD5-444B-B14E-3FC9BB2B5D58}\r\n", declined)
        self.assertTrue(declined.endswith(b"SessionID: 4711\r\n\r\n\0" + bytes(4)), declined)

    def test_file_offer_in_a_room_is_named_there(self) -> None:
        """… in a room | one line with name, size and link"""
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        chat.post(file_invitation_body("C:\\x\\holiday.jpg", 11), "N")
        named = r"^\x01ACTION offers a file: holiday\.jpg \(11 B\): http://\S+/file/\S+/holiday\.jpg\x01$"
        self.assertRegex(ana.expect("PRIVMSG", "#lobby").text, named)

    def test_request_for_a_picture_is_declined_silently(self) -> None:
        """display picture, emoticon | nobody is bothered, and the client does not wait"""
        ana, bob, chat = self.pair()
        (body,) = p2p_bodies(person("ana"), slp_invitation(bob.handle, person("ana"), OBJECT_PURPOSE, b"<msnobj/>\0"))
        chat.deliver(body, "D")
        chat.expect_kind("application/x-msnmsgrp2p")
        self.assertIn(b"603 Decline", chat.expect_kind("application/x-msnmsgrp2p").body.content)
        self.assert_silent(ana, "PRIVMSG", "NOTICE")


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

    @configured({"irc": {"typing": "ctcp"}})
    def test_typing_by_ctcp(self) -> None:
        """clients without `message-tags` | ... the setting `typing = "ctcp"` asks for CTCP `TYPING 1`/`0`"""
        paula = self.irc("paula", "#lobby")
        bob = self.msn("bob")
        chat = bob.call(person("paula"))
        chat.type_something()
        self.assertEqual(paula.expect("PRIVMSG", "paula").text, "\x01TYPING 1\x01")
        self.assertEqual(paula.expect("PRIVMSG", "paula", timeout=20.0).text, "\x01TYPING 0\x01")
        bob.call(LOBBY).type_something()
        self.assert_silent(paula, "PRIVMSG", "TAGMSG")
        paula.send("PRIVMSG Bob :\x01TYPING 1\x01")
        message = chat.expect_kind("text/x-msmsgscontrol", person("paula"))
        self.assertEqual(message.body.headers["typinguser"], person("paula"))
        self.assertEqual(paula.ask("PRIVMSG Bob :\x01TYPING 0\x01"), [])
        self.assertEqual(chat.texts(), [])

    def test_msn_typing_is_told_once_in_a_while(self) -> None:
        """... at most one each 3 s"""
        ana, _, chat = self.pair(caps=("message-tags",))
        for _ in range(20):
            chat.type_something()
        chat.barrier()
        self.assertEqual(len(of_command(ana.barrier(), "TAGMSG", "ana")), 1)

    def test_message_ends_msn_typing(self) -> None:
        """`+typing=done` when the message arrives: the text itself says so to clients"""
        ana, _, chat = self.pair(caps=("message-tags",))
        chat.type_something()
        chat.say("here it is")
        arrived = [message.command for message in ana.barrier() if message.nick == "Bob"]
        self.assertEqual(arrived[0], "TAGMSG")
        self.assertIn("PRIVMSG", arrived)

    def test_msn_typing_ends_by_itself(self) -> None:
        """... or 10 s after the last control message: `+typing=done`"""
        ana, _, chat = self.pair(caps=("message-tags",))
        chat.type_something()
        self.assertEqual(ana.expect("TAGMSG", "ana").tags["+typing"], "active")
        self.assertEqual(ana.expect("TAGMSG", "ana", timeout=20.0).tags["+typing"], "done")

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
