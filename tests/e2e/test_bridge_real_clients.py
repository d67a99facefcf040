"""irssi and WeeChat on one side, patchcord-msn and a scripted MSN client on the other: what people see."""

import unittest

from harness.bridge import GATEWAY, LOBBY, BridgeCase, person
from harness.client import of_command
from harness.msn_body import text_body
from harness.real_clients import start_irssi, start_messenger, start_weechat
from harness.terminal import Terminal

REAL_NAME = "Ира 100% 名前 ☃"
FRIENDLY_NAME = "50% of Bob + 日本 🎉"
RIGHT_TO_LEFT = "مرحبا بالعالم"
RED_AND_BOLD = "FN=Arial; EF=B; CO=ff; CS=0; PF=22"


class ScreenCase(BridgeCase):
    """`irssi` and `weechat` are on IRC, `carol` sits at patchcord-msn; `bob` is scripted."""

    def show(self, terminal: Terminal) -> Terminal:
        """Ends with the test, before the daemon's descriptors are counted."""
        self.addCleanup(terminal.close)
        self._clients.append(terminal)
        return terminal

    def irssi(self, nick: str = "irssian", channel: str = "#lobby") -> Terminal:
        terminal = start_irssi(self.daemon, self.directory / nick, nick, realname=REAL_NAME)
        self.show(terminal)
        terminal.type(f"/join {channel}")
        terminal.wait_for(f"[Users {channel}]")
        return terminal

    def weechat(self, nick: str = "weechatter", channel: str = "#lobby") -> Terminal:
        settings = {
            "typing.look.enabled_nicks": "on",
            "typing.look.enabled_self": "on",
            "irc.look.typing_status_nicks": "on",
            "irc.look.typing_status_self": "on",
        }
        terminal = start_weechat(self.daemon, self.directory / nick, nick, channel, settings)
        self.show(terminal)
        terminal.wait_for(f"Channel {channel}: ")
        return terminal

    def carol(self, dialect: int = 12) -> Terminal:
        terminal = start_messenger(self.daemon, self.directory / "carol", "carol@example.com", dialect=dialect)
        return self.show(terminal)

    def carol_in_lobby(self, dialect: int = 12) -> Terminal:
        carol = self.carol(dialect)
        carol.type(f"/chat {LOBBY}")
        carol.wait_for(f"{LOBBY}> * {LOBBY} joined (#lobby)")
        return carol


class RoomTest(ScreenCase):
    """Everybody is in the lobby."""

    def test_coming_talking_and_going(self) -> None:
        """Each sees who comes, what is said, /me, and who goes, under the names that their side has for people"""
        irssi, weechat = self.irssi(), self.weechat()
        carol = self.carol_in_lobby()
        irssi.wait_for("carol [carol@example.com] has joined #lobby")
        weechat.wait_for("carol [carol@example.com] (carol@example.com) (carol@example.com) has joined")
        bob = self.msn("bob").call(LOBBY)
        irssi.wait_for("Bob [bob@example.com] has joined #lobby")
        bob.expect_joined("carol@example.com")
        carol.wait_for(f"{LOBBY}> * bob@example.com joined (Bob)")
        irssi.type("hello from irssi, grüß dich ☺")
        carol.wait_for(f"{LOBBY}> <{person('irssian')}> hello from irssi, grüß dich ☺")
        bob.expect_text("hello from irssi, grüß dich ☺", person("irssian"))
        carol.type("hello from carol, привет")
        irssi.wait_for("carol> hello from carol, привет")
        weechat.wait_for("hello from carol, привет")
        bob.expect_text("hello from carol, привет", "carol@example.com")
        carol.type("/me waves")
        irssi.wait_for("* carol waves")
        weechat.type("/me nods")
        carol.wait_for(f"{LOBBY}> <{person('weechatter')}> *weechatter nods*")
        bob.leave()
        irssi.wait_for("Bob [bob@example.com] has left #lobby [left]")
        carol.wait_for(f"{LOBBY}> * bob@example.com left")
        weechat.type("/quit good bye")
        carol.wait_for(f"{LOBBY}> * {person('weechatter')} left")
        carol.type("/close")
        irssi.wait_for("carol [carol@example.com] has left #lobby [left]")
        carol.wait_for(f"{LOBBY}> * closed")

    def test_lines_and_nothing_but_lines(self) -> None:
        """Three lines of one message are three lines of hers, CTCP is text, and the terminal gets no controls"""
        irssi, weechat = self.irssi(), self.weechat()
        bob = self.msn("bob").call(LOBBY)
        irssi.wait_for("Bob [bob@example.com] has joined")
        bob.say("first line\r\nQUIT :second line\r\n\x01VERSION\x01")
        for screen in (irssi, weechat):
            screen.wait_for("first line", "QUIT :second line", "VERSION")
        bob.say("\x1b[31mnot red\x1b[0m\x1b]0;title\x07")
        irssi.wait_for("[31mnot red[0m]0;title")
        self.assertEqual(irssi.style_of("not red"), [])
        bob.barrier()  # nobody answered the CTCP
        irssi.type("/names #lobby")
        irssi.wait_for("Total of 3 nicks")

    def test_typing(self) -> None:
        """Of WeeChat's typing plugin at patchcord-msn and the scripted client, and theirs in WeeChat's status bar"""
        weechat, carol = self.weechat(), self.carol_in_lobby()
        bob = self.msn("bob").call(LOBBY)
        bob.type_something()
        weechat.wait_for("[Typing: Bob]")
        carol.type("/typing")
        weechat.wait_for("[Typing: Bob, carol]")
        bob.say("that is what I typed")
        weechat.wait_for("[Typing: carol]", "that is what I typed")
        weechat.press("now I type something")
        carol.wait_for(f"{LOBBY}> * {person('weechatter')} is typing")
        notice = bob.expect_kind("text/x-msmsgscontrol", person("weechatter"))
        self.assertEqual(notice.body.headers["typinguser"], person("weechatter"))

    def test_nudges(self) -> None:
        """A nudge is an action for the room; /ctcp NUDGE of the room nudges its MSN clients"""
        irssi, carol = self.irssi(), self.carol_in_lobby()
        irssi.wait_for("carol [carol@example.com] has joined")
        carol.type("/nudge")
        irssi.wait_for("* carol nudges everyone")
        irssi.type("/ctcp #lobby NUDGE")
        carol.wait_for(f"{LOBBY}> * {person('irssian')} nudges")

    def test_invitations(self) -> None:
        """/invite of irssi rings, and whoever answers is in the room; the other way irssi shows the invitation"""
        irssi, carol = self.irssi(channel="#crew"), self.carol()
        crew = f"crew@rooms.{GATEWAY}"
        irssi.type("/invite carol #crew")
        carol.wait_for(f"* {crew} calls (#crew)", f"{crew}> * {person('irssian')} joined ({REAL_NAME})")
        irssi.wait_for("carol [carol@example.com] has joined #crew")
        weechat = self.weechat()
        carol.type(f"/chat {crew}", f"/invite {person('weechatter')}")
        weechat.type("/buffer 1")
        weechat.wait_for("You have been invited to #crew by carol")
        weechat.type("/join #crew")
        carol.wait_for(f"{crew}> * {person('weechatter')} joined (")


class PrivateTest(ScreenCase):
    """A query here is a window there."""

    def test_query_that_irc_begins(self) -> None:
        """The messenger rings and has the text; answers, an action and a nudge come back into the query"""
        irssi, carol = self.irssi(), self.carol()
        window = person("irssian")
        irssi.type("/query carol", "hello carol")
        carol.wait_for(f"* {window} calls ({REAL_NAME})", f"{window}> <{window}> hello carol")
        carol.type("hello irssian", "/me smiles", "/nudge")
        irssi.wait_for("<carol> hello irssian", "* carol smiles", "* carol nudges you")
        irssi.type("/me nudges carol")
        carol.wait_for(f"{window}> * {window} nudges")
        irssi.type("/ctcp carol VERSION", "still there?")  # a question that only IRC clients can answer is not shown
        carol.wait_for(f"{window}> <{window}> still there?")
        self.assertNotIn("VERSION", carol.screen())

    def test_query_that_msn_begins(self) -> None:
        """WeeChat opens a buffer for it, and shows who types"""
        weechat = self.weechat()
        bob = self.msn("bob").call(person("weechatter"))
        bob.say("hello weechat")
        weechat.wait_for("3.  Bob")
        weechat.type("/buffer 3")
        weechat.wait_for("hello weechat", "bob@example.com")
        bob.type_something()
        weechat.wait_for("[Typing: Bob]")
        weechat.press("me too")
        bob.expect_kind("text/x-msmsgscontrol", person("weechatter"))
        weechat.press("Enter")
        bob.expect_text("me too", person("weechatter"))

    def test_bold_and_red_from_irc(self) -> None:
        """The whole text bold and red is that for MSN; a part of it is plain; both clients' own keys are used"""
        irssi, weechat = self.irssi(), self.weechat()
        bob = self.msn("bob").call(LOBBY)
        bob.expect_joined(person("irssian"))
        irssi.press("C-b", "C-c", "04bold and red", "Enter")
        message = bob.expect_text("bold and red", person("irssian"))
        self.assertEqual((message.body.format_field("EF"), message.body.format_field("CO")), ("B", "ff"))
        weechat.press("C-c", "b", "C-c", "c", "04red and bold", "Enter")
        message = bob.expect_text("red and bold", person("weechatter"))
        self.assertEqual((message.body.format_field("EF"), message.body.format_field("CO")), ("B", "ff"))
        irssi.press("only ", "C-b", "a part", "Enter")
        message = bob.expect_text("only a part", person("irssian"))
        self.assertEqual((message.body.format_field("EF"), message.body.format_field("CO")), ("", "0"))

    def test_bold_and_red_from_msn(self) -> None:
        """/font of patchcord-msn, and a format header: each line is so on the screens of irssi and WeeChat"""
        irssi, weechat, carol = self.irssi(), self.weechat(), self.carol_in_lobby()
        bob = self.msn("bob").call(LOBBY)
        carol.type("/font bold red", "text of carol", "/font plain", "plain of carol")
        bob.deliver(text_body("one of bob\r\ntwo of bob", style=RED_AND_BOLD))
        for screen in (irssi, weechat):
            for text in ("text of carol", "one of bob", "two of bob"):
                screen.wait_for_style(text, "bold", "red")
            screen.wait_for_style("plain of carol", "")


class NameTest(ScreenCase):
    """Names with everything in them."""

    def test_friendly_name(self) -> None:
        """`%`, spaces, other alphabets and emoji: shown as it is in WHOIS and as real name; the nick is plain"""
        irssi, weechat, carol = self.irssi(), self.weechat(), self.carol_in_lobby()
        bob = self.msn("bob", friendly=FRIENDLY_NAME)
        chat = bob.call(LOBBY)
        irssi.wait_for("[bob@example.com] has joined #lobby")
        nick = self.canaries[0].ask("WHO bob@example.com")
        nick = of_command(nick, "352")[0].params[5]
        self.assertRegex(nick, r"^[A-Za-z0-9_-]+$")
        weechat.wait_for(f"{nick} [bob@example.com] ({FRIENDLY_NAME}) (bob@example.com) has joined")
        carol.wait_for(f"{LOBBY}> * bob@example.com joined ({FRIENDLY_NAME})")
        irssi.type("/window 1", f"/whois {nick}")
        irssi.wait_for(f"ircname  : {FRIENDLY_NAME}", "is using MSN")
        bob.rename(RIGHT_TO_LEFT)
        weechat.wait_for(f'{nick} has changed real name to "{RIGHT_TO_LEFT}"')
        irssi.type("/window 2")
        chat.say(f"{RIGHT_TO_LEFT} {FRIENDLY_NAME}")
        for screen in (irssi, weechat, carol):
            screen.wait_for(f"{RIGHT_TO_LEFT} {FRIENDLY_NAME}")

    def test_real_name_and_nick(self) -> None:
        """The real name is what MSN shows; a new nick is a new name for the same handle, in messages and on lists"""
        irssi, carol = self.irssi(), self.carol_in_lobby()
        carol.wait_for(f"{LOBBY}> * {person('irssian')} joined ({REAL_NAME})")
        bob = self.msn("bob")
        bob.add("FL", person("irssian"))
        chat = bob.call(LOBBY)
        chat.expect_joined(person("irssian"))
        self.assertEqual(chat.present[person("irssian")], REAL_NAME)
        irssi.type("/nick irssian2")
        irssi.wait_for("You're now known as irssian2")
        irssi.type("who am I?")
        message = chat.expect_text("who am I?", person("irssian"))
        self.assertEqual(message.body.headers["p4-context"], "irssian2")
        carol.wait_for(f"{LOBBY}> <{person('irssian')}> who am I?")

    def test_every_protocol_of_our_messenger(self) -> None:
        """MSNP8 and 10: the same names, the same words"""
        irssi = self.irssi()
        for dialect in (8, 10):
            with self.subTest(dialect):
                carol = self.carol_in_lobby(dialect)
                irssi.wait_for("carol [carol@example.com] has joined #lobby")
                carol.type(f"/name {FRIENDLY_NAME}")
                carol.type(f"hello by {dialect}")
                irssi.wait_for(f"carol> hello by {dialect}")
                carol.wait_for(f"joined ({REAL_NAME})")
                irssi.type("/window 1", "/clear", "/whois carol")
                irssi.wait_for(f"ircname  : {FRIENDLY_NAME}", f"MSNP{dialect}")
                irssi.type("/window 2", "/clear", f"/echo cleared {dialect}")
                irssi.wait_for(f"cleared {dialect}")  # what comes from now on stays on the screen
                carol.type("/quit")
                irssi.wait_for("carol [carol@example.com] has ")  # left, or quit, by which connection ended first
                carol.wait_until_over()


if __name__ == "__main__":
    unittest.main()
