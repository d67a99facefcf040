"""Messages of several lines, messages that are taken back, and channels that get another name."""

import time
import unittest

from harness.bridge import LOBBY, PairCase, person, room
from harness.case import configured
from harness.client import of_command

MULTILINE = ("message-tags", "batch", "draft/multiline")
REDACTION = ("message-tags", "echo-message", "standard-replies", "draft/message-redaction")


def batch(target: str, *lines: tuple[str, bool], opening: str = "") -> list[str]:
    """What a client sends for one message; each line is a text, and whether it goes on in the one before."""
    tags = {True: "@batch=1;draft/multiline-concat", False: "@batch=1"}
    sent = [f"{tags[joined]} PRIVMSG {target} :{text}" for text, joined in lines]
    return [f"{opening}BATCH +1 draft/multiline {target}", *sent, "BATCH -1"]


class MultilineTest(PairCase):
    """One message, however many lines it has."""

    def assert_batch(self, messages, target: str, texts) -> None:
        """The messages are one batch with these lines; the msgid is on its first line only."""
        self.assertEqual([message.command for message in messages], ["BATCH", *["PRIVMSG"] * len(texts), "BATCH"])
        first, *lines, last = messages
        self.assertEqual(first.params[1:], ["draft/multiline", target])
        reference = first.params[0].removeprefix("+")
        self.assertEqual(last.params, [f"-{reference}"])
        self.assertEqual([message.text for message in lines], texts)
        self.assertEqual({message.tags["batch"] for message in lines}, {reference})
        self.assertIn("msgid", first.tags)
        self.assertFalse(any("msgid" in message.tags for message in lines))

    def test_irc_message_is_one_message_on_msn(self) -> None:
        """a batch of IRC | one `MSG` with line breaks"""
        ana, _, chat = self.pair(caps=MULTILINE)
        ana.ask(*batch("Bob", ("how is ", False), ("everyone?", True), ("", False), ("\x02fine\x02", False)))
        text = chat.expect_text(sender=person("ana")).body.text
        self.assertEqual(text.replace("\r\n", "\n"), "how is everyone?\n\nfine")
        self.assertEqual(chat.texts(), [])

    def test_msn_message_is_a_batch(self) -> None:
        """`MSG` of several lines, or one that is too long for IRC | a batch; long lines go on with the tag"""
        ana, _, chat = self.pair(caps=MULTILINE)
        chat.say("one\r\n\r\nthree")
        self.assert_batch(ana.barrier(), "ana", ["one", "", "three"])
        text = "word " * 250 + "end"
        chat.say(text)
        messages = ana.barrier()
        self.assert_batch(messages, "ana", [message.text for message in messages[1:-1]])
        self.assertEqual("".join(message.text for message in messages[1:-1]), text)
        joined = ["draft/multiline-concat" in message.tags for message in messages[1:-1]]
        self.assertEqual(joined, [False] + [True] * (len(joined) - 1))
        chat.say("one line")
        self.assertEqual([message.command for message in ana.barrier()], ["PRIVMSG"])

    def test_room_with_all_kinds_of_clients(self) -> None:
        """who understands batches gets one, others get lines without the blank ones; the msgid is the same"""
        ana = self.irc("ana", "#lobby", caps=(*MULTILINE, "labeled-response", "echo-message"))
        dora = self.irc("dora", "#lobby", caps=MULTILINE)
        carol = self.irc("carol", "#lobby", caps=("message-tags",))
        chat = self.msn("bob").call(LOBBY)
        for client in (ana, dora, carol):
            client.expect("JOIN", "#lobby", where=lambda message: message.nick == "Bob")
            client.barrier()
        echo = ana.ask(*batch("#lobby", ("one", False), ("", False), ("three", False), opening="@label=x "))
        self.assert_batch(echo, "#lobby", ["one", "", "three"])
        self.assertEqual([message.tags.get("label") for message in echo], ["x"] + [None] * 4)
        relayed = dora.barrier()
        self.assert_batch(relayed, "#lobby", ["one", "", "three"])
        plain = of_command(carol.barrier(), "PRIVMSG", "#lobby")
        self.assertEqual([message.text for message in plain], ["one", "three"])
        self.assertEqual(plain[0].tags["msgid"], echo[0].tags["msgid"])
        self.assertEqual(relayed[0].tags["msgid"], echo[0].tags["msgid"])
        self.assertNotIn("msgid", plain[1].tags)
        self.assertEqual(chat.expect_text(sender=person("ana")).body.text.replace("\r\n", "\n"), "one\n\nthree")

    def test_history_shows_it_as_it_was_said(self) -> None:
        """CHATHISTORY | a batch inside that of the history, with the msgid on its opening; lines to others"""
        ana = self.irc("ana", "#lobby", caps=(*MULTILINE, "labeled-response", "echo-message"))
        text = "word " * 200 + "end"
        lines = (("one", False), ("", False), (text[:400], False), (text[400:800], True), (text[800:], True))
        echo = ana.ask(*batch("#lobby", *lines, opening="@label=x "))
        dora = self.irc("dora", "#lobby", caps=(*MULTILINE, "server-time", "draft/chathistory"))
        outer, *inner, last = dora.ask("CHATHISTORY LATEST #lobby * 10")
        self.assertEqual(outer.params[1:], ["chathistory", "#lobby"])
        reference = outer.params[0].removeprefix("+")
        self.assertEqual(last.params, [f"-{reference}"])
        self.assert_batch(inner, "#lobby", [message.text for message in inner[1:-1]])
        self.assertEqual([inner[0].tags["batch"], inner[-1].tags["batch"]], [reference] * 2)
        self.assertEqual(inner[0].tags["msgid"], echo[0].tags["msgid"])
        said = ""
        for message in inner[1:-1]:
            said += ("" if "draft/multiline-concat" in message.tags else "\n") + message.text
        self.assertEqual(said, f"\none\n\n{text}")
        carol = self.irc("carol", "#lobby", caps=("batch", "message-tags", "server-time", "draft/chathistory"))
        plain = of_command(carol.ask("CHATHISTORY LATEST #lobby * 10"), "PRIVMSG")
        self.assertEqual(plain[0].text, "one")
        self.assertEqual("".join(message.text for message in plain[1:]), text)

    def test_a_message_of_a_hundred_lines_is_soon_there(self) -> None:
        """The longest message there may be costs flood control far less than its lines alone would."""
        ana = self.irc("ana", "#lobby", caps=MULTILINE)
        dora = self.irc("dora", "#lobby", caps=MULTILINE)
        ana.barrier()
        started = time.monotonic()
        texts = [f"line {number}" for number in range(100)]
        ana.ask(*batch("#lobby", *((text, False) for text in texts)))
        self.assertLess(time.monotonic() - started, 15)
        self.assert_batch(dora.barrier(), "#lobby", texts)

    def test_what_is_not_allowed_reaches_nobody(self) -> None:
        """FAIL, and the rest of the batch is passed over"""
        ana, _, chat = self.pair(caps=MULTILINE)
        for lines in ([("", False), ("", False)], [("a", False), ("", True)], [("\x01ACTION x\x01", False)]):
            with self.subTest(lines):
                fails = of_command(ana.ask(*batch("Bob", *lines, ("", False))), "FAIL")
                self.assertEqual([fail.params[:2] for fail in fails], [["BATCH", "MULTILINE_INVALID"]])
        fails = of_command(ana.ask(*batch("*patchcord", ("help", False), ("list", False))), "FAIL")
        self.assertEqual([fail.params[:2] for fail in fails], [["BATCH", "MULTILINE_INVALID"]])
        self.assertEqual(chat.texts(), [])


class RedactionTest(PairCase):
    """REDACT."""

    def said(self, client, target: str, text: str) -> str:
        """Says it, and gives its msgid."""
        client.send(f"PRIVMSG {target} :{text}")
        return client.expect("PRIVMSG", target, text).tags["msgid"]

    def test_author_takes_a_message_back(self) -> None:
        """who understands it is told; MSN keeps the message, and the author is told that"""
        ana = self.irc("ana", "#lobby", caps=REDACTION)
        carol = self.irc("carol", "#lobby", caps=REDACTION)
        dora = self.irc("dora", "#lobby", caps=("message-tags",))
        msgid = self.said(ana, "#lobby", "oops")
        ana.send(f"REDACT #lobby {msgid} :wrong room")
        for client in (ana, carol):
            self.assertEqual(client.expect("REDACT").params, ["#lobby", msgid, "wrong room"])
        self.assertEqual(of_command(ana.barrier(), "NOTE"), [])
        self.assertEqual(of_command(dora.barrier(), "REDACT"), [])
        chat = self.msn("bob").call(LOBBY)
        ana.expect("JOIN", "#lobby", where=lambda message: message.nick == "Bob")
        msgid = self.said(ana, "#lobby", "oops again")
        chat.expect_text("oops again")
        ana.send(f"REDACT #lobby {msgid}")
        ana.expect("NOTE", "REDACT", "NOT_ON_MSN", "#lobby", msgid)
        self.assertEqual(chat.texts(), [])

    def test_others_may_not_but_operators_may(self) -> None:
        """REDACT_FORBIDDEN; an operator of the channel takes away what others said, from MSN too"""
        olga = self.irc("olga", "#crew", caps=REDACTION)
        ana = self.irc("ana", "#crew", caps=REDACTION)
        chat = self.msn("bob").call(room("crew"))
        ana.expect("JOIN", "#crew", where=lambda message: message.nick == "Bob")
        chat.say("spam")
        msgid = ana.expect("PRIVMSG", "#crew", "spam").tags["msgid"]
        ana.send(f"REDACT #crew {msgid}")
        ana.expect("FAIL", "REDACT", "REDACT_FORBIDDEN", "#crew", msgid)
        olga.send(f"REDACT #crew {msgid} :spam")
        self.assertEqual(ana.expect("REDACT").params, ["#crew", msgid, "spam"])
        ana.send(f"REDACT #crew {msgid}")
        ana.expect("FAIL", "REDACT", "UNKNOWN_MSGID", "#crew", msgid)

    @configured({"irc": {"redact_time": "0s"}})
    def test_redact_time(self) -> None:
        """`redact_time = "0s"` | nobody takes back what they said; operators of the channel may still"""
        olga = self.irc("olga", "#crew", caps=REDACTION)
        ana = self.irc("ana", "#crew", caps=REDACTION)
        msgid = self.said(ana, "#crew", "oops")
        ana.send(f"REDACT #crew {msgid}")
        ana.expect("FAIL", "REDACT", "REDACT_WINDOW_EXPIRED", "#crew", msgid, "0")
        olga.send(f"REDACT #crew {msgid}")
        ana.expect("REDACT", "#crew", msgid)


class RenameTest(PairCase):
    """RENAME."""

    def test_channel_gets_another_name(self) -> None:
        """who understands it gets RENAME, others PART and JOIN; MSN finds the room by its new name"""
        olga = self.irc("olga", "#crew", caps=("draft/channel-rename", "standard-replies"))
        ana = self.irc("ana", "#crew")
        olga.send("RENAME #crew #team :we are one")
        olga.expect("RENAME", "#crew", "#team", "we are one")
        ana.expect("PART", "#crew", "we are one")
        ana.expect("JOIN", "#team")
        ana.expect("366", "ana", "#team")
        ana.send("PRIVMSG #team :still here")
        olga.expect("PRIVMSG", "#team", "still here")
        chat = self.msn("bob").call(room("team"))
        self.assertEqual(set(chat.present), {room("team")})
        olga.expect("JOIN", "#team", where=lambda message: message.nick == "Bob")
        olga.send("RENAME #team #crew")
        olga.expect("FAIL", "RENAME", "CANNOT_RENAME", "#team", "#crew")
        ana.send("PRIVMSG #team :and here")
        chat.expect_text("and here", person("ana"))

    def test_history_goes_with_the_channel(self) -> None:
        """what was said before is read under the new name; under the old one nobody reads it"""
        modern = ("batch", "message-tags", "server-time", "draft/chathistory")
        olga = self.irc("olga", "#crew", caps=(*modern, "draft/event-playback", "draft/channel-rename"))
        ana = self.irc("ana", "#crew", caps=modern)
        ana.send("PRIVMSG #crew :before")
        olga.expect("PRIVMSG", "#crew", "before")
        olga.send("RENAME #crew #team :we are one")
        ana.send("PRIVMSG #team :after")
        olga.expect("PRIVMSG", "#team", "after")
        shown = of_command(ana.ask("CHATHISTORY LATEST #team * 10"), "PRIVMSG")
        self.assertEqual([(line.params[0], line.text) for line in shown], [("#team", "before"), ("#team", "after")])
        events = of_command(olga.ask("CHATHISTORY LATEST #team * 10"), "RENAME")
        self.assertEqual([line.params for line in events], [["#crew", "#team", "we are one"]])
        carl = self.irc("carl", "#crew", caps=modern)
        self.assertEqual(of_command(carl.ask("CHATHISTORY LATEST #crew * 10"), "PRIVMSG"), [])

    def test_room_of_the_configuration_keeps_its_name(self) -> None:
        """`[[room]]` | CANNOT_RENAME"""
        olga = self.irc("olga", "#lobby", caps=("draft/channel-rename",))
        olga.send("RENAME #lobby #hall")
        olga.expect("FAIL", "RENAME", "CANNOT_RENAME", "#lobby", "#hall")


if __name__ == "__main__":
    unittest.main()
