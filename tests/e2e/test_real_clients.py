"""irssi and WeeChat, as Debian ships them, on one server: what people do, and what they see of each other."""

import unittest

from harness.case import DaemonCase
from harness.certificates import make_certificate
from harness.real_clients import start_irssi, start_weechat
from harness.terminal import Terminal


class RealClientsTest(DaemonCase):
    """`irssi` and `weechat` sit in the same rooms; `watcher` is a client of the tests that reads along."""

    def prepare(self) -> dict:
        self.certificate = make_certificate(self.directory)
        return {"irc.tls": self.certificate.config()}

    def setUp(self) -> None:
        super().setUp()
        self.watcher = self.user("watcher", "#lobby", caps=("away-notify",))

    def irssi(self, nick: str = "irssian", *, tls: bool = False) -> Terminal:
        terminal = start_irssi(self.daemon, self.directory / nick, nick, tls=tls)
        self.addCleanup(terminal.close)
        return terminal

    def weechat(self, channel: str, nick: str = "weechatter") -> Terminal:
        terminal = start_weechat(self.daemon, self.directory / nick, nick, channel)
        self.addCleanup(terminal.close)
        return terminal

    def both_in(self, channel: str) -> tuple[Terminal, Terminal]:
        """irssi and WeeChat, both looking at the room."""
        irssi = self.irssi()
        irssi.type(f"/join {channel}")
        self.watcher.expect("JOIN", channel, where=lambda message: message.nick == "irssian")
        weechat = self.weechat(channel)
        self.watcher.expect("JOIN", channel, where=lambda message: message.nick == "weechatter")
        irssi.wait_for("weechatter", f"{channel}]")
        weechat.wait_for("irssian", channel)
        return irssi, weechat

    def test_talking_in_the_lobby(self) -> None:
        """Each sees what the other says, letters beyond ASCII and /me included; so does the watcher."""
        irssi, weechat = self.both_in("#lobby")
        irssi.type("hello from irssi, grüß dich ☺")
        self.watcher.expect("PRIVMSG", "#lobby", "hello from irssi, grüß dich ☺")
        weechat.wait_for("hello from irssi, grüß dich ☺")
        weechat.type("hello from weechat, привет")
        self.watcher.expect("PRIVMSG", "#lobby", "hello from weechat, привет")
        irssi.wait_for("hello from weechat, привет")
        irssi.type("/me waves")
        self.watcher.expect("PRIVMSG", "#lobby", "\x01ACTION waves\x01")
        weechat.wait_for("irssian waves")
        weechat.type("/me nods")
        irssi.wait_for("weechatter nods")
        self.watcher.send("PRIVMSG #lobby :I am here as well")
        irssi.wait_for("I am here as well")
        weechat.wait_for("I am here as well")

    def test_private_messages_and_away(self) -> None:
        """/msg both ways, and the away message of one is shown to the other."""
        irssi, weechat = self.both_in("#lobby")
        irssi.type("/msg weechatter just for you")
        weechat.wait_for("3.  irssian")  # a third buffer, in the list of them
        weechat.type("/buffer 3")
        weechat.wait_for("just for you")
        weechat.type("and back to you", "/away gone fishing")
        irssi.type("/window 3")  # irssi opened one for its private talk with WeeChat
        irssi.wait_for("and back to you")
        self.watcher.expect("AWAY", "gone fishing")
        irssi.type("/msg weechatter are you there")
        irssi.wait_for("gone fishing")
        self.assertEqual([line for line in self.watcher.barrier() if line.command == "PRIVMSG"], [])

    def test_changing_nicks(self) -> None:
        """/nick of each is seen by the other and by the watcher; a nick that is taken stays where it is."""
        irssi, weechat = self.both_in("#lobby")
        irssi.type("/nick irssian2")
        self.watcher.expect("NICK", "irssian2")
        weechat.wait_for("irssian2")
        weechat.type("/nick weechatter2")
        self.watcher.expect("NICK", "weechatter2")
        irssi.wait_for("is now known as weechatter2")
        weechat.type("/nick WATCHER")
        weechat.wait_for("already in use")
        weechat.type("still me")
        self.assertEqual(self.watcher.expect("PRIVMSG", "#lobby", "still me").nick, "weechatter2")

    def test_topic_kick_and_part(self) -> None:
        """In a room of which irssi becomes an operator: topic, voice, kick, coming back, moderation, and leaving."""
        self.watcher.join("#crew")  # made by the watcher, who hands it over below
        irssi, weechat = self.both_in("#crew")
        self.watcher.send("MODE #crew +o irssian")
        irssi.wait_for("mode/#crew")
        irssi.type("/topic Ship's log, day one")
        self.watcher.expect("TOPIC", "#crew", "Ship's log, day one")
        weechat.wait_for("Ship's log, day one")
        irssi.type("/voice weechatter")
        self.watcher.expect("MODE", "#crew", "+v", "weechatter")
        irssi.type("/kick weechatter walk the plank")
        self.watcher.expect("KICK", "#crew", "weechatter", "walk the plank")
        weechat.wait_for("walk the plank")
        weechat.type("/join #crew")
        self.watcher.expect("JOIN", "#crew")
        irssi.type("/mode #crew +m")
        self.watcher.expect("MODE", "#crew", "+m")
        weechat.type("nobody hears me")
        weechat.wait_for("Cannot send to")
        irssi.type("/mode #crew -m")
        weechat.type("/part #crew over the side")
        self.assertIn("over the side", self.watcher.expect("PART", "#crew").text)
        irssi.wait_for("over the side")

    def test_lists_and_quit(self) -> None:
        """/whois, /list and /names are understood; /quit ends both, and the watcher sees the reasons."""
        irssi, weechat = self.both_in("#lobby")
        weechat.type("/whois irssian")
        weechat.wait_for("[irssian]")
        irssi.type("/names #lobby")
        irssi.wait_for("Users #lobby")
        irssi.type("/list")
        irssi.type("/window 1")
        irssi.wait_for("#lobby", "Everybody")
        irssi.type("/quit so long")
        self.assertIn("so long", self.watcher.expect("QUIT").text)
        irssi.wait_until_over()
        weechat.type("/quit good bye")
        self.assertIn("good bye", self.watcher.expect("QUIT").text)
        weechat.wait_until_over()

    def test_irssi_over_tls(self) -> None:
        """irssi connects to the TLS port and talks to somebody on the plain one."""
        irssi = self.irssi("secured", tls=True)
        irssi.type("/join #lobby")
        self.watcher.expect("JOIN", "#lobby")
        irssi.wait_for("watcher", "#lobby]")
        irssi.type("over a secure line")
        self.watcher.expect("PRIVMSG", "#lobby", "over a secure line")
        self.watcher.send("WHOIS secured")
        self.watcher.expect("671", None, "secured")


if __name__ == "__main__":
    unittest.main()
