"""Attack cases of group B: names, impersonation, and names that mean something to a file system or a database."""

import secrets
import unittest
from pathlib import Path

from harness.case import DaemonCase, configured
from harness.client import Client, of_command

METACHARACTERS = ("'); DROP TABLE accounts;--", "\\\\", "%_", '"a" OR b NEAR(', "*", "%s%n$(id)`id`", "<script>&amp;\t")


class NickTest(DaemonCase):
    """What a client may be called."""

    def refusal(self, client: Client, nick: bytes) -> str:
        """The numeric that NICK was answered with, or nothing when it was taken."""
        replies = client.ask(b"NICK " + nick)
        refusals = [message.command for message in replies if message.command in ("431", "432", "433")]
        return refusals[0] if refusals else ""

    def test_B01_nick_grammar(self) -> None:
        """Everything outside RFC 2812's grammar, and over NICKLEN, is refused; the nick stays."""
        mal = self.user("mal")
        bad = [b":", b"*", b"#x", b"&x", b"::x", b":a b", b"a,b", b"a!b", b"a@b", b"a.b", b"a?b", b"0day", b"-x", b"$x"]
        bad += [b"+x", b"@x", b"%x", b"~x", b"a\x02b", b"a\x7fb", b"a" * 200]
        bad += [nick.encode() for nick in ("a\u202eb", "\U0001f600")]
        for nick in bad:
            with self.subTest(nick):
                self.assertIn(self.refusal(mal, nick), ("431", "432"))
        self.assertEqual(self.refusal(mal, b""), "431")
        self.assertEqual(self.refusal(mal, b"a" * (int(mal.isupport["NICKLEN"]) + 1)), "432")
        self.assertEqual(mal.ask("USERHOST mal")[0].text.partition("=")[0], "mal")

    def test_B01_legal_nicks(self) -> None:
        """What the grammar allows is taken, up to NICKLEN bytes."""
        mal = self.user("mal")
        for nick in ("[x]", "x-1", "`x", "_^{|}", "\\x", "A9", "a" * int(mal.isupport["NICKLEN"])):
            with self.subTest(nick):
                self.assertTrue(of_command(mal.ask(f"NICK {nick}"), "NICK", nick))

    def check_casemapping(self, casemapping: str, equal: bool) -> None:
        """`[x]` and `{x}` are one name, or two, for nicks and for rooms, as CASEMAPPING says."""
        alice = self.user("alice", "#Room")
        braces = self.user("{x}", "#a{")
        mal = self.user("mal")
        self.assertEqual(mal.isupport["CASEMAPPING"], casemapping)
        self.assertEqual(self.refusal(mal, b"ALICE"), "433")
        self.assertEqual(self.refusal(mal, b"Alice"), "433")
        self.assertEqual(self.refusal(mal, b"[x]"), "433" if equal else "")
        mal.ask("JOIN #room", "JOIN #a[")
        self.assertEqual(len(of_command(alice.barrier(), "JOIN")), 1)
        self.assertEqual(len(of_command(braces.barrier(), "JOIN")), 1 if equal else 0)
        listed = {reply.params[1].lower() for reply in of_command(mal.ask("LIST"), "322")}
        self.assertEqual(len(listed & {"#room", "#a{", "#a["}), 2 if equal else 3)

    def test_B02_casemapping_collisions_ascii(self) -> None:
        """The default, ascii: letters only."""
        self.check_casemapping("ascii", equal=False)

    @configured({"irc": {"casemapping": "rfc1459"}})
    def test_B02_casemapping_collisions_rfc1459(self) -> None:
        """rfc1459: brackets and braces are the same letters."""
        self.check_casemapping("rfc1459", equal=True)

    def test_B03_homoglyph_nick(self) -> None:
        """Letters that only look like ASCII are refused: nicks are ASCII."""
        self.user("alice")
        mal = self.user("mal")
        for nick in ("\u0430lice", "Ch\u0251nServ", "\uff41lice"):
            with self.subTest(nick):
                self.assertEqual(self.refusal(mal, nick.encode()), "432")

    def test_B05_reserved_names(self) -> None:
        """Names of services and of the server itself are nobody's nick, in any case of letters."""
        mal = self.user("mal")
        for nick in ("NickServ", "nickserv", "ChanServ", "Patchcord", "irc.lab.test", "Global", "OperServ", "*status"):
            with self.subTest(nick):
                self.assertEqual(self.refusal(mal, nick.encode()), "432")

    def test_B05_reserved_names_before_registration(self) -> None:
        """The same before registration."""
        stranger = self.visitor()
        self.assertEqual(self.refusal(stranger, b"NickServ"), "432")

    def test_B02_nick_of_a_closed_connection_is_free(self) -> None:
        """After ERROR a nick can be taken by the next client, though the first has not closed its side yet."""
        stranger = self.visitor()
        stranger.send("NICK wanted", "QUIT")
        stranger.read_to_end()
        user = self.user("wanted")
        user.send("QUIT")
        user.read_to_end()
        self.user("wanted")

    def test_B12_client_supplied_source(self) -> None:
        """A source that a client writes in front of its line is not believed."""
        self.user("alice", "#room")
        bob = self.user("bob", "#room")
        mal = self.user("mal", "#room")
        bob.barrier()
        mal.send(":alice PRIVMSG #room :forged", ":irc.lab.test 001 bob :hi", ":irc.lab.test PRIVMSG bob :forged")
        mal.send(":irc.lab.test KILL bob :x", ":alice!a@b NICK eve")
        self.assert_still_served(mal)
        for message in bob.barrier():
            with self.subTest(message.raw):
                self.assertEqual(message.nick, "mal")
                self.assertIn(message.command, ("PRIVMSG", "NICK"))


class PathTest(DaemonCase):
    """B09: names that a file system would understand."""

    def test_B09_names_used_as_paths(self) -> None:
        """Strange names of people and rooms make no file outside the data directory."""
        token = secrets.token_hex(6)
        mal = self.user("mal")
        names = [f"../../../tmp/pwn-{token}", f"../pwn-{token}", "a/b", ".", "..", "-rf", "CON", "x" * 300]
        for name in names:
            mal.ask(f"NICK {name}")
            mal.ask(f"JOIN #{name}", f"TOPIC #{name} :{name}", f"PRIVMSG #{name} :{name}")
            mal.ask(f"MODE #{name} +k {name[:20]}", f"MODE #{name} +b {name}")
            mal.ask(f"AWAY :{name}", f"SETNAME :{name}", f"WHOWAS {name}")
        made = {path.relative_to(self.directory).parts[0] for path in self.directory.rglob("*")}
        self.assertLessEqual(made, {"gateway.toml", "data"})
        self.assertFalse(Path(f"/tmp/pwn-{token}").exists())
        inside = [path.name for path in (self.directory / "data").rglob("*")]
        self.assertEqual([name for name in inside if token in name or name in ("CON", "-rf")], [])


class MetacharacterTest(DaemonCase):
    """B10: text that a database, a shell or a format string would understand."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = self.user("bob", "#room")
        self.mal = self.user("mal", "#room")
        self.bob.barrier()

    def test_B10_metacharacters_in_text(self) -> None:
        """Messages, topics, away texts, realnames and quit reasons come back byte for byte."""
        self.canaries[0].join("#room")
        for text in METACHARACTERS:
            with self.subTest(text):
                self.mal.send(f"PRIVMSG #room :{text}")
                self.bob.expect("PRIVMSG", "#room", text)
                self.bob.ask(f"TOPIC #room :{text}")
                self.assertEqual(of_command(self.mal.ask("TOPIC #room"), "332")[0].text, text)
                self.bob.ask(f"AWAY :{text}", f"SETNAME :{text}")
                whois = self.mal.ask("WHOIS bob")
                self.assertEqual(of_command(whois, "301")[0].text, text)
                self.assertEqual(of_command(whois, "311")[0].text, text)

    def test_B10_metacharacters_in_names(self) -> None:
        """Room names with such letters are kept as they are."""
        for name in ("#');DROP-TABLE-accounts;--", "#\\\\", "#%_", '#"a"OR(b)', "#*", "#%s%n"):
            with self.subTest(name):
                self.mal.join(name)
                self.assertIn(name, {reply.params[1] for reply in of_command(self.mal.ask("LIST"), "322")})
                self.bob.join(name)
                self.mal.send(f"PRIVMSG {name} :hello")
                self.bob.expect("PRIVMSG", name, "hello")

    def test_B10_metacharacters_in_quit_reasons(self) -> None:
        """A quit reason arrives byte for byte, and WHOWAS still answers."""
        for number, text in enumerate(METACHARACTERS):
            leaver = self.user(f"leaver{number}", "#room")
            leaver.send(f"QUIT :{text}")
            message = self.bob.expect("QUIT", where=lambda message, nick=leaver.nick: message.nick == nick)
            self.assertIn(text, message.text)
        self.assertTrue(of_command(self.bob.ask("WHOWAS leaver0"), "314"))


if __name__ == "__main__":
    unittest.main()
